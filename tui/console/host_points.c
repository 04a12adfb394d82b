#include "tui/console/host_points.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/explain.h"

static void cell_when(const void *data, const void *context, struct cell *cell)
{
	const struct host_point_row *row = data;

	(void)context;
	cell->text = row->now ? "now" : explain_when(row->point->point.created, cell->buffer);
}

static void cell_age(const void *data, const void *context, struct cell *cell)
{
	const struct host_point_row *row = data;

	(void)context;
	cell->role = ROLE_QUIET;
	if (row->point)
		cell->text = time_ago(time_now() - row->point->point.created, cell->buffer);
}

static void cell_name(const void *data, const void *context, struct cell *cell)
{
	const struct host_point_row *row = data;
	const bool *ascii = context;

	if (row->point) {
		cell->text = row->point->point.name;
		cell->role = row->point->former ? ROLE_PLAIN : ROLE_STRONG;
		return;
	}
	snprintf(cell->buffer, sizeof(cell->buffer), "%s %s", *ascii ? host_state_ascii(row->now->state)
		 : host_state_sign(row->now->state), host_state_word(row->now->state));
	cell->text = cell->buffer;
	cell->role = theme_state_role(row->now->state);
}

static void cell_kept(const void *data, const void *context, struct cell *cell)
{
	const struct point_row *point = ((const struct host_point_row *)data)->point;

	(void)context;
	if (!point)
		return;
	cell->role = !point->there ? ROLE_LOUD : point->point.pinned ? ROLE_ACCENT : point->kept ? ROLE_PLAIN : ROLE_QUIET;
	cell->text = !point->there ? "MISSING" : point->point.pinned ? "pinned" : point->kept ? "kept" : "until pruned";
}

static void cell_on(const void *data, const void *context, struct cell *cell)
{
	const struct host_point_row *row = data;

	(void)context;
	cell->text = row->now ? "" : row->point->former ? "former root" : "root";
	cell->role = row->point && row->point->former ? ROLE_WARN : ROLE_QUIET;
}

static void cell_used(const void *data, const void *context, struct cell *cell)
{
	const struct point_row *point = ((const struct host_point_row *)data)->point;

	(void)context;
	if (point)
		cell->text = point->used < 0 ? "-" : size_format(point->used, cell->buffer);
}

static void cell_size(const void *data, const void *context, struct cell *cell)
{
	const struct host_point_row *row = data;

	(void)context;
	cell->role = ROLE_QUIET;
	if (row->point)
		cell->text = size_format(row->point->point.size, cell->buffer);
}

static void cell_by(const void *data, const void *context, struct cell *cell)
{
	const struct host_point_row *row = data;

	(void)context;
	cell->role = ROLE_QUIET;
	cell->text = row->now ? "" : row->point->point.safety ? "berth" : row->point->point.user;
}

static void cell_note(const void *data, const void *context, struct cell *cell)
{
	const struct host_point_row *row = data;

	(void)context;
	cell->text = row->point ? row->point->point.note : "";
}

static const struct table_column columns[] = {
	{.title = "WHEN", .most = 16, .cell = cell_when},
	{.title = "AGE", .most = 6, .right = true, .cell = cell_age},
	{.title = "NAME", .most = 40, .cell = cell_name},
	{.title = "KEPT", .most = 12, .cell = cell_kept},
	{.title = "USED", .most = 9, .right = true, .cell = cell_used},
	{.title = "ON", .most = 11, .cell = cell_on},
	{.title = "SIZE", .most = 9, .right = true, .cell = cell_size},
	{.title = "BY", .most = 12, .cell = cell_by},
	{.title = "NOTE", .most = 80, .cell = cell_note},
};

static int64_t row_id(const void *row)
{
	return ((const struct host_point_row *)row)->id;
}

static const struct table_kind kind = {
	.columns = columns, .column_count = sizeof(columns) / sizeof(columns[0]), .row_size = sizeof(struct host_point_row), .id = row_id,
	.name = "points",
};

void host_points_open(struct host_points *this)
{
	table_open(&this->table, &kind);
	this->table.context = &this->ascii;
}

void host_points_close(struct host_points *this)
{
	table_close(&this->table);
	free(this->points);
	free(this->rows);
}

/* A point is its name, which outlives its place in the list. 0 is the root now. */
static int64_t id_of(const char *name)
{
	uint64_t sum = 0xcbf29ce484222325;

	for (; *name; name++)
		sum = (sum ^ (unsigned char)*name) * 0x100000001b3;
	return (int64_t)(sum | 1);
}

static void fill(struct host_points *this, const struct fleet_row *now)
{
	struct host_point_row *rows = xcalloc(this->count + 1, sizeof(*rows));
	size_t count = 0;

	if (now)
		rows[count++] = (struct host_point_row){.now = now};
	for (size_t i = 0; i < this->count; i++)
		rows[count++] = (struct host_point_row){.id = id_of(this->points[i].point.name), .point = &this->points[i]};
	table_set_rows(&this->table, rows, (int)count);
	free(this->rows);
	this->rows = rows;
}

void host_points_update(struct host_points *this, const struct app *app, const char *host)
{
	this->ascii = app->screen.ascii;
	fill(this, snapshot_host(app->snapshot, host));
}

bool host_points_begin(struct host_points *this, const struct app *app)
{
	if (this->reading || (this->known && this->journal == app->snapshot->journal))
		return false;
	this->journal = app->snapshot->journal;
	this->reading = true;
	return true;
}

void host_points_take(struct host_points *this, struct host_points_result *result, const struct fleet_row *now)
{
	free(this->points);
	this->points = result->points;
	this->count = result->count;
	result->points = NULL;
	fill(this, now);
}

const struct point_row *host_points_selected(const struct host_points *this)
{
	const struct host_point_row *row = table_selected(&this->table);

	return row ? row->point : NULL;
}

static void about_point(const struct point_row *row, struct page *page)
{
	const struct point *point = &row->point;
	char words[1024], size[SIZE_TEXT];

	page_add(page, ROLE_STRONG, "%s  ", point->name);
	if (!row->there) {
		page_words(page, ROLE_BAD, "The cluster has no such snapshot any more: removing it here is all that is left to do.");
		return;
	}
	snprintf(words, sizeof(words), "%s%sTaken by %s; %s@%s with its %s kernel; %s written since the point before it.%s",
		 point->note, point->note[0] ? ". " : "", point->user, point->image, point->release,
		 point->kernel == KERNEL_IMAGE ? "image's" : "own", row->used < 0 ? "it is not known how much was" : size_format(row->used, size),
		 row->former ? " It is of a former root, which is in the trash: going back to it swaps the roots." : "");
	page_words(page, ROLE_PLAIN, words);
}

void host_points_about(const struct host_points *this, const struct app *app, struct page *page)
{
	const struct host_point_row *row = table_selected(&this->table);
	char words[512];

	if (this->error[0]) {
		page_words(page, ROLE_BAD, this->error);
	} else if (row && row->now) {
		page_add(page, ROLE_STRONG, "%s ", row->now->name);
		explain_state(row->now, app->snapshot->fleet, time_now(), words, sizeof(words));
		page_words(page, theme_state_role(row->now->state) == ROLE_LOUD ? ROLE_BAD : ROLE_PLAIN, words);
		if (!this->count)
			page_words(page, ROLE_QUIET, !this->known ? ". Its restore points are being read ..."
				   : ". It has no restore points yet: s takes one.");
	} else if (row) {
		about_point(row->point, page);
	}
}
