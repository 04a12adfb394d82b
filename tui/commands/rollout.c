/* Roll-outs: a release for many hosts, batch by batch. */
#include "core/fleet/rollout.h"

#include <errno.h>
#include <stdlib.h>

#include "core/fleet/read.h"
#include "tui/commands/commands.h"

static int plan_begin(struct fleet *fleet, const struct call *call, struct plans *out, struct err *err)
{
	const struct rollout_input input = {
		.image = call->words[0], .hosts = call_option(call, "hosts"), .batch = call_option(call, "batch"),
		.wait = call_option(call, "wait"), .keep = call_option(call, "keep"),
	};

	return plan_rollout(fleet, &input, out, err);
}

const struct command command_rollout = {
	.noun = "rollout",
	.args = "IMAGE[@RELEASE]",
	.words_min = 1,
	.words_max = 1,
	.help = "Give many hosts a release, batch by batch; stop by itself when a batch does not come up",
	.options = (const struct command_option[]){
		{"hosts", "HOST[,HOST]", "who: a range or a group, as everywhere", true},
		{"batch", "N", "so many at a time; default 10", false},
		{"wait", "TIME", "how long a host may take to come up once it could boot: 90s, 10m, 2h; default 10m", false},
		{"keep", "PATH[,PATH]", "copy these from the old root: home, /srv/data ..., identity (machine-id, SSH host keys)", false},
		{0},
	},
	.guards = COMMAND_CLUSTER | COMMAND_WRITES | COMMAND_CONFIRM,
	.plan = plan_begin,
};

static int call_id(const struct call *call, int64_t *id, struct err *err)
{
	char *end;

	errno = 0;
	*id = strtoll(call->words[0], &end, 10);
	if (errno || *end || end == call->words[0] || *id < 1)
		return err_field(err, "id", "'%s' is no roll-out's number: `berth rollout list` shows them", call->words[0]);
	return 0;
}

static int to_do(const struct rollout *rollout)
{
	return rollout->counts[ROLLOUT_WAITING] + rollout->counts[ROLLOUT_HELD] + rollout->counts[ROLLOUT_CHANGED] +
	       rollout->counts[ROLLOUT_RETURNING];
}

static void show_rollout(const struct rollout *rollout, bool brief, struct out *out)
{
	char release[IMAGE_RELEASE];

	out_int(out, "id", rollout->id);
	out_string(out, "state", rollout_state_word(rollout->state));
	out_string(out, "image", image_release_words(rollout->image, rollout->release, release));
	out_int(out, "hosts", rollout->hosts);
	out_int(out, "to_do", to_do(rollout));
	out_int(out, "up", rollout->counts[ROLLOUT_UP]);
	out_int(out, "failed", rollout->counts[ROLLOUT_NOT_UP] + rollout->counts[ROLLOUT_FAILED]);
	out_int(out, "returned", rollout->counts[ROLLOUT_RETURNED]);
	out_time(out, "created", rollout->created);
	if (!brief) {
		out_int(out, "batch", rollout->batch);
		out_int(out, "wait", rollout->wait);
		out_string(out, "keep", rollout->keep);
		out_string(out, "user", rollout->user);
		out_string(out, "machine", rollout->machine);
	}
	out_string(out, "why", rollout->why);
}

static int show_list(struct fleet *fleet, const struct call *call, struct out *out, struct err *err)
{
	struct rollout *rollouts = NULL;
	size_t count = 0;
	const int status = fleet_rollouts(fleet, &rollouts, &count, err);

	(void)call;
	if (status)
		return status;
	out_list(out, NULL);
	for (size_t i = 0; i < count; i++) {
		out_record(out, NULL);
		show_rollout(&rollouts[i], !out_is_json(out), out);
		out_end(out);
	}
	out_end(out);
	if (!count)
		out_line(out, "no roll-outs yet");
	free(rollouts);
	return 0;
}

const struct command command_rollout_list = {
	.noun = "rollout",
	.verb = "list",
	.args = "",
	.help = "List the roll-outs, newest first",
	.show = show_list,
};

static void show_hosts(const struct rollout *rollout, const struct rollout_host *hosts, size_t count, struct out *out)
{
	out_list(out, "each");
	for (size_t i = 0; i < count; i++) {
		out_record(out, NULL);
		out_string(out, "host", hosts[i].host);
		out_int(out, "batch", hosts[i].position / rollout->batch + 1);
		out_string(out, "state", rollout_host_state_word(hosts[i].state));
		out_time(out, "since", hosts[i].since);
		out_string(out, "detail", hosts[i].detail);
		out_end(out);
	}
	out_end(out);
}

static int show_one(struct fleet *fleet, const struct call *call, struct out *out, struct err *err)
{
	struct rollout_host *hosts = NULL;
	struct rollout rollout;
	size_t count = 0;
	int64_t id;
	int status = call_id(call, &id, err);

	if (!status)
		status = rollout_read(fleet, id, &rollout, &hosts, &count, err);
	if (!status) {
		out_record(out, NULL);
		show_rollout(&rollout, false, out);
		show_hosts(&rollout, hosts, count, out);
		out_end(out);
	}
	free(hosts);
	return status;
}

const struct command command_rollout_show = {
	.noun = "rollout",
	.verb = "show",
	.args = "ID",
	.words_min = 1,
	.words_max = 1,
	.help = "Show a roll-out, with what became of each host",
	.show = show_one,
};

static int carry_resume(struct fleet *fleet, const struct call *call, const struct run_listener *listener, struct err *err)
{
	int64_t id;
	const int status = call_id(call, &id, err);

	return status ? status : rollout_resume(fleet, id, listener, err);
}

const struct command command_rollout_resume = {
	.noun = "rollout",
	.verb = "resume",
	.args = "ID",
	.words_min = 1,
	.words_max = 1,
	.help = "Go on with a roll-out that was left, or that stopped; hosts that failed are passed over",
	.key = "R",
	.places = PLACE_ROLLOUTS,
	.guards = COMMAND_CLUSTER | COMMAND_WRITES | COMMAND_CONFIRM,
	.show = show_one,
	.carry = carry_resume,
};

static int plan_back(struct fleet *fleet, const struct call *call, struct plans *out, struct err *err)
{
	int64_t id;
	const int status = call_id(call, &id, err);

	return status ? status : plan_rollout_back(fleet, id, out, err);
}

const struct command command_rollout_back = {
	.noun = "rollout",
	.verb = "back",
	.args = "ID",
	.words_min = 1,
	.words_max = 1,
	.help = "Give the hosts of a roll-out their old roots back; those that run get them at their next boot",
	.key = "B",
	.places = PLACE_ROLLOUTS,
	.guards = COMMAND_CLUSTER | COMMAND_WRITES | COMMAND_DESTROYS | COMMAND_CONFIRM,
	.plan = plan_back,
};
