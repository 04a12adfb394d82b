/* Undo by restore point, for the steps that change a root or a boot dir as they
 * stand. A step has the arguments host, id (of the root) and safety (the point). */
#ifndef BERTH_FLEET_ROLLBACK_H
#define BERTH_FLEET_ROLLBACK_H

#include "core/fleet/guard.h"
#include "core/fleet/step.h"

/* Notes on the root that from here on an undo puts it back to the point; "": that
 * there is nothing to take back (any more). */
int rollback_begin(struct guard *guard, const char *safety, struct err *err);
/* The root is the one that was planned for, and still ours alone. */
int rollback_check_root(const struct step *step, struct guard *guard, struct err *err);

int rollback_undo(struct step *step, struct err *err);      /* a step's undo */
int rollback_boot_undo(struct step *step, struct err *err); /* the same for the boot dir */

#endif
