/*
 * The command line's face. One struct cli is one command that was typed.
 * Results go to stdout; progress, questions and errors to stderr.
 */
#ifndef BERTH_TUI_CLI_CLI_H
#define BERTH_TUI_CLI_CLI_H

#include "tui/cli/globals.h"

struct cli {
	const struct globals *globals;
	struct fleet *fleet;
	struct call call;
	char *scratch;     /* directory of an inventory to plan with, or NULL */
};

/* Runs what globals->words say, and returns the exit status. */
int cli_run(const struct globals *globals);

/* "berth: sentence" on stderr, or a JSON document on stdout. Returns the exit status. */
int cli_fail(const struct globals *globals, const struct err *err);

/* Opens the inventory; where there is none a command that only reads fails, and
 * one that writes plans on a scratch copy until cli_open_for_good makes it. */
int cli_open(struct cli *cli, struct err *err);
int cli_open_for_good(struct cli *cli, struct err *err);
void cli_close(struct cli *cli); /* also after cli_open failed */

/* Runs all plans, one after another, and prints their results. A plan that
 * fails does not stop those after it, unless it was cancelled or the cluster is
 * gone. Returns the first failure's exit status. ^C cancels what runs. */
int cli_run_plans(struct cli *cli, const struct plans *plans);
int cli_carry(struct cli *cli);

/* The plans in words, or as JSON. */
void cli_put_plans(const struct plans *plans, struct out *out);

/* Asks before a command that destroys. ERR_USAGE when nobody can be asked,
 * ERR_CANCELLED when the answer is no. */
int cli_confirm(const struct cli *cli, const struct plans *plans, struct err *err);

/* Operations that nobody works on any more: a line on stderr. */
void cli_name_unfinished(struct cli *cli);

/* help, demo, complete: return the exit status. */
int cli_help(int count, char *const *words, struct err *err);
int cli_demo(const char *word, struct err *err);
int cli_complete(void);

#endif
