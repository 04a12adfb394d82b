/* Maintenance of roots. */
#include "core/fleet/shell.h"
#include "tui/commands/commands.h"

static const struct command_option options[] = {
	{"run", "COMMAND", "run this instead of a shell; its failure is berth's", false},
	{0},
};

static int plan_host(struct fleet *fleet, const struct call *call, struct plans *out, struct err *err)
{
	return plan_host_shell(fleet, call->words[0], call_option(call, "run"), out, err);
}

const struct command command_host_shell = {
	.noun = "host",
	.verb = "shell",
	.args = "HOST",
	.words_min = 1,
	.words_max = 1,
	.help = "Open a shell in a host's root and /boot while the host is down and held; needs root",
	.options = options,
	.guards = COMMAND_CLUSTER | COMMAND_WRITES | COMMAND_TERMINAL,
	.plan = plan_host,
};

static int plan_image(struct fleet *fleet, const struct call *call, struct plans *out, struct err *err)
{
	return plan_image_shell(fleet, call->words[0], call_option(call, "run"), out, err);
}

const struct command command_image_shell = {
	.noun = "image",
	.verb = "shell",
	.args = "IMAGE",
	.words_min = 1,
	.words_max = 1,
	.help = "Open a shell in a golden image, for its next release; needs root",
	.options = options,
	.guards = COMMAND_CLUSTER | COMMAND_WRITES | COMMAND_TERMINAL,
	.plan = plan_image,
};
