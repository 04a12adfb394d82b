#include "tui/console/audit_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/console/text_view.h"
#include "tui/explain.h"

static void cell_when(const void *row, const void *context, struct cell *cell)
{
	(void)context;
	cell->text = explain_when(((const struct audit *)row)->at, cell->buffer);
}

static void cell_user(const void *row, const void *context, struct cell *cell)
{
	(void)context;
	cell->text = ((const struct audit *)row)->user;
	cell->role = ROLE_QUIET;
}

enum role audit_role(const char *result)
{
	return !strcmp(result, "done") ? ROLE_GOOD : !strcmp(result, "running") ? ROLE_ACCENT
	       : !strcmp(result, "failed") || !strcmp(result, "unfinished") ? ROLE_BAD : ROLE_WARN;
}

static void cell_result(const void *row, const void *context, struct cell *cell)
{
	(void)context;
	cell->text = ((const struct audit *)row)->result;
	cell->role = audit_role(cell->text);
}

static void cell_target(const void *row, const void *context, struct cell *cell)
{
	(void)context;
	cell->text = ((const struct audit *)row)->target;
	cell->role = ROLE_STRONG;
}

static void cell_command(const void *row, const void *context, struct cell *cell)
{
	(void)context;
	cell->text = ((const struct audit *)row)->command;
}

static void cell_detail(const void *row, const void *context, struct cell *cell)
{
	(void)context;
	cell->text = ((const struct audit *)row)->detail;
}

#define COLUMNS(no_target) { \
	{.title = "WHEN", .most = 16, .cell = cell_when}, \
	{.title = "BY", .most = 12, .cell = cell_user}, \
	{.title = "RESULT", .most = 10, .cell = cell_result}, \
	{.title = "TARGET", .most = 30, .cell = cell_target, .spare = no_target}, \
	{.title = "COMMAND", .most = 80, .cell = cell_command}, \
	{.title = "DETAIL", .most = 160, .cell = cell_detail}, \
}
static const struct table_column columns[] = COLUMNS(false), history_columns[] = COLUMNS(true);
#define COLUMN_COUNT ((int)(sizeof(columns) / sizeof(columns[0])))

static int64_t row_id(const void *row)
{
	return ((const struct audit *)row)->id;
}

const struct table_kind audit_table_kind = {
	.columns = columns, .column_count = COLUMN_COUNT, .row_size = sizeof(struct audit), .id = row_id, .name = "audit",
};

const struct table_kind history_table_kind = {
	.columns = history_columns, .column_count = COLUMN_COUNT, .row_size = sizeof(struct audit), .id = row_id, .name = "history",
};

void audit_show(struct app *app, const struct audit *row)
{
	struct view *view = text_view_open(row->target[0] ? row->target : row->command, "berth audit");
	struct page *page = text_view_page(view);
	char text[192], when[TIME_TEXT];

	page->width = app->screen.columns - 4;
	page_value(page, "when", ROLE_PLAIN, explain_when(row->at, when));
	snprintf(text, sizeof(text), "%s on %s", row->user, row->machine);
	page_value(page, "by", ROLE_PLAIN, text);
	page_value(page, "command", ROLE_STRONG, row->command);
	page_value(page, "target", ROLE_PLAIN, row->target);
	page_value(page, "result", audit_role(row->result), row->result);
	if (row->detail[0])
		page_value(page, "because", ROLE_PLAIN, row->detail);
	snprintf(text, sizeof(text), "%lld", (long long)row->operation_id);
	if (row->operation_id)
		page_value(page, "operation", ROLE_PLAIN, text);
	app_push(app, view);
}

static void about(const struct audit *row, struct page *page)
{
	if (!row)
		return;
	page_add(page, ROLE_STRONG, "%s  ", row->result);
	page_words(page, ROLE_PLAIN, row->command);
	page_end(page);
	page_words(page, audit_role(row->result) == ROLE_GOOD ? ROLE_PLAIN : audit_role(row->result), row->detail);
}

void audit_list_open(struct audit_list *list, const struct table_kind *kind)
{
	table_open(&list->table, kind);
}

void audit_list_close(struct audit_list *list)
{
	table_close(&list->table);
	free(list->rows);
}

void audit_list_take(struct audit_list *list, struct audit **rows, size_t count, int status, const struct err *err)
{
	list->reading = false;
	list->known |= !status;
	text_copy(list->error, sizeof(list->error), status ? err->text : "");
	if (status || !*rows)
		return;
	table_set_rows(&list->table, *rows, (int)count);
	free(list->rows);
	list->rows = *rows;
	list->count = count;
	*rows = NULL;
}

void audit_list_about(const struct audit_list *list, struct page *page)
{
	if (list->error[0])
		page_words(page, ROLE_BAD, list->error);
	else
		about(table_selected(&list->table), page);
}
