/*
 * The doctor: the cluster held against the inventory, in both directions. Each
 * difference is a finding: what is so, what it means, and what would repair
 * it. Safe repairs are plans like any other, journalled and undone when they
 * fail; what could take data away is only named, with the command for it.
 * Blocks; a worker's thread.
 */
#ifndef BERTH_FLEET_DOCTOR_H
#define BERTH_FLEET_DOCTOR_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/progress.h"
#include "core/fleet/fleet.h"
#include "core/fleet/plan.h"

enum finding_level {
	FINDING_NOTE,    /* worth knowing, nothing is wrong */
	FINDING_WARNING, /* nothing fails now, something will */
	FINDING_ERROR,   /* a machine does not boot, or could lose data */
};

struct finding {
	enum finding_level level;
	char kind[32];    /* stable word: "orphan-namespace", "caps", "script" ... */
	char target[80];  /* "host desk1", "image deb12", "cluster", "operation 7" */
	char words[600];  /* what is so and what it means */
	char repair[256]; /* what --repair does, or the command that would help; "" nothing */
	json_t *steps;    /* what --repair runs: [[kind, args, words] ...]; NULL: not by itself; owned */
};

struct diagnosis {
	struct finding *items; /* by level, worst first, then by target */
	size_t count;
	size_t hosts, images;  /* looked at */
};

/* progress counts hosts; cancelled gives ERR_CANCELLED. */
int doctor_examine(struct fleet *fleet, const struct progress *progress, struct diagnosis *out, struct err *err);
void diagnosis_free(struct diagnosis *diagnosis); /* {0} again */

/* One plan a target with all its safe repairs; none when there is nothing to do. */
void plan_doctor_repair(const struct diagnosis *diagnosis, struct plans *out);

const char *finding_level_word(enum finding_level level); /* "note", "warning", "error" */

#endif
