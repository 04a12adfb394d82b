/* Operations as a table: what runs in this console, and what the journal has. */
#ifndef BERTH_TUI_CONSOLE_OPERATIONS_TABLE_H
#define BERTH_TUI_CONSOLE_OPERATIONS_TABLE_H

#include "tui/console/snapshot.h"
#include "tui/console/table.h"
#include "tui/console/task.h"

/* A row: a task of this console, an operation of the journal, or both. */
struct operation_row {
	int64_t id;            /* of the operation; negative: a task that has none (yet) */
	struct task *task;
	const struct snapshot_operation *journal;
};

extern const struct table_kind operations_table_kind;

bool operation_row_runs(const struct operation_row *row); /* in this console */
/* What goes on, why it stopped, or the command: a cell, and the line below. */
void operation_row_words(const void *row, const void *context, struct cell *cell);

#endif
