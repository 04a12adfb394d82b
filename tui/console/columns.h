/* Which columns a table shows, in which order and sorted by which: a dialog over
 * the view that has the table; what is done is seen at once. */
#ifndef BERTH_TUI_CONSOLE_COLUMNS_H
#define BERTH_TUI_CONSOLE_COLUMNS_H

#include "tui/console/view.h"

struct view *columns_open(struct view *owner);

#endif
