/* A text to read: what a command says, the help. Scrolls and searches. */
#ifndef BERTH_TUI_CONSOLE_TEXT_VIEW_H
#define BERTH_TUI_CONSOLE_TEXT_VIEW_H

#include "tui/console/page.h"
#include "tui/console/view.h"

/* line: the command line that says the same; NULL none. Both are copied. */
struct view *text_view_open(const char *title, const char *line);
struct page *text_view_page(struct view *view); /* to be filled */

#endif
