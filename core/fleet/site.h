/* `berth init`: names the cluster, the pool, the file system, and makes the
 * boot tree. Safe to repeat, also with another URL. */
#ifndef BERTH_FLEET_SITE_H
#define BERTH_FLEET_SITE_H

#include "core/fleet/fleet.h"
#include "core/fleet/plan.h"

struct site_input {
	const char *pool, *fs, *url;
	const char *boot_root;        /* NULL: /berth */
	const char *web_gid;          /* NULL: 33, Debian's www-data */
	const char *keep;             /* retention; NULL: as before, at first everything */
	const char *conf, *name, *keyring; /* as typed, to be remembered; NULL none */
};

int plan_init(struct fleet *fleet, const struct site_input *input, struct plans *out, struct err *err);

#endif
