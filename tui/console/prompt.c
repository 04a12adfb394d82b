#include "tui/console/prompt.h"

#include <stdlib.h>
#include <string.h>

#include "tui/console/app.h"
#include "tui/console/line.h"

struct prompt {
	struct view view;
	struct view *owner;
	struct prompt_spec spec;
	struct line line;
};

static struct prompt *prompt_of(struct view *view)
{
	return (struct prompt *)view;
}

static void view_draw(struct view *view, struct area area)
{
	struct prompt *this = prompt_of(view);
	struct screen *screen = &view->app->screen;
	struct pen pen = pen_at(screen, (struct area){area.y + area.height, 0, 1, screen->columns}, 0, GROUND_FIELD);

	pen_space(&pen, 1);
	pen_text(&pen, ROLE_ACCENT, this->spec.label);
	line_draw(&this->line, &pen, ROLE_PLAIN, screen);
	pen_fill(&pen);
}

static void prompt_changed(struct prompt *this)
{
	if (this->spec.changed)
		this->spec.changed(this->owner, this->line.text);
}

static void prompt_end(struct prompt *this, bool taken)
{
	struct view *owner = this->owner;
	const struct prompt_spec spec = this->spec;
	const struct line line = this->line;

	app_close(&this->view);
	spec.ended(owner, line.text, taken);
}

static bool view_key(struct view *view, int key)
{
	struct prompt *this = prompt_of(view);

	switch (key) {
	case INPUT_ENTER: prompt_end(this, true); break;
	case INPUT_ESCAPE: case INPUT_CONTROL('c'): prompt_end(this, false); break;
	default:
		if (line_key(&this->line, key) == LINE_CHANGED)
			prompt_changed(this);
	}
	return true;
}

static void view_paste(struct view *view, const char *text)
{
	line_paste(&prompt_of(view)->line, text);
	prompt_changed(prompt_of(view));
}

static void view_close(struct view *view)
{
	free(view);
}

static const struct key_help keys[] = {
	{"Enter", "keep it", "keep"},
	{"Esc", "as it was before", "as before"},
	{NULL, NULL, NULL},
};

static const struct view_ops ops = {
	.overlay = true, .modal = true, .keys = keys, .draw = view_draw, .key = view_key, .paste = view_paste,
	.close = view_close,
};

struct view *prompt_open(struct view *owner, const struct prompt_spec *spec)
{
	struct prompt *this = xcalloc(1, sizeof(*this));

	this->view.ops = &ops;
	this->owner = owner;
	this->spec = *spec;
	line_set(&this->line, spec->text ? spec->text : "");
	return &this->view;
}
