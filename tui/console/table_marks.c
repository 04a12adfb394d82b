/* The rows of a table that are marked, by their ids. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "tui/console/table.h"

static int64_t id_at(const struct table *table, int row)
{
	return table->kind->id(table_row(table, row));
}

static int compare_id(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static bool has_id(const int64_t *ids, int count, int64_t id)
{
	return count && bsearch(&id, ids, (size_t)count, sizeof(id), compare_id);
}

void table_drop_marks(struct table *table)
{
	int64_t *ids = xcalloc((size_t)table->row_count + 1, sizeof(*ids));
	int kept = 0;

	for (int row = 0; row < table->row_count; row++)
		ids[row] = id_at(table, row);
	qsort(ids, (size_t)table->row_count, sizeof(*ids), compare_id);
	for (int i = 0; i < table->mark_count; i++)
		if (has_id(ids, table->row_count, table->marks[i]))
			table->marks[kept++] = table->marks[i];
	table->mark_count = kept;
	free(ids);
}

bool table_is_marked(const struct table *table, int64_t id)
{
	return has_id(table->marks, table->mark_count, id);
}

/* All of these lines or matches; returns how many were not marked before. */
static int add_marks(struct table *table, const int *rows, int count)
{
	const int before = table->mark_count;

	table->marks = xrealloc(table->marks, ((size_t)(before + count) + 1) * sizeof(*table->marks));
	for (int i = 0; i < count; i++)
		if (rows[i] >= 0 && !has_id(table->marks, before, id_at(table, rows[i])))
			table->marks[table->mark_count++] = id_at(table, rows[i]);
	const int added = table->mark_count - before;
	qsort(table->marks, (size_t)table->mark_count, sizeof(*table->marks), compare_id);
	return added;
}

static void remove_marks(struct table *table, const int *rows, int count)
{
	for (int i = 0; i < count; i++) {
		const int64_t id = id_at(table, rows[i]);
		int kept = 0;

		for (int at = 0; at < table->mark_count; at++)
			if (table->marks[at] != id)
				table->marks[kept++] = table->marks[at];
		table->mark_count = kept;
	}
}

void table_mark(struct table *table)
{
	const struct table_section *section = table_selected_section(table);
	const int *rows = section ? &table->matched[section->first] : &table->lines[table->list.selected];
	const int count = section ? section->count : 1;

	if (!table->list.count)
		return;
	if (!add_marks(table, rows, count))
		remove_marks(table, rows, count);
	table->mark_from = section ? INT64_MIN : id_at(table, *rows);
	table_select(table, table->list.selected + 1);
}

void table_mark_range(struct table *table)
{
	int from = table->list.selected;

	for (int i = 0; i < table->list.count; i++)
		if (table->lines[i] >= 0 && id_at(table, table->lines[i]) == table->mark_from)
			from = i;
	const int to = table->list.selected, first = from < to ? from : to;
	if (!table->list.count)
		return;
	add_marks(table, &table->lines[first], (from < to ? to - from : from - to) + 1);
	if (table->lines[to] >= 0)
		table->mark_from = id_at(table, table->lines[to]);
}

void table_mark_all(struct table *table)
{
	if (!add_marks(table, table->matched, table->match_count))
		table_unmark_all(table);
}

void table_unmark_all(struct table *table)
{
	table->mark_count = 0;
}
