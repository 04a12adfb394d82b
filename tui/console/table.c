#include "tui/console/table.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "tui/console/glyph.h"

static const void *row_at(const struct table *table, int row)
{
	return table->rows + (size_t)row * table->kind->row_size;
}

static int64_t id_at(const struct table *table, int row)
{
	return table->kind->id(row_at(table, row));
}

static void fill_cell(const struct table *table, int row, int column, struct cell *cell)
{
	cell->text = "";
	cell->role = ROLE_PLAIN;
	cell->buffer[0] = '\0';
	table->kind->columns[column].cell(row_at(table, row), table->context, cell);
}

void table_open(struct table *table, const struct table_kind *kind)
{
	*table = (struct table){.kind = kind, .shown = xcalloc(1, sizeof(int)), .first = 1};
}

void table_close(struct table *table)
{
	filter_free(&table->words);
	free(table->shown);
	free(table->marks);
}

static bool row_contains(const struct table *table, int row, const struct filter_word *word)
{
	struct cell cell;

	for (int column = 0; column < table->kind->column_count; column++) {
		if (word->column >= 0 && word->column != column)
			continue;
		fill_cell(table, row, column, &cell);
		if (filter_word_occurs(word, cell.text))
			return true;
	}
	return false;
}

bool table_matches(const struct table *table, int row)
{
	for (int i = 0; i < table->words.count; i++)
		if (row_contains(table, row, &table->words.words[i]) == table->words.words[i].negated)
			return false;
	return true;
}

static int compare_cells(const struct table *table, int left, int right)
{
	struct cell a, b;

	fill_cell(table, left, table->sort, &a);
	fill_cell(table, right, table->sort, &b);
	return strverscmp(a.text, b.text);
}

/* qsort_r's context. Rows that compare equal keep the order they came in,
 * whichever way round. */
static int compare_shown(const void *a, const void *b, void *context)
{
	const struct table *table = context;
	const int left = *(const int *)a, right = *(const int *)b;
	int (*compare)(const void *, const void *) = table->kind->columns[table->sort].compare;
	int order = compare ? compare(row_at(table, left), row_at(table, right)) :
		table->sort ? compare_cells(table, left, right) : left - right;

	if (table->reverse)
		order = -order;
	return order ? order : left - right;
}

static int find_shown(const struct table *table, int64_t id)
{
	for (int i = 0; i < table->list.count; i++)
		if (id_at(table, table->shown[i]) == id)
			return i;
	return -1;
}

static void note_selected(struct table *table)
{
	if (table->list.count)
		table->selected_id = id_at(table, table->shown[table->list.selected]);
}

static void arrange(struct table *table)
{
	int count = 0;

	for (int row = 0; row < table->row_count; row++)
		if (!table->filter[0] || table_matches(table, row))
			table->shown[count++] = row;
	if (table->reverse || table->sort || table->kind->columns[0].compare)
		qsort_r(table->shown, (size_t)count, sizeof(int), compare_shown, table);
	const int offset = table->list.selected - table->list.top;
	list_set_count(&table->list, count);
	const int found = find_shown(table, table->selected_id);
	if (found >= 0 && found != table->list.selected) {
		table->list.top = found - offset; /* stays where it was on the screen */
		list_select(&table->list, found);
	}
	if (found < 0)
		note_selected(table);
}

static void measure(struct table *table)
{
	struct cell cell;

	for (int column = 0; column < table->kind->column_count; column++) {
		const struct table_column *kind = &table->kind->columns[column];
		int width = glyph_columns(kind->title) + 2; /* room for the sort's arrow */

		for (int row = 0; row < table->row_count && width < kind->most; row++) {
			fill_cell(table, row, column, &cell);
			const int columns = glyph_columns(cell.text);
			if (columns > width)
				width = columns;
		}
		table->widths[column] = width < kind->most ? width : kind->most;
	}
}

static int compare_id(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void drop_marks(struct table *table)
{
	int64_t *ids = xcalloc((size_t)table->row_count + 1, sizeof(*ids));
	int kept = 0;

	for (int row = 0; row < table->row_count; row++)
		ids[row] = id_at(table, row);
	qsort(ids, (size_t)table->row_count, sizeof(*ids), compare_id);
	for (int i = 0; i < table->mark_count; i++)
		if (bsearch(&table->marks[i], ids, (size_t)table->row_count, sizeof(*ids), compare_id))
			table->marks[kept++] = table->marks[i];
	table->mark_count = kept;
	free(ids);
}

void table_set_rows(struct table *table, const void *rows, int count)
{
	table->rows = rows;
	table->row_count = count;
	table->shown = xrealloc(table->shown, ((size_t)count + 1) * sizeof(int));
	if (table->mark_count)
		drop_marks(table);
	measure(table);
	arrange(table);
}

void table_set_filter(struct table *table, const char *filter)
{
	text_copy(table->filter, sizeof(table->filter), filter);
	filter_parse(&table->words, filter, table->kind);
	arrange(table);
}

void table_sort_by(struct table *table, int column)
{
	table->reverse = column == table->sort ? !table->reverse : false;
	table->sort = column;
	arrange(table);
}

const void *table_selected(const struct table *table)
{
	return table->list.count ? row_at(table, table->shown[table->list.selected]) : NULL;
}

bool table_is_marked(const struct table *table, int64_t id)
{
	return table->mark_count && bsearch(&id, table->marks, (size_t)table->mark_count, sizeof(id), compare_id);
}

static void add_mark(struct table *table, int64_t id)
{
	table->marks = xrealloc(table->marks, ((size_t)table->mark_count + 1) * sizeof(id));
	table->marks[table->mark_count++] = id;
}

void table_mark(struct table *table)
{
	if (!table->list.count)
		return;
	const int64_t id = id_at(table, table->shown[table->list.selected]);
	int kept = 0;
	for (int i = 0; i < table->mark_count; i++)
		if (table->marks[i] != id)
			table->marks[kept++] = table->marks[i];
	if (kept == table->mark_count) {
		add_mark(table, id);
		qsort(table->marks, (size_t)table->mark_count, sizeof(id), compare_id);
	} else {
		table->mark_count = kept;
	}
	list_key(&table->list, INPUT_DOWN);
}

void table_mark_all(struct table *table)
{
	const int before = table->mark_count;

	for (int i = 0; i < table->list.count; i++) {
		const int64_t id = id_at(table, table->shown[i]);

		if (!bsearch(&id, table->marks ? table->marks : &id, (size_t)before, sizeof(id), compare_id))
			add_mark(table, id);
	}
	if (table->mark_count == before)
		table_unmark_all(table);
	else
		qsort(table->marks, (size_t)table->mark_count, sizeof(int64_t), compare_id);
}

void table_unmark_all(struct table *table)
{
	table->mark_count = 0;
}

void table_select(struct table *table, int shown)
{
	list_select(&table->list, shown);
	note_selected(table);
}

static void scroll_columns(struct table *table, int by)
{
	if (by > 0 ? table->more : table->first > 1)
		table->first += by;
}

bool table_key(struct table *table, int key)
{
	switch (key) {
	case ' ': table_mark(table); break;
	case '*': table_mark_all(table); return true;
	case INPUT_LEFT: case 'h': scroll_columns(table, -1); return true;
	case INPUT_RIGHT: case 'l': scroll_columns(table, 1); return true;
	default:
		if (!list_key(&table->list, key))
			return false;
	}
	note_selected(table);
	return true;
}
