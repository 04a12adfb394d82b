/*
 * The journal: operations and their steps. A step is journalled as STARTED
 * with what was there before, then run, then journalled as DONE; so after a
 * SIGKILL the journal says what may have happened.
 *
 * One target can have one operation at a time that is not at an end: a second
 * operation_begin gives ERR_REFUSED and names the first (unique index).
 */
#ifndef BERTH_DB_OPERATION_H
#define BERTH_DB_OPERATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db/db.h"

enum operation_state {
	OPERATION_RUNNING,    /* a live process works on it, or did when it was killed */
	OPERATION_UNFINISHED, /* stopped by an error that undo could not clean up */
	OPERATION_DONE,
	OPERATION_UNDONE,     /* failed, cancelled or told to, and cleanly undone */
};

enum step_state {
	STEP_WAITING,
	STEP_STARTED,
	STEP_DONE,
	STEP_KEPT,   /* what the step makes was there before: nothing to do, nothing to undo */
	STEP_UNDONE,
};

struct operation {
	int64_t id;
	char verb[32];          /* "provision" */
	char target[80];        /* "host desk1", "image deb12" */
	char command[512];      /* as it could be typed */
	char user[64];
	char machine[64];
	char owner[128];        /* who runs it: opaque, tells whether that process still lives */
	enum operation_state state;
	char error[1024];       /* "" or why it stopped */
	int64_t started;
	int64_t ended;          /* 0 while not at an end */
	int step_count;         /* filled by reads */
	int steps_done;         /* filled by reads */
};

struct operation_step {
	int number;             /* 0.. */
	char kind[40];          /* the step's name in the code */
	char *args;             /* JSON object, never a secret; owned */
	char *before;           /* JSON object: what was there before it ran, or NULL; owned */
	char words[256];        /* what it does, for people */
	enum step_state state;
	char error[1024];
	int64_t started;
	int64_t ended;
};

int operation_begin(struct db *db, struct operation *operation,
		    const struct operation_step *steps, int count, struct err *err); /* sets id, started */
int operation_end(struct db *db, int64_t id, enum operation_state state, const char *error, struct err *err);
/* Takes over an operation (resume, undo): only if its owner field is still
 * `old_owner`, else ERR_CONFLICT. State becomes RUNNING. ERR_REFUSED when it is
 * at an end. */
int operation_take(struct db *db, int64_t id, const char *old_owner, const char *owner, struct err *err);
int operation_step_put(struct db *db, int64_t id, int number, enum step_state state,
		       const char *before /* NULL: keep */, const char *error, struct err *err);

int operation_by_id(struct db *db, int64_t id, struct operation *out, struct err *err);
int operation_steps(struct db *db, int64_t id, struct operation_step **out, int *count, struct err *err);
void operation_steps_free(struct operation_step *steps, int count);
/* Newest first; open_only: RUNNING and UNFINISHED alone; limit 0: all. */
int operation_list(struct db *db, bool open_only, int limit, struct operation **out, size_t *count, struct err *err);

const char *operation_state_word(enum operation_state state); /* "running", ... */
const char *step_state_word(enum step_state state);

#endif
