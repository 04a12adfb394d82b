/*
 * The guard: may this host's root be taken away from it now? Every operation
 * that must not run under a live machine asks it, at the plan and again while
 * it acts. There is no way around it; there is fence (core/fleet/fence.h),
 * which makes it true. docs/safety.md says why each step of it is there.
 * Blocks; a worker's thread.
 */
#ifndef BERTH_FLEET_GUARD_H
#define BERTH_FLEET_GUARD_H

#include "base/err.h"
#include "core/ceph/handle.h"
#include "core/fleet/fleet.h"
#include "core/fleet/plan.h"

/* For plans: 0 when nobody watches the root (or there is none). ERR_REFUSED
 * names the holder and what to do. Changes nothing. */
int guard_check(struct fleet *fleet, const char *host, struct err *err);

/* The steps that come before any that needs a root that nobody has: its boot is
 * held, for `reason`, until the plan writes the script again. */
void plan_add_guard(struct plan *plan, const char *host, const char *reason);

struct guard;

/* For steps: opens the root, refuses while somebody else watches it (a machine,
 * or another berth that lives), cuts off for good each client that once held it and did not provably let go, takes the
 * lock and looks again, for a machine's kernel watches before it locks. While
 * the guard is held no machine can map the root read-write. ERR_NOT_FOUND when
 * there is no root. */
int guard_take(struct fleet *fleet, const char *host, struct guard **out, struct err *err);
/* The same for another image of the host's, which is to become its root. */
int guard_take_next(struct fleet *fleet, const char *host, const char *image, struct guard **out, struct err *err);
/* Both for a golden image: no machine runs from one, so nobody is recorded. */
int guard_check_image(struct fleet *fleet, const char *image, struct err *err);
int guard_take_image(struct fleet *fleet, const char *image, struct guard **out, struct err *err);
struct cluster_handle *guard_handle(struct guard *guard);
/* 0 while the lock is still ours and nobody else watches: asked before each act. */
int guard_confirm(struct guard *guard, struct err *err);
/* After an act on the root's content, with the lock still ours: who began to
 * watch meanwhile has written nothing, but may have read what was half done, and
 * is cut off. */
int guard_expel(struct guard *guard, struct err *err);
void guard_release(struct guard *guard); /* NULL is allowed */

#endif
