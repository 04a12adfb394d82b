/* Undo by restore point, for the steps that change a root, a boot dir or an image
 * as they stand. A step has the arguments host or image, id (of the root), and
 * safety (the point; of an image, its snapshot). */
#ifndef BERTH_FLEET_ROLLBACK_H
#define BERTH_FLEET_ROLLBACK_H

#include "core/fleet/guard.h"
#include "core/fleet/step.h"

/* Notes on the root that from here on an undo puts it back to the point; "": that
 * there is nothing to take back (any more). */
int rollback_begin(struct guard *guard, const char *safety, struct err *err);

/* Calls work under the guard, on the root that was planned for. */
int rollback_work(struct step *step, int (*work)(struct step *step, struct guard *guard, struct err *err), struct err *err);

int rollback_undo(struct step *step, struct err *err);      /* a step's undo */
int rollback_boot_undo(struct step *step, struct err *err); /* the same for the boot dir */

#endif
