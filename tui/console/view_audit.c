/* The audit: who did what, when, with what result. */
#include <stdio.h>
#include <stdlib.h>

#include "core/fleet/read.h"
#include "tui/console/audit_table.h"
#include "tui/console/errand.h"
#include "tui/console/table_view.h"
#include "tui/console/views.h"

#define SHOWN 2000

struct view_audit {
	struct view view;
	struct audit_list list; /* the last SHOWN */
};

static struct view_audit *audit_of(const struct view *view)
{
	return (struct view_audit *)(uintptr_t)view;
}

struct reading {
	int64_t newest;        /* what the view has already */
	struct audit *rows;    /* NULL: that is still the newest */
	size_t count;
};

static int reading_work(void *data, struct fleet *fleet, struct job *job, struct err *err)
{
	struct reading *reading = data;
	struct audit *newest = NULL;
	size_t count = 0;
	const int status = fleet_audit(fleet, NULL, 1, &newest, &count, err);
	const bool same = !status && reading->newest && count && newest[0].id == reading->newest;

	(void)job;
	free(newest);
	return status || same ? status : fleet_audit(fleet, NULL, SHOWN, &reading->rows, &reading->count, err);
}

static void reading_done(struct app *app, struct view *view, void *data, int status, const struct err *err)
{
	struct reading *reading = data;

	(void)app;
	if (view)
		audit_list_take(&audit_of(view)->list, &reading->rows, reading->count, status, err);
	free(reading->rows);
	free(reading);
}

static void view_update(struct view *view)
{
	struct audit_list *list = &audit_of(view)->list;
	struct reading *reading;

	if (list->reading)
		return;
	list->reading = true;
	reading = xcalloc(1, sizeof(*reading));
	reading->newest = list->count ? list->rows[0].id : 0;
	errand_start(view->app, view, &(struct errand){.work = reading_work, .done = reading_done, .data = reading});
}

static void view_title(const struct view *view, char *out, size_t size)
{
	(void)view;
	text_copy(out, size, "Audit");
}

static void view_summary(const struct view *view, struct pen *pen)
{
	const struct audit_list *list = &audit_of(view)->list;

	table_view_summary(&list->table, pen);
	pen_printf(pen, ROLE_PLAIN, list->count == SHOWN ? "the last %zu lines; `berth audit` has all" : "%zu lines", list->count);
}

static void view_draw(struct view *view, struct area area)
{
	const struct audit_list *list = &audit_of(view)->list;
	struct page page = {.width = area.width - 2};

	audit_list_about(list, &page);
	table_view_draw(view, area, list->known ? "Nothing was done yet." : "reading ...", &page);
	page_free(&page);
}

static bool view_key(struct view *view, int key)
{
	const struct audit *row = table_selected(&audit_of(view)->list.table);

	if (key != INPUT_ENTER)
		return table_view_key_single(view, key);
	if (row)
		audit_show(view->app, row);
	return true;
}

static struct table *view_table(struct view *view)
{
	return &audit_of(view)->list.table;
}

static void view_line(const struct view *view, char *out, size_t size)
{
	(void)view;
	text_copy(out, size, "berth audit");
}

static void view_close(struct view *view)
{
	struct view_audit *this = audit_of(view);

	audit_list_close(&this->list);
	free(this);
}

static const struct key_help keys[] = {
	{"Enter", "the whole line", "open"},
	TABLE_VIEW_KEYS("filter"),
	TABLE_SORT_KEYS,
	{NULL, NULL, NULL},
};

static const struct view_ops ops = {
	.keys = keys, .title = view_title, .summary = view_summary, .update = view_update, .draw = view_draw,
	.key = view_key, .table = view_table, .line = view_line, .close = view_close,
};

struct view *view_audit_open(void)
{
	struct view_audit *this = xcalloc(1, sizeof(*this));

	this->view.ops = &ops;
	audit_list_open(&this->list, &audit_table_kind);
	return &this->view;
}
