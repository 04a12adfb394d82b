/*
 * Runs plans and journals them, step by step. Blocks: call on a worker, with
 * that worker's own fleet.
 *
 * A step that fails: what was done is undone, in reverse, and the operation
 * ends as undone; when undo fails too (the cluster is gone) it is left
 * unfinished, for plan_resume or plan_undo. The same for a cancel, which is
 * looked at between steps and, in long ones, within.
 */
#ifndef BERTH_FLEET_RUN_H
#define BERTH_FLEET_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/progress.h"
#include "core/fleet/fleet.h"
#include "core/fleet/plan.h"
#include "db/operation.h"

/* For the steps that talk to somebody: a shell, a passphrase. */
struct run_terminal {
	/* This process's terminal, or what stands in for it, is the step's until it
	 * ends. Returns the descriptor for what is written there. */
	int (*take)(void *context);
	/* Asks for a line that is not shown. ERR_CANCELLED when there is none. */
	int (*ask)(void *context, const char *question, char *answer, size_t size, struct err *err);
};

/* How a run tells what it does; any member may be NULL. Called in the running
 * thread; step is called after the journal has it. */
struct run_listener {
	void (*step)(void *context, int number, int count, enum step_state state, const char *words);
	void (*remark)(void *context, const char *words); /* what should be known of a step that went well */
	struct progress progress; /* within the current step; cancelled() ends the run */
	const struct run_terminal *terminal; /* NULL: there is none to be had */
	void *context;
};

/* *id (may be NULL) is the operation's number, set as soon as it has one. */
int plan_run(struct fleet *fleet, const struct plan *plan,
	     const struct run_listener *listener, int64_t *id, struct err *err);
int plan_resume(struct fleet *fleet, int64_t id, const struct run_listener *listener, struct err *err);
int plan_undo(struct fleet *fleet, int64_t id, const struct run_listener *listener, struct err *err);

/* True when the operation is open and nobody works on it: it was killed, or
 * stopped by an error that undo could not clean up. */
bool operation_is_abandoned(const struct operation *operation);

/* An audit line for a request that was refused or failed before it became an
 * operation. target may be "". Best effort: err is what is told, not changed. */
void run_note_refusal(struct fleet *fleet, const char *command, const char *target, const struct err *err);

/* The user and machine for journal and audit. */
void run_who(char user[64], char machine[64]);

#endif
