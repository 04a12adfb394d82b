/* What the steps share that fill a work directory (step_work.c says with what). */
#ifndef BERTH_FLEET_STEP_WORK_H
#define BERTH_FLEET_STEP_WORK_H

#include "core/fleet/step.h"

#define WORK_PATH 512

/* DIR/name, of the step's argument dir. Returns out. */
char *work_path(const struct step *step, const char *name, char out[WORK_PATH]);

#endif
