/*
 * What keys do here, told in a line at the bottom, and where that line can be
 * clicked. The UI thread.
 */
#ifndef BERTH_TUI_CONSOLE_HINTS_H
#define BERTH_TUI_CONSOLE_HINTS_H

#include "tui/console/app.h"
#include "tui/console/page.h"

/* The keys that work in every view that is not modal; ends with keys NULL. */
extern const struct key_help hints_everywhere[];

/* Each hint becomes one of the screen's spots: a click there is its first key. */
void hints_draw(struct app *app, struct pen pen);

/* What can be done here: the command table's keys for the view, wrapped. */
void hints_write_actions(const struct view *view, struct page *page);

#endif
