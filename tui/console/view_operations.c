/* Operations: what runs in this console, and what the journal has. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/command.h"
#include "tui/console/action.h"
#include "tui/console/operations_table.h"
#include "tui/console/page.h"
#include "tui/console/plan_dialog.h"
#include "tui/console/table_view.h"
#include "tui/console/views.h"

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
	operation_row_words(row, NULL, &cell);
	page_add(&page, ROLE_PLAIN, " ");
	page_words(&page, cell.role == ROLE_QUIET ? ROLE_PLAIN : cell.role,
		   row->journal && row->journal->operation.error[0] && !operation_row_runs(row) ? row->journal->operation.error : cell.text);
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

	if (!row || !operation_row_runs(row))
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
	table_open(&this->table, &operations_table_kind);
	return &this->view;
}
