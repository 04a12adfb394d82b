/* Operations: what the journal holds, and how to go on with it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/fleet/read.h"
#include "core/fleet/run.h"
#include "tui/commands/commands.h"

/* A journal can not see that its writer was killed. */
static const char *state_word(const struct operation *operation)
{
	if (operation->state == OPERATION_RUNNING && operation_is_abandoned(operation))
		return "killed";
	return operation_state_word(operation->state);
}

static void show_operation(const struct operation *operation, bool brief, struct out *out)
{
	out_int(out, "id", operation->id);
	out_string(out, "state", state_word(operation));
	out_string(out, "verb", operation->verb);
	out_string(out, "target", operation->target);
	out_int(out, "steps_done", operation->steps_done);
	out_int(out, "step_count", operation->step_count);
	out_string(out, "user", operation->user);
	out_time(out, "started", operation->started);
	if (!brief) {
		out_string(out, "machine", operation->machine);
		out_time(out, "ended", operation->ended);
		out_string(out, "command", operation->command);
	}
	out_string(out, "error", operation->error);
}

static int show_list(struct fleet *fleet, const struct call *call, struct out *out, struct err *err)
{
	struct operation *operations = NULL;
	size_t count = 0;
	const bool all = call_flag(call, "all");
	const int status = fleet_operations(fleet, !all, 0, &operations, &count, err);

	if (status)
		return status;
	out_list(out, NULL);
	for (size_t i = 0; i < count; i++) {
		out_record(out, NULL);
		show_operation(&operations[i], !out_is_json(out), out);
		out_end(out);
	}
	out_end(out);
	if (!count)
		out_line(out, all ? "no operations yet" : "no operation is running or unfinished; --all lists the others");
	free(operations);
	return 0;
}

const struct command command_op_list = {
	.noun = "op",
	.verb = "list",
	.args = "",
	.help = "List the operations that run or did not finish",
	.options = (const struct command_option[]){
		{"all", NULL, "those at an end as well", false},
		{0},
	},
	.show = show_list,
};

static int call_id(const struct call *call, int64_t *id, struct err *err)
{
	char *end;

	errno = 0;
	*id = strtoll(call->words[0], &end, 10);
	if (errno || *end || end == call->words[0] || *id < 1)
		return err_field(err, "id", "'%s' is no operation's number: `berth op list` shows them", call->words[0]);
	return 0;
}

static void show_steps(const struct operation_step *steps, int count, struct out *out)
{
	out_list(out, "steps");
	for (int i = 0; i < count; i++) {
		out_record(out, NULL);
		out_int(out, "number", steps[i].number + 1);
		out_string(out, "state", step_state_word(steps[i].state));
		out_string(out, "words", steps[i].words);
		out_time(out, "started", steps[i].started);
		out_time(out, "ended", steps[i].ended);
		out_string(out, "error", steps[i].error);
		out_end(out);
	}
	out_end(out);
}

static int show_one(struct fleet *fleet, const struct call *call, struct out *out, struct err *err)
{
	struct operation_step *steps = NULL;
	struct operation operation;
	int count = 0;
	int64_t id;
	int status = call_id(call, &id, err);

	if (!status)
		status = fleet_operation(fleet, id, &operation, &steps, &count, err);
	if (status)
		return status;
	out_record(out, NULL);
	show_operation(&operation, false, out);
	show_steps(steps, count, out);
	out_end(out);
	operation_steps_free(steps, count);
	return 0;
}

const struct command command_op_show = {
	.noun = "op",
	.verb = "show",
	.args = "ID",
	.words_min = 1,
	.words_max = 1,
	.help = "Show an operation with its steps",
	.show = show_one,
};

static int carry_resume(struct fleet *fleet, const struct call *call, const struct run_listener *listener, struct err *err)
{
	int64_t id;
	const int status = call_id(call, &id, err);

	return status ? status : plan_resume(fleet, id, listener, err);
}

const struct command command_op_resume = {
	.noun = "op",
	.verb = "resume",
	.args = "ID",
	.words_min = 1,
	.words_max = 1,
	.help = "Go on with an operation that did not finish",
	.key = "R",
	.places = PLACE_OPERATIONS,
	.guards = COMMAND_CLUSTER | COMMAND_WRITES | COMMAND_CONFIRM,
	.show = show_one,
	.carry = carry_resume,
};

static int carry_undo(struct fleet *fleet, const struct call *call, const struct run_listener *listener, struct err *err)
{
	int64_t id;
	const int status = call_id(call, &id, err);

	return status ? status : plan_undo(fleet, id, listener, err);
}

const struct command command_op_undo = {
	.noun = "op",
	.verb = "undo",
	.args = "ID",
	.words_min = 1,
	.words_max = 1,
	.help = "Take back what an operation that did not finish has done",
	.key = "U",
	.places = PLACE_OPERATIONS,
	.guards = COMMAND_CLUSTER | COMMAND_WRITES | COMMAND_CONFIRM,
	.show = show_one,
	.carry = carry_undo,
};
