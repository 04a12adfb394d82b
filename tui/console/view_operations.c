/* Operations: what runs in this console, and what the journal has. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/command.h"
#include "tui/console/action.h"
#include "tui/console/page.h"
#include "tui/console/plan_dialog.h"
#include "tui/console/table_view.h"
#include "tui/console/views.h"

/* A row: a task of this console, an operation of the journal, or both. */
struct operation_row {
	int64_t id;            /* of the operation; negative: a task that has none (yet) */
	struct task *task;
	const struct snapshot_operation *journal;
};

struct view_operations {
	struct view view;
	struct table table;
	struct operation_row *rows;
	char name[24];         /* the selected one's number, for targets */
};

static struct view_operations *operations_of(const struct view *view)
{
	return (struct view_operations *)(uintptr_t)view;
}

static bool is_running(const struct operation_row *row)
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
	if (is_running(row) || !operation) {
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
	if (!is_running(row))
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

static void cell_words(const void *data, const void *context, struct cell *cell)
{
	const struct operation_row *row = data;

	(void)context;
	if (is_running(row) || !row->journal) {
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
	{.title = "COMMAND, OR WHAT GOES ON", .most = 120, .cell = cell_words},
};

static const struct table_kind kind = {
	.columns = columns, .column_count = sizeof(columns) / sizeof(columns[0]), .row_size = sizeof(struct operation_row), .id = row_id,
	.name = "operations",
};

static struct task *task_of(const struct app *app, int64_t operation)
{
	struct task *task = app->tasks;

	while (task && task->operation != operation)
		task = task->next;
	return task;
}

static bool in_journal(const struct snapshot *snapshot, int64_t operation)
{
	for (size_t i = 0; operation && i < snapshot->operation_count; i++)
		if (snapshot->operations[i].operation.id == operation)
			return true;
	return false;
}

/* Tasks without a number first: they wait, or were refused by the journal. */
static void view_update(struct view *view)
{
	struct view_operations *this = operations_of(view);
	const struct snapshot *snapshot = view->app->snapshot;
	struct operation_row *rows = NULL;
	int count = 0;

	for (struct task *task = view->app->tasks; task; task = task->next) {
		if (in_journal(snapshot, task->operation))
			continue;
		rows = xrealloc(rows, ((size_t)count + 1) * sizeof(*rows));
		rows[count++] = (struct operation_row){.id = -task->number, .task = task};
	}
	rows = xrealloc(rows, ((size_t)count + snapshot->operation_count + 1) * sizeof(*rows));
	for (size_t i = 0; i < snapshot->operation_count; i++) {
		const int64_t id = snapshot->operations[i].operation.id;

		rows[count++] = (struct operation_row){id, task_of(view->app, id), &snapshot->operations[i]};
	}
	table_set_rows(&this->table, rows, count);
	free(this->rows);
	this->rows = rows;
}

static void view_title(const struct view *view, char *out, size_t size)
{
	(void)view;
	text_copy(out, size, "Operations");
}

static void view_summary(const struct view *view, struct pen *pen)
{
	const struct snapshot *snapshot = view->app->snapshot;
	const int running = task_count_open(view->app);
	int unfinished = 0;

	table_view_summary(&operations_of(view)->table, pen);
	for (size_t i = 0; i < snapshot->operation_count; i++)
		unfinished += snapshot->operations[i].abandoned;
	if (unfinished)
		pen_printf(pen, ROLE_LOUD, " %d unfinished ", unfinished);
	pen_printf(pen, ROLE_QUIET, "%s%d running", unfinished ? "   " : "", running);
}

static void draw_selected(const struct view_operations *this, struct area area)
{
	const struct operation_row *row = table_selected(&this->table);
	struct page page = {.width = area.width - 2};
	struct cell cell = {.text = ""};

	paint_rule(&this->view.app->screen, area.y, 0, area.width);
	if (!row)
		return;
	cell_words(row, NULL, &cell);
	page_add(&page, ROLE_PLAIN, " ");
	page_words(&page, cell.role == ROLE_QUIET ? ROLE_PLAIN : cell.role,
		   row->journal && row->journal->operation.error[0] && !is_running(row) ? row->journal->operation.error : cell.text);
	struct screen aside = this->view.app->screen;
	page_draw(&page, &aside, (struct area){area.y + 1, area.x, area.height - 1, area.width}, GROUND_PLAIN);
	page_free(&page);
}

static void view_draw(struct view *view, struct area area)
{
	struct view_operations *this = operations_of(view);
	const int below = area.height >= 12 ? 4 : 2;

	paint_rule(&view->app->screen, area.y, 0, area.width);
	table_draw(&this->table, &view->app->screen, (struct area){area.y + 1, area.x, area.height - 1 - below, area.width});
	if (!this->table.list.count) {
		struct pen pen = pen_at(&view->app->screen, area, 3, GROUND_PLAIN);

		pen_text(&pen, ROLE_PLAIN, "   Nothing was done to this fleet yet.");
	}
	draw_selected(this, (struct area){area.y + area.height - below, area.x, below, area.width});
}

/* A task of this console shows its steps live; the journal has the others'. */
static void open_selected(struct view_operations *this)
{
	const struct operation_row *row = table_selected(&this->table);
	struct words words = {0};
	char id[24];

	if (!row)
		return;
	if (row->task) {
		app_push(this->view.app, plan_dialog_watch(row->task));
		return;
	}
	snprintf(id, sizeof(id), "%lld", (long long)row->id);
	words_add(&words, "op");
	words_add(&words, "show");
	words_add(&words, id);
	action_on_words(this->view.app, &words);
}

static bool cancel_selected(struct view_operations *this)
{
	const struct operation_row *row = table_selected(&this->table);

	if (!row || !is_running(row))
		return false;
	task_cancel(this->view.app, row->task);
	return true;
}

static bool view_key(struct view *view, int key)
{
	struct view_operations *this = operations_of(view);

	switch (key) {
	case INPUT_ENTER: open_selected(this); return true;
	case 'x': return cancel_selected(this);
	default: return table_view_key_single(view, key);
	}
}

static struct table *view_table(struct view *view)
{
	return &operations_of(view)->table;
}

static int view_targets(const struct view *view, const char **names, int most)
{
	struct view_operations *this = operations_of(view);
	const struct operation_row *row = table_selected(&this->table);

	(void)most;
	if (!row || row->id < 0)
		return 0;
	snprintf(this->name, sizeof(this->name), "%lld", (long long)row->id);
	names[0] = this->name;
	return 1;
}

static void view_line(const struct view *view, char *out, size_t size)
{
	const struct operation_row *row = table_selected(&operations_of(view)->table);

	if (row && row->id >= 0)
		snprintf(out, size, "berth op show %lld", (long long)row->id);
	else
		text_copy(out, size, "berth op list");
}

static void view_close(struct view *view)
{
	struct view_operations *this = operations_of(view);

	table_close(&this->table);
	free(this->rows);
	free(this);
}

static const struct key_help keys[] = {
	{"Enter", "its steps", "steps"},
	{"x", "cancel it", "cancel"},
	TABLE_VIEW_KEYS("filter"),
	TABLE_SORT_KEYS,
	{NULL, NULL, NULL},
};

static const struct view_ops ops = {
	.place = PLACE_OPERATIONS, .keys = keys, .title = view_title, .summary = view_summary,
	.update = view_update, .draw = view_draw, .key = view_key, .table = view_table, .targets = view_targets,
	.line = view_line, .close = view_close,
};

struct view *view_operations_open(void)
{
	struct view_operations *this = xcalloc(1, sizeof(*this));

	this->view.ops = &ops;
	table_open(&this->table, &kind);
	return &this->view;
}
