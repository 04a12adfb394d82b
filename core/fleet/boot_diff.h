/*
 * What `boot publish` would change, and for whom: the scripts in the tree held
 * against what berth would write now. Hosts for which the same lines change are one
 * change. Blocks; a worker's thread.
 */
#ifndef BERTH_FLEET_BOOT_DIFF_H
#define BERTH_FLEET_BOOT_DIFF_H

#include <stddef.h>

#include "core/fleet/fleet.h"
#include "core/fleet/templates.h"

struct boot_change {
	const char **hosts;  /* in the order asked for; into struct boot_diff */
	size_t host_count;
	/* As difference_lines writes it, of the first of them. Or one line that begins
	 * with "! ": no script can be made, and why. */
	char *lines;
	char *general;       /* the same with HOST for the host's name: the same for all of them */
};

struct boot_diff {
	struct boot_change *items; /* that of most hosts first */
	size_t count;
	char **names;
	size_t looked_at;          /* hosts: those that have a root, or a script */
};

/* hosts: names; NULL: all. trial may be NULL. */
int boot_diff_read(struct fleet *fleet, char *const *hosts, size_t count, const struct template_trial *trial,
		   struct boot_diff *out, struct err *err);
void boot_diff_free(struct boot_diff *diff); /* {0} again */

#endif
