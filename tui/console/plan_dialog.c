#include "tui/console/plan_dialog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/console/action.h"
#include "tui/console/app.h"
#include "tui/console/keys.h"
#include "tui/console/line.h"
#include "tui/console/list.h"
#include "tui/console/page.h"

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
	struct list choices;
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

/* The offer that the marked answer stands for, -1: Cancel. */
static int chosen(const struct plan_dialog *this)
{
	const int index = this->choices.selected - (destroys(this) ? 1 : 0);

	return index < this->planned.offer_count ? index : -1;
}

/* Beside Cancel the first one is shown. */
static const struct offer *shown(const struct plan_dialog *this)
{
	const int index = chosen(this);

	return &this->planned.offers[index > 0 ? index : 0];
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

static const char *step_sign(enum step_state state, bool ascii, enum role *role)
{
	static const struct { const char *sign, *ascii; enum role role; } signs[] = {
		[STEP_WAITING] = {"·", ".", ROLE_QUIET}, [STEP_STARTED] = {"▸", ">", ROLE_ACCENT},
		[STEP_DONE] = {"✓", "+", ROLE_GOOD}, [STEP_KEPT] = {"=", "=", ROLE_QUIET},
		[STEP_UNDONE] = {"↶", "-", ROLE_WARN},
	};

	*role = signs[state].role;
	return ascii ? signs[state].ascii : signs[state].sign;
}

static void write_step(struct plan_dialog *this, const struct plan *plan, int step)
{
	const struct task *task = this->task;
	const enum step_state state = task ? task->steps[step] : STEP_WAITING;
	enum role role;
	const char *sign = step_sign(state, this->view.app->screen.ascii, &role);

	page_add(&this->page, role, "%s ", sign);
	page_add(&this->page, ROLE_QUIET, "%2d ", step + 1);
	page_words(&this->page, state == STEP_WAITING && task ? ROLE_QUIET : ROLE_PLAIN, plan->steps[step].words);
	if (task && state == STEP_STARTED && task->total > 0)
		page_add(&this->page, ROLE_ACCENT, "  %d%%", (int)(task->done * 100 / task->total));
	if (state == STEP_KEPT)
		page_add(&this->page, ROLE_QUIET, "  (there already)");
	page_end(&this->page);
}

static void write_one(struct plan_dialog *this, const struct plan *plan)
{
	for (int step = 0; step < plan->count; step++)
		write_step(this, plan, step);
}

/* Several targets: a line each; the current one's steps below while it runs. */
static void write_many(struct plan_dialog *this, const struct plans *plans)
{
	for (size_t i = 0; i < plans->count; i++) {
		const bool past = this->task && (i < this->task->plan || !task_is_open(this->task));
		const bool now = this->task && i == this->task->plan && task_is_open(this->task);

		page_add(&this->page, past ? ROLE_GOOD : now ? ROLE_ACCENT : ROLE_QUIET, "%s ",
			 now ? ">" : past ? "-" : " ");
		page_add(&this->page, ROLE_PLAIN, "%s", plans->items[i].target);
		page_add(&this->page, ROLE_QUIET, "  %d step%s", plans->items[i].count, plans->items[i].count == 1 ? "" : "s");
		page_end(&this->page);
		if (now)
			write_one(this, &plans->items[i]);
	}
}

static void write_end(struct plan_dialog *this)
{
	const struct task *task = this->task;
	char words[1400];

	page_end(&this->page);
	task_words(task, words, sizeof(words));
	page_words(&this->page, task->state == TASK_DONE ? ROLE_GOOD : task->state == TASK_FAILED ? ROLE_BAD : ROLE_WARN, words);
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
	if (plans->count == 1)
		write_one(this, &plans->items[0]);
	else
		write_many(this, plans);
	if (this->task && task_is_open(this->task) && this->task->carried[0])
		page_words(&this->page, ROLE_ACCENT, this->task->carried);
	if (this->task && !task_is_open(this->task))
		write_end(this);
}

#define ANSWERS (COMMAND_WAYS + 1)

/* What is wide enough for the longest price. */
static void write_offer(const struct plan_dialog *this, const struct offer *offer, char out[160])
{
	if (offer->way)
		snprintf(out, 160, "%-17s %s", offer->way->title, offer->way->price);
	else
		snprintf(out, 160, "%s", this->title);
}

/* The answers of each stage. */
static int write_choices(const struct plan_dialog *this, char choices[ANSWERS][160])
{
	const int offers = this->planned.offer_count;

	if (this->stage == STAGE_ASKING && !wants_typing(this)) {
		for (int i = 0; i < offers; i++)
			write_offer(this, &this->planned.offers[i], choices[destroys(this) ? i + 1 : i]);
		text_copy(choices[destroys(this) ? 0 : offers], sizeof(choices[0]), "Cancel");
		return offers + 1;
	}
	const bool open = this->stage == STAGE_RUNNING && task_is_open(this->task);
	text_copy(choices[0], sizeof(choices[0]), open ? "Leave it running" :
		  this->stage == STAGE_PLANNING || wants_typing(this) ? "Cancel" : "Close");
	return 1;
}

static void draw_choices(struct plan_dialog *this, struct area area)
{
	struct screen *screen = &this->view.app->screen;
	char choices[ANSWERS][160];
	const int count = write_choices(this, choices);

	list_set_count(&this->choices, count);
	for (int i = 0; i < count; i++) {
		const bool selected = i == this->choices.selected;
		struct pen pen = pen_at(screen, area, i, selected ? GROUND_FIELD : GROUND_PANEL);

		pen_text(&pen, ROLE_ACCENT, !selected ? "   " : screen->ascii ? " > " : " › ");
		pen_text(&pen, selected ? ROLE_STRONG : ROLE_PLAIN, choices[i]);
		pen_fill(&pen);
		if (selected)
			paint_cursor(screen, area.y + i, area.x);
	}
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
	return this->stage == STAGE_ASKING ? shown(this)->line : this->line;
}

static void draw_foot(struct plan_dialog *this, struct area box, int foot)
{
	struct screen *screen = &this->view.app->screen;
	const struct area line = {box.y + box.height - 2, box.x + 3, 1, box.width - 6};
	struct pen pen = pen_at(screen, line, 0, GROUND_PANEL);

	pen_text(&pen, ROLE_QUIET, line_of(this));
	draw_choices(this, (struct area){box.y + box.height - 2 - foot, box.x + 2, foot, box.width - 4});
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
	line = task_is_open(task) ? (int)task->plan + (task->plans.count > 1) + task->step + 2 : this->page.count;
	this->page.top = line > height ? line - height : 0;
}

static void view_draw(struct view *view, struct area area)
{
	struct plan_dialog *this = dialog_of(view);
	const int width = area.width < 92 ? area.width - 4 : 88;
	const int answers = this->stage == STAGE_ASKING && !wants_typing(this) ? this->planned.offer_count + 1 : 1;
	const int foot = answers + (wants_typing(this) ? 2 : 1); /* and a blank line */

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
	const int index = chosen(this);
	struct offer *offer = &this->planned.offers[index > 0 ? index : 0];
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
	list_select(&this->choices, 0);
}

static void plan_ready(struct view *view, struct planning *planning, int status, const struct err *err)
{
	struct plan_dialog *this = dialog_of(view);

	const bool idle = !status && this->command->plan && !planning->offers[0].plans.count;

	this->stage = status || idle ? STAGE_REFUSED : STAGE_ASKING;
	text_copy(this->error, sizeof(this->error), idle ? "There is nothing to do." : err->text);
	if (status)
		return;
	this->planned = *planning;
	*planning = (struct planning){0};
	if (idle || this->command->guards & (COMMAND_CONFIRM | COMMAND_TYPED))
		return;
	start(this);
	app_close(view);
}

static void answer(struct plan_dialog *this)
{
	char word[96];

	if (wants_typing(this)) {
		typed_word(this, word, sizeof(word));
		if (!strcmp(this->typed.text, word))
			start(this);
		else
			app_say(this->view.app, ROLE_WARN, "'%s' is not %s: nothing was done", this->typed.text, word);
		return;
	}
	if (this->stage == STAGE_ASKING && chosen(this) >= 0)
		start(this);
	else
		app_close(&this->view);
}

static bool view_key(struct view *view, int key)
{
	struct plan_dialog *this = dialog_of(view);

	if (key == INPUT_ESCAPE || key == INPUT_CONTROL('c'))
		app_close(view);
	else if (key == INPUT_ENTER)
		answer(this);
	else if (wants_typing(this))
		line_key(&this->typed, key);
	else if (key == 'x' && this->task)
		task_cancel(view->app, this->task);
	else if (key == 'y')
		keys_copy(view->app, line_of(this));
	else if (this->stage == STAGE_ASKING && key == INPUT_TAB)
		list_select(&this->choices, (this->choices.selected + 1) % this->choices.count);
	else if (this->stage == STAGE_ASKING && (key == INPUT_UP || key == INPUT_DOWN || key == 'j' || key == 'k'))
		list_key(&this->choices, key);
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
	.key = view_key, .close = view_close,
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
