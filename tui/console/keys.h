/*
 * Who gets a key: the view on top, then what works everywhere, then the command
 * table's keys for the place that one is in. The UI thread.
 */
#ifndef BERTH_TUI_CONSOLE_KEYS_H
#define BERTH_TUI_CONSOLE_KEYS_H

#include "tui/console/app.h"

void keys_take(struct app *app, int key);

/* Shows a command line, and copies it to the clipboard where there is one. */
void keys_copy(struct app *app, const char *line);

#endif
