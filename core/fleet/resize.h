/*
 * Another size for a root. Blocks; a worker's thread.
 */
#ifndef BERTH_FLEET_RESIZE_H
#define BERTH_FLEET_RESIZE_H

#include <stdint.h>

#include "core/fleet/fleet.h"
#include "core/fleet/plan.h"
#include "db/host.h"
#include "db/root.h"

/* Adds the steps for it. Larger: at once, also while the machine runs; its file
 * system grows at the next boot. Smaller: under the guard (ERR_REFUSED names the
 * holder), after a restore point, with its ext4 (other file systems can not be made
 * smaller), for which this machine must be able to open the root (core/fleet/room.h). */
int plan_resize(struct fleet *fleet, struct plan *plan, const struct host *host, const struct root *root, int64_t size,
		struct err *err);

/* For the step: 0 when nothing of what the root holds lies behind `size`; else, and
 * when that can not be told, ERR_REFUSED. */
int resize_check_content(struct fleet *fleet, const char *host, int64_t size, struct err *err);

#endif
