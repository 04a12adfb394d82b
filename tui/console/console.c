#include "tui/console/console.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/console/app.h"
#include "tui/console/chrome.h"
#include "tui/console/keys.h"
#include "tui/console/views.h"

#define WORKERS 6
#define TICK_MS 1000 /* ages and clocks on the screen move on */

static int wait_ms(const struct app *app)
{
	const int64_t until = app->refresh_next - clock_ms();

	if (app->refreshing || app->paused || until > TICK_MS)
		return TICK_MS;
	return until > 0 ? (int)until : 0;
}

static void take_keys(struct app *app)
{
	int key;

	while (!app->quit && (key = terminal_key(&app->screen)) != INPUT_NONE)
		keys_take(app, key);
}

static void take_signals(struct app *app)
{
	switch (terminal_signals(&app->screen)) {
	case TERMINAL_END: app->quit = true; break;
	case TERMINAL_REDRAW: paint_redraw(); break;
	case TERMINAL_NOTHING: break;
	}
}

/* Draws once for all that came at once. A terminal that went away gives POLLHUP
 * on stdin. */
static void loop(struct app *app)
{
	struct pollfd fds[] = {
		{.fd = 0, .events = POLLIN}, {.fd = terminal_signal_fd(), .events = POLLIN},
		{.fd = jobs_fd(app->jobs), .events = POLLIN},
	};

	while (!app->quit) {
		chrome_draw(app);
		if (poll(fds, 3, wait_ms(app)) < 0 && errno != EINTR)
			return;
		if (fds[0].revents & (POLLHUP | POLLERR | POLLNVAL))
			return;
		take_signals(app);
		jobs_drain(app->jobs);
		take_keys(app);
		if (!app->refreshing && !app->paused && clock_ms() >= app->refresh_next)
			app_refresh(app);
		if (app->quit_when_idle && !task_count_open(app))
			app->quit = true;
	}
}

/* Jobs that end later find no view any more. */
static void close_views(struct app *app)
{
	while (app->top && app->top != app->roots[app->root])
		app_close_top(app);
	app->top = NULL;
	for (int i = 0; i < APP_ROOTS; i++) {
		if (app->roots[i])
			app->roots[i]->ops->close(app->roots[i]);
		app->roots[i] = NULL;
	}
}

/* With the terminal given back already: what is cancelled here may take a while
 * to be undone, and the admin should see why. */
static void end_work(struct app *app)
{
	const int open = task_count_open(app);
	const int64_t from = clock_ms();

	if (open)
		fprintf(stderr, "berth: cancelling %d operation%s, please wait\n", open, open == 1 ? "" : "s");
	else if (app->refreshing && from - app->refresh_began > 1000)
		fprintf(stderr, "berth: the cluster was asked and has not answered yet: waiting for it, or for the timeout\n");
	jobs_close(app->jobs);
	for (const struct task *task = app->tasks; task; task = task->next)
		if (task->ended >= from && task->state == TASK_FAILED)
			fprintf(stderr, "berth: %s: %s\n", task->title, task->error);
}

static void app_free(struct app *app)
{
	task_free_all(app);
	snapshot_free(app->snapshot);
	fleet_close(app->reader);
	memory_free(&app->memory);
	for (int i = 0; i < app->history_count; i++)
		free(app->history[i]);
}

static int run(struct app *app, const struct console_options *options, struct err *err)
{
	const int status = terminal_open(&app->screen, err);

	if (status)
		return status;
	app->screen.ascii |= options->ascii;
	app_show_root(app, 0);
	if (app->memory.complaint[0])
		app_say(app, ROLE_WARN, "%s", app->memory.complaint);
	app_refresh(app);
	loop(app);
	app->quit = true;
	close_views(app);
	terminal_close(&app->screen);
	return 0;
}

/* What the last keys changed, and no worker has written any more. */
static void keep_memory(const struct memory *memory)
{
	struct err ignored;
	char *text;

	if (!memory->changed || !memory->path)
		return;
	text = memory_text(memory);
	memory_write(memory->path, text, &ignored);
	free(text);
}

int console_run(struct fleet *fleet, const struct console_options *options, struct err *err)
{
	struct app app = {.fleet = fleet};

	memory_load(&app.memory);
	int status = snapshot_read_inventory(fleet, &app.snapshot, err);

	if (!status)
		status = jobs_open(WORKERS, &app.jobs, err);
	if (!status) {
		status = run(&app, options, err);
		end_work(&app);
	}
	keep_memory(&app.memory);
	app_free(&app);
	return status;
}
