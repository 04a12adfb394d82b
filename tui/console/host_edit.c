#include "tui/console/host_edit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tui/console/action.h"
#include "tui/console/choices.h"
#include "tui/console/dialog.h"
#include "tui/console/editor.h"
#include "tui/console/host_reading.h"
#include "tui/console/host_text.h"
#include "tui/console/plan_dialog.h"
#include "tui/console/planning.h"

#define TEXT_MOST 65536

struct host_edit {
	struct view view;
	const struct command *set;
	struct host host;      /* as it was when the editor was opened */
	char path[256];        /* "": no file yet */
	char *text;            /* as it was handed to the editor last */
	bool tried;            /* it has something of the admin's in it: not to be lost */
	bool waiting;          /* for a worker */
	struct choices choices;
};

static struct host_edit *edit_of(struct view *view)
{
	return (struct host_edit *)view;
}

static int write_file(struct host_edit *this, struct err *err)
{
	FILE *file = NULL;

	if (!this->path[0]) {
		const char *tmp = getenv("TMPDIR");

		snprintf(this->path, sizeof(this->path), "%s/berth-host-XXXXXX.txt", tmp && *tmp ? tmp : "/tmp");
		const int fd = mkstemps(this->path, 4); /* mode 0600 */
		file = fd < 0 ? NULL : fdopen(fd, "w");
	} else {
		file = fopen(this->path, "we");
	}
	const bool whole = file && fputs(this->text, file) >= 0 && !fflush(file);
	if (file)
		fclose(file);
	return whole ? 0 : err_set(err, ERR_FAILED, "%s can not be written: %s", this->path, strerror(errno));
}

static char *read_file(const char *path)
{
	FILE *file = fopen(path, "re");
	char *text = xcalloc(1, TEXT_MOST + 1);

	if (file) {
		text[fread(text, 1, TEXT_MOST, file)] = '\0';
		fclose(file);
	}
	return text;
}

/* Leaves; what the admin wrote stays in the file. */
static void leave(struct host_edit *this, enum role role, const char *why)
{
	struct app *app = this->view.app;

	if (this->tried)
		app_say(app, role, "%s: %s. What you wrote is in %s", this->host.name, why, this->path);
	else
		app_say(app, role, "%s: %s", this->host.name, why);
	if (!this->tried && this->path[0])
		unlink(this->path);
	this->path[0] = '\0';
	app_close(&this->view);
}

static void edit(struct host_edit *this, int line);

/* The editor again, at the line that is wrong. */
static void note_error(struct host_edit *this, int line, const char *error)
{
	char *noted = host_text_note(this->text, &line, error);

	free(this->text);
	this->text = noted;
	edit(this, line);
}

static void planned(struct view *view, struct planning *planning, int status, const struct err *err)
{
	struct host_edit *this = edit_of(view);

	this->waiting = false;
	if (!status)
		app_push(view->app, plan_dialog_ask(this->set, planning, view));
	else if (err->field[0])
		note_error(this, host_text_line(this->text, err->field), err->text);
	else
		dialog_say(view->app, "This can't be done", err->text, true);
}

static void plan(struct host_edit *this, const struct words *options)
{
	struct words words = {0};

	words_add(&words, this->set->noun);
	words_add(&words, this->set->verb);
	words_add(&words, this->host.name);
	for (int i = 0; i < options->count; i++)
		words_add(&words, options->items[i]);
	this->waiting = true;
	planning_start(&this->view, &words, planned);
	words_free(&words);
}

/* What came back from the editor. */
static void take(struct host_edit *this, char *text)
{
	const bool same = !strcmp(text, this->text);
	struct words options = {0};
	struct err err = {0};
	int line;

	this->tried |= !same;
	free(this->text);
	this->text = text;
	if (same) {
		leave(this, ROLE_QUIET, "nothing was changed");
		return;
	}
	if (host_text_read(text, &this->host, this->set, &options, &line, &err)) {
		note_error(this, line, err.text);
	} else if (options.count) {
		plan(this, &options);
	} else {
		this->tried = false; /* comments and blanks */
		leave(this, ROLE_QUIET, "nothing was changed");
	}
	words_free(&options);
}

static void edit(struct host_edit *this, int line)
{
	struct err err = {0};
	int status = write_file(this, &err);

	if (!status)
		status = editor_run(&this->view.app->screen, this->path, line, &err);
	if (status)
		leave(this, ROLE_WARN, err.text);
	else
		take(this, read_file(this->path));
}

static void host_ready(struct view *view, const struct host *host, int status, const struct err *err)
{
	struct host_edit *this = edit_of(view);
	struct app *app = view->app;

	if (status) {
		app_close(view);
		dialog_say(app, "This can't be done", err->text, true);
		return;
	}
	this->waiting = false;
	this->host = *host;
	this->text = host_text_write(&this->host, this->set);
	edit(this, 0);
}

static void view_draw(struct view *view, struct area area)
{
	static const char *const words[] = {"Edit again", "Leave it: nothing is changed"};
	struct host_edit *this = edit_of(view);
	const int width = area.width < 60 ? area.width - 4 : 56;
	const struct area box = {area.y + area.height / 2 - 3, (area.width - width) / 2, 5, width};
	char title[96];

	snprintf(title, sizeof(title), "Edit %s", this->host.name);
	paint_box(&view->app->screen, box, title);
	struct pen pen = pen_at(&view->app->screen, (struct area){box.y + 1, box.x + 3, 1, width - 6}, 0, GROUND_PANEL);
	pen_text(&pen, ROLE_QUIET, this->waiting ? "one moment ..." : "It is not done yet.");
	choices_draw(&this->choices, words, this->waiting ? 0 : 2, &view->app->screen,
		     (struct area){box.y + 2, box.x + 2, 2, width - 4});
}

static bool view_key(struct view *view, int key)
{
	struct host_edit *this = edit_of(view);
	const int taken = this->waiting ? CHOICES_MOVED : choices_key(&this->choices, &view->app->screen, key);

	if (key == INPUT_ESCAPE || key == INPUT_CONTROL('c') || taken == 1)
		leave(this, ROLE_WARN, "nothing was changed");
	else if (taken == 0)
		edit(this, 0);
	return true;
}

static void view_close(struct view *view)
{
	struct host_edit *this = edit_of(view);

	if (this->path[0])
		unlink(this->path);
	free(this->text);
	free(this);
}

static const struct key_help keys[] = {
	{"Enter", "take the marked answer", "take"},
	{"Esc", "leave it", "leave it"},
	{NULL, NULL, NULL},
};

static const struct view_ops ops = {
	.overlay = true, .modal = true, .keys = keys, .draw = view_draw, .key = view_key, .close = view_close,
};

static void open_edit(struct app *app, const struct command *set, const char *name)
{
	struct host_edit *this = xcalloc(1, sizeof(*this));

	this->view.ops = &ops;
	this->set = set;
	this->waiting = true;
	text_copy(this->host.name, sizeof(this->host.name), name);
	app_push(app, &this->view);
	host_reading_start(&this->view, name, host_ready);
}

void host_edit_target(struct app *app)
{
	const struct command *set = command_find("host", "set");
	const char *names[2];
	const int count = app->top->ops->targets(app->top, names, 2);

	if (count != 1)
		app_say(app, ROLE_WARN, "%s", count ? "as text one host is edited at a time; e edits several in a form"
			: "no host is selected");
	else if (!action_refuse(app, set))
		open_edit(app, set, names[0]);
}
