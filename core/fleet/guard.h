/*
 * The guard: may this host's root be taken away from it now? Every operation
 * that must not run under a live machine asks it, at the plan and again right
 * before it acts.
 */
#ifndef BERTH_FLEET_GUARD_H
#define BERTH_FLEET_GUARD_H

#include "base/err.h"
#include "core/fleet/fleet.h"

/* 0: nobody watches the root and nobody owns its lock (or there is no root).
 * ERR_REFUSED: names the holder and its address, and what to do. A lock whose
 * owner no longer watches belongs to a machine that did not shut down cleanly
 * and may still have dirty pages: refused too. Blocks; a worker's thread. */
int guard_check(struct fleet *fleet, const char *host, struct err *err);

#endif
