#include "tui/console/plan_page.h"

#include <stdio.h>

struct writing {
	struct page *page;
	const struct task *task; /* NULL: nothing runs yet */
	bool ascii;
};

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

static void write_progress(const struct task *task, struct page *page)
{
	char words[96];

	task_progress_words(task, clock_ms(), words, sizeof(words));
	if (*words)
		page_add(page, ROLE_ACCENT, "  %s", words);
}

static void write_step(const struct writing *this, const struct plan *plan, int step)
{
	const struct task *task = this->task;
	const enum step_state state = task ? task->steps[step] : STEP_WAITING;
	enum role role;
	const char *sign = step_sign(state, this->ascii, &role);

	page_add(this->page, role, "%s ", sign);
	page_add(this->page, ROLE_QUIET, "%2d ", step + 1);
	page_words(this->page, state == STEP_WAITING && task ? ROLE_QUIET : ROLE_PLAIN, plan->steps[step].words);
	if (task && state == STEP_STARTED)
		write_progress(task, this->page);
	if (state == STEP_KEPT)
		page_add(this->page, ROLE_QUIET, "  (there already)");
	page_end(this->page);
}

static void write_one(const struct writing *this, const struct plan *plan)
{
	for (int step = 0; step < plan->count; step++)
		write_step(this, plan, step);
}

static const char *plan_sign(const struct writing *this, size_t plan, enum role *role)
{
	const struct task *task = this->task;

	*role = ROLE_QUIET;
	if (!task || plan > task->plan) /* not begun */
		return " ";
	*role = ROLE_ACCENT;
	if (task_is_open(task) && plan == task->plan)
		return this->ascii ? ">" : "▸";
	*role = task->failures[plan] ? ROLE_BAD : ROLE_GOOD;
	return task->failures[plan] ? (this->ascii ? "x" : "✗") : this->ascii ? "+" : "✓";
}

/* Several targets: a line each; the current one's steps below while it runs. */
static void write_many(const struct writing *this, const struct plans *plans)
{
	for (size_t i = 0; i < plans->count; i++) {
		enum role role;
		const char *sign = plan_sign(this, i, &role);

		page_add(this->page, role, "%s ", sign);
		page_add(this->page, ROLE_PLAIN, "%s", plans->items[i].target);
		page_add(this->page, ROLE_QUIET, "  %d step%s", plans->items[i].count, plans->items[i].count == 1 ? "" : "s");
		page_end(this->page);
		if (this->task && task_is_open(this->task) && i == this->task->plan)
			write_one(this, &plans->items[i]);
	}
}

static void write_end(const struct writing *this)
{
	const struct task *task = this->task;
	char words[1400];

	page_end(this->page);
	task_words(task, words, sizeof(words));
	page_words(this->page, task->state == TASK_DONE ? ROLE_GOOD : task->state == TASK_FAILED ? ROLE_BAD : ROLE_WARN, words);
}

void plan_page_write(struct page *page, const struct plans *plans, const struct task *task, bool ascii)
{
	const struct writing writing = {page, task, ascii};

	if (plans->count == 1)
		write_one(&writing, &plans->items[0]);
	else
		write_many(&writing, plans);
	if (task && task_is_open(task) && task->carried[0])
		page_words(page, ROLE_ACCENT, task->carried);
	if (task && !task_is_open(task))
		write_end(&writing);
}

int plan_page_line(const struct page *page, const struct task *task)
{
	return task_is_open(task) ? (int)task->plan + (task->plans.count > 1) + task->step + 2 : page->count;
}
