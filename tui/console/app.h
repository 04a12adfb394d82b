/*
 * The console as a whole: what views, errands and the loop share. One struct
 * app, which console_run owns. The UI thread.
 */
#ifndef BERTH_TUI_CONSOLE_APP_H
#define BERTH_TUI_CONSOLE_APP_H

#include <stdbool.h>
#include <stdint.h>

#include "core/fleet/fleet.h"
#include "core/job/job.h"
#include "tui/console/memory.h"
#include "tui/console/snapshot.h"
#include "tui/console/task.h"
#include "tui/console/terminal.h"
#include "tui/console/view.h"

#define APP_ROOTS 8
#define HISTORY_LINES 100

struct app {
	struct fleet *fleet;           /* the caller's; workers fork it */
	struct fleet *reader;          /* the refreshes' own fork: it remembers what it has read */
	struct jobs *jobs;
	struct screen screen;
	struct view *top;              /* the stack */
	struct view *roots[APP_ROOTS]; /* as in views.c, opened when first needed */
	int root;
	uint64_t serials;              /* the last one given */
	struct snapshot *snapshot;     /* the newest; swapped, never changed */
	bool refreshing, refresh_again, paused;
	int64_t refresh_began, refresh_next; /* clock_ms */
	struct task *tasks;            /* newest first */
	char notice[1024];
	enum role notice_role;
	int64_t notice_at;             /* clock_ms */
	char *history[HISTORY_LINES];  /* of the palette, oldest first */
	int history_count;
	struct memory memory;          /* of columns and sort orders */
	bool keeping;                  /* it is being written */
	bool quit, quit_when_idle;
};

void app_push(struct app *app, struct view *view);
void app_close_top(struct app *app);
/* Closes what lies on the view of that serial; nothing when it is not in the stack. */
void app_back_to(struct app *app, uint64_t serial);
/* Closes the view and all that lie on it. */
void app_close(struct view *view);
/* Closes the view alone, wherever it is in the stack. */
void app_remove(struct view *view);
struct view *app_find(const struct app *app, uint64_t serial); /* NULL: closed meanwhile */

/* A sentence in the line of operations, until the next key that acts. */
void app_say(struct app *app, enum role role, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Shows the root view number `index` of views.c. */
void app_show_root(struct app *app, int index);

/* Quits, or asks when work runs. */
void app_ask_quit(struct app *app);

/* Tells all views that there is something new. */
void app_update(struct app *app);

/* Asks for a new snapshot now. */
void app_refresh(struct app *app);

/* Remembers a table's columns, sort and folds, for the next time as well. */
void app_keep_table(struct app *app, const struct table *table);

#endif
