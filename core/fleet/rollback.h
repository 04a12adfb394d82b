/* Undo by restore point, for the steps that change a root, a boot dir or an image
 * as they stand. A step has the arguments host or image, id (of the root), and
 * safety (the point; of an image, its snapshot). */
#ifndef BERTH_FLEET_ROLLBACK_H
#define BERTH_FLEET_ROLLBACK_H

#include "core/fleet/guard.h"
#include "core/fleet/step.h"

int rollback_guard(const struct step *step, struct guard **out, struct err *err);
/* Notes on the root that from here on an undo puts it back to the point; "": that
 * there is nothing to take back (any more). */
int rollback_begin(struct guard *guard, const char *safety, struct err *err);
/* The root is the one that was planned for, and still ours alone. */
int rollback_check_root(const struct step *step, struct guard *guard, struct err *err);

int rollback_undo(struct step *step, struct err *err);      /* a step's undo */
int rollback_boot_undo(struct step *step, struct err *err); /* the same for the boot dir */

#endif
