#include "tui/console/plan_dialog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/console/action.h"
#include "tui/console/app.h"
#include "tui/console/choices.h"
#include "tui/console/keys.h"
#include "tui/console/line.h"
#include "tui/console/page.h"
#include "tui/console/plan_answers.h"
#include "tui/console/plan_page.h"

static const struct view_ops running;

enum stage { STAGE_PLANNING, STAGE_REFUSED, STAGE_ASKING, STAGE_RUNNING };

struct plan_dialog {
	struct view view;
	const struct command *command; /* NULL: watching a task */
	struct words words;
	char title[160];
	char line[512];            /* of what runs */
	enum stage stage;
	struct planning planned;   /* until it runs: what is offered */
	char error[1024];          /* why it is refused; or that there is nothing to do */
	struct task *task;
	struct view *form;         /* below; to be closed when it runs */
	int64_t job;
	struct choices choices;
	bool again;                /* another plan was tried first: plan and ask anew */
	struct line typed;         /* for what can not be undone */
	struct page page;
	bool scrolled;             /* by hand: do not follow the steps any more */
};

static struct plan_dialog *dialog_of(const struct view *view)
{
	return (struct plan_dialog *)(uintptr_t)view;
}

static bool destroys(const struct plan_dialog *this)
{
	return (this->command->guards & (COMMAND_DESTROYS | COMMAND_TYPED)) != 0;
}

static bool wants_typing(const struct plan_dialog *this)
{
	return this->stage == STAGE_ASKING && (this->command->guards & COMMAND_TYPED);
}

static int list_answers(const struct plan_dialog *this, struct answer answers[ANSWERS])
{
	const bool asks = this->stage == STAGE_ASKING && !wants_typing(this);

	return plan_answers(&this->planned, asks, this->stage == STAGE_REFUSED, !asks || destroys(this), answers);
}

static struct answer marked_answer(const struct plan_dialog *this)
{
	struct answer answers[ANSWERS];
	const int count = list_answers(this, answers), marked = this->choices.list.selected;

	return answers[marked < count ? marked : count - 1];
}

/* Beside the others the first one is shown. */
static const struct offer *shown(const struct plan_dialog *this)
{
	return &this->planned.offers[marked_answer(this).offer];
}

static const struct plans *plans_of(const struct plan_dialog *this)
{
	return this->task ? &this->task->plans : &shown(this)->plans;
}

/* What must be typed: what was named, as on the command line, or how many there are. */
static void typed_word(const struct plan_dialog *this, char *out, size_t size)
{
	const size_t count = plans_of(this)->count;

	if (count == 1)
		text_copy(out, size, this->words.items[this->command->verb ? 2 : 1]);
	else
		snprintf(out, size, "%zu", count);
}

static void write_page(struct plan_dialog *this)
{
	const struct plans *plans = plans_of(this);

	page_clear(&this->page);
	if (this->stage == STAGE_PLANNING) {
		page_add(&this->page, ROLE_QUIET, "making the plan ...");
		return;
	}
	if (this->stage == STAGE_REFUSED) {
		page_words(&this->page, this->planned.offer_count ? ROLE_PLAIN : ROLE_BAD, this->error);
		return;
	}
	if (this->stage == STAGE_ASKING && this->planned.refused[0]) {
		page_words(&this->page, ROLE_BAD, this->planned.refused);
		page_end(&this->page);
		page_end(&this->page);
	}
	if (this->stage == STAGE_ASKING && this->planned.text)
		page_block(&this->page, ROLE_PLAIN, this->planned.text);
	plan_page_write(&this->page, plans, this->task, this->view.app->screen.ascii);
}

static const char *close_word(const struct plan_dialog *this)
{
	if (this->stage == STAGE_RUNNING)
		return task_is_open(this->task) ? "Leave it running" : "Close";
	return this->stage == STAGE_REFUSED ? "Close" : "Cancel";
}

static void draw_answers(struct plan_dialog *this, struct area area)
{
	struct answer answers[ANSWERS];
	const int count = list_answers(this, answers);
	char words[ANSWERS][ANSWER_WORDS];
	const char *lines[ANSWERS];

	for (int i = 0; i < count; i++) {
		plan_answer_words(&this->planned, &answers[i], this->title, close_word(this), words[i]);
		lines[i] = words[i];
	}
	choices_draw(&this->choices, lines, count, &this->view.app->screen, area);
}

static void draw_typing(struct plan_dialog *this, struct area area)
{
	struct pen pen = pen_at(&this->view.app->screen, area, 0, GROUND_PANEL);
	char word[96];

	typed_word(this, word, sizeof(word));
	pen_printf(&pen, ROLE_WARN, " This can not be undone. Type %s and press Enter: ", word);
	pen.ground = GROUND_FIELD;
	line_draw(&this->typed, &pen, ROLE_PLAIN, &this->view.app->screen);
	pen_fill(&pen);
}

static const char *line_of(const struct plan_dialog *this)
{
	if (this->stage != STAGE_RUNNING && marked_answer(this).kind == ANSWER_REMEDY)
		return this->planned.remedy_line;
	return this->stage == STAGE_ASKING ? shown(this)->line : this->line;
}

static void draw_foot(struct plan_dialog *this, struct area box, int foot)
{
	struct screen *screen = &this->view.app->screen;
	const struct area line = {box.y + box.height - 2, box.x + 3, 1, box.width - 6};
	struct pen pen = pen_at(screen, line, 0, GROUND_PANEL);

	pen_text(&pen, ROLE_QUIET, line_of(this));
	draw_answers(this, (struct area){box.y + box.height - 2 - foot, box.x + 2, foot, box.width - 4});
	if (wants_typing(this))
		draw_typing(this, (struct area){box.y + box.height - 3, box.x + 2, 1, box.width - 4});
}

/* In the lower border, when there is more than fits. */
static void draw_place(const struct plan_dialog *this, struct area box)
{
	struct pen pen = pen_at(&this->view.app->screen, box, box.height - 1, GROUND_PANEL);
	char place[16];

	if (this->page.count <= this->page.height)
		return;
	pen.x = pen.end - 8;
	pen_printf(&pen, ROLE_QUIET, " %s ", page_place(&this->page, place));
}

/* Keeps the step that is done now in sight, and at the end the end. */
static void follow(struct plan_dialog *this)
{
	const struct task *task = this->task;
	const int height = this->page.height;
	int line;

	if (!task || this->scrolled || !height)
		return;
	line = plan_page_line(&this->page, task);
	this->page.top = line > height ? line - height : 0;
}

static void view_draw(struct view *view, struct area area)
{
	struct plan_dialog *this = dialog_of(view);
	const int width = area.width < 92 ? area.width - 4 : 88;
	struct answer answers[ANSWERS];
	const int foot = list_answers(this, answers) + (wants_typing(this) ? 2 : 1); /* and a blank line */

	this->page.width = width - 8;
	write_page(this);
	follow(this);
	int height = this->page.count + 3 + foot + 1;
	if (height > area.height)
		height = area.height;
	const struct area box = {area.y + (area.height - height) / 2, (area.width - width) / 2, height, width};
	paint_box(&view->app->screen, box, this->title);
	page_draw(&this->page, &view->app->screen,
		  (struct area){box.y + 1, box.x + 3, height - 3 - foot, width - 6}, GROUND_PANEL);
	draw_place(this, box);
	draw_foot(this, box, foot);
}

static void start(struct plan_dialog *this)
{
	struct offer *offer = &this->planned.offers[marked_answer(this).offer];
	struct app *app = this->view.app;

	text_copy(this->line, sizeof(this->line), offer->line);
	if (this->command->plan)
		this->task = task_start(app, this->title, this->line, &offer->plans);
	else
		this->task = task_carry(app, this->title, this->line, &this->words);
	if (this->form)
		app_remove(this->form);
	this->form = NULL;
	this->stage = STAGE_RUNNING;
	this->view.ops = &running;
	list_select(&this->choices.list, 0);
}

static void plan_ready(struct view *view, struct planning *planning, int status, const struct err *err)
{
	struct plan_dialog *this = dialog_of(view);

	const bool idle = !status && this->command->plan && !planning->offers[0].plans.count;

	this->stage = status || idle ? STAGE_REFUSED : STAGE_ASKING;
	text_copy(this->error, sizeof(this->error), idle ? "There is nothing to do." : err->text);
	this->planned = *planning;
	*planning = (struct planning){0};
	if (status || idle || this->again || this->command->guards & (COMMAND_CONFIRM | COMMAND_TYPED))
		return;
	start(this);
	app_close(view);
}

/* A plan of its own with its own question; then this one is made anew. */
static void open_remedy(struct plan_dialog *this)
{
	struct words words = {0};

	words_add(&words, this->command->remedy->noun);
	words_add(&words, this->command->remedy->verb);
	words_add(&words, this->words.items[2]);
	this->again = true;
	app_push(this->view.app, plan_dialog_open(this->command->remedy, &words));
}

static void answer_typed(struct plan_dialog *this)
{
	char word[96];

	typed_word(this, word, sizeof(word));
	if (!strcmp(this->typed.text, word))
		start(this);
	else
		app_say(this->view.app, ROLE_WARN, "'%s' is not %s: nothing was done", this->typed.text, word);
}

static void answer(struct plan_dialog *this)
{
	switch (marked_answer(this).kind) {
	case ANSWER_CLOSE: app_close(&this->view); break;
	case ANSWER_REMEDY: open_remedy(this); break;
	case ANSWER_OFFER: start(this); break;
	}
}

/* True: the key was for the answers. */
static bool answers_key(struct plan_dialog *this, int key)
{
	const bool moves = this->stage == STAGE_ASKING || this->planned.remedy[0];
	int taken;

	if (key != INPUT_ENTER && key != INPUT_CLICK && key != INPUT_TAB && key != INPUT_BACK_TAB &&
	    !(moves && (key == INPUT_UP || key == INPUT_DOWN || key == 'j' || key == 'k')))
		return false;
	taken = choices_key(&this->choices, &this->view.app->screen, key);
	if (taken >= 0) {
		list_select(&this->choices.list, taken);
		answer(this);
	}
	return true;
}

static bool view_key(struct view *view, int key)
{
	struct plan_dialog *this = dialog_of(view);

	if (key == INPUT_ESCAPE || key == INPUT_CONTROL('c'))
		app_close(view);
	else if (wants_typing(this) && key == INPUT_ENTER)
		answer_typed(this);
	else if (wants_typing(this) && key != INPUT_CLICK)
		line_key(&this->typed, key);
	else if (answers_key(this, key))
		return true;
	else if (key == 'x' && this->task)
		task_cancel(view->app, this->task);
	else if (key == 'y')
		keys_copy(view->app, line_of(this));
	else if (page_key(&this->page, key))
		this->scrolled = true;
	return true;
}

static void view_close(struct view *view)
{
	struct plan_dialog *this = dialog_of(view);

	if (this->stage == STAGE_PLANNING)
		jobs_cancel(view->app->jobs, this->job);
	planning_free(&this->planned);
	words_free(&this->words);
	page_free(&this->page);
	free(this);
}

static void view_update(struct view *view)
{
	struct plan_dialog *this = dialog_of(view);

	if (this->stage == STAGE_PLANNING && !this->job)
		this->job = planning_start(view, &this->words, plan_ready);
}

/* What refused it may be out of the way now. */
static void view_uncovered(struct view *view)
{
	struct plan_dialog *this = dialog_of(view);

	if (!this->again || this->stage == STAGE_RUNNING)
		return;
	planning_free(&this->planned);
	this->stage = STAGE_PLANNING;
	this->job = 0;
	list_select(&this->choices.list, 0);
	view_update(view);
}

static const struct key_help asking_keys[] = {
	{"Enter", "take the marked answer", "take"},
	{"Esc", "close, nothing is done", "close"},
	{"PgUp PgDn", "scroll", "scroll"},
	{"y", "copy the command line", "copy the command"},
	{NULL, NULL, NULL},
};

static const struct key_help running_keys[] = {
	{"Esc", "close; what runs goes on", "close"},
	{"x", "cancel it, and take back what was done", "cancel"},
	{"PgUp PgDn", "scroll", "scroll"},
	{"y", "copy the command line", "copy the command"},
	{NULL, NULL, NULL},
};

static const struct view_ops asking = {
	.overlay = true, .modal = true, .keys = asking_keys, .update = view_update, .draw = view_draw,
	.key = view_key, .uncovered = view_uncovered, .close = view_close,
};

static const struct view_ops running = {
	.overlay = true, .modal = true, .keys = running_keys, .update = view_update, .draw = view_draw,
	.key = view_key, .close = view_close,
};

static struct plan_dialog *dialog_new(void)
{
	struct plan_dialog *this = xcalloc(1, sizeof(*this));

	this->view.ops = &asking;
	return this;
}

struct view *plan_dialog_open(const struct command *command, struct words *words)
{
	struct plan_dialog *this = dialog_new();
	struct call call;
	struct err ignored;

	this->command = command;
	action_title(command, words, this->title, sizeof(this->title));
	if (!command_parse(words->count, words->items, &call, &ignored))
		text_copy(this->line, sizeof(this->line), call.line);
	this->words = *words;
	*words = (struct words){0};
	return &this->view;
}

struct view *plan_dialog_ask(const struct command *command, struct planning *planning, struct view *form)
{
	struct view *view = plan_dialog_open(command, &planning->words);
	struct plan_dialog *this = dialog_of(view);

	this->stage = STAGE_ASKING;
	this->form = form;
	this->planned = *planning;
	*planning = (struct planning){0};
	return view;
}

struct view *plan_dialog_watch(struct task *task)
{
	struct plan_dialog *this = dialog_new();

	this->stage = STAGE_RUNNING;
	this->view.ops = &running;
	this->task = task;
	text_copy(this->title, sizeof(this->title), task->title);
	text_copy(this->line, sizeof(this->line), task->line);
	return &this->view;
}
