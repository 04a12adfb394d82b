#include "tui/console/images_table.h"
#include "tui/explain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "tui/words.h"

static void cell_name(const void *data, const void *context, struct cell *cell)
{
	const struct image_row *row = data;
	const bool ascii = ((const struct images *)context)->ascii;

	cell->text = row->word;
	cell->role = ROLE_STRONG;
	if (!row->release)
		return;
	if (row->hosts)
		snprintf(cell->buffer, sizeof(cell->buffer), "%s %s %.120s", row->last ? " " : ascii ? "|" : "│", ascii ? "`-" : "└",
			 row->hosts);
	else
		snprintf(cell->buffer, sizeof(cell->buffer), "%s %s", ascii ? (row->last ? "`-" : "|-") : row->last ? "└" : "├",
			 row->word);
	cell->text = cell->buffer;
	cell->role = row->hosts ? ROLE_QUIET : ROLE_PLAIN;
}

static void cell_kernel(const void *data, const void *context, struct cell *cell)
{
	const struct image_row *row = data;

	(void)context;
	if (!row->release || row->hosts)
		return;
	cell->text = row->release->kernel[0] ? row->release->kernel : "none";
	cell->role = row->release->kernel[0] ? ROLE_PLAIN : ROLE_WARN;
}

static void cell_size(const void *data, const void *context, struct cell *cell)
{
	const struct image_row *row = data;

	(void)context;
	if (row->hosts)
		return;
	cell->role = ROLE_QUIET;
	cell->text = size_format(row->release ? row->release->size : row->image->size, cell->buffer);
}

static void put_size(const struct image_row *row, int64_t bytes, struct cell *cell)
{
	if (row->release && !row->hosts)
		cell->text = !row->size || bytes < 0 ? "-" : size_format(bytes, cell->buffer);
}

static void cell_used(const void *data, const void *context, struct cell *cell)
{
	const struct image_row *row = data;

	(void)context;
	put_size(row, row->size ? row->size->used : -1, cell);
}

static void cell_added(const void *data, const void *context, struct cell *cell)
{
	const struct image_row *row = data;

	(void)context;
	put_size(row, row->size ? row->size->added : -1, cell);
	cell->role = ROLE_QUIET;
}

static int hosts_of(const struct image_row *row)
{
	return row->release ? row->release->host_count : row->image->host_count;
}

static void cell_hosts(const void *data, const void *context, struct cell *cell)
{
	const int hosts = hosts_of(data);

	(void)context;
	if (((const struct image_row *)data)->hosts)
		return;
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
	if (((const struct image_row *)data)->hosts)
		return;
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
	{.title = "USED", .most = 9, .right = true, .cell = cell_used},
	{.title = "ADDED", .most = 9, .right = true, .cell = cell_added},
	{.title = "SIZE", .most = 9, .right = true, .cell = cell_size},
	{.title = "HOSTS", .most = 7, .right = true, .cell = cell_hosts},
	{.title = "CREATED", .most = 16, .cell = cell_created},
	{.title = "MADE BY", .most = 60, .cell = cell_source},
};

static int64_t row_id(const void *data)
{
	return ((const struct image_row *)data)->id;
}

const struct table_kind images_table_kind = {
	.columns = columns, .column_count = sizeof(columns) / sizeof(columns[0]), .row_size = sizeof(struct image_row), .id = row_id,
	.ordered = true, .name = "images",
};

static void free_rows(struct image_row *rows, int count)
{
	for (int i = 0; i < count; i++)
		free(rows[i].hosts);
	free(rows);
}

/* Of the hosts that have a root of this release; caller frees. NULL: there are none. */
static char *name_hosts(const struct snapshot *snapshot, const char *release)
{
	const struct fleet_view *fleet = snapshot->fleet;
	const char **names = xcalloc(fleet->count + 1, sizeof(*names));
	struct words words = {0};
	struct text text = {0};
	int count = 0;

	for (size_t i = 0; i < fleet->count; i++)
		if (fleet->rows[i].state != HOST_DRAFT && !strcmp(fleet->rows[i].image, release))
			names[count++] = fleet->rows[i].name;
	words_add_names(&words, names, count);
	for (int i = 0; i < words.count; i++)
		text_printf(&text, "%s%s", i ? " " : "", words.items[i]);
	words_free(&words);
	free(names);
	return text.length ? text_take(&text) : NULL;
}

static const struct image_size *find_size(const struct images *images, int64_t release)
{
	for (size_t i = 0; i < images->size_count; i++)
		if (images->sizes[i].release == release)
			return &images->sizes[i];
	return NULL;
}

static struct image_row *add_row(struct image_row *row, const struct image *image, const struct release *release)
{
	*row = (struct image_row){.image = image, .release = release, .id = release ? release->id * 2 : -image->id};
	snprintf(row->word, sizeof(row->word), "%s%s%s", image->name, release ? "@" : "", release ? release->name : "");
	return row;
}

/* A release, and its hosts below it. */
static int add_release(const struct images *images, const struct snapshot *snapshot, struct image_row *rows,
		       const struct image *image, const struct release *release, bool last)
{
	struct image_row *row = add_row(rows, image, release);
	char *hosts = release->host_count ? name_hosts(snapshot, row->word) : NULL;

	row->size = find_size(images, release->id);
	row->last = last;
	if (!hosts)
		return 1;
	rows[1] = *row;
	rows[1].hosts = hosts;
	rows[1].id++;
	return 2;
}

static int add_image(const struct images *images, const struct snapshot *snapshot, struct image_row *rows, const struct image *image)
{
	int count = 0, left = 0;

	add_row(&rows[count++], image, NULL);
	for (size_t i = 0; i < snapshot->release_count; i++)
		left += snapshot->release_rows[i].image_id == image->id;
	for (size_t i = 0; i < snapshot->release_count; i++)
		if (snapshot->release_rows[i].image_id == image->id)
			count += add_release(images, snapshot, rows + count, image, &snapshot->release_rows[i], --left == 0);
	return count;
}

void images_fill(struct images *images, const struct snapshot *snapshot, struct table *table)
{
	struct image_row *rows = xcalloc(snapshot->image_count + snapshot->release_count * 2 + 1, sizeof(*rows)), *before = images->rows;
	const int before_count = images->count;
	int count = 0;

	for (size_t i = 0; i < snapshot->image_count; i++)
		count += add_image(images, snapshot, rows + count, &snapshot->images[i]);
	images->rows = rows;
	images->count = count;
	table_set_rows(table, rows, count);
	free_rows(before, before_count);
}

void images_free(struct images *images)
{
	free_rows(images->rows, images->count);
	free(images->sizes);
}
