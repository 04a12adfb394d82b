/*
 * Who gets a key: the view on top, then what works everywhere, then the command
 * table's keys for the place that one is in. And how they are told to the
 * admin: the line of hints and the help. The UI thread.
 */
#ifndef BERTH_TUI_CONSOLE_KEYS_H
#define BERTH_TUI_CONSOLE_KEYS_H

#include "tui/console/app.h"
#include "tui/console/page.h"

void keys_take(struct app *app, int key);
void keys_draw_hints(const struct app *app, struct pen pen);

/* Shows a command line, and copies it to the clipboard where there is one. */
void keys_copy(struct app *app, const char *line);

/* What can be done here: the command table's keys for the view, wrapped. */
void keys_write_actions(const struct view *view, struct page *page);

/* The help for a view, made of its own keys and the command table. */
void keys_write_help(const struct view *view, struct page *page);

#endif
