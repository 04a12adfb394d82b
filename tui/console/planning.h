/* Making plans, or the text of a command that only shows, on a worker. */
#ifndef BERTH_TUI_CONSOLE_PLANNING_H
#define BERTH_TUI_CONSOLE_PLANNING_H

#include "core/fleet/plan.h"
#include "tui/console/app.h"
#include "tui/words.h"

struct planning {
	struct words words;
	struct plans plans;    /* of a command that plans */
	char *text;            /* of one that shows or carries on: what it says */
	char line[512];        /* as it could be typed */
};

/* done: in the UI thread, unless the view was closed meanwhile; what it wants to
 * keep it takes out of *planning, the rest is freed behind it. Copies words.
 * Returns the job's number. */
int64_t planning_start(struct view *view, const struct words *words,
		       void (*done)(struct view *view, struct planning *planning, int status, const struct err *err));

#endif
