/* The hosts of roll-outs as a table. */
#ifndef BERTH_TUI_CONSOLE_ROLLOUT_TABLE_H
#define BERTH_TUI_CONSOLE_ROLLOUT_TABLE_H

#include "tui/console/table.h"

extern const struct table_kind rollout_table_kind; /* rows are struct rollout_row */

#endif
