#include "tui/console/app.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "tui/console/dialog.h"
#include "tui/console/errand.h"
#include "tui/console/views.h"

#define REFRESH_MS 2000
#define ROOTS_A_SECOND 250

void app_push(struct app *app, struct view *view)
{
	view->app = app;
	view->below = app->top;
	view->serial = ++app->serials;
	app->top = view;
	if (view->ops->table)
		memory_recall_table(&app->memory, view->ops->table(view));
	if (view->ops->update)
		view->ops->update(view);
}

struct keeping {
	char *path, *text;
};

static int keeping_work(void *data, struct fleet *fleet, struct job *job, struct err *err)
{
	const struct keeping *keeping = data;

	(void)fleet;
	(void)job;
	return memory_write(keeping->path, keeping->text, err);
}

static void keep(struct app *app);

static void keeping_done(struct app *app, struct view *view, void *data, int status, const struct err *err)
{
	struct keeping *keeping = data;

	(void)view;
	app->keeping = false;
	if (status && status != ERR_CANCELLED)
		app_say(app, ROLE_WARN, "%s", err->text);
	free(keeping->path);
	free(keeping->text);
	free(keeping);
	keep(app);
}

/* One writer at a time, so that the newest one is the last. */
static void keep(struct app *app)
{
	struct keeping *keeping;

	if (!app->memory.changed || !app->memory.path || app->keeping || app->quit)
		return;
	keeping = xcalloc(1, sizeof(*keeping));
	*keeping = (struct keeping){xstrdup(app->memory.path), memory_text(&app->memory)};
	app->memory.changed = false;
	app->keeping = true;
	errand_start(app, NULL, &(struct errand){.work = keeping_work, .done = keeping_done, .data = keeping});
}

void app_keep_table(struct app *app, const struct table *table)
{
	memory_keep_table(&app->memory, table);
	keep(app);
}

static bool is_root(const struct app *app, const struct view *view)
{
	for (int i = 0; i < APP_ROOTS; i++)
		if (app->roots[i] == view)
			return true;
	return false;
}

static void close_top(struct app *app)
{
	struct view *view = app->top;

	app->top = view->below;
	view->ops->close(view);
}

static void uncover(const struct app *app)
{
	if (app->top && app->top->ops->uncovered)
		app->top->ops->uncovered(app->top);
}

void app_close_top(struct app *app)
{
	close_top(app);
	uncover(app);
}

void app_back_to(struct app *app, uint64_t serial)
{
	const struct view *view = app->top;

	while (view && view->serial != serial)
		view = view->below;
	while (view && app->top != view)
		app_close_top(app);
}

void app_close(struct view *view)
{
	struct app *app = view->app;
	bool last = false;

	while (!last && app->top) {
		last = app->top == view;
		close_top(app);
	}
	uncover(app);
}

void app_remove(struct view *view)
{
	struct view **at = &view->app->top;

	while (*at != view)
		at = &(*at)->below;
	*at = view->below;
	view->ops->close(view);
}

struct view *app_find(const struct app *app, uint64_t serial)
{
	for (struct view *view = app->top; view; view = view->below)
		if (view->serial == serial)
			return view;
	for (int i = 0; i < APP_ROOTS; i++) /* those that are not shown are in no stack */
		if (app->roots[i] && app->roots[i]->serial == serial)
			return app->roots[i];
	return NULL;
}

void app_say(struct app *app, enum role role, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(app->notice, sizeof(app->notice), format, args);
	va_end(args);
	text_harmless(app->notice);
	app->notice_role = role;
	app->notice_at = clock_ms();
}

/* The roots stay open below nothing, with their selections and filters. */
void app_show_root(struct app *app, int index)
{
	while (app->top && !is_root(app, app->top))
		close_top(app);
	app->root = index;
	if (!app->roots[index]) {
		app->roots[index] = view_roots[index].open();
		app->top = NULL;
		app_push(app, app->roots[index]);
	} else {
		app->top = app->roots[index];
		app->top->ops->update(app->top);
	}
}

static void quit_chosen(struct view *view, int choice)
{
	struct app *app = view->app;

	app->quit = choice == 2;
	app->quit_when_idle = choice == 1;
}

void app_ask_quit(struct app *app)
{
	const int open = task_count_open(app);
	char text[256];

	if (!open) {
		app->quit = true;
		return;
	}
	snprintf(text, sizeof(text), "%d operation%s still running. Cancelling takes back what %s did so far; "
		 "what can not be taken back stays in the journal, for `berth op resume` or `berth op undo`.",
		 open, open == 1 ? " is" : "s are", open == 1 ? "it" : "they");
	app_push(app, dialog_open(app->top, &(struct dialog_spec){
		.title = "Work is running", .text = text, .chosen = quit_chosen,
		.choices = {"Stay", "Quit when it is done", "Cancel it and quit"}}));
}

struct refresh {
	struct app *app;                 /* its fleet and its reader alone are touched on the worker */
	const struct snapshot *previous; /* the app's, which swaps it only in refresh_done */
	struct snapshot *next;
};

static int refresh_run(struct job *job, void *data, struct err *err)
{
	struct refresh *refresh = data;
	struct app *app = refresh->app;
	const int status = app->reader ? fleet_reload_site(app->reader, err) : fleet_fork(app->fleet, &app->reader, err);

	(void)job;
	return status ? status : snapshot_read(app->reader, refresh->previous, &refresh->next, err);
}

/* The roots that are not shown hold rows of the snapshot as well. */
void app_update(struct app *app)
{
	for (struct view *view = app->top; view; view = view->below)
		if (view->ops->update)
			view->ops->update(view);
	for (int i = 0; i < APP_ROOTS; i++)
		if (app->roots[i] && i != app->root)
			app->roots[i]->ops->update(app->roots[i]);
}

/* A refresh that took long is followed by a longer pause: at most a fifth of
 * the time goes into it. A large fleet is asked less often, so that a console
 * that nobody touches costs the machine next to nothing. But waiting for a lost
 * cluster is no work. */
static int64_t refresh_pause(const struct app *app)
{
	const int64_t took = clock_ms() - app->refresh_began, roots = (int64_t)app->snapshot->fleet->count;
	int64_t pause = REFRESH_MS;

	if (app->refresh_again)
		return 0;
	if (app->snapshot->fleet->link == LINK_UP) {
		pause = took * 4 > pause ? took * 4 : pause;
		pause = roots * 1000 / ROOTS_A_SECOND > pause ? roots * 1000 / ROOTS_A_SECOND : pause;
	}
	return pause;
}

static void refresh_done(void *data, int status, const struct err *err)
{
	struct refresh *refresh = data;
	struct app *app = refresh->app;

	app->refreshing = false;
	if (!status) {
		snapshot_free(app->snapshot);
		app->snapshot = refresh->next;
		app_update(app);
	} else if (status != ERR_CANCELLED) {
		app_say(app, ROLE_BAD, "%s", err->text);
	}
	app->refresh_next = clock_ms() + refresh_pause(app);
	free(refresh);
}

void app_refresh(struct app *app)
{
	if (app->refreshing || app->quit) {
		app->refresh_again = true;
		return;
	}
	struct refresh *refresh = xcalloc(1, sizeof(*refresh));
	*refresh = (struct refresh){.app = app, .previous = app->snapshot};
	app->refreshing = true;
	app->refresh_again = false;
	app->refresh_began = clock_ms();
	jobs_add(app->jobs, &(struct job_spec){.run = refresh_run, .done = refresh_done, .data = refresh});
}
