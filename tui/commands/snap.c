/* Restore points. */
#include <stdio.h>
#include <stdlib.h>

#include "core/fleet/host_input.h"
#include "core/fleet/pending.h"
#include "core/fleet/points.h"
#include "tui/commands/commands.h"

/* The hosts are one word, so that a name can follow. */
static int plan_hosts(struct fleet *fleet, const struct call *call, host_planner *planner, struct plans *out, struct err *err)
{
	return plan_each_host(fleet, call, 1, planner, out, err);
}

static int plan_create_one(struct fleet *fleet, const struct call *call, const char *host, struct plans *out, struct err *err)
{
	return plan_snap_create(fleet, host, call->word_count > 1 ? call->words[1] : NULL, call_option(call, "note"), out, err);
}

static int plan_create(struct fleet *fleet, const struct call *call, struct plans *out, struct err *err)
{
	return plan_hosts(fleet, call, plan_create_one, out, err);
}

const struct command command_snap_create = {
	.noun = "snap",
	.verb = "create",
	.args = "HOST [NAME]",
	.words_min = 1,
	.words_max = 2,
	.help = "Take a restore point of root and boot dir, also while the machine runs; its name is the time if none is given",
	.options = (const struct command_option[]){
		{"note", "WORDS", "why", false},
		{0},
	},
	.key = "s",
	.places = PLACE_HOST | PLACE_POINTS,
	.guards = COMMAND_CLUSTER | COMMAND_WRITES,
	.plan = plan_create,
};

static const char *kept_word(const struct point_row *row)
{
	if (!row->there)
		return "MISSING";
	if (row->point.pinned)
		return "pinned";
	return row->kept ? "kept" : "until pruned";
}

static void show_point(const struct point_row *row, const char *host, struct out *out)
{
	char release[IMAGE_RELEASE];

	out_record(out, NULL);
	out_string(out, "name", row->point.name);
	out_time(out, "created", row->point.created);
	out_string(out, "kept", kept_word(row));
	if (row->used >= 0)
		out_size(out, "used", row->used);
	else
		out_string(out, "used", NULL);
	out_size(out, "size", row->point.size);
	out_string(out, "image", image_release_words(row->point.image, row->point.release, release));
	out_string(out, "user", row->point.user);
	out_string(out, "on", row->former ? "former root" : "root");
	out_string(out, "note", row->point.note);
	if (out_is_json(out)) {
		out_string(out, "host", host);
		out_bool(out, "safety", row->point.safety);
	}
	out_end(out);
}

static int show_list(struct fleet *fleet, const struct call *call, struct out *out, struct err *err)
{
	struct point_row *rows = NULL;
	size_t count = 0;
	const int status = point_rows(fleet, call->words[0], &rows, &count, err);

	if (!status) {
		out_list(out, NULL);
		for (size_t i = 0; i < count; i++)
			show_point(&rows[i], call->words[0], out);
		out_end(out);
	}
	if (!status && !count)
		out_line(out, "no restore points yet: `berth snap create %s` takes one", call->words[0]);
	free(rows);
	return status;
}

const struct command command_snap_list = {
	.noun = "snap",
	.verb = "list",
	.args = "HOST",
	.words_min = 1,
	.words_max = 1,
	.help = "List the restore points of a host, newest first, with the bytes that each holds",
	.guards = COMMAND_CLUSTER,
	.show = show_list,
};

/* What is asked for now and done at the next boot is the same line without --at-boot. */
static int plan_at_boot(struct fleet *fleet, const struct call *call, const char *host, struct plans *out, struct err *err)
{
	struct text line = {0};

	text_printf(&line, "berth snap rollback %s ", host);
	command_quote(call->words[1], &line);
	if (call_flag(call, "swap"))
		text_add(&line, " --swap");
	const int status = plan_pending(fleet, host, text_string(&line), out, err);
	text_free(&line);
	return status;
}

static int plan_rollback_one(struct fleet *fleet, const struct call *call, const char *host, struct plans *out, struct err *err)
{
	if (call_flag(call, "at-boot"))
		return plan_at_boot(fleet, call, host, out, err);
	return plan_snap_rollback(fleet, host, call->words[1], call_flag(call, "swap") ? ROLLBACK_SWAP : ROLLBACK_IN_PLACE, out, err);
}

static int plan_rollback(struct fleet *fleet, const struct call *call, struct plans *out, struct err *err)
{
	return plan_hosts(fleet, call, plan_rollback_one, out, err);
}

const struct command command_snap_rollback = {
	.noun = "snap",
	.verb = "rollback",
	.args = "HOST NAME",
	.words_min = 2,
	.words_max = 2,
	.help = "Put root, boot dir and boot script back to a restore point; what is there now becomes one first",
	.options = (const struct command_option[]){
		{"swap", NULL, "a clone becomes the root, the old one goes to the trash: no waiting, more space", false},
		{"at-boot", NULL, "the machine runs: do it when it is down, before its next boot (op run-pending)", false},
		{0},
	},
	.remedy = &command_host_fence,
	.ways = (const struct command_way[]){
		{NULL, "In place", "takes as long as there is data to put back"},
		{"swap", "Swap", "takes no time; the old root stays in the trash"},
		{"at-boot", "At its next boot", "held and rolled back once it is down"},
		{0},
	},
	.key = "R",
	.places = PLACE_POINTS,
	.guards = COMMAND_CLUSTER | COMMAND_WRITES | COMMAND_DESTROYS | COMMAND_CONFIRM,
	.plan = plan_rollback,
};

static int plan_rm_one(struct fleet *fleet, const struct call *call, const char *host, struct plans *out, struct err *err)
{
	return plan_snap_remove(fleet, host, call->words[1], out, err);
}

static int plan_rm(struct fleet *fleet, const struct call *call, struct plans *out, struct err *err)
{
	return plan_hosts(fleet, call, plan_rm_one, out, err);
}

const struct command command_snap_rm = {
	.noun = "snap",
	.verb = "rm",
	.args = "HOST NAME",
	.words_min = 2,
	.words_max = 2,
	.help = "Remove a restore point for good; refused while it is pinned or a clone depends on it",
	.key = "D",
	.places = PLACE_POINTS,
	.guards = COMMAND_CLUSTER | COMMAND_WRITES | COMMAND_DESTROYS | COMMAND_CONFIRM,
	.plan = plan_rm,
};

static int plan_pin_one(struct fleet *fleet, const struct call *call, const char *host, struct plans *out, struct err *err)
{
	return plan_snap_pin(fleet, host, call->words[1], true, out, err);
}

static int plan_pin(struct fleet *fleet, const struct call *call, struct plans *out, struct err *err)
{
	return plan_hosts(fleet, call, plan_pin_one, out, err);
}

const struct command command_snap_pin = {
	.noun = "snap",
	.verb = "pin",
	.args = "HOST NAME",
	.words_min = 2,
	.words_max = 2,
	.help = "Protect a restore point from removal",
	.key = "+",
	.places = PLACE_POINTS,
	.guards = COMMAND_CLUSTER | COMMAND_WRITES,
	.plan = plan_pin,
};

static int plan_unpin_one(struct fleet *fleet, const struct call *call, const char *host, struct plans *out, struct err *err)
{
	return plan_snap_pin(fleet, host, call->words[1], false, out, err);
}

static int plan_unpin(struct fleet *fleet, const struct call *call, struct plans *out, struct err *err)
{
	return plan_hosts(fleet, call, plan_unpin_one, out, err);
}

const struct command command_snap_unpin = {
	.noun = "snap",
	.verb = "unpin",
	.args = "HOST NAME",
	.words_min = 2,
	.words_max = 2,
	.help = "Take that protection away",
	.key = "-",
	.places = PLACE_POINTS,
	.guards = COMMAND_CLUSTER | COMMAND_WRITES,
	.plan = plan_unpin,
};

static int plan_prune_one(struct fleet *fleet, const struct call *call, const char *host, struct plans *out, struct err *err)
{
	(void)call;
	return plan_snap_prune(fleet, host, out, err);
}

static int plan_prune(struct fleet *fleet, const struct call *call, struct plans *out, struct err *err)
{
	return plan_each_host(fleet, call, call->word_count, plan_prune_one, out, err);
}

const struct command command_snap_prune = {
	.noun = "snap",
	.verb = "prune",
	.args = "HOST...",
	.words_min = 1,
	.words_max = CALL_WORDS,
	.help = "Remove the restore points that retention does not keep; --dry-run shows them",
	.guards = COMMAND_CLUSTER | COMMAND_WRITES | COMMAND_DESTROYS | COMMAND_CONFIRM,
	.plan = plan_prune,
};
