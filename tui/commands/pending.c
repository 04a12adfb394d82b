/* What waits until a machine is down. */
#include <stdlib.h>
#include <string.h>

#include "core/fleet/pending.h"
#include "core/fleet/rollout.h"
#include "tui/commands/commands.h"
#include "tui/words.h"

static int show_pending(struct fleet *fleet, const struct call *call, struct out *out, struct err *err)
{
	struct pending *list = NULL;
	size_t count = 0;
	const int status = fleet_pending(fleet, &list, &count, err);

	(void)call;
	if (status)
		return status;
	out_list(out, NULL);
	for (size_t i = 0; i < count; i++) {
		out_record(out, NULL);
		out_string(out, "host", list[i].host);
		out_string(out, "command", list[i].command);
		out_string(out, "user", list[i].user);
		out_time(out, "created", list[i].created);
		out_end(out);
	}
	out_end(out);
	if (!count)
		out_line(out, "nothing waits for a boot");
	free(list);
	return 0;
}

const struct command command_op_pending = {
	.noun = "op",
	.verb = "pending",
	.args = "",
	.help = "List what waits until a machine is down",
	.show = show_pending,
};

static int plan_line(struct fleet *fleet, const char *line, struct plans *out, struct err *err)
{
	struct words words = {0};
	struct call call;
	int status = words_split(line, &words, err);

	if (!status) {
		words_drop_first(&words); /* "berth" */
		status = command_parse(words.count, words.items, &call, err);
	}
	if (!status && !call.command->plan)
		status = err_set(err, ERR_FAILED, "what waits (%s) is nothing that could be done", line);
	if (!status)
		status = call.command->plan(fleet, &call, out, err);
	words_free(&words);
	return status;
}

static int plan_one(struct fleet *fleet, const struct pending *pending, struct plans *out, struct err *err)
{
	bool due;
	int status = pending_is_due(fleet, pending->host, &due, err);

	if (status || !due)
		return status;
	status = plan_line(fleet, pending->command, out, err);
	if (!status)
		plan_add_pending_done(&out->items[out->count - 1], pending->host);
	return status;
}

static int plan_drop(struct fleet *fleet, const struct call *call, const char *host, struct plans *out, struct err *err)
{
	(void)call;
	return plan_pending_drop(fleet, host, out, err);
}

static int plan_run_pending(struct fleet *fleet, const struct call *call, struct plans *out, struct err *err)
{
	struct pending *list = NULL;
	size_t count = 0;
	int status;

	if (call_flag(call, "drop") != (call->word_count > 0))
		return err_field(err, "drop", "--drop and the hosts whose requests are to be dropped go together");
	if (call->word_count)
		return plan_each_host(fleet, call, call->word_count, plan_drop, out, err);
	status = fleet_pending(fleet, &list, &count, err);
	for (size_t i = 0; i < count && !status; i++)
		status = plan_one(fleet, &list[i], out, err);
	free(list);
	if (!status)
		status = plan_resets(fleet, out, err);
	return status ? status : plan_rollouts_due(fleet, out, err);
}

const struct command command_op_run_pending = {
	.noun = "op",
	.verb = "run-pending",
	.args = "[HOST...]",
	.words_max = CALL_WORDS,
	.help = "Do what waits for machines that are down now, go on with roll-outs, give hosts with --reset yes their fresh root",
	.options = (const struct command_option[]){
		{"drop", NULL, "forget what waits for these hosts", false},
		{0},
	},
	.guards = COMMAND_CLUSTER | COMMAND_WRITES | COMMAND_CONFIRM,
	.plan = plan_run_pending,
};
