/* Hosts and their roots: provision, assign, retire. */
#include "core/fleet/pending.h"
#include "core/fleet/provision.h"
#include "tui/commands/commands.h"

static int plan_provision_one(struct fleet *fleet, const struct call *call, const char *host,
			      struct plans *out, struct err *err)
{
	(void)call;
	return plan_host_provision(fleet, host, out, err);
}

static int plan_provision(struct fleet *fleet, const struct call *call, struct plans *out, struct err *err)
{
	return plan_each_host(fleet, call, call->word_count, plan_provision_one, out, err);
}

const struct command command_host_provision = {
	.noun = "host",
	.verb = "provision",
	.args = "HOST...",
	.words_min = 1,
	.words_max = CALL_WORDS,
	.help = "Give hosts their root, key, boot dir and boot script; safe to repeat",
	.key = "p",
	.places = PLACE_FLEET | PLACE_HOST,
	.guards = COMMAND_CLUSTER | COMMAND_WRITES | COMMAND_CONFIRM,
	.plan = plan_provision,
};

static int plan_assign_one(struct fleet *fleet, const struct call *call, const char *host,
			   struct plans *out, struct err *err)
{
	const struct assign assign = {
		.image = call->words[call->word_count - 1], .keep = call_option(call, "keep"), .point = call_option(call, "point"),
	};
	char line[512];

	if (!call_flag(call, "at-boot"))
		return plan_host_assign(fleet, host, &assign, out, err);
	const int status = assign_line(fleet, host, &assign, line, err);
	return status ? status : plan_pending(fleet, host, line, out, err);
}

static int plan_assign(struct fleet *fleet, const struct call *call, struct plans *out, struct err *err)
{
	return plan_each_host(fleet, call, call->word_count - 1, plan_assign_one, out, err);
}

const struct command command_host_assign = {
	.noun = "host",
	.verb = "assign",
	.args = "HOST... IMAGE[@RELEASE]",
	.words_min = 2,
	.words_max = CALL_WORDS,
	.help = "Give hosts another root, a fresh clone; the old one is kept as a restore point",
	.options = (const struct command_option[]){
		{"keep", "PATH[,PATH]", "copy these from the old root: home, /srv/data ..., identity (machine-id, SSH host keys)", false},
		{"point", "NAME", "the restore point's name; default before-assign-TIME", false},
		{"at-boot", NULL, "do it when the machine is down, before its next boot", false},
		{0},
	},
	.remedy = &command_host_fence,
	.key = "a",
	.places = PLACE_FLEET | PLACE_HOST,
	.guards = COMMAND_CLUSTER | COMMAND_WRITES | COMMAND_DESTROYS | COMMAND_CONFIRM,
	.plan = plan_assign,
};

static int plan_retire_one(struct fleet *fleet, const struct call *call, const char *host,
			   struct plans *out, struct err *err)
{
	(void)call;
	return plan_host_retire(fleet, host, out, err);
}

static int plan_retire(struct fleet *fleet, const struct call *call, struct plans *out, struct err *err)
{
	return plan_each_host(fleet, call, call->word_count, plan_retire_one, out, err);
}

const struct command command_host_retire = {
	.noun = "host",
	.verb = "retire",
	.args = "HOST...",
	.words_min = 1,
	.words_max = CALL_WORDS,
	.help = "Move the roots and boot dirs of hosts to the trash; the hosts stay as drafts",
	.remedy = &command_host_fence,
	.key = "R",
	.places = PLACE_FLEET | PLACE_HOST,
	.guards = COMMAND_CLUSTER | COMMAND_WRITES | COMMAND_DESTROYS | COMMAND_CONFIRM,
	.plan = plan_retire,
};
