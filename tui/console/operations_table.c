#include "tui/console/operations_table.h"

#include <stdio.h>
#include <string.h>

bool operation_row_runs(const struct operation_row *row)
{
	return row->task && task_is_open(row->task);
}

static void cell_number(const void *data, const void *context, struct cell *cell)
{
	const struct operation_row *row = data;

	(void)context;
	cell->text = "-";
	cell->role = ROLE_QUIET;
	if (row->id < 0)
		return;
	snprintf(cell->buffer, sizeof(cell->buffer), "%lld", (long long)row->id);
	cell->text = cell->buffer;
}

static const char *task_word(const struct task *task, enum role *role)
{
	static const struct { const char *word; enum role role; } words[] = {
		[TASK_WAITING] = {"waiting", ROLE_QUIET}, [TASK_RUNNING] = {"running", ROLE_ACCENT},
		[TASK_CANCELLING] = {"cancelling", ROLE_WARN}, [TASK_DONE] = {"done", ROLE_GOOD},
		[TASK_FAILED] = {"failed", ROLE_BAD}, [TASK_CANCELLED] = {"cancelled", ROLE_WARN},
	};

	*role = words[task->state].role;
	return words[task->state].word;
}

static void cell_state(const void *data, const void *context, struct cell *cell)
{
	const struct operation_row *row = data;
	const struct operation *operation = row->journal ? &row->journal->operation : NULL;

	(void)context;
	if (operation_row_runs(row) || !operation) {
		cell->text = task_word(row->task, &cell->role);
		return;
	}
	const bool abandoned = row->journal->abandoned;
	cell->text = abandoned ? "unfinished" : operation_state_word(operation->state);
	cell->role = abandoned ? ROLE_LOUD : operation->state == OPERATION_DONE ? ROLE_GOOD
		: operation->state == OPERATION_RUNNING ? ROLE_ACCENT : ROLE_WARN;
}

static void cell_what(const void *data, const void *context, struct cell *cell)
{
	const struct operation_row *row = data;

	(void)context;
	cell->role = ROLE_STRONG;
	if (!row->journal) {
		cell->text = row->task->title;
		return;
	}
	const char *target = row->journal->operation.target;
	snprintf(cell->buffer, sizeof(cell->buffer), "%s %s", row->journal->operation.verb,
		 strncmp(target, "host ", 5) ? target : target + 5);
	cell->text = cell->buffer;
}

static void cell_steps(const void *data, const void *context, struct cell *cell)
{
	const struct operation_row *row = data;

	(void)context;
	if (!row->journal)
		return;
	snprintf(cell->buffer, sizeof(cell->buffer), "%d/%d", row->journal->operation.steps_done,
		 row->journal->operation.step_count);
	cell->text = cell->buffer;
}

static void cell_when(const void *data, const void *context, struct cell *cell)
{
	const struct operation_row *row = data;

	(void)context;
	cell->role = ROLE_QUIET;
	if (row->journal)
		cell->text = time_ago(time_now() - row->journal->operation.started, cell->buffer);
	else
		cell->text = time_ago((clock_ms() - row->task->began) / 1000, cell->buffer);
}

static void cell_took(const void *data, const void *context, struct cell *cell)
{
	const struct operation_row *row = data;

	(void)context;
	cell->role = ROLE_QUIET;
	if (row->journal && row->journal->operation.ended)
		cell->text = time_ago(row->journal->operation.ended - row->journal->operation.started, cell->buffer);
	else if (row->task)
		cell->text = time_ago(((task_is_open(row->task) ? clock_ms() : row->task->ended) - row->task->began) / 1000, cell->buffer);
}

static void cell_progress(const void *data, const void *context, struct cell *cell)
{
	const struct operation_row *row = data;

	(void)context;
	if (!operation_row_runs(row))
		return;
	task_progress_words(row->task, clock_ms(), cell->buffer, sizeof(cell->buffer));
	cell->text = cell->buffer;
	cell->role = ROLE_ACCENT;
}

static void cell_who(const void *data, const void *context, struct cell *cell)
{
	const struct operation_row *row = data;

	(void)context;
	cell->role = ROLE_QUIET;
	cell->text = row->journal ? row->journal->operation.user : "";
}

void operation_row_words(const void *data, const void *context, struct cell *cell)
{
	const struct operation_row *row = data;

	(void)context;
	if (operation_row_runs(row) || !row->journal) {
		task_words(row->task, cell->buffer, sizeof(cell->buffer));
		cell->text = cell->buffer;
	} else if (row->journal->operation.error[0]) {
		cell->text = row->journal->operation.error;
		cell->role = row->journal->abandoned ? ROLE_BAD : ROLE_PLAIN;
	} else {
		cell->text = row->journal->operation.command;
		cell->role = ROLE_QUIET;
	}
}

static int64_t row_id(const void *row)
{
	return ((const struct operation_row *)row)->id;
}

static int64_t started(const struct operation_row *row)
{
	return row->journal ? row->journal->operation.started : INT64_MAX;
}

static int compare_when(const void *a, const void *b)
{
	const int64_t x = started(a), y = started(b);

	return (x < y) - (x > y);
}

static const struct table_column columns[] = {
	{.title = "OP", .most = 8, .right = true, .cell = cell_number},
	{.title = "STATE", .most = 12, .cell = cell_state},
	{.title = "WHAT", .most = 40, .cell = cell_what},
	{.title = "STEPS", .most = 7, .right = true, .cell = cell_steps},
	{.title = "BEGAN", .most = 7, .right = true, .cell = cell_when, .compare = compare_when},
	{.title = "TOOK", .most = 7, .right = true, .cell = cell_took},
	{.title = "PROGRESS", .most = 44, .cell = cell_progress},
	{.title = "BY", .most = 12, .cell = cell_who},
	{.title = "COMMAND, OR WHAT GOES ON", .most = 120, .cell = operation_row_words},
};

const struct table_kind operations_table_kind = {
	.columns = columns, .column_count = sizeof(columns) / sizeof(columns[0]), .row_size = sizeof(struct operation_row), .id = row_id,
	.name = "operations",
};
