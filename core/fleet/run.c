#include "core/fleet/run.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "core/fleet/owner.h"
#include "core/fleet/peers.h"
#include "core/fleet/step.h"
#include "db/audit.h"

struct run {
	struct fleet *fleet;
	int64_t id;
	struct operation_step *steps;
	int count;
	const struct run_listener *listener;
	struct err verdict;
	struct text remarks;
	char target[sizeof(((struct operation *)0)->target)];
	char former[OWNER_SIZE]; /* who worked on it before; "": nobody */
	bool claimed;
};

void run_who(char user[64], char machine[64])
{
	const struct passwd *entry = getpwuid(getuid());

	if (entry)
		text_copy(user, 64, entry->pw_name);
	else
		snprintf(user, 64, "uid %u", (unsigned)getuid());
	if (gethostname(machine, 64))
		text_copy(machine, 64, "unknown");
	machine[63] = '\0';
}

static const struct progress *run_progress(const struct run *run)
{
	return run->listener ? &run->listener->progress : NULL;
}

/* The journal first, then whoever listens: a test may kill us in the listener. */
static int step_mark(struct run *run, struct operation_step *step, enum step_state state,
		     const char *before, const char *error, struct err *err)
{
	const int status = operation_step_put(fleet_db(run->fleet), run->id, step->number,
					      state, before, error, err);

	if (status)
		return status;
	step->state = state;
	if (run->listener && run->listener->step)
		run->listener->step(run->listener->context, step->number, run->count, state, step->words);
	return 0;
}

static int step_open(struct run *run, const struct operation_step *row, struct step *step,
		     const struct step_kind **kind, struct err *err)
{
	*kind = step_kind_find(row->kind);
	if (!*kind)
		return err_set(err, ERR_FAILED, "operation %lld has a step '%s' that this berth does "
			       "not know: use the newer berth that began it", (long long)run->id, row->kind);
	*step = (struct step){
		.fleet = run->fleet,
		.args = json_loads(row->args ? row->args : "{}", 0, NULL),
		.before = row->before ? json_loads(row->before, 0, NULL) : json_object(),
		.progress = run_progress(run),
		.listener = run->listener,
		.verdict = &run->verdict,
		.remarks = &run->remarks,
	};
	if (step->args && step->before)
		return 0;
	json_decref(step->args);
	json_decref(step->before);
	return err_set(err, ERR_FAILED, "the journal of operation %lld is damaged at step %d (%s)",
		       (long long)run->id, row->number + 1, row->words);
}

static void step_close(struct step *step)
{
	json_decref(step->args);
	json_decref(step->before);
}

/* Looks, and journals what was there before anything is changed. */
static int step_begin(struct run *run, struct operation_step *row, struct step *step,
		      const struct step_kind *kind, struct err *err)
{
	bool kept = false;
	int status = kind->look ? kind->look(step, &kept, err) : 0;

	if (status)
		return status;
	free(row->before); /* undo reads it, in this run or in another one */
	row->before = json_dumps(step->before, JSON_COMPACT | JSON_SORT_KEYS);
	return step_mark(run, row, kept ? STEP_KEPT : STEP_STARTED, row->before, NULL, err);
}

static int step_do(struct run *run, struct operation_step *row, struct err *err)
{
	const struct step_kind *kind;
	struct step step;
	int status = step_open(run, row, &step, &kind, err);

	if (status)
		return status;
	if (row->state == STEP_WAITING || row->state == STEP_UNDONE)
		status = step_begin(run, row, &step, kind, err);
	if (!status && row->state == STEP_STARTED) {
		status = kind->run(&step, err);
		if (!status)
			status = step_mark(run, row, STEP_DONE, NULL, NULL, err);
	}
	step_close(&step);
	return status;
}

static int step_undo(struct run *run, struct operation_step *row, struct err *err)
{
	const struct step_kind *kind;
	struct step step;
	int status = step_open(run, row, &step, &kind, err);

	if (status)
		return status;
	step.progress = NULL; /* a cancelled operation must still undo */
	if (kind->undo)
		status = kind->undo(&step, err);
	step_close(&step);
	return status ? status : step_mark(run, row, STEP_UNDONE, NULL, NULL, err);
}

/* Who holds a host's boot lets it go at the end: of two who do, of two inventories,
 * the first at its end would let it go under the second. */
static int run_claim(struct run *run, struct err *err)
{
	bool holds = false;

	for (int i = 0; i < run->count; i++)
		holds |= !strcmp(run->steps[i].kind, "hold-script");
	if (!holds || run->claimed)
		return 0;
	const int status = peers_claim(run->fleet, run->target, run->former, err);
	run->claimed = !status;
	return status;
}

/* A cluster that is gone would only be waited for once more: the claim runs out. */
static void run_release(struct run *run, int status)
{
	struct err ignored;

	if (status == ERR_UNREACHABLE)
		return;
	if (run->claimed)
		peers_release(run->fleet, run->target, &ignored);
	peers_stir(run->fleet, &ignored);
}

static int run_forward(struct run *run, struct err *err)
{
	int status = run_claim(run, err);

	if (status)
		return status;
	for (int i = 0; i < run->count; i++) {
		struct operation_step *row = &run->steps[i];

		if (row->state == STEP_DONE || row->state == STEP_KEPT)
			continue;
		if (!run->verdict.code && progress_cancelled(run_progress(run)))
			return err_set(err, ERR_CANCELLED, "cancelled before step %d: %s", i + 1, row->words);
		status = step_do(run, row, err);
		if (status)
			return status;
	}
	return 0;
}

static int run_backward(struct run *run, struct err *err)
{
	for (int i = run->count - 1; i >= 0; i--) {
		struct operation_step *row = &run->steps[i];

		if (row->state != STEP_DONE && row->state != STEP_STARTED)
			continue;
		int status = run_claim(run, err);
		if (!status)
			status = step_undo(run, row, err);
		if (status)
			return status;
	}
	return 0;
}

static const char *result_word(enum operation_state state, int status)
{
	if (status == ERR_REFUSED)
		return "refused";
	if (status == ERR_CANCELLED)
		return "cancelled";
	if (status)
		return "failed";
	return state == OPERATION_UNDONE ? "undone" : "done";
}

static int note(struct fleet *fleet, struct audit *audit, const char *command, const char *target, struct err *err)
{
	text_copy(audit->command, sizeof(audit->command), command);
	text_copy(audit->target, sizeof(audit->target), target);
	run_who(audit->user, audit->machine);
	return audit_add(fleet_db(fleet), audit, err);
}

void run_note_refusal(struct fleet *fleet, const char *command, const char *target, const struct err *err)
{
	struct audit audit = {0};
	struct err ignored;

	if (fleet_is_read_only(fleet))
		return;
	text_copy(audit.result, sizeof(audit.result), result_word(OPERATION_UNDONE, err->code));
	text_copy(audit.detail, sizeof(audit.detail), err->text);
	note(fleet, &audit, command, target, &ignored);
}

static int run_end(struct run *run, enum operation_state state, int status,
		   const struct err *why, struct err *err)
{
	struct db *db = fleet_db(run->fleet);
	struct operation operation;
	const char *text = status ? why->text : "";

	run_release(run, status);
	int failed = operation_end(db, run->id, state, text, err);

	if (!failed)
		failed = operation_by_id(db, run->id, &operation, err);
	if (failed)
		return failed;
	struct audit audit = {.operation_id = run->id};
	text_copy(audit.result, sizeof(audit.result), result_word(state, status));
	text_copy(audit.detail, sizeof(audit.detail), *text ? text : text_string(&run->remarks));
	return note(run->fleet, &audit, operation.command, operation.target, err);
}

/* Done; but perhaps not as whoever asked for it would have liked. */
static int run_finish(struct run *run, struct err *err)
{
	const int status = run_end(run, OPERATION_DONE, run->verdict.code, &run->verdict, err);

	if (status || !run->verdict.code)
		return status;
	*err = run->verdict;
	return err->code;
}

/* A run that failed takes back what it did, unless the cluster is gone: then
 * undo could only fail as well, and the journal keeps it for later. */
static int run_fail(struct run *run, int status, struct err *err)
{
	struct err why = *err, undo = {0};
	enum operation_state state = OPERATION_UNFINISHED;

	if (status != ERR_UNREACHABLE && !run_backward(run, &undo))
		state = OPERATION_UNDONE;
	else
		snprintf(why.text, sizeof(why.text), "%.600s; operation %lld is unfinished: "
			 "`berth op resume %lld` or `berth op undo %lld`", err->text,
			 (long long)run->id, (long long)run->id, (long long)run->id);
	struct err ignored;
	run_end(run, state, status, &why, &ignored);
	*err = why;
	return status;
}

static struct operation_step *steps_of_plan(const struct plan *plan)
{
	struct operation_step *steps = xcalloc((size_t)plan->count + 1, sizeof(*steps));

	for (int i = 0; i < plan->count; i++) {
		steps[i].number = i;
		text_copy(steps[i].kind, sizeof(steps[i].kind), plan->steps[i].kind);
		text_copy(steps[i].words, sizeof(steps[i].words), plan->steps[i].words);
		steps[i].args = json_dumps(plan->steps[i].args, JSON_COMPACT | JSON_SORT_KEYS);
	}
	return steps;
}

static void run_free(struct run *run)
{
	operation_steps_free(run->steps, run->count);
	text_free(&run->remarks);
}

static int run_open(struct run *run, const struct plan *plan, struct err *err)
{
	struct operation operation = {0};

	text_copy(operation.verb, sizeof(operation.verb), plan->verb);
	text_copy(operation.target, sizeof(operation.target), plan->target);
	text_copy(operation.command, sizeof(operation.command), plan->command);
	run_who(operation.user, operation.machine);
	owner_self(operation.owner);
	text_copy(run->target, sizeof(run->target), plan->target);
	run->fleet->acting = true;
	run->count = plan->count;
	run->steps = steps_of_plan(plan);
	const int status = operation_begin(fleet_db(run->fleet), &operation, run->steps, run->count, err);
	run->id = operation.id;
	return status;
}

int plan_run(struct fleet *fleet, const struct plan *plan,
	     const struct run_listener *listener, int64_t *id, struct err *err)
{
	struct run run = {.fleet = fleet, .listener = listener};
	int status = run_open(&run, plan, err);

	if (!status) {
		if (id)
			*id = run.id;
		status = run_forward(&run, err);
		status = status ? run_fail(&run, status, err) : run_finish(&run, err);
	}
	run_free(&run);
	return status;
}

static int run_take(struct run *run, struct err *err)
{
	struct db *db = fleet_db(run->fleet);
	struct operation operation;
	char owner[128];
	int status = operation_by_id(db, run->id, &operation, err);

	if (status)
		return status;
	if (operation.state == OPERATION_DONE || operation.state == OPERATION_UNDONE)
		return err_set(err, ERR_REFUSED, "operation %lld (%s) is %s: there is nothing to resume or undo",
			       (long long)run->id, operation.command, operation_state_word(operation.state));
	if (!operation_is_abandoned(&operation))
		return err_set(err, ERR_REFUSED, "operation %lld (%s) is being worked on by %s on %s: "
			       "wait for it, or stop that berth first", (long long)run->id,
			       operation.command, operation.user, operation.machine);
	owner_self(owner);
	text_copy(run->target, sizeof(run->target), operation.target);
	text_copy(run->former, sizeof(run->former), operation.owner);
	run->fleet->acting = true;
	status = operation_take(db, run->id, operation.owner, owner, err);
	return status ? status : operation_steps(db, run->id, &run->steps, &run->count, err);
}

/* What was asked for failed again: it stays in the journal as it is. */
static int run_leave(struct run *run, int status, struct err *err)
{
	struct err ignored;

	run_end(run, OPERATION_UNFINISHED, status, err, &ignored);
	return status;
}

int plan_resume(struct fleet *fleet, int64_t id, const struct run_listener *listener, struct err *err)
{
	struct run run = {.fleet = fleet, .id = id, .listener = listener};
	int status = run_take(&run, err);

	if (!status) {
		status = run_forward(&run, err);
		status = status ? run_leave(&run, status, err) : run_finish(&run, err);
	}
	run_free(&run);
	return status;
}

int plan_undo(struct fleet *fleet, int64_t id, const struct run_listener *listener, struct err *err)
{
	struct run run = {.fleet = fleet, .id = id, .listener = listener};
	int status = run_take(&run, err);

	if (!status) {
		status = run_backward(&run, err);
		status = status ? run_leave(&run, status, err)
				: run_end(&run, OPERATION_UNDONE, 0, NULL, err);
	}
	run_free(&run);
	return status;
}
