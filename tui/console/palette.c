#include "tui/console/palette.h"

#include <stdlib.h>
#include <string.h>

#include "tui/console/action.h"
#include "tui/console/app.h"
#include "tui/console/complete.h"
#include "tui/console/dialog.h"
#include "tui/console/line.h"
#include "tui/console/list.h"

#define SHOWN 8

struct palette {
	struct view view;
	struct line line;
	struct candidates candidates;
	struct list list;
	int history;           /* which one is shown; history_count: none */
};

static struct palette *palette_of(struct view *view)
{
	return (struct palette *)view;
}

static void offer(struct palette *this)
{
	char before[LINE_SIZE];

	memcpy(before, this->line.text, this->line.cursor);
	before[this->line.cursor] = '\0';
	complete_line(before, this->view.app->snapshot, &this->candidates);
	this->list = (struct list){.height = SHOWN};
	list_set_count(&this->list, this->candidates.count);
}

static void draw_candidate(const struct palette *this, int index, struct pen pen)
{
	const struct candidate *candidate = &this->candidates.items[index];

	pen_space(&pen, 2);
	pen_cell(&pen, ROLE_ACCENT, candidate->word, 24, false);
	pen_space(&pen, 1);
	pen_text(&pen, ROLE_QUIET, candidate->help);
	pen_fill(&pen);
}

static void view_draw(struct view *view, struct area area)
{
	struct palette *this = palette_of(view);
	struct screen *screen = &view->app->screen;
	const int shown = this->list.count < this->list.height ? this->list.count : this->list.height;
	const struct area above = {area.y + area.height - shown, 0, shown, screen->columns};
	struct pen pen = pen_at(screen, (struct area){area.y + area.height, 0, 1, screen->columns}, 0, GROUND_FIELD);

	for (int i = 0; i < shown; i++)
		draw_candidate(this, this->list.top + i,
			       pen_at(screen, above, i, this->list.top + i == this->list.selected ? GROUND_SELECTED : GROUND_PANEL));
	pen_text(&pen, ROLE_ACCENT, " :");
	line_draw(&this->line, &pen, ROLE_PLAIN, screen);
	pen_fill(&pen);
}

/* Puts the selected candidate in; the same key again takes the next word. */
static void take(struct palette *this)
{
	struct text text = {0};

	if (!this->candidates.count)
		return;
	text_append(&text, this->line.text, this->candidates.start);
	text_printf(&text, "%s ", this->candidates.items[this->list.selected].word);
	line_set(&this->line, text_string(&text));
	text_free(&text);
	offer(this);
}

static void remember(struct app *app, const char *line)
{
	if (app->history_count && !strcmp(app->history[app->history_count - 1], line))
		return;
	if (app->history_count == HISTORY_LINES) {
		free(app->history[0]);
		memmove(app->history, app->history + 1, (HISTORY_LINES - 1) * sizeof(*app->history));
		app->history_count--;
	}
	app->history[app->history_count++] = xstrdup(line);
}

static void recall(struct palette *this, int by)
{
	const struct app *app = this->view.app;
	const int wanted = this->history + by;

	if (wanted < 0 || wanted > app->history_count)
		return;
	this->history = wanted;
	line_set(&this->line, wanted < app->history_count ? app->history[wanted] : "");
	offer(this);
}

static void run(struct palette *this)
{
	struct app *app = this->view.app;
	struct words words = {0};
	struct err err = {0};
	char line[LINE_SIZE];
	const int status = words_split(this->line.text, &words, &err);

	text_copy(line, sizeof(line), this->line.text);
	app_close(&this->view);
	if (status) {
		dialog_say(app, "This is no command", err.text, true);
		return;
	}
	if (words.count && !strcmp(words.items[0], "berth")) /* a whole command line was pasted */
		words_drop_first(&words);
	if (!words.count)
		return;
	remember(app, line);
	if (words.count == 1 && (!strcmp(words.items[0], "q") || !strcmp(words.items[0], "quit")))
		app_ask_quit(app);
	else
		action_on_words(app, &words);
	words_free(&words);
}

static bool view_key(struct view *view, int key)
{
	struct palette *this = palette_of(view);

	switch (key) {
	case INPUT_ENTER: run(this); break;
	case INPUT_ESCAPE: case INPUT_CONTROL('c'): app_close(view); break;
	case INPUT_TAB: take(this); break;
	case INPUT_UP: recall(this, -1); break;
	case INPUT_DOWN: recall(this, 1); break;
	case INPUT_CONTROL('n'): list_select(&this->list, this->list.selected + 1); break;
	case INPUT_CONTROL('p'): list_select(&this->list, this->list.selected - 1); break;
	default:
		line_key(&this->line, key);
		offer(this);
	}
	return true;
}

static void view_paste(struct view *view, const char *text)
{
	line_paste(&palette_of(view)->line, text);
	offer(palette_of(view));
}

static void view_close(struct view *view)
{
	free(view);
}

static const struct key_help keys[] = {
	{"Enter", "run it", "run"},
	{"Tab", "take the marked word", "complete"},
	{"^N ^P", "mark another word", "another word"},
	{"Up Down", "lines from before", "history"},
	{"Esc", "back", "back"},
	{NULL, NULL, NULL},
};

static const struct view_ops ops = {
	.overlay = true, .modal = true, .keys = keys, .draw = view_draw, .key = view_key,
	.paste = view_paste, .close = view_close,
};

void palette_open(struct app *app)
{
	struct palette *this = xcalloc(1, sizeof(*this));

	this->view.ops = &ops;
	this->history = app->history_count;
	app_push(app, &this->view);
	offer(this);
}
