/* Golden images, each with its releases below it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/command.h"
#include "tui/console/app.h"
#include "tui/explain.h"
#include "tui/console/table_view.h"
#include "tui/console/views.h"

/* An image, or one of its releases. */
struct image_row {
	const struct image *image;
	const struct release *release; /* NULL: the image itself */
	bool last;                     /* of its image */
	char word[130];                /* "deb12", "deb12@2026-11-23": as commands take it */
};

struct view_images {
	struct view view;
	struct table table;
	struct image_row *rows;
	bool ascii;
};

static struct view_images *images_of(const struct view *view)
{
	return (struct view_images *)(uintptr_t)view;
}

static void cell_name(const void *data, const void *context, struct cell *cell)
{
	const struct image_row *row = data;
	const bool ascii = *(const bool *)context;

	cell->text = row->word;
	cell->role = ROLE_STRONG;
	if (!row->release)
		return;
	snprintf(cell->buffer, sizeof(cell->buffer), "%s %s", ascii ? (row->last ? "`-" : "|-") : row->last ? "└" : "├", row->word);
	cell->text = cell->buffer;
	cell->role = ROLE_PLAIN;
}

static void cell_kernel(const void *data, const void *context, struct cell *cell)
{
	const struct image_row *row = data;

	(void)context;
	if (!row->release)
		return;
	cell->text = row->release->kernel[0] ? row->release->kernel : "none";
	cell->role = row->release->kernel[0] ? ROLE_PLAIN : ROLE_WARN;
}

static void cell_size(const void *data, const void *context, struct cell *cell)
{
	const struct image_row *row = data;

	(void)context;
	cell->text = size_format(row->release ? row->release->size : row->image->size, cell->buffer);
}

static int hosts_of(const struct image_row *row)
{
	return row->release ? row->release->host_count : row->image->host_count;
}

static void cell_hosts(const void *data, const void *context, struct cell *cell)
{
	const int hosts = hosts_of(data);

	(void)context;
	snprintf(cell->buffer, sizeof(cell->buffer), "%d", hosts);
	cell->text = cell->buffer;
	cell->role = hosts ? ROLE_PLAIN : ROLE_QUIET;
}

static int64_t created(const struct image_row *row)
{
	return row->release ? row->release->created : row->image->created;
}

static void cell_created(const void *data, const void *context, struct cell *cell)
{
	(void)context;
	cell->text = explain_when(created(data), cell->buffer);
	cell->role = ROLE_QUIET;
}

static void cell_source(const void *data, const void *context, struct cell *cell)
{
	const struct image_row *row = data;

	(void)context;
	cell->text = row->release ? "" : row->image->source;
	cell->role = ROLE_QUIET;
}

/* In the tree's order: another one would tear it apart. */
static const struct table_column columns[] = {
	{.title = "IMAGE", .most = 60, .cell = cell_name},
	{.title = "KERNEL", .most = 30, .cell = cell_kernel},
	{.title = "SIZE", .most = 9, .right = true, .cell = cell_size},
	{.title = "HOSTS", .most = 7, .right = true, .cell = cell_hosts},
	{.title = "CREATED", .most = 16, .cell = cell_created},
	{.title = "MADE BY", .most = 60, .cell = cell_source},
};

static int64_t row_id(const void *data)
{
	const struct image_row *row = data;

	return row->release ? row->release->id : -row->image->id;
}

static const struct table_kind kind = {
	.columns = columns, .column_count = sizeof(columns) / sizeof(columns[0]), .row_size = sizeof(struct image_row), .id = row_id,
	.ordered = true, .name = "images",
};

static struct image_row *add_row(struct image_row *row, const struct image *image, const struct release *release)
{
	*row = (struct image_row){.image = image, .release = release};
	snprintf(row->word, sizeof(row->word), "%s%s%s", image->name, release ? "@" : "", release ? release->name : "");
	return row;
}

static void view_update(struct view *view)
{
	struct view_images *this = images_of(view);
	const struct snapshot *snapshot = view->app->snapshot;
	struct image_row *rows = xcalloc(snapshot->image_count + snapshot->release_count + 1, sizeof(*rows)), *last;
	int count = 0;

	for (size_t i = 0; i < snapshot->image_count; i++) {
		last = add_row(&rows[count++], &snapshot->images[i], NULL);
		for (size_t j = 0; j < snapshot->release_count; j++)
			if (snapshot->release_rows[j].image_id == snapshot->images[i].id)
				last = add_row(&rows[count++], &snapshot->images[i], &snapshot->release_rows[j]);
		last->last = true;
	}
	this->ascii = view->app->screen.ascii;
	table_set_rows(&this->table, rows, count);
	free(this->rows);
	this->rows = rows;
}

static void view_title(const struct view *view, char *out, size_t size)
{
	(void)view;
	text_copy(out, size, "Images");
}

static void view_summary(const struct view *view, struct pen *pen)
{
	const struct snapshot *snapshot = view->app->snapshot;

	table_view_summary(&images_of(view)->table, pen);
	pen_printf(pen, ROLE_PLAIN, "%zu image%s, %zu release%s", snapshot->image_count, snapshot->image_count == 1 ? "" : "s",
		   snapshot->release_count, snapshot->release_count == 1 ? "" : "s");
}

static void about(const struct view_images *this, struct page *page)
{
	const struct image_row *row = table_selected(&this->table);
	char words[400], ago[TIME_TEXT];

	if (!row)
		return;
	page_add(page, ROLE_STRONG, "%s  ", row->word);
	if (row->release)
		snprintf(words, sizeof(words), "frozen %s ago; %d root%s %s a clone of it, and it can not be removed before they are. %s",
			 time_ago(time_now() - created(row), ago), hosts_of(row), hosts_of(row) == 1 ? "" : "s",
			 hosts_of(row) == 1 ? "is" : "are", row->release->kernel[0] ? "" : "It has no kernel: nothing boots from it by itself.");
	else
		snprintf(words, sizeof(words), "%s, %s ago; %d release%s. New hosts get the newest; f freezes another one.",
			 row->image->source, time_ago(time_now() - created(row), ago), row->image->release_count,
			 row->image->release_count == 1 ? "" : "s");
	page_words(page, ROLE_PLAIN, words);
}

static void view_draw(struct view *view, struct area area)
{
	struct page page = {.width = area.width - 2};

	about(images_of(view), &page);
	table_view_draw(view, area, "There are no images yet: b builds one of a Debian suite, i imports a file or a directory.", &page);
	page_free(&page);
}

/* The hosts whose roots are clones of it: the fleet, filtered. */
static void show_hosts(const struct view_images *this)
{
	const struct image_row *row = table_selected(&this->table);
	struct app *app = this->view.app;
	char filter[160];

	if (!row)
		return;
	snprintf(filter, sizeof(filter), "image:%s%s", row->word, row->release ? "" : "@");
	app_show_root(app, 0);
	table_set_filter(app->top->ops->table(app->top), filter);
}

static bool view_key(struct view *view, int key)
{
	switch (key) {
	case INPUT_ENTER: show_hosts(images_of(view)); return true;
	default: return table_view_key_single(view, key);
	}
}

static struct table *view_table(struct view *view)
{
	return &images_of(view)->table;
}

static int view_targets(const struct view *view, const char **names, int most)
{
	const struct image_row *row = table_selected(&images_of(view)->table);

	(void)most;
	if (row)
		names[0] = row->word;
	return row != NULL;
}

static void view_line(const struct view *view, char *out, size_t size)
{
	const struct image_row *row = table_selected(&images_of(view)->table);

	if (row)
		snprintf(out, size, "berth image show %s", row->image->name);
	else
		text_copy(out, size, "berth image list");
}

static void view_close(struct view *view)
{
	struct view_images *this = images_of(view);

	table_close(&this->table);
	free(this->rows);
	free(this);
}

static const struct key_help keys[] = {
	{"Enter", "the hosts whose roots are made of it", "its hosts"},
	TABLE_VIEW_KEYS(NULL),
	{NULL, NULL, NULL},
};

static const struct view_ops ops = {
	.place = PLACE_IMAGES, .keys = keys, .title = view_title, .summary = view_summary, .update = view_update,
	.draw = view_draw, .key = view_key, .table = view_table, .targets = view_targets, .line = view_line, .close = view_close,
};

struct view *view_images_open(void)
{
	struct view_images *this = xcalloc(1, sizeof(*this));

	this->view.ops = &ops;
	table_open(&this->table, &kind);
	this->table.context = &this->ascii;
	return &this->view;
}
