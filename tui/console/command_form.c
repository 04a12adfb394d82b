#include "tui/console/command_form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/console/action.h"
#include "tui/console/app.h"
#include "tui/console/form.h"
#include "tui/console/host_reading.h"
#include "tui/console/host_values.h"
#include "tui/console/plan_dialog.h"
#include "tui/console/plan_page.h"
#include "tui/console/planning.h"

struct command_form {
	struct view view;
	const struct command *command;
	struct words words;    /* noun, verb, targets */
	int targets;
	int arguments;         /* the first fields are arguments, the others options */
	char title[160];
	struct form form;
	int64_t job;           /* the one that checks it; 0 none */
	bool fresh;            /* not pushed yet */
	bool reading;          /* what the inventory has */
	struct planning preview; /* what it would do as it was when a field was left last */
	char previewed[2048];  /* the fields as they were for that */
	bool previewing, preview_due; /* due: something was left meanwhile */
};

static struct command_form *form_of(const struct view *view)
{
	return (struct command_form *)(uintptr_t)view;
}

static bool is_set(const struct command *command)
{
	return !strcmp(command->noun, "host") && command->verb && !strcmp(command->verb, "set");
}

/* "HOST... IMAGE[@RELEASE]" without its targets: a field each. */
static void add_arguments(struct command_form *this)
{
	char args[128], *rest = args, *word;
	int skip = this->targets ? 1 : 0;

	text_copy(args, sizeof(args), this->command->args);
	while ((word = strsep(&rest, " "))) {
		const bool optional = *word == '[';
		char name[32] = "", *out = name;

		if (!*word || skip-- > 0)
			continue;
		for (word += optional; *word && strchr("[].@", *word) == NULL && out < name + sizeof(name) - 1; word++)
			*out++ = *word >= 'A' && *word <= 'Z' ? (char)(*word + 32) : *word;
		form_add(&this->form, name, this->command->help, !optional);
		this->arguments++;
	}
}

static void add_options(struct command_form *this)
{
	for (const struct command_option *option = this->command->options; option && option->name; option++) {
		if (!option->value)
			form_add_flag(&this->form, option->name, option->help);
		else if (strchr(option->value, '|'))
			form_add_choice(&this->form, option->name, option->help, option->required, option->value);
		else
			form_add(&this->form, option->name, option->help, option->required);
	}
}

static void host_values(struct form *form, const struct host *host)
{
	for (int i = 0; i < form->count; i++) {
		struct text value = {0};

		host_value_add(host, form->fields[i].name, &value);
		form_set(form, form->fields[i].name, text_string(&value));
		text_free(&value);
	}
}

static void host_ready(struct view *view, const struct host *host, int status, const struct err *err)
{
	struct command_form *this = form_of(view);

	this->reading = false;
	if (status)
		form_fail(&this->form, err);
	else
		host_values(&this->form, host);
}

static void offer(struct form *form, const char *name, const char (*offers)[130], size_t count)
{
	for (int i = 0; i < form->count; i++)
		if (!strcmp(form->fields[i].name, name)) {
			form->fields[i].offers = offers;
			form->fields[i].offer_count = (int)count;
		}
}

/* When it is pushed: reads what is there. Then: what there is to choose from. */
static void view_update(struct view *view)
{
	struct command_form *this = form_of(view);
	const struct snapshot *snapshot = view->app->snapshot;

	offer(&this->form, "image", snapshot->releases, snapshot->release_count);
	offer(&this->form, "group", snapshot->groups, snapshot->group_count);
	if (this->fresh && is_set(this->command) && this->targets == 1) {
		this->reading = true;
		host_reading_start(view, this->words.items[2], host_ready);
	}
	this->fresh = false;
}

static void add_option(const struct form_field *field, struct words *words)
{
	char option[64];

	snprintf(option, sizeof(option), "--%s", field->name);
	if (!field_changed(field))
		return;
	if (field->kind == FIELD_FLAG && !field->line.text[0])
		return;
	words_add(words, option);
	if (field->kind != FIELD_FLAG)
		words_add(words, field->line.text);
}

static struct words make_words(const struct command_form *this)
{
	struct words words = words_copy(&this->words);

	for (int i = 0; i < this->form.count; i++) {
		const struct form_field *field = &this->form.fields[i];

		if (i >= this->arguments)
			add_option(field, &words);
		else if (field->line.text[0])
			words_add(&words, field->line.text);
	}
	return words;
}

/* Without a question of its own the plan runs at once: the form was one. */
static void go_on(struct command_form *this, struct planning *planning)
{
	const struct command *command = this->command;
	struct app *app = this->view.app;

	if (command->guards & (COMMAND_CONFIRM | COMMAND_TYPED)) {
		app_push(app, plan_dialog_ask(command, planning, &this->view));
		return;
	}
	task_start(app, this->title, planning->offers[0].line, &planning->offers[0].plans);
	app_close(&this->view);
}

static void checked(struct view *view, struct planning *planning, int status, const struct err *err)
{
	struct command_form *this = form_of(view);

	this->job = 0;
	if (status)
		form_fail(&this->form, err);
	else
		go_on(this, planning);
}

static void submit(struct command_form *this)
{
	struct words words;

	if (this->job || this->reading || !form_is_complete(&this->form))
		return;
	words = make_words(this);
	this->job = planning_start(&this->view, &words, checked);
	words_free(&words);
}

/* All that is filled in, to see whether it changed. */
static void note_fields(const struct command_form *this, char *out, size_t size)
{
	size_t used = 0;

	*out = '\0';
	for (int i = 0; i < this->form.count && used < size - 1; i++) {
		text_copy(out + used, size - used, this->form.fields[i].line.text);
		used += strlen(out + used);
		if (used < size - 1)
			out[used++] = '\n';
		out[used] = '\0';
	}
}

static void start_preview(struct command_form *this);

/* An error is told at its field, but never while that one is typed in. */
static void previewed(struct view *view, struct planning *planning, int status, const struct err *err)
{
	struct command_form *this = form_of(view);

	this->previewing = false;
	planning_free(&this->preview);
	form_note(&this->form, status ? err : NULL);
	if (!status) {
		this->preview = *planning;
		*planning = (struct planning){0};
	}
	if (this->preview_due)
		start_preview(this);
}

static bool is_filled(const struct form *form)
{
	for (int i = 0; i < form->count; i++)
		if (form->fields[i].required && !form->fields[i].line.text[0])
			return false;
	return true;
}

/* When a field is left: checks what is there, and shows what it would do. */
static void start_preview(struct command_form *this)
{
	char now[sizeof(this->previewed)];
	struct words words;

	this->preview_due = this->previewing;
	if (this->previewing || this->job || this->reading || !this->command->plan || !is_filled(&this->form))
		return;
	note_fields(this, now, sizeof(now));
	if (!strcmp(now, this->previewed))
		return;
	text_copy(this->previewed, sizeof(this->previewed), now);
	words = make_words(this);
	this->previewing = true;
	planning_preview(&this->view, &words, previewed);
	words_free(&words);
}

static int preview_lines(struct command_form *this, struct page *page)
{
	const struct plans *plans = &this->preview.offers[0].plans;

	if (!this->preview.offer_count || !plans->count)
		return 0;
	page_add(page, ROLE_QUIET, "so far that is:");
	page_end(page);
	plan_page_write(page, plans, NULL, this->view.app->screen.ascii);
	return page->count;
}

static void view_draw(struct view *view, struct area area)
{
	struct command_form *this = form_of(view);
	const int width = area.width < 84 ? area.width - 4 : 80;
	struct page page = {.width = width - 6};
	int height = this->form.count + 6, below = preview_lines(this, &page);

	if (below > area.height - height)
		below = area.height > height ? area.height - height : 0;
	height = height + below < area.height ? height + below : area.height;
	const struct area box = {area.y + (area.height - height) / 2, (area.width - width) / 2, height, width};
	struct screen aside = view->app->screen; /* the cursor is the field's */
	char title[200];
	snprintf(title, sizeof(title), "%s%s", this->title, this->job ? " - checking ..." : this->reading ? " - reading ..." : "");
	paint_box(&view->app->screen, box, title);
	form_draw(&this->form, &view->app->screen, (struct area){box.y + 2, box.x + 2, height - 3 - below, width - 4});
	page_draw(&page, &aside, (struct area){box.y + height - 1 - below, box.x + 4, below, width - 6}, GROUND_PANEL);
	page_free(&page);
}

static bool view_key(struct view *view, int key)
{
	struct command_form *this = form_of(view);
	const struct screen *screen = &view->app->screen;
	const int before = this->form.current;
	enum form_answer answer = FORM_TAKEN;

	if (key == INPUT_ESCAPE || key == INPUT_CONTROL('c')) {
		app_close(view);
		return true;
	}
	if (key == INPUT_CLICK)
		form_click(&this->form, screen->mouse_y, screen->mouse_x);
	else
		answer = form_key(&this->form, key);
	if (answer == FORM_SUBMIT)
		submit(this);
	else if (this->form.current != before || this->form.fields[before].kind != FIELD_TEXT)
		start_preview(this);
	return true;
}

static void view_paste(struct view *view, const char *text)
{
	form_paste(&form_of(view)->form, text);
}

static void view_close(struct view *view)
{
	planning_free(&form_of(view)->preview);
	words_free(&form_of(view)->words);
	free(view);
}

static const struct key_help keys[] = {
	{"Tab", "next field; Shift-Tab or the arrows go both ways", "next"},
	{"^S", "go on: check it and show the plan; Enter does so in the last field", "go on"},
	{"^N", "complete an image or a group from those there are", "complete"},
	{"Space", "another choice", "choose"},
	{"Esc", "back, nothing is changed", "back"},
	{NULL, NULL, NULL},
};

static const struct view_ops ops = {
	.overlay = true, .modal = true, .keys = keys, .update = view_update, .draw = view_draw,
	.key = view_key, .paste = view_paste, .close = view_close,
};

struct view *command_form_open(const struct command *command, struct words *words, int targets)
{
	struct command_form *this = xcalloc(1, sizeof(*this));

	this->view.ops = &ops;
	this->command = command;
	this->targets = targets;
	action_title(command, words, this->title, sizeof(this->title));
	this->words = *words;
	*words = (struct words){0};
	this->fresh = true;
	add_arguments(this);
	add_options(this);
	return &this->view;
}
