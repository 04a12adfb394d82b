/* The help that `?` shows: made of the view's own keys and the command table. The UI thread. */
#ifndef BERTH_TUI_CONSOLE_HELP_H
#define BERTH_TUI_CONSOLE_HELP_H

#include "tui/console/app.h"
#include "tui/console/page.h"

void help_write(const struct view *view, struct page *page);

#endif
