/* Hosts and who is let in: fence, rotate. */
#include <stdlib.h>

#include "core/fleet/fence.h"
#include "core/fleet/host_input.h"
#include "core/fleet/provision.h"
#include "core/fleet/read.h"
#include "tui/commands/commands.h"

static int plan_fence_one(struct fleet *fleet, const struct call *call, const char *host, struct plans *out, struct err *err)
{
	return call_flag(call, "lift") ? plan_host_unfence(fleet, host, out, err) : plan_host_fence(fleet, host, out, err);
}

static int plan_fence(struct fleet *fleet, const struct call *call, struct plans *out, struct err *err)
{
	return plan_each_host(fleet, call, call->word_count, plan_fence_one, out, err);
}

const struct command command_host_fence = {
	.noun = "host",
	.verb = "fence",
	.args = "HOST...",
	.words_min = 1,
	.words_max = CALL_WORDS,
	.help = "Cut off who holds the root, at its exact address and nonce; the next boot is let in",
	.options = (const struct command_option[]){
		{"lift", NULL, "let those in again who were cut off", false},
		{0},
	},
	.key = "F",
	.places = PLACE_FLEET | PLACE_HOST | PLACE_POINTS,
	.guards = COMMAND_CLUSTER | COMMAND_WRITES | COMMAND_DESTROYS | COMMAND_CONFIRM,
	.plan = plan_fence,
};

static int plan_rotate_one(struct fleet *fleet, const struct call *call, const char *host, struct plans *out, struct err *err)
{
	(void)call;
	return plan_host_rotate(fleet, host, out, err);
}

static int plan_rotate_all(struct fleet *fleet, struct plans *out, struct err *err)
{
	struct host *hosts = NULL;
	struct root *roots = NULL;
	size_t count = 0;
	int status = fleet_hosts(fleet, &hosts, &roots, &count, err);

	for (size_t i = 0; i < count && !status; i++)
		if (roots[i].host_id)
			status = plan_host_rotate(fleet, hosts[i].name, out, err);
	free(hosts);
	free(roots);
	return status;
}

static int plan_rotate(struct fleet *fleet, const struct call *call, struct plans *out, struct err *err)
{
	if (call_flag(call, "all") == (call->word_count > 0))
		return err_field(err, "host", "name the hosts whose keys are to be new, or give --all for all of them");
	return call_flag(call, "all") ? plan_rotate_all(fleet, out, err)
				      : plan_each_host(fleet, call, call->word_count, plan_rotate_one, out, err);
}

const struct command command_host_rotate = {
	.noun = "host",
	.verb = "rotate",
	.args = "[HOST...]",
	.words_max = CALL_WORDS,
	.help = "Give hosts a new key; the old one is dead when they connect anew",
	.options = (const struct command_option[]){
		{"all", NULL, "every host that has a root", false},
		{0},
	},
	.guards = COMMAND_CLUSTER | COMMAND_WRITES | COMMAND_CONFIRM,
	.plan = plan_rotate,
};
