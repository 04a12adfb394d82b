#include "tui/console/host_points.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/fleet/record.h"
#include "tui/console/errand.h"
#include "tui/explain.h"

/* Down the line of time: the root as it is, its points, the release it was made of. */
static const char *line_sign(const struct host_point_row *row, bool ascii)
{
	if (row->now)
		return ascii ? "o" : "●";
	if (!row->point)
		return ascii ? "`" : "└";
	return row->point->point.pinned ? (ascii ? "#" : "◆") : row->point->former ? (ascii ? ":" : "┊") : ascii ? "|" : "├";
}

static int64_t when_of(const struct host_point_row *row)
{
	return row->point ? row->point->point.created : row->made;
}

static void cell_when(const void *data, const void *context, struct cell *cell)
{
	const struct host_point_row *row = data;
	const struct host_points *points = context;
	char when[TIME_TEXT];

	snprintf(cell->buffer, sizeof(cell->buffer), "%s %s", line_sign(row, points->ascii),
		 row->now ? "now" : explain_when(when_of(row), when));
	cell->text = cell->buffer;
	cell->role = row->point && row->point->former ? ROLE_QUIET : ROLE_PLAIN;
}

static void cell_age(const void *data, const void *context, struct cell *cell)
{
	const struct host_point_row *row = data;

	(void)context;
	cell->role = ROLE_QUIET;
	if (!row->now)
		cell->text = time_ago(time_now() - when_of(row), cell->buffer);
}

static void cell_name(const void *data, const void *context, struct cell *cell)
{
	const struct host_point_row *row = data;
	const struct host_points *points = context;

	if (row->point) {
		cell->text = row->point->point.name;
		cell->role = row->point->former ? ROLE_PLAIN : ROLE_STRONG;
		return;
	}
	if (!row->now) {
		snprintf(cell->buffer, sizeof(cell->buffer), "release %s", row->release);
		cell->text = cell->buffer;
		cell->role = ROLE_QUIET;
		return;
	}
	snprintf(cell->buffer, sizeof(cell->buffer), "%s %s", points->ascii ? host_state_ascii(row->now->state)
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
	cell->text = !row->point ? "" : row->point->former ? "former root" : "root";
	cell->role = row->point && row->point->former ? ROLE_WARN : ROLE_QUIET;
}

/* A bar beside it, as high as it is beside the largest one. */
static void cell_used(const void *data, const void *context, struct cell *cell)
{
	static const char *const bars[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
	const struct point_row *point = ((const struct host_point_row *)data)->point;
	const struct host_points *points = context;
	char size[SIZE_TEXT];

	if (!point)
		return;
	const bool drawn = point->used > 0 && !points->ascii;
	const int64_t height = drawn ? (point->used * 8 + points->most - 1) / points->most : 1;
	snprintf(cell->buffer, sizeof(cell->buffer), "%s%s%s", drawn ? bars[height - 1] : "", drawn ? " " : "",
		 point->used < 0 ? "-" : size_format(point->used, size));
	cell->text = cell->buffer;
}

static int compare_used(const void *a, const void *b)
{
	const struct point_row *x = ((const struct host_point_row *)a)->point, *y = ((const struct host_point_row *)b)->point;
	const int64_t left = x ? x->used : -2, right = y ? y->used : -2;

	return (left < right) - (left > right);
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
	cell->text = !row->point ? "" : row->point->point.safety ? "berth" : row->point->point.user;
}

static void cell_note(const void *data, const void *context, struct cell *cell)
{
	const struct host_point_row *row = data;

	(void)context;
	cell->text = row->point ? row->point->point.note : "";
}

static const struct table_column columns[] = {
	{.title = "WHEN", .most = 18, .cell = cell_when},
	{.title = "AGE", .most = 6, .right = true, .cell = cell_age},
	{.title = "NAME", .most = 40, .cell = cell_name},
	{.title = "KEPT", .most = 12, .cell = cell_kept},
	{.title = "USED", .most = 11, .right = true, .cell = cell_used, .compare = compare_used},
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
	this->table.context = this;
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
	struct host_point_row *rows = xcalloc(this->count + 2, sizeof(*rows));
	size_t count = 0;

	this->most = 0;
	if (now)
		rows[count++] = (struct host_point_row){.now = now};
	for (size_t i = 0; i < this->count; i++) {
		rows[count++] = (struct host_point_row){.id = id_of(this->points[i].point.name), .point = &this->points[i]};
		if (this->points[i].used > this->most)
			this->most = this->points[i].used;
	}
	if (this->release[0])
		rows[count++] = (struct host_point_row){.id = -1, .release = this->release, .made = this->made};
	table_set_rows(&this->table, rows, (int)count);
	free(this->rows);
	this->rows = rows;
}

void host_points_update(struct host_points *this, const struct app *app, const char *host)
{
	this->ascii = app->screen.ascii;
	fill(this, snapshot_host(app->snapshot, host));
}

void host_points_of(struct host_points *this, const struct host_detail *detail)
{
	this->release[0] = '\0';
	if (detail->has_root)
		snprintf(this->release, sizeof(this->release), "%s@%s", detail->root.image, detail->root.release);
	this->made = detail->root.created;
}

struct reading {
	struct host_points *points; /* in the view: only while that lives */
	char host[64];
	struct point_row *rows;
	size_t count;
};

static int reading_work(void *data, struct fleet *fleet, struct job *job, struct err *err)
{
	struct reading *reading = data;

	(void)job;
	return point_rows(fleet, reading->host, &reading->rows, &reading->count, err);
}

static void take(struct host_points *this, struct reading *reading, const struct fleet_row *now)
{
	free(this->points);
	this->points = reading->rows;
	this->count = reading->count;
	reading->rows = NULL;
	fill(this, now);
}

static void reading_done(struct app *app, struct view *view, void *data, int status, const struct err *err)
{
	struct reading *reading = data;

	if (view) {
		struct host_points *this = reading->points;

		this->reading = false;
		this->known = !status;
		text_copy(this->error, sizeof(this->error), status ? err->text : "");
		if (!status)
			take(this, reading, snapshot_host(app->snapshot, reading->host));
	}
	free(reading->rows);
	free(reading);
}

void host_points_read(struct host_points *this, struct view *view, const char *host)
{
	const uint64_t journal = view->app->snapshot->journal;
	struct reading *reading;

	if (this->reading || (this->known && this->journal == journal))
		return;
	this->journal = journal;
	this->reading = true;
	reading = xcalloc(1, sizeof(*reading));
	reading->points = this;
	text_copy(reading->host, sizeof(reading->host), host);
	errand_start(view->app, view, &(struct errand){.work = reading_work, .done = reading_done, .data = reading});
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
		 point->kernel == KERNEL_IMAGE ? "image's" : kernel_word(point->kernel, point->kernel_version), row->used < 0 ? "it is not known how much was" : size_format(row->used, size),
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
	} else if (row && row->point) {
		about_point(row->point, page);
	} else if (row) {
		page_add(page, ROLE_STRONG, "%s ", row->release);
		page_words(page, ROLE_PLAIN, "is what the root is a clone of: `berth host assign` gives the host a fresh one.");
	}
}
