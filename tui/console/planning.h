/* Making plans, or the text of a command that only shows, on a worker. */
#ifndef BERTH_TUI_CONSOLE_PLANNING_H
#define BERTH_TUI_CONSOLE_PLANNING_H

#include "core/fleet/plan.h"
#include "tui/command.h"
#include "tui/console/app.h"
#include "tui/words.h"

/* One way to do it; a command that knows but one has one offer. */
struct offer {
	const struct command_way *way; /* NULL: there is no choice */
	struct plans plans;    /* none of a command that shows or carries on */
	char line[512];        /* as it could be typed */
};

struct planning {
	struct words words;
	struct offer offers[COMMAND_WAYS];
	int offer_count;       /* at least 1 when planning went well */
	char refused[1024];    /* why not every way is offered, or "" */
	char remedy[160];      /* what the command's remedy would do, when it could help; "" */
	char remedy_line[512];
	char *text;            /* of one that shows or carries on: what it says */
};

/* done: in the UI thread, unless the view was closed meanwhile; what it wants to
 * keep it takes out of *planning, the rest is freed behind it. Copies words.
 * Returns the job's number. Where the command has ways and the words choose none,
 * all are planned. */
int64_t planning_start(struct view *view, const struct words *words,
		       void (*done)(struct view *view, struct planning *planning, int status, const struct err *err));

/* The same for looking ahead: a refusal leaves no trace in the audit. */
int64_t planning_preview(struct view *view, const struct words *words,
			 void (*done)(struct view *view, struct planning *planning, int status, const struct err *err));

void planning_free(struct planning *planning);

#endif
