/*
 * Work that a view sends to a worker: it runs there with a fleet of its own,
 * and its end comes back to the UI thread, where the view may be gone by then.
 */
#ifndef BERTH_TUI_CONSOLE_ERRAND_H
#define BERTH_TUI_CONSOLE_ERRAND_H

#include "tui/console/app.h"

struct errand {
	/* On a worker. */
	int (*work)(void *data, struct fleet *fleet, struct job *job, struct err *err);
	/* In the UI thread, once, also when it was cancelled or never ran. view:
	 * the one that sent it, NULL when it is closed or none did. Frees data. */
	void (*done)(struct app *app, struct view *view, void *data, int status, const struct err *err);
	/* In the UI thread, for each job_post; frees message. May be NULL. */
	void (*message)(void *data, void *message);
	void *data;
};

/* Returns the job's number, for jobs_cancel. The errand is copied. */
int64_t errand_start(struct app *app, const struct view *view, const struct errand *errand);

#endif
