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

struct progress_line {
	bool quiet, verbose, terminal;
	char title[128];       /* printed before the first step, then "" */
	char words[256];       /* of the step that runs */
	int number, count;
	int64_t began, drawn;  /* clock_ms */
};

void progress_line_open(struct progress_line *line, bool quiet, bool verbose);
struct run_listener progress_line_listener(struct progress_line *line);

/* From now on SIGINT, SIGTERM and SIGHUP ask to stop, and SIGPIPE is ignored. */
void interrupt_begin(void);
void interrupt_end(void);
bool interrupt_came(void);

#endif
