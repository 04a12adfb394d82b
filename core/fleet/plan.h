/*
 * Plan, then run. A command makes a plan: a list of steps in words. --dry-run
 * prints it, the console's confirm dialog shows it, the journal stores it, a
 * worker runs it (core/fleet/run.h). A plan names kinds of steps
 * (core/fleet/step.h) with JSON arguments, so that the journal alone is enough
 * to resume or undo it.
 */
#ifndef BERTH_FLEET_PLAN_H
#define BERTH_FLEET_PLAN_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct plan_step {
	char kind[40];
	json_t *args;       /* owned; never a secret */
	char words[256];    /* "clone rbd/desk1/root from images/deb12@2026-11-23" */
};

struct plan {
	char verb[32];      /* "provision" */
	char target[80];    /* "host desk1" */
	char command[512];  /* as it could be typed */
	struct plan_step *steps;
	int count;
};

/* What one command line means: one plan a target, in order. */
struct plans {
	struct plan *items;
	size_t count;
};

struct plan *plans_add(struct plans *plans, const char *verb, const char *target_format, ...)
	__attribute__((format(printf, 3, 4)));
void plans_free(struct plans *plans); /* {0} again */

/* Steals args (a json_pack result; NULL aborts: it is a programming error). */
void plan_add(struct plan *plan, const char *kind, json_t *args, const char *words, ...)
	__attribute__((format(printf, 4, 5)));

#endif
