#include "tui/console/hints.h"

#include <stdio.h>
#include <string.h>

#include "tui/command.h"

const struct key_help hints_everywhere[] = {
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

/* The first of the keys that a hint names: a click on it is that key. */
static int key_of(const char *keys)
{
	static const struct { const char *name; int key; } named[] = {
		{"Enter", INPUT_ENTER}, {"Esc", INPUT_ESCAPE}, {"Space", ' '}, {"Tab", INPUT_TAB}, {"Up", INPUT_UP},
		{"PgUp", INPUT_PAGE_UP},
	};

	for (size_t i = 0; i < sizeof(named) / sizeof(*named); i++)
		if (!strncmp(keys, named[i].name, strlen(named[i].name)))
			return named[i].key;
	return keys[0] == '^' && keys[1] ? INPUT_CONTROL(keys[1]) : keys[0];
}

/* False: it does not fit any more, nor should anything behind it be shown. */
static bool draw_hint(struct spots *spots, struct pen *pen, const char *keys, const char *words)
{
	const int from = pen->x;

	if (pen->x + (int)(strlen(keys) + strlen(words)) + 2 > pen->end)
		return false;
	pen_printf(pen, ROLE_ACCENT, "%s", keys);
	pen_printf(pen, ROLE_QUIET, " %s", words);
	spots_add(spots, &(struct spot){.y = pen->y, .x = from, .end = pen->x, .key = key_of(keys)});
	pen_space(pen, 2);
	return true;
}

static bool draw_hints_of(struct spots *spots, const struct key_help *keys, struct pen *pen)
{
	for (; keys && keys->keys; keys++)
		if (keys->hint && !draw_hint(spots, pen, keys->keys, keys->hint))
			return false;
	return true;
}

/* "doctor --repair" is "repair" where there is little room. */
static const char *short_name(const struct command *command)
{
	const char *word = command->verb ? command->verb : command->noun;

	return word + strspn(word, "-");
}

void hints_write_actions(const struct view *view, struct page *page)
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

static void draw_command_hints(struct spots *spots, const struct view *view, struct pen *pen)
{
	for (const struct command *const *at = command_table; *at; at++) {
		const struct command *command = *at;

		if (command->key && (command->places & view->ops->place) && !draw_hint(spots, pen, command->key, short_name(command)))
			return;
	}
}

/* What works everywhere keeps its place at the right end. */
void hints_draw(struct app *app, struct pen pen)
{
	const struct view *view = app->top;
	struct spots *spots = &app->screen.spots;
	const int tail = 29; /* what the hints of everywhere take */
	struct pen left = pen, right = pen;

	if (view->ops->modal) {
		pen_space(&pen, 1);
		draw_hints_of(spots, view->ops->keys, &pen);
		pen_fill(&pen);
		return;
	}
	left.end = pen.end - tail;
	right.x = pen.end - tail;
	pen_space(&left, 1);
	if (draw_hints_of(spots, view->ops->keys, &left))
		draw_command_hints(spots, view, &left);
	pen_fill(&left);
	draw_hints_of(spots, hints_everywhere, &right);
	pen_fill(&right);
}
