#include "tui/console/keys.h"

#include <stdio.h>
#include <string.h>

#include "tui/command.h"
#include "tui/console/action.h"
#include "tui/console/dialog.h"
#include "tui/console/help.h"
#include "tui/console/palette.h"
#include "tui/console/table.h"
#include "tui/console/text_view.h"
#include "tui/console/views.h"

#define WHEEL_LINES 3

static const struct view *base_of(const struct view *view)
{
	while (view->ops->overlay)
		view = view->below;
	return view;
}

static const struct command *command_of_key(const struct view *view, int key)
{
	if (!view->ops->place || key < ' ' || key > '~')
		return NULL;
	for (const struct command *const *at = command_table; *at; at++)
		if ((*at)->key && (*at)->key[0] == key && !(*at)->key[1] && ((*at)->places & view->ops->place))
			return *at;
	return NULL;
}

void keys_copy(struct app *app, const char *line)
{
	terminal_copy(line);
	app_say(app, ROLE_ACCENT, "%s", line);
}

static void copy_line(struct app *app)
{
	char line[512] = "berth";

	if (app->top->ops->line)
		app->top->ops->line(app->top, line, sizeof(line));
	keys_copy(app, line);
}

static void cancel_newest(struct app *app)
{
	struct task *task = task_newest_open(app);

	if (!task) {
		app_say(app, ROLE_QUIET, "nothing is running: there is nothing to cancel");
		return;
	}
	task_cancel(app, task);
}

static void turn_pause(struct app *app)
{
	app->paused = !app->paused;
	app->refresh_next = clock_ms();
}

static void turn_mouse(struct app *app)
{
	terminal_set_mouse(&app->screen, !app->screen.mouse);
	app_say(app, ROLE_ACCENT, "%s", app->screen.mouse ? "the mouse is berth's" : "the mouse is the terminal's; M takes it again");
}

static void show_help(struct app *app)
{
	struct view *view = text_view_open("Help", NULL);
	const struct view *about = base_of(app->top);

	help_write(about, text_view_page(view));
	app_push(app, view);
}

static void go_back(struct app *app)
{
	if (app->quit_when_idle)
		app->quit_when_idle = false;
	else if (app->top->below)
		app_close_top(app);
}

static bool show_view(struct app *app, int key)
{
	for (int i = 0; view_roots[i].open; i++)
		if (key == '1' + i) {
			app_show_root(app, i);
			return true;
		}
	return false;
}

static bool take_everywhere(struct app *app, int key)
{
	switch (key) {
	case ':': palette_open(app); return true;
	case '?': show_help(app); return true;
	case INPUT_ESCAPE: case INPUT_BACKSPACE: go_back(app); return true;
	case 'r': app_refresh(app); return true;
	case 'P': turn_pause(app); return true;
	case 'M': turn_mouse(app); return true;
	case 'x': cancel_newest(app); return true;
	case 'y': copy_line(app); return true;
	case 'q': case INPUT_CONTROL('c'): app_ask_quit(app); return true;
	default: return show_view(app, key);
	}
}

static bool take_always(struct app *app, int key)
{
	switch (key) {
	case INPUT_CONTROL('l'): paint_redraw(); return true;
	case INPUT_CONTROL('z'): terminal_suspend(&app->screen); return true;
	default: return false;
	}
}

static void take_paste(struct app *app)
{
	if (app->top->ops->paste)
		app->top->ops->paste(app->top, text_string(&app->screen.pasted));
	else
		app_say(app, ROLE_WARN, "pasted text is ignored here: keys act, and a paste might have done anything");
}

static bool is_inside(const struct screen *screen, struct area area)
{
	return screen->mouse_y >= area.y && screen->mouse_y < area.y + area.height;
}

/* Into a table; the second click at one place opens what the first one selected. */
static void take_click(struct app *app)
{
	struct view *view = app->top;
	struct table *table = view->ops->table ? view->ops->table(view) : NULL;

	if (!table || !is_inside(&app->screen, table->place))
		view->ops->key(view, INPUT_CLICK);
	else if (!table_click(table, app->screen.mouse_y, app->screen.mouse_x))
		app_keep_table(app, table); /* it may be sorted by another column now */
	else if (app->screen.mouse_again)
		view->ops->key(view, INPUT_ENTER);
}

/* As the arrows do. Never in an overlay: there they choose answers and fields. */
static void take_wheel(struct app *app, int key)
{
	struct view *view = app->top;

	for (int i = 0; i < WHEEL_LINES && !view->ops->overlay; i++)
		view->ops->key(view, key);
}

/* A hint is its key, whatever has the keys now; a breadcrumb is the way back to it. */
static bool take_spot(struct app *app)
{
	const struct spot *spot = spots_find(&app->screen.spots, app->screen.mouse_y, app->screen.mouse_x);

	if (spot && spot->key)
		keys_take(app, spot->key);
	else if (spot && !app->top->ops->modal)
		app_back_to(app, spot->serial);
	return spot != NULL;
}

static bool take_mouse(struct app *app, int key)
{
	if (key == INPUT_CLICK && take_spot(app))
		return true;
	switch (key) {
	case INPUT_CLICK: take_click(app); return true;
	case INPUT_WHEEL_UP: take_wheel(app, INPUT_UP); return true;
	case INPUT_WHEEL_DOWN: take_wheel(app, INPUT_DOWN); return true;
	default: return false;
	}
}

void keys_take(struct app *app, int key)
{
	if (key == INPUT_OTHER) /* such as a new size: nothing that was pressed to go on */
		return;
	app->notice[0] = '\0';
	if (take_mouse(app, key))
		return;
	if (key == INPUT_PASTE) {
		take_paste(app);
		return;
	}
	if (take_always(app, key) || app->top->ops->key(app->top, key) || app->top->ops->modal)
		return;
	const struct command *command = command_of_key(app->top, key);
	if (command)
		action_on_targets(app, command);
	else
		take_everywhere(app, key);
}
