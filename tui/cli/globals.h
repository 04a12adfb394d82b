/* The options that stand before or after any command. */
#ifndef BERTH_TUI_CLI_GLOBALS_H
#define BERTH_TUI_CLI_GLOBALS_H

#include <stdbool.h>

#include "base/err.h"
#include "core/fleet/fleet.h"
#include "tui/command.h"

struct globals {
	struct fleet_options options;
	bool json, dry_run, yes, quiet, verbose, ascii, version, help;
	char **words;      /* what is left: noun, verb, arguments and their options; owned */
	int word_count;
};

struct global_option {
	char letter;       /* 'i'; 0 none */
	struct command_option option;
};
/* Ends with a name of NULL. */
extern const struct global_option global_options[];

/* Points into argv. Free with globals_free, also after an error; what was
 * understood before the error is set (so that --json rules how it is told). */
int globals_parse(int argc, char *const *argv, struct globals *out, struct err *err);
void globals_free(struct globals *globals);

#endif
