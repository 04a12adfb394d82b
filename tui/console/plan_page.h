/* A plan in words, and how far a task has come with it. The UI thread. */
#ifndef BERTH_TUI_CONSOLE_PLAN_PAGE_H
#define BERTH_TUI_CONSOLE_PLAN_PAGE_H

#include "tui/console/page.h"
#include "tui/console/task.h"

/* Appends the steps of one plan, or a line for each of several. task NULL: it is
 * not run yet; else its end is told as well. */
void plan_page_write(struct page *page, const struct plans *plans, const struct task *task, bool ascii);

/* The page's line that the task is at now. */
int plan_page_line(const struct page *page, const struct task *task);

#endif
