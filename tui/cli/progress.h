/*
 * How far a plan is, on stderr: a line a step; on a terminal the current one is
 * rewritten as it goes, elsewhere each appears when it is at an end. And ^C: it
 * only asks; the run ends when it can do so cleanly.
 */
#ifndef BERTH_TUI_CLI_PROGRESS_H
#define BERTH_TUI_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/fleet/run.h"
#include "tui/cli/globals.h"

struct progress_line {
	bool quiet, verbose, terminal;
	int output;            /* what a shell prints goes there: stdout, if that is no document */
	char title[128];       /* printed before the first step, then "" */
	char words[256];       /* of the step that runs */
	int number, count;
	int64_t began, drawn;  /* clock_ms */
};

void progress_line_open(struct progress_line *line, const struct globals *globals);
struct run_listener progress_line_listener(struct progress_line *line);

/* terminal.c, on a progress line as their context: for a step that has a shell, or
 * asks for a passphrase. */
extern const struct run_terminal terminal_of_line;

/* From now on SIGINT, SIGTERM and SIGHUP ask to stop, and SIGPIPE is ignored. */
void interrupt_begin(void);
void interrupt_end(void);
bool interrupt_came(void);

#endif
