#include "tui/console/table.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "tui/console/terminal.h"

void table_open(struct table *table, const struct table_kind *kind)
{
	*table = (struct table){
		.kind = kind, .matched = xcalloc(1, sizeof(int)), .lines = xcalloc(1, sizeof(int)), .first = 1,
		.mark_from = INT64_MIN,
	};
	for (int i = 0; i < kind->column_count; i++) {
		table->order[i] = i;
		table->hidden[i] = kind->columns[i].spare;
	}
}

void table_close(struct table *table)
{
	filter_free(&table->words);
	free(table->matched);
	free(table->lines);
	free(table->sections);
	free(table->folded);
	free(table->marks);
}

void table_set_filter(struct table *table, const char *filter)
{
	text_copy(table->filter, sizeof(table->filter), filter);
	filter_parse(&table->words, filter, table->kind);
	table_arrange(table);
	if (*filter && table_selected_section(table)) /* who looks for a row is shown the first */
		table_select(table, table->list.selected + 1);
}

void table_sort_by(struct table *table, int column)
{
	if (table->kind->ordered)
		return;
	table->reverse = column == table->sort ? !table->reverse : false;
	table->sort = column;
	table_arrange(table);
}

void table_set_sectioned(struct table *table, bool sectioned)
{
	table->sectioned = sectioned && table->kind->section;
	table_arrange(table);
}

static int find_folded(const struct table *table, const char *section)
{
	for (int i = 0; i < table->folded_count; i++)
		if (!strcmp(table->folded[i], section))
			return i;
	return -1;
}

static void note_fold(struct table *table, const char *section, bool folded)
{
	const int at = find_folded(table, section);

	if (folded && at < 0) {
		table->folded = xrealloc(table->folded, ((size_t)table->folded_count + 1) * sizeof(*table->folded));
		text_copy(table->folded[table->folded_count++], SECTION_NAME, section);
	} else if (!folded && at >= 0) {
		memmove(table->folded[at], table->folded[--table->folded_count], SECTION_NAME);
	}
}

void table_fold(struct table *table, const char *section, bool folded)
{
	note_fold(table, section, folded);
	table_arrange(table);
}

void table_fold_all(struct table *table, bool folded)
{
	for (int i = 0; i < table->section_count; i++)
		note_fold(table, table->sections[i].name, folded);
	table_arrange(table);
}

const void *table_row(const struct table *table, int row)
{
	return table->rows + (size_t)row * table->kind->row_size;
}

static int selected_line(const struct table *table)
{
	return table->lines[table->list.selected];
}

const void *table_selected(const struct table *table)
{
	return table->list.count && selected_line(table) >= 0 ? table_row(table, selected_line(table)) : NULL;
}

const struct table_section *table_selected_section(const struct table *table)
{
	return table->list.count && selected_line(table) < 0 ? &table->sections[~selected_line(table)] : NULL;
}

int table_targets(const struct table *table, const void **rows, int most)
{
	const struct table_section *section = table_selected_section(table);
	const void *selected = table_selected(table);
	int count = 0;

	for (int i = 0; table->mark_count && i < table->row_count && count < most; i++)
		if (table_is_marked(table, table->kind->id(table_row(table, i))))
			rows[count++] = table_row(table, i);
	for (int i = 0; !table->mark_count && section && i < section->count && count < most; i++)
		rows[count++] = table_row(table, table->matched[section->first + i]);
	if (!table->mark_count && selected && most)
		rows[count++] = selected;
	return count;
}

void table_move_column(struct table *table, int place, int by)
{
	const int other = place + by, column = table->order[place];

	if (place < 1 || other < 1 || other >= table->kind->column_count)
		return;
	table->order[place] = table->order[other];
	table->order[other] = column;
}

static void scroll_columns(struct table *table, int by)
{
	if (by > 0 ? table->more : table->first > 1)
		table->first += by;
}

/* The section that the selected line is in, or whose head it is. */
static void turn_fold(struct table *table)
{
	const struct table_section *section = table_selected_section(table);
	const void *row = table_selected(table);
	char name[SECTION_NAME];

	if (!section && !row)
		return;
	text_copy(name, sizeof(name), section ? section->name : table->kind->section(row));
	table_fold(table, name, find_folded(table, name) < 0);
}

static bool section_key(struct table *table, int key)
{
	if (!table->kind->section)
		return false;
	switch (key) {
	case 't': table_set_sectioned(table, !table->sectioned); return true;
	case 'z':
		if (table->sectioned)
			turn_fold(table);
		return true;
	case 'Z': table_fold_all(table, table->folded_count < table->section_count); return true;
	default: return false;
	}
}

bool table_key(struct table *table, int key)
{
	switch (key) {
	case ' ': table_mark(table); return true;
	case 'v': table_mark_range(table); return true;
	case '*': table_mark_all(table); return true;
	case INPUT_LEFT: case 'h': scroll_columns(table, -1); return true;
	case INPUT_RIGHT: case 'l': scroll_columns(table, 1); return true;
	default:
		if (section_key(table, key))
			return true;
		if (!list_key(&table->list, key))
			return false;
	}
	table_select(table, table->list.selected);
	return true;
}
