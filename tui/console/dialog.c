#include "tui/console/dialog.h"

#include <stdlib.h>
#include <string.h>

#include "tui/console/app.h"
#include "tui/console/choices.h"
#include "tui/console/page.h"

struct dialog {
	struct view view;
	struct view *owner;
	struct dialog_spec spec;
	char title[160];
	char text[2048];
	struct choices choices;
	int count;
};

static struct dialog *dialog_of(struct view *view)
{
	return (struct dialog *)view;
}

static void view_draw(struct view *view, struct area area)
{
	struct dialog *this = dialog_of(view);
	const int width = area.width < 76 ? area.width - 4 : 72;
	struct page page = {.width = width - 6};

	page_words(&page, this->spec.alarming ? ROLE_BAD : ROLE_PLAIN, this->text);
	int height = page.count + this->count + 4;
	if (height > area.height)
		height = area.height;
	const struct area box = {area.y + (area.height - height) / 2, (area.width - width) / 2, height, width};
	int room = height - 4 - this->count;
	if (room < 1)
		room = 1;
	paint_box(&view->app->screen, box, this->title);
	page_draw(&page, &view->app->screen, (struct area){box.y + 1, box.x + 3, room, width - 6}, GROUND_PANEL);
	page_free(&page);
	choices_draw(&this->choices, this->spec.choices, this->count, &view->app->screen,
		     (struct area){box.y + room + 2, box.x + 2, height - room - 3, width - 4});
}

static void dialog_end(struct dialog *this, int choice)
{
	struct view *owner = this->owner;
	void (*chosen)(struct view *, int) = this->spec.chosen;

	app_close(&this->view);
	if (chosen)
		chosen(owner, choice);
}

static bool view_key(struct view *view, int key)
{
	struct dialog *this = dialog_of(view);

	if (key == INPUT_ESCAPE || key == INPUT_CONTROL('c') || key == 'q') {
		dialog_end(this, -1);
		return true;
	}
	const int taken = choices_key(&this->choices, &view->app->screen, key);
	if (taken >= 0)
		dialog_end(this, taken);
	return true;
}

static void view_close(struct view *view)
{
	free(view);
}

static const struct key_help keys[] = {
	{"Enter", "take the marked answer", "take"},
	{"Esc", "none of them", "back"},
	{NULL, NULL, NULL},
};

static const struct view_ops ops = {
	.overlay = true, .modal = true, .keys = keys, .draw = view_draw, .key = view_key, .close = view_close,
};

struct view *dialog_open(struct view *owner, const struct dialog_spec *spec)
{
	struct dialog *this = xcalloc(1, sizeof(*this));

	this->view.ops = &ops;
	this->owner = owner;
	this->spec = *spec;
	text_copy(this->title, sizeof(this->title), spec->title);
	text_copy(this->text, sizeof(this->text), spec->text);
	if (!spec->choices[0])
		this->spec.choices[0] = "Close";
	while (this->count < DIALOG_CHOICES && this->spec.choices[this->count])
		this->count++;
	list_set_count(&this->choices.list, this->count);
	list_select(&this->choices.list, spec->first);
	return &this->view;
}

void dialog_say(struct app *app, const char *title, const char *text, bool alarming)
{
	app_push(app, dialog_open(app->top, &(struct dialog_spec){.title = title, .text = text, .alarming = alarming}));
}
