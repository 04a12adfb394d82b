#include "tui/console/task.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/command.h"
#include "tui/console/app.h"
#include "tui/console/errand.h"

/* What the worker tells; the UI thread alone changes the task. */
struct news {
	enum { NEWS_PLAN, NEWS_STEP, NEWS_PROGRESS, NEWS_WORDS, NEWS_FAILED } kind;
	size_t plan;
	int64_t operation;
	int step, count;
	enum step_state state;
	int64_t done, total;
	bool bytes;           /* that is what is counted */
	char text[1024];      /* the step's words, or why it failed */
};

/* The worker's side of a run. */
struct runner {
	struct job *job;
	size_t plan;
	int64_t operation;
	int64_t told;       /* clock_ms of the last progress */
};

static void tell(struct runner *runner, const struct news *news)
{
	struct news *copy = xcalloc(1, sizeof(*copy));

	*copy = *news;
	copy->plan = runner->plan;
	copy->operation = runner->operation;
	job_post(runner->job, copy);
}

static void tell_step(void *context, int number, int count, enum step_state state, const char *words)
{
	struct news news = {.kind = NEWS_STEP, .step = number, .count = count, .state = state};

	text_copy(news.text, sizeof(news.text), words);
	tell(context, &news);
}

static void tell_count(struct runner *runner, int64_t done, int64_t total, bool bytes)
{
	const int64_t now = clock_ms();

	if (now - runner->told < 100 && done != total)
		return;
	runner->told = now;
	tell(runner, &(struct news){.kind = NEWS_PROGRESS, .done = done, .total = total, .bytes = bytes});
}

static void tell_progress(void *context, int64_t done, int64_t total)
{
	tell_count(context, done, total, false);
}

static void tell_bytes(void *context, int64_t done, int64_t total)
{
	tell_count(context, done, total, true);
}

static void tell_words(void *context, const char *words)
{
	struct news news = {.kind = NEWS_WORDS};

	text_copy(news.text, sizeof(news.text), words);
	tell(context, &news);
}

static bool is_cancelled(void *context)
{
	const struct runner *runner = context;

	return job_cancelled(runner->job);
}

static void tell_failure(struct runner *runner, const struct err *err)
{
	struct news news = {.kind = NEWS_FAILED};

	text_copy(news.text, sizeof(news.text), err->text);
	tell(runner, &news);
}

/* One target that fails does not keep the others waiting. */
static int run_plans(const struct task *task, struct fleet *fleet, struct runner *runner,
		     const struct run_listener *listener, struct err *err)
{
	int result = 0;

	for (runner->plan = 0; runner->plan < task->plans.count && !job_cancelled(runner->job); runner->plan++) {
		struct err why = {0};

		runner->operation = 0;
		tell(runner, &(struct news){.kind = NEWS_PLAN});
		const int status = plan_run(fleet, &task->plans.items[runner->plan], listener, &runner->operation, &why);
		if (!status)
			continue;
		tell_failure(runner, &why);
		if (!result || status == ERR_CANCELLED)
			*err = why;
		result = status;
	}
	return result || runner->plan == task->plans.count ? result : ERR_CANCELLED;
}

static int carry_on(const struct task *task, struct fleet *fleet, const struct run_listener *listener, struct err *err)
{
	struct call call;
	const int status = command_parse(task->words.count, task->words.items, &call, err);

	return status ? status : call.command->carry(fleet, &call, listener, err);
}

static int task_work(void *data, struct fleet *fleet, struct job *job, struct err *err)
{
	const struct task *task = data;
	struct runner runner = {.job = job};
	const struct run_listener listener = {
		.step = tell_step, .context = &runner,
		.progress = {.report = tell_progress, .report_bytes = tell_bytes, .say = tell_words, .cancelled = is_cancelled, .context = &runner},
	};

	return task->words.count ? carry_on(task, fleet, &listener, err) : run_plans(task, fleet, &runner, &listener, err);
}

static void begin_plan(struct task *task, size_t plan)
{
	if (task->state == TASK_WAITING)
		task->state = TASK_RUNNING;
	task->plan = plan;
	task->step = 0;
	free(task->steps);
	task->steps = xcalloc((size_t)task->plans.items[plan].count + 1, sizeof(*task->steps));
}

static void note_step(struct task *task, const struct news *news)
{
	task->done = task->total = 0;
	task->said[0] = '\0';
	task->step_began = clock_ms();
	task->step = news->step;
	if (task->words.count) {
		task->state = task->state == TASK_WAITING ? TASK_RUNNING : task->state;
		snprintf(task->carried, sizeof(task->carried), "step %d/%d %s", news->step + 1, news->count, news->text);
		return;
	}
	if (news->step >= 0 && news->step < task->plans.items[task->plan].count)
		task->steps[news->step] = news->state;
}

static void note_progress(struct task *task, const struct news *news)
{
	task->done = news->done;
	task->total = news->total;
	task->bytes = news->bytes;
}

static void task_message(void *data, void *message)
{
	struct task *task = data;
	struct news *news = message;

	if (news->operation)
		task->operation = news->operation;
	switch (news->kind) {
	case NEWS_PLAN: begin_plan(task, news->plan); break;
	case NEWS_STEP: note_step(task, news); break;
	case NEWS_PROGRESS: note_progress(task, news); break;
	case NEWS_WORDS: text_copy(task->said, sizeof(task->said), news->text); break;
	case NEWS_FAILED:
		task->failures[news->plan] = true;
		if (!task->failed++)
			text_copy(task->error, sizeof(task->error), news->text);
		break;
	}
	free(news);
}

static void say_end(struct app *app, const struct task *task)
{
	char words[1400];

	task_words(task, words, sizeof(words));
	app_say(app, task->state == TASK_DONE ? ROLE_GOOD : task->state == TASK_FAILED ? ROLE_BAD : ROLE_WARN,
		"%s: %s", task->title, words);
}

static void task_done(struct app *app, struct view *view, void *data, int status, const struct err *err)
{
	struct task *task = data;

	(void)view;
	task->ended = clock_ms();
	task->state = !status ? TASK_DONE : status == ERR_CANCELLED ? TASK_CANCELLED : TASK_FAILED;
	if (status && !task->error[0])
		text_copy(task->error, sizeof(task->error), err->text);
	say_end(app, task);
	app_refresh(app);
}

static struct task *task_add(struct app *app, const char *title, const char *line)
{
	struct task *task = xcalloc(1, sizeof(*task));

	text_copy(task->title, sizeof(task->title), title);
	text_copy(task->line, sizeof(task->line), line);
	task->began = clock_ms();
	task->next = app->tasks;
	app->tasks = task;
	return task;
}

static void task_send(struct app *app, struct task *task)
{
	task->number = errand_start(app, NULL, &(struct errand){
		.work = task_work, .done = task_done, .message = task_message, .data = task});
	app_update(app);
}

struct task *task_start(struct app *app, const char *title, const char *line, struct plans *plans)
{
	struct task *task = task_add(app, title, line);

	task->plans = *plans;
	*plans = (struct plans){0};
	task->failures = xcalloc(task->plans.count + 1, sizeof(*task->failures));
	task->steps = xcalloc(task->plans.count ? (size_t)task->plans.items[0].count + 1 : 1, sizeof(*task->steps));
	task_send(app, task);
	return task;
}

struct task *task_carry(struct app *app, const char *title, const char *line, const struct words *words)
{
	struct task *task = task_add(app, title, line);

	task->words = words_copy(words);
	task_send(app, task);
	return task;
}

void task_cancel(struct app *app, struct task *task)
{
	if (!task_is_open(task))
		return;
	task->state = TASK_CANCELLING;
	jobs_cancel(app->jobs, task->number);
}

bool task_is_open(const struct task *task)
{
	return task->state == TASK_WAITING || task->state == TASK_RUNNING || task->state == TASK_CANCELLING;
}

int task_count_open(const struct app *app)
{
	int count = 0;

	for (const struct task *task = app->tasks; task; task = task->next)
		count += task_is_open(task);
	return count;
}

struct task *task_newest_open(const struct app *app)
{
	struct task *task = app->tasks;

	while (task && !task_is_open(task))
		task = task->next;
	return task;
}

void task_free_all(struct app *app)
{
	while (app->tasks) {
		struct task *task = app->tasks;

		app->tasks = task->next;
		plans_free(&task->plans);
		words_free(&task->words);
		free(task->failures);
		free(task->steps);
		free(task);
	}
}

static void running_words(const struct task *task, char *out, size_t size)
{
	if (task->words.count) {
		snprintf(out, size, "%s", task->carried);
		return;
	}
	const struct plan *plan = &task->plans.items[task->plan];
	char which[160] = "";

	if (task->plans.count > 1)
		snprintf(which, sizeof(which), "%zu of %zu: %s: ", task->plan + 1, task->plans.count, plan->target);
	snprintf(out, size, "%s%sstep %d/%d %s", task->state == TASK_CANCELLING ? "cancelling: " : "", which,
		 task->step + 1, plan->count, task->step < plan->count ? plan->steps[task->step].words : "");
}

#define GUESS_MS 1500 /* before that nobody can say how fast it goes */

void task_progress_words(const struct task *task, int64_t now, char *out, size_t size)
{
	const int64_t took = now - task->step_began;
	char done[SIZE_TEXT], total[SIZE_TEXT], rate[SIZE_TEXT], left[TIME_TEXT];
	size_t used;

	text_copy(out, size, task->said);
	if (task->total <= 0)
		return;
	if (task->bytes)
		snprintf(out, size, "%s of %s", size_format(task->done, done), size_format(task->total, total));
	else
		snprintf(out, size, "%d%%", (int)(task->done * 100 / task->total));
	used = strlen(out);
	if (took < GUESS_MS || task->done <= 0)
		return;
	if (task->bytes)
		snprintf(out + used, size - used, ", %s/s", size_format(task->done * 1000 / took, rate));
	used = strlen(out);
	snprintf(out + used, size - used, ", %s left", time_ago((int64_t)((double)(task->total - task->done) * (double)took /
								(double)task->done / 1000), left));
}

void task_words(const struct task *task, char *out, size_t size)
{
	const double seconds = (double)(task->ended - task->began) / 1000;

	if (task->state == TASK_WAITING)
		snprintf(out, size, "waits for a worker");
	else if (task_is_open(task))
		running_words(task, out, size);
	else if (task->state == TASK_DONE)
		snprintf(out, size, "done in %.1f s", seconds);
	else if (task->state == TASK_CANCELLED)
		snprintf(out, size, "cancelled: %s", task->error);
	else if (task->plans.count > 1)
		snprintf(out, size, "%zu of %zu failed; the first: %s", task->failed, task->plans.count, task->error);
	else
		snprintf(out, size, "%s", task->error);
}
