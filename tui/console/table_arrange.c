/* Which rows of a table are shown, in which order, below which heads. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "tui/console/glyph.h"
#include "tui/console/table.h"

static void fill_cell(const struct table *table, int row, int column, struct cell *cell)
{
	cell->text = "";
	cell->role = ROLE_PLAIN;
	cell->buffer[0] = '\0';
	table->kind->columns[column].cell(table_row(table, row), table->context, cell);
}

static bool row_contains(const struct table *table, int row, const struct filter_word *word)
{
	struct cell cell;

	for (int column = 0; column < table->kind->column_count; column++) {
		if (word->column >= 0 && word->column != column)
			continue;
		fill_cell(table, row, column, &cell);
		if (match_occurs(&word->match, cell.text))
			return true;
	}
	return false;
}

bool table_matches(const struct table *table, int row)
{
	for (int i = 0; i < table->words.count; i++)
		if (row_contains(table, row, &table->words.words[i]) == table->words.words[i].match.negated)
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

/* By name; those without one are last. */
static int compare_sections(const struct table *table, int left, int right)
{
	const char *a = table->kind->section(table_row(table, left)), *b = table->kind->section(table_row(table, right));

	if (!*a || !*b)
		return (*a == '\0') - (*b == '\0');
	return strverscmp(a, b);
}

/* qsort_r's context. Rows that compare equal keep the order they came in,
 * whichever way round. */
static int compare_rows(const void *a, const void *b, void *context)
{
	const struct table *table = context;
	const int left = *(const int *)a, right = *(const int *)b;
	int (*compare)(const void *, const void *) = table->kind->columns[table->sort].compare;
	int order = table->sectioned ? compare_sections(table, left, right) : 0;

	if (order)
		return order;
	order = compare ? compare(table_row(table, left), table_row(table, right)) :
		table->sort ? compare_cells(table, left, right) : left - right;
	if (table->reverse)
		order = -order;
	return order ? order : left - right;
}

static bool is_folded(const struct table *table, const char *section)
{
	for (int i = 0; !table->filter[0] && i < table->folded_count; i++)
		if (!strcmp(table->folded[i], section))
			return true;
	return false;
}

static struct table_section *add_section(struct table *table, int first)
{
	const char *name = table->kind->section(table_row(table, table->matched[first]));

	table->sections = xrealloc(table->sections, ((size_t)table->section_count + 1) * sizeof(*table->sections));
	struct table_section *section = &table->sections[table->section_count++];
	*section = (struct table_section){.first = first, .folded = is_folded(table, name)};
	text_copy(section->name, sizeof(section->name), name);
	return section;
}

/* Rows without a section are last: when the first has none, there are no sections. */
static bool has_sections(const struct table *table)
{
	return table->sectioned && table->match_count && *table->kind->section(table_row(table, table->matched[0]));
}

/* Heads between the rows, which are sorted by section. */
static int put_lines(struct table *table)
{
	const bool sectioned = has_sections(table);
	struct table_section *section = NULL;
	int count = 0;

	table->section_count = 0;
	for (int i = 0; i < table->match_count; i++) {
		const void *row = table_row(table, table->matched[i]);

		if (sectioned && (!section || strcmp(section->name, table->kind->section(row)))) {
			section = add_section(table, i);
			table->lines[count++] = ~(table->section_count - 1);
		}
		if (section)
			section->count++;
		if (!section || !section->folded || table->kind->loud(row))
			table->lines[count++] = table->matched[i];
	}
	return count;
}

/* Far from any row's id, and the same for the same name. */
static int64_t section_id(const struct table_section *section)
{
	uint64_t sum = 0xcbf29ce484222325;

	for (const char *at = section->name; *at; at++)
		sum = (sum ^ (unsigned char)*at) * 0x100000001b3;
	return INT64_MIN + (int64_t)(sum >> 2);
}

static int64_t id_of_line(const struct table *table, int line)
{
	const int what = table->lines[line];

	return what < 0 ? section_id(&table->sections[~what]) : table->kind->id(table_row(table, what));
}

static void note_selected(struct table *table)
{
	if (table->list.count)
		table->selected_id = id_of_line(table, table->list.selected);
}

void table_select(struct table *table, int line)
{
	list_select(&table->list, line);
	note_selected(table);
}

static int find_line(const struct table *table, int64_t id)
{
	for (int i = 0; i < table->list.count; i++)
		if (id_of_line(table, i) == id)
			return i;
	return -1;
}

/* The head that a row was folded under; -1: it is not there at all. */
static int find_head(const struct table *table, int64_t id)
{
	for (int i = 0; i < table->match_count && table->section_count; i++) {
		int section = 0;

		if (table->kind->id(table_row(table, table->matched[i])) != id)
			continue;
		while (i >= table->sections[section].first + table->sections[section].count)
			section++;
		for (int line = 0; line < table->list.count; line++)
			if (table->lines[line] == ~section)
				return line;
	}
	return -1;
}

static bool is_sorted(const struct table *table)
{
	return !table->reverse && !table->sort && !table->sectioned && !table->kind->columns[0].compare;
}

void table_arrange(struct table *table)
{
	const int offset = table->list.selected - table->list.top;

	table->match_count = 0;
	for (int row = 0; row < table->row_count; row++)
		if (!table->filter[0] || table_matches(table, row))
			table->matched[table->match_count++] = row;
	if (!is_sorted(table))
		qsort_r(table->matched, (size_t)table->match_count, sizeof(int), compare_rows, table);
	list_set_count(&table->list, put_lines(table));
	int found = find_line(table, table->selected_id);
	if (found < 0)
		found = find_head(table, table->selected_id);
	if (found >= 0 && found != table->list.selected) {
		table->list.top = found - offset; /* stays where it was on the screen */
		list_select(&table->list, found);
	}
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

void table_set_rows(struct table *table, const void *rows, int count)
{
	table->rows = rows;
	table->row_count = count;
	table->matched = xrealloc(table->matched, ((size_t)count + 1) * sizeof(int));
	table->lines = xrealloc(table->lines, ((size_t)count * 2 + 1) * sizeof(int)); /* each may have a head */
	if (table->mark_count)
		table_drop_marks(table);
	measure(table);
	table_arrange(table);
}
