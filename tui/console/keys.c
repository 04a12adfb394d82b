#include "tui/console/keys.h"

#include <stdio.h>
#include <string.h>

#include "tui/command.h"
#include "tui/console/action.h"
#include "tui/console/dialog.h"
#include "tui/console/palette.h"
#include "tui/console/table.h"
#include "tui/console/text_view.h"
#include "tui/console/views.h"

#define WHEEL_LINES 3

static const struct key_help everywhere[] = {
	{":", "any command of berth's, with completion and history", "command"},
	{"?", "this help", "help"},
	{"Esc", "back", NULL},
	{"r", "refresh now; it happens by itself every 2 s", NULL},
	{"P", "pause: nothing is refreshed by itself; the same again goes on", NULL},
	{"x", "cancel the newest operation that runs", NULL},
	{"y", "the command line for what is here, also to the clipboard", NULL},
	{"mouse", "a click selects, two open, on a column's title it sorts; the wheel moves", NULL},
	{"M", "leave the mouse to the terminal, or take it again; BERTH_MOUSE=off", NULL},
	{"^L", "draw the screen anew", NULL},
	{"^Z", "to the shell; fg comes back", NULL},
	{"q", "quit; asks while work runs", "quit"},
	{NULL, NULL, NULL},
};

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

	keys_write_help(about, text_view_page(view));
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

static bool take_mouse(struct app *app, int key)
{
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

/* False: it does not fit any more, nor should anything behind it be shown. */
static bool draw_hint(struct pen *pen, const char *keys, const char *words)
{
	if (pen->x + (int)(strlen(keys) + strlen(words)) + 2 > pen->end)
		return false;
	pen_printf(pen, ROLE_ACCENT, "%s", keys);
	pen_printf(pen, ROLE_QUIET, " %s", words);
	pen_space(pen, 2);
	return true;
}

static bool draw_hints_of(const struct key_help *keys, struct pen *pen)
{
	for (; keys && keys->keys; keys++)
		if (keys->hint && !draw_hint(pen, keys->keys, keys->hint))
			return false;
	return true;
}

/* "doctor --repair" is "repair" where there is little room. */
static const char *short_name(const struct command *command)
{
	const char *word = command->verb ? command->verb : command->noun;

	return word + strspn(word, "-");
}

void keys_write_actions(const struct view *view, struct page *page)
{
	int column = 2;

	page_add(page, ROLE_PLAIN, "  ");
	for (const struct command *const *at = command_table; *at; at++) {
		const char *word = short_name(*at);

		if (!(*at)->key || !((*at)->places & view->ops->place))
			continue;
		if (column + (int)strlen(word) + 6 > page->width) {
			page_end(page);
			page_add(page, ROLE_PLAIN, "  ");
			column = 2;
		}
		page_add(page, ROLE_ACCENT, "%s", (*at)->key);
		page_add(page, ROLE_PLAIN, " %s    ", word);
		column += (int)strlen(word) + 6;
	}
	page_end(page);
}

static void draw_command_hints(const struct view *view, struct pen *pen)
{
	for (const struct command *const *at = command_table; *at; at++) {
		const struct command *command = *at;

		if (command->key && (command->places & view->ops->place) && !draw_hint(pen, command->key, short_name(command)))
			return;
	}
}

/* What works everywhere keeps its place at the right end. */
void keys_draw_hints(const struct app *app, struct pen pen)
{
	const struct view *view = app->top;
	const int tail = 29; /* what the hints of everywhere take */
	struct pen left = pen, right = pen;

	if (view->ops->modal) {
		pen_space(&pen, 1);
		draw_hints_of(view->ops->keys, &pen);
		pen_fill(&pen);
		return;
	}
	left.end = pen.end - tail;
	right.x = pen.end - tail;
	pen_space(&left, 1);
	if (draw_hints_of(view->ops->keys, &left))
		draw_command_hints(view, &left);
	pen_fill(&left);
	draw_hints_of(everywhere, &right);
	pen_fill(&right);
}

static void help_keys(struct page *page, const struct key_help *keys)
{
	for (; keys && keys->keys; keys++) {
		page_add(page, ROLE_ACCENT, "  %-10s", keys->keys);
		page_add(page, ROLE_PLAIN, "%s", keys->words);
		page_end(page);
	}
}

static void help_views(struct page *page)
{
	page_add(page, ROLE_PLAIN, " ");
	for (int i = 0; view_roots[i].open; i++) {
		page_add(page, ROLE_ACCENT, " %d ", i + 1);
		page_add(page, ROLE_PLAIN, "%s ", view_roots[i].name);
	}
	page_end(page);
}

static void help_head(struct page *page, const char *words)
{
	page_add(page, ROLE_STRONG, "%s", words);
	page_end(page);
}

static void help_actions(const struct view *view, struct page *page)
{
	for (const struct command *const *at = command_table; *at; at++) {
		const struct command *command = *at;

		if (!command->key || !(command->places & view->ops->place))
			continue;
		page_add(page, ROLE_ACCENT, "  %-10s", command->key);
		page_add(page, ROLE_PLAIN, "%s", command->help);
		page_add(page, ROLE_QUIET, "   %s %s", command->noun, command->verb ? command->verb : "");
		page_end(page);
	}
}

static void help_commands(struct page *page)
{
	for (const struct command *const *at = command_table; *at; at++) {
		struct text usage = {0};

		command_usage(*at, &usage);
		page_add(page, ROLE_PLAIN, "  %s", text_string(&usage));
		page_end(page);
		page_add(page, ROLE_QUIET, "      %s", (*at)->help);
		page_end(page);
		text_free(&usage);
	}
}

static void help_states(const struct view *view, struct page *page)
{
	static const char *const words[HOST_STATES] = {
		[HOST_DRAFT] = "no root yet", [HOST_DOWN] = "nobody watches its root: free to boot",
		[HOST_UP] = "one client watches its root", [HOST_HELD] = "its boot is blocked on purpose",
		[HOST_STALE] = "a lock whose owner does not answer: it did not shut down",
		[HOST_FOREIGN] = "watched from an address that is not its own",
		[HOST_DOUBLE] = "two read-write clients on one root",
		[HOST_MISSING] = "the inventory has a root, the cluster has none",
		[HOST_UNKNOWN] = "the cluster did not answer",
	};

	for (int state = 0; state < HOST_STATES; state++) {
		const enum host_state which = (enum host_state)state;

		page_add(page, theme_state_role(which), "  %s %-8s", view->app->screen.ascii ? host_state_ascii(which)
			 : host_state_sign(which), host_state_word(which));
		page_add(page, ROLE_PLAIN, "  %s", words[state]);
		page_end(page);
	}
}

void keys_write_help(const struct view *view, struct page *page)
{
	char title[160];

	view->ops->title(view, title, sizeof(title));
	page_add(page, ROLE_STRONG, "In this view: %s", title);
	page_end(page);
	help_keys(page, view->ops->keys);
	help_actions(view, page);
	page_end(page);
	help_head(page, "Everywhere");
	help_views(page);
	help_keys(page, everywhere);
	page_end(page);
	help_head(page, "States");
	help_states(view, page);
	page_end(page);
	help_head(page, "Commands, for : and for the shell");
	help_commands(page);
}
