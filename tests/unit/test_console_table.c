/* Moving in lists; filter, sort, marks, and the selection that follows its row. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "tui/console/memory.h"

struct row {
	int64_t id;
	char name[16];
	int size;
};

static void cell_name(const void *row, const void *context, struct cell *cell)
{
	(void)context;
	cell->text = ((const struct row *)row)->name;
}

static void cell_size(const void *row, const void *context, struct cell *cell)
{
	(void)context;
	snprintf(cell->buffer, sizeof(cell->buffer), "%d MiB", ((const struct row *)row)->size);
	cell->text = cell->buffer;
}

static int compare_size(const void *a, const void *b)
{
	return ((const struct row *)a)->size - ((const struct row *)b)->size;
}

static int64_t row_id(const void *row)
{
	return ((const struct row *)row)->id;
}

static const struct table_column columns[] = {
	{.title = "NAME", .most = 12, .cell = cell_name},
	{.title = "SIZE", .most = 10, .right = true, .cell = cell_size, .compare = compare_size},
};
static const struct table_kind kind = {.columns = columns, .column_count = 2, .row_size = sizeof(struct row), .id = row_id};

static const struct row rows[] = {
	{11, "desk1", 30}, {12, "desk2", 10}, {13, "Lab1", 20}, {14, "lab2", 10}, {15, "kiosk", 40},
};
#define ROWS 5

static const char *shown(const struct table *table, int index)
{
	return ((const struct row *)(const void *)table->rows)[table->lines[index]].name;
}

static const char *selected(const struct table *table)
{
	const struct row *row = table_selected(table);

	return row ? row->name : NULL;
}

static void a_list_stays_within_its_ends(void **state)
{
	struct list list = {.height = 3};

	(void)state;
	list_set_count(&list, 10);
	assert_true(list_key(&list, INPUT_UP));
	assert_int_equal(list.selected, 0);
	list_key(&list, 'G');
	assert_int_equal(list.selected, 9);
	assert_int_equal(list.top, 7);
	list_key(&list, 'j');
	assert_int_equal(list.selected, 9);
	list_key(&list, INPUT_PAGE_UP);
	assert_int_equal(list.selected, 7);
	assert_int_equal(list.top, 5);
	list_key(&list, 'g');
	list_key(&list, INPUT_PAGE_DOWN);
	assert_int_equal(list.selected, 2);
	list_set_height(&list, 20);
	assert_int_equal(list.top, 0);
	list_set_count(&list, 0);
	assert_int_equal(list.selected, 0);
	list_key(&list, INPUT_END);
	assert_int_equal(list.selected, 0);
	assert_false(list_key(&list, 'x'));
}

static int open_table(void **state)
{
	static struct table table;

	table_open(&table, &kind);
	table_set_rows(&table, rows, ROWS);
	table.list.height = 10;
	*state = &table;
	return 0;
}

static int close_table(void **state)
{
	table_close(*state);
	return 0;
}

static void the_filter_is_words_in_any_column_in_any_case(void **state)
{
	struct table *table = *state;

	table_set_filter(table, "LAB");
	assert_int_equal(table->list.count, 2);
	assert_string_equal(shown(table, 0), "Lab1");
	table_set_filter(table, "lab 10");
	assert_int_equal(table->list.count, 1);
	assert_string_equal(shown(table, 0), "lab2");
	table_set_filter(table, "10 mib");
	assert_int_equal(table->list.count, 2);
	table_set_filter(table, "nobody");
	assert_int_equal(table->list.count, 0);
	assert_null(table_selected(table));
	table_set_filter(table, "");
	assert_int_equal(table->list.count, ROWS);
}

static void a_filter_word_may_name_a_column_be_a_regex_or_say_not(void **state)
{
	struct table *table = *state;

	table_set_filter(table, "name:1");
	assert_int_equal(table->list.count, 2);
	table_set_filter(table, "size:10");
	assert_int_equal(table->list.count, 2);
	table_set_filter(table, "!lab");
	assert_int_equal(table->list.count, ROWS - 2);
	table_set_filter(table, "~^(desk|LAB)1$");
	assert_int_equal(table->list.count, 2);
	table_set_filter(table, "!name:~^lab size:20");
	assert_int_equal(table->list.count, 0);
	for (const char *const *unfinished = (const char *const[]){"~(", "!", "size:", "!~", "~", NULL}; *unfinished; unfinished++) {
		table_set_filter(table, *unfinished);
		assert_int_equal(table->list.count, ROWS);
	}
	table_set_filter(table, "52:54"); /* no column is called so */
	assert_int_equal(table->list.count, 0);
}

static void a_sort_is_stable_both_ways_round(void **state)
{
	struct table *table = *state;

	table_sort_by(table, 1);
	assert_string_equal(shown(table, 0), "desk2");
	assert_string_equal(shown(table, 1), "lab2");
	assert_string_equal(shown(table, 4), "kiosk");
	table_sort_by(table, 1);
	assert_string_equal(shown(table, 0), "kiosk");
	assert_string_equal(shown(table, 3), "desk2");
	assert_string_equal(shown(table, 4), "lab2");
	table_sort_by(table, 0);
	assert_false(table->reverse);
	assert_string_equal(shown(table, 0), "desk1");
	table_sort_by(table, 0);
	assert_string_equal(shown(table, 0), "kiosk");
}

static void the_selection_follows_its_row(void **state)
{
	struct table *table = *state;
	const struct row fewer[] = {{20, "aaa", 1}, {11, "desk1", 30}, {13, "Lab1", 20}, {15, "kiosk", 40}};

	table_key(table, 'j');
	table_key(table, 'j');
	assert_string_equal(selected(table), "Lab1");
	table_sort_by(table, 1);
	assert_string_equal(selected(table), "Lab1");
	table_set_filter(table, "lab");
	assert_string_equal(selected(table), "Lab1");
	table_set_filter(table, "");
	table_set_rows(table, fewer, 4);
	assert_string_equal(selected(table), "Lab1");
	table_sort_by(table, 0);
	assert_int_equal(table->list.selected, 2);
	table_set_rows(table, rows, 2); /* Lab1 is gone: what is near it */
	assert_string_equal(selected(table), "desk2");
	table_set_rows(table, rows, ROWS);
	assert_string_equal(selected(table), "desk2");
}

static void an_empty_filter_result_does_not_lose_the_selection(void **state)
{
	struct table *table = *state;

	table_key(table, 'G');
	table_set_filter(table, "nobody");
	table_set_filter(table, "");
	assert_string_equal(selected(table), "kiosk");
}

static void marks_belong_to_rows(void **state)
{
	struct table *table = *state;

	table_key(table, ' ');
	assert_string_equal(selected(table), "desk2");
	table_key(table, 'G');
	table_key(table, ' ');
	assert_int_equal(table->mark_count, 2);
	assert_true(table_is_marked(table, 11));
	assert_true(table_is_marked(table, 15));
	table_sort_by(table, 1);
	assert_true(table_is_marked(table, 11));
	table_set_rows(table, rows + 1, ROWS - 1); /* desk1 is gone */
	assert_int_equal(table->mark_count, 1);
	assert_false(table_is_marked(table, 11));
	table_key(table, ' '); /* the same row again: not any more */
	assert_int_equal(table->mark_count, 0);
}

static void all_that_are_shown_are_marked(void **state)
{
	struct table *table = *state;

	table_set_filter(table, "lab");
	table_key(table, '*');
	assert_int_equal(table->mark_count, 2);
	assert_true(table_is_marked(table, 13) && table_is_marked(table, 14));
	table_key(table, '*');
	assert_int_equal(table->mark_count, 0);
}

static void columns_are_as_wide_as_what_they_hold(void **state)
{
	struct table *table = *state;
	const struct row wide[] = {{1, "a-very-long-nam", 1}};

	assert_int_equal(table->widths[0], 6); /* NAME and room for the arrow */
	assert_int_equal(table->widths[1], 6);
	table_set_rows(table, wide, 1);
	assert_int_equal(table->widths[0], 12); /* at most that */
}

static void ten_thousand_rows_are_arranged_quickly(void **state)
{
	static struct row many[10000];
	struct table *table = *state;

	for (int i = 0; i < 10000; i++) {
		many[i] = (struct row){.id = i + 1, .size = (i * 7919) % 10007};
		snprintf(many[i].name, sizeof(many[i].name), "host%05d", i);
	}
	const int64_t began = clock_ms();
	table_set_rows(table, many, 10000);
	table_sort_by(table, 1);
	table_set_filter(table, "99");
	table_set_filter(table, "");
	const int64_t took = clock_ms() - began;
	for (int i = 1; i < 10000; i++)
		assert_true(many[table->lines[i - 1]].size <= many[table->lines[i]].size);
	assert_true(took < 1000); /* under sanitizers; the figure is bench's */
}

/* The first letter of the name, but for the kiosk. */
static const char *letter_of(const void *row)
{
	const char *name = ((const struct row *)row)->name;

	return *name == 'd' ? "d" : strcasestr(name, "lab") ? "lab" : "";
}

static bool is_large(const void *row)
{
	return ((const struct row *)row)->size == 30;
}

static const struct table_kind sectioned_kind = {
	.columns = columns, .column_count = 2, .row_size = sizeof(struct row), .id = row_id,
	.name = "rows", .section = letter_of, .loud = is_large,
};

static int open_sectioned(void **state)
{
	static struct table table;

	table_open(&table, &sectioned_kind);
	table.sectioned = true;
	table_set_rows(&table, rows, ROWS);
	table.list.height = 10;
	*state = &table;
	return 0;
}

/* "d desk1 desk2 lab ...": heads and rows as they stand. */
static const char *lines(const struct table *table)
{
	static char all[256];

	*all = '\0';
	for (int i = 0; i < table->list.count; i++) {
		const int line = table->lines[i];

		strcat(all, i ? " " : "");
		strcat(all, line >= 0 ? ((const struct row *)table_row(table, line))->name : table->sections[~line].name);
	}
	return all;
}

static void sections_have_heads_and_fold(void **state)
{
	struct table *table = *state;

	assert_string_equal(lines(table), "d desk1 desk2 lab Lab1 lab2  kiosk");
	table_key(table, 'j');
	table_key(table, 'j');
	assert_string_equal(selected(table), "desk2");
	table_key(table, 'z'); /* desk1 is loud: it stays */
	assert_string_equal(lines(table), "d desk1 lab Lab1 lab2  kiosk");
	assert_string_equal(table_selected_section(table)->name, "d");
	assert_int_equal(table_selected_section(table)->count, 2);
	table_set_filter(table, "desk2"); /* found in what is folded */
	assert_string_equal(lines(table), "d desk2");
	assert_string_equal(selected(table), "desk2");
	table_set_filter(table, "");
	table_key(table, 'Z');
	assert_string_equal(lines(table), "d desk1 lab ");
	table_set_rows(table, rows, 2); /* folds outlive their rows */
	table_set_rows(table, rows, ROWS);
	assert_string_equal(lines(table), "d desk1 lab ");
	table_key(table, 'Z');
	assert_string_equal(lines(table), "d desk1 desk2 lab Lab1 lab2  kiosk");
	table_sort_by(table, 1);
	assert_string_equal(lines(table), "d desk2 desk1 lab lab2 Lab1  kiosk");
	table_key(table, 't');
	assert_string_equal(lines(table), "desk2 lab2 Lab1 desk1 kiosk");
}

static void a_heads_rows_are_its_targets(void **state)
{
	struct table *table = *state;
	const void *found[ROWS];

	table_select(table, 3);
	assert_int_equal(table_targets(table, found, ROWS), 2);
	assert_string_equal(((const struct row *)found[0])->name, "Lab1");
	table_key(table, ' ');
	assert_true(table_is_marked(table, 13) && table_is_marked(table, 14));
	table_select(table, 0);
	assert_int_equal(table_targets(table, found, ROWS), 2); /* marks go first */
	assert_string_equal(((const struct row *)found[0])->name, "Lab1");
	table_select(table, 3);
	table_key(table, ' ');
	assert_int_equal(table->mark_count, 0);
}

static void rows_without_any_section_have_no_head(void **state)
{
	struct table *table = *state;

	table_set_rows(table, rows + 4, 1);
	assert_string_equal(lines(table), "kiosk");
}

static void a_range_is_marked_from_the_last_mark(void **state)
{
	struct table *table = *state;

	table_select(table, 3);
	table_key(table, ' ');
	table_select(table, 1);
	table_key(table, 'v');
	assert_int_equal(table->mark_count, 3);
	assert_true(table_is_marked(table, 12) && table_is_marked(table, 13) && table_is_marked(table, 14));
	table_key(table, 'G');
	table_key(table, 'v');
	assert_int_equal(table->mark_count, 4);
}

static void what_is_remembered_comes_back(void **state)
{
	struct table *table = *state;
	struct memory memory = {0};
	struct table other;

	table_key(table, 'z');
	table_sort_by(table, 1);
	table_sort_by(table, 1);
	table->hidden[1] = true;
	memory_keep_table(&memory, table);
	table_open(&other, &sectioned_kind);
	memory_recall_table(&memory, &other);
	table_set_rows(&other, rows, ROWS);
	assert_true(other.sectioned && other.reverse && other.hidden[1]);
	assert_int_equal(other.sort, 1);
	assert_string_equal(lines(&other), "d desk1 lab Lab1 lab2  kiosk");
	assert_string_equal(memory.complaint, "");
	memory_put(&memory, "rows.columns", "colour -size size name");
	memory_put(&memory, "rows.sort", "colour down");
	memory_recall_table(&memory, &other);
	assert_int_equal(other.order[1], 1);
	assert_int_equal(other.sort, 1);
	assert_non_null(strstr(memory.complaint, "'colour'"));
	table_close(&other);
	memory_free(&memory);
}

static void the_memory_is_a_file(void **state)
{
	char directory[] = "/tmp/berth-memory-XXXXXX", path[64], command[64];
	struct memory memory;
	struct err err = {0};

	(void)state;
	assert_non_null(mkdtemp(directory));
	setenv("XDG_STATE_HOME", directory, 1);
	memory_load(&memory);
	assert_string_equal(memory.complaint, "");
	memory_put(&memory, "fleet.sort", "state down");
	char *text = memory_text(&memory);
	assert_int_equal(memory_write(memory.path, text, &err), 0);
	free(text);
	memory_free(&memory);
	memory_load(&memory);
	assert_string_equal(memory_get(&memory, "fleet.sort"), "state down");
	assert_null(memory_get(&memory, "fleet.sor"));
	snprintf(path, sizeof(path), "%s/berth/console", directory);
	FILE *file = fopen(path, "a");
	fputs("\033]0;x\007\nno-dot here\nfleet.columns mac\n", file);
	fclose(file);
	memory_free(&memory);
	memory_load(&memory);
	assert_non_null(strstr(memory.complaint, "makes no sense: ?]0;x?"));
	assert_string_equal(memory_get(&memory, "fleet.columns"), "mac");
	memory_free(&memory);
	snprintf(command, sizeof(command), "rm -rf %s", directory);
	assert_int_equal(system(command), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_stays_within_its_ends),
		cmocka_unit_test_setup_teardown(the_filter_is_words_in_any_column_in_any_case, open_table, close_table),
		cmocka_unit_test_setup_teardown(a_filter_word_may_name_a_column_be_a_regex_or_say_not, open_table, close_table),
		cmocka_unit_test_setup_teardown(a_sort_is_stable_both_ways_round, open_table, close_table),
		cmocka_unit_test_setup_teardown(the_selection_follows_its_row, open_table, close_table),
		cmocka_unit_test_setup_teardown(an_empty_filter_result_does_not_lose_the_selection, open_table, close_table),
		cmocka_unit_test_setup_teardown(marks_belong_to_rows, open_table, close_table),
		cmocka_unit_test_setup_teardown(all_that_are_shown_are_marked, open_table, close_table),
		cmocka_unit_test_setup_teardown(columns_are_as_wide_as_what_they_hold, open_table, close_table),
		cmocka_unit_test_setup_teardown(sections_have_heads_and_fold, open_sectioned, close_table),
		cmocka_unit_test_setup_teardown(a_heads_rows_are_its_targets, open_sectioned, close_table),
		cmocka_unit_test_setup_teardown(rows_without_any_section_have_no_head, open_sectioned, close_table),
		cmocka_unit_test_setup_teardown(a_range_is_marked_from_the_last_mark, open_table, close_table),
		cmocka_unit_test_setup_teardown(what_is_remembered_comes_back, open_sectioned, close_table),
		cmocka_unit_test(the_memory_is_a_file),
		cmocka_unit_test_setup_teardown(ten_thousand_rows_are_arranged_quickly, open_table, close_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
