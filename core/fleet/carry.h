/*
 * What belongs to a machine and not to its image: paths that are carried over
 * from a host's old root to its new one, while neither is in use. As admins type
 * it: "identity,home,/srv/data". A word is a path from /; `identity` is what makes
 * it that machine: machine-id, SSH host keys, and what systemd keeps beside.
 */
#ifndef BERTH_FLEET_CARRY_H
#define BERTH_FLEET_CARRY_H

#include "base/err.h"
#include "base/text.h"
#include "core/fleet/plan.h"
#include "db/host.h"
#include "db/root.h"

#define CARRY_SIZE 256

/* *out: absolute paths, and `identity`, with commas between. Pure. */
int carry_parse(const char *typed, char out[CARRY_SIZE], struct err *err);
/* Whether this machine could do it now (core/fleet/room.h). */
int carry_check(const struct host *host, struct err *err);

/* From the host's root to its image `next`. keep is as carry_parse gives it. */
void plan_add_carry(struct plan *plan, const struct host *host, const struct root *root, const char *next, const char *keep);

#endif
