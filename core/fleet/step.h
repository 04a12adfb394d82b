/*
 * The kinds of steps. A plan names them, the journal stores their names, so a
 * name once released is never used for something else.
 *
 * look:  what is there now? Fills step->before, which the journal keeps before
 *        anything is changed; says `kept` when there is nothing left to do.
 * run:   does it; may be called again after a crash in the middle.
 * undo:  takes it back by step->before; may be called after a run that only
 *        half happened. NULL: there is nothing to take back.
 */
#ifndef BERTH_FLEET_STEP_H
#define BERTH_FLEET_STEP_H

#include <jansson.h>
#include <stdbool.h>

#include "base/progress.h"
#include "core/fleet/internal.h"

struct cluster;
struct run_listener;

struct step {
	struct fleet *fleet;
	json_t *args;                    /* object; not to be changed */
	json_t *before;                  /* object */
	const struct progress *progress; /* may be NULL */
	const struct run_listener *listener; /* may be NULL */
	struct err *verdict;             /* see below */
};

/* A step that did what it had to do, with a bad result (the command in a shell
 * failed), fills *verdict and returns 0: the run goes on to its end, which a
 * cancel does not stop any more, and then that is what became of it. */

struct step_kind {
	const char *name;
	int (*look)(struct step *step, bool *kept, struct err *err); /* NULL: always to do */
	int (*run)(struct step *step, struct err *err);
	int (*undo)(struct step *step, struct err *err);
};

const struct step_kind *step_kind_find(const char *name); /* NULL: made by a newer berth */

/* One table a file; each ends with name NULL. */
extern const struct step_kind inventory_steps[];
extern const struct step_kind root_steps[];
extern const struct step_kind tree_steps[];
extern const struct step_kind site_steps[];
extern const struct step_kind image_steps[];
extern const struct step_kind build_steps[];
extern const struct step_kind work_steps[];
extern const struct step_kind write_steps[];
extern const struct step_kind kernel_steps[];
extern const struct step_kind fence_steps[];
extern const struct step_kind point_steps[];
extern const struct step_kind rollback_steps[];
extern const struct step_kind resize_steps[];
extern const struct step_kind shell_steps[];
extern const struct step_kind meta_steps[];
extern const struct step_kind pending_steps[];

/* A string argument; "" when absent. */
const char *step_arg(const struct step *step, const char *key);
int64_t step_arg_int(const struct step *step, const char *key);
/* What look noted: a string, "" when absent. */
const char *step_noted(const struct step *step, const char *key);
void step_note(struct step *step, const char *key, json_t *value); /* steals value */
bool step_noted_true(const struct step *step, const char *key);

#endif
