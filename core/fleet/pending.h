/*
 * What waits for a machine to be down: an admin asks now, `berth op run-pending`
 * does it (by hand or by a timer, until there is a boot service). Meanwhile the
 * host's boot is held, so that it does not come up in its old state. Blocks.
 */
#ifndef BERTH_FLEET_PENDING_H
#define BERTH_FLEET_PENDING_H

#include <stdbool.h>
#include <stddef.h>

#include "core/fleet/fleet.h"
#include "core/fleet/plan.h"
#include "db/pending.h"

/* command: as it could be typed, and done once the machine is down. */
int plan_pending(struct fleet *fleet, const char *host, const char *command, struct plans *out, struct err *err);
/* Takes it back; ERR_NOT_FOUND when nothing waits. */
int plan_pending_drop(struct fleet *fleet, const char *host, struct plans *out, struct err *err);
/* The last steps of what was waited for: it is forgotten, and the boot let go. */
void plan_add_pending_done(struct plan *plan, const char *host);

/* By host id; caller frees *out. */
int fleet_pending(struct fleet *fleet, struct pending **out, size_t *count, struct err *err);
/* Whether nobody holds the root now. */
int pending_is_due(struct fleet *fleet, const char *host, bool *due, struct err *err);

/* A fresh clone for each host whose root is to be new at every boot, was used
 * since it was made, and is down now. */
int plan_resets(struct fleet *fleet, struct plans *out, struct err *err);

#endif
