/*
 * A plan before, while and after it runs: what will happen, the question, the
 * steps as they are done, how it ended. Closed while it runs, the task goes on.
 */
#ifndef BERTH_TUI_CONSOLE_PLAN_DIALOG_H
#define BERTH_TUI_CONSOLE_PLAN_DIALOG_H

#include "core/fleet/plan.h"
#include "tui/command.h"
#include "tui/console/view.h"
#include "tui/console/planning.h"
#include "tui/words.h"

/* Makes the plan on a worker, then asks. Steals *words. */
struct view *plan_dialog_open(const struct command *command, struct words *words);

/* With the plan made already: steals all of *planning. form is the view that asked
 * for the words: it is closed once the plan runs, so that a Cancel goes back to it. */
struct view *plan_dialog_ask(const struct command *command, struct planning *planning, struct view *form);

/* A task that runs already: its steps. */
struct task;
struct view *plan_dialog_watch(struct task *task);

#endif
