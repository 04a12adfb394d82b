/*
 * Tasks: plans that this console runs, or ran since it was started. A task
 * lives from its start to the end of the console. The UI thread.
 */
#ifndef BERTH_TUI_CONSOLE_TASK_H
#define BERTH_TUI_CONSOLE_TASK_H

#include <stdbool.h>
#include <stdint.h>

#include "core/fleet/plan.h"
#include "core/fleet/run.h"
#include "tui/words.h"

struct app;
struct command;

enum task_state { TASK_WAITING, TASK_RUNNING, TASK_CANCELLING, TASK_DONE, TASK_FAILED, TASK_CANCELLED };

struct task {
	int64_t number;          /* the job's */
	enum task_state state;
	char title[128];         /* "provision desk1", "provision 12 hosts" */
	char line[512];          /* the command line */
	struct plans plans;      /* read by its worker too: not changed while it runs */
	struct words words;      /* instead of plans: a command that carries on an operation */
	char carried[320];       /* its current step in words */
	enum step_state *steps;  /* of the current plan */
	size_t plan;             /* the current one */
	int64_t operation;       /* its number in the journal, 0 not yet */
	int step;                /* the current one */
	int64_t done, total;     /* within the step; total 0: not known */
	bool bytes;              /* that is what these count */
	char said[80];           /* what the step is at, in its own words; "" it said nothing */
	int64_t step_began;      /* clock_ms */
	int64_t began, ended;    /* clock_ms */
	size_t failed;           /* plans that failed */
	bool *failures;          /* which of them */
	char error[1024];        /* the first one's sentence */
	struct task *next;
};

/* Steals *plans. */
struct task *task_start(struct app *app, const char *title, const char *line, struct plans *plans);
/* Runs a command that goes on with an operation of the journal. Copies words. */
struct task *task_carry(struct app *app, const char *title, const char *line, const struct words *words);
void task_cancel(struct app *app, struct task *task);
bool task_is_open(const struct task *task);
int task_count_open(const struct app *app);
/* The newest open one, NULL none. */
struct task *task_newest_open(const struct app *app);
void task_free_all(struct app *app); /* when no worker runs any more */

/* "step 3/8 clone root", "12 of 40: desk7: step 3/8 ...", "done in 2.1 s". */
void task_words(const struct task *task, char *out, size_t size);
/* "1.2 GiB of 4 GiB, 96 MiB/s, 30 s left", "41%, 12 s left", "running apt-get update";
 * "" when it is not known. */
void task_progress_words(const struct task *task, int64_t now, char *out, size_t size);

#endif
