/* What only the command line does, and does itself (tui/cli/). */
#include "tui/commands/commands.h"

const struct command command_demo = {
	.noun = "demo",
	.args = "[start|stop|reset]",
	.words_max = 1,
	.help = "A one-node cluster on this machine with a sample fleet, to try berth on",
	.guards = COMMAND_FACE,
};

const struct command command_help = {
	.noun = "help",
	.args = "[NOUN [VERB]]",
	.words_max = 2,
	.help = "Help on a command; `berth help man` prints the manual page",
	.guards = COMMAND_FACE,
};

const struct command command_complete = {
	.noun = "complete",
	.args = "[WORD...]",
	.words_max = 3,
	.help = "Completion for bash: complete -o default -C 'berth complete' berth",
	.guards = COMMAND_FACE,
};
