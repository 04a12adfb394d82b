/* What a machine is served when it boots, for people to look at. Blocks; a
 * worker's thread. */
#ifndef BERTH_FLEET_BOOT_LOOK_H
#define BERTH_FLEET_BOOT_LOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "core/fleet/fleet.h"
#include "core/fleet/templates.h"

struct boot_file {
	char path[512];        /* in the tree; "" none is named */
	bool there;
	int64_t size;          /* bytes */
	int64_t changed;       /* Unix seconds */
};

enum { BOOT_KERNEL, BOOT_INITRD, BOOT_IDENTITY, BOOT_FILES };

struct boot_look {
	char *script;          /* as it is in the tree; NULL: none is there, or it is not known */
	char *wanted;          /* as berth would write it now */
	char *plain;           /* that of a host without settings of its own */
	struct boot_file files[BOOT_FILES];
	char why[512];         /* which kernel it boots when it is not held, and why */
	char template[TEMPLATE_WORDS]; /* whose its script is made from */
	char link_words[256];  /* "" or why the tree was not asked */
};

int boot_look_read(struct fleet *fleet, const char *host, struct boot_look **out, struct err *err);
void boot_look_free(struct boot_look *look); /* NULL is allowed */

#endif
