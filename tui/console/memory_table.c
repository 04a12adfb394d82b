/* Columns, sort and folds of tables as words, and back. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "tui/console/memory.h"

/* "WATCHED BY" is watched-by. */
static void column_word(const struct table_column *column, char out[32])
{
	size_t i;

	for (i = 0; column->title[i] && i < 31; i++)
		out[i] = (char)(isalnum((unsigned char)column->title[i]) ? tolower((unsigned char)column->title[i]) : '-');
	out[i] = '\0';
}

static int find_column(const struct table_kind *kind, const char *word)
{
	char name[32];

	for (int i = 0; i < kind->column_count; i++) {
		column_word(&kind->columns[i], name);
		if (!strcmp(name, word))
			return i;
	}
	return -1;
}

static const char *get(const struct memory *memory, const struct table *table, const char *what)
{
	char key[64];

	snprintf(key, sizeof(key), "%s.%s", table->kind->name, what);
	return memory_get(memory, key);
}

static void put(struct memory *memory, const struct table *table, const char *what, const struct text *words)
{
	char key[64];

	snprintf(key, sizeof(key), "%s.%s", table->kind->name, what);
	memory_put(memory, key, text_string(words));
}

/* A column of another berth's, or a slip of whoever wrote here. */
static void complain(struct memory *memory, const struct table *table, const char *word)
{
	if (!memory->complaint[0])
		snprintf(memory->complaint, sizeof(memory->complaint), "left out '%.40s': there is no such column of %s, in %s",
			 word, table->kind->name, memory->path);
}

/* "state -mac image": in this order, mac hidden. Those that are not named are
 * newer than what is remembered, and come last as they are by themselves. */
static void recall_columns(struct memory *memory, struct table *table, const char *words)
{
	char copy[1024], *rest = copy, *word;
	bool named[TABLE_COLUMNS] = {true};
	int place = 1;

	text_copy(copy, sizeof(copy), words);
	while ((word = strsep(&rest, " "))) {
		const bool hidden = *word == '-';
		const int column = find_column(table->kind, word + hidden);

		if (column < 0)
			complain(memory, table, word);
		if (column < 1 || named[column])
			continue;
		named[column] = true;
		table->hidden[column] = hidden;
		table->order[place++] = column;
	}
	for (int column = 1; column < table->kind->column_count; column++)
		if (!named[column])
			table->order[place++] = column;
}

static void recall_sort(struct memory *memory, struct table *table, const char *words)
{
	char word[64];

	snprintf(word, sizeof(word), "%.*s", (int)strcspn(words, " "), words);
	const int column = find_column(table->kind, word);
	if (column < 0) {
		complain(memory, table, word);
		return;
	}
	table->sort = column;
	table->reverse = strstr(words, " down") != NULL;
}

static void recall_folds(struct table *table, const char *words)
{
	char copy[4096], *rest = copy, *word;

	text_copy(copy, sizeof(copy), words);
	while ((word = strsep(&rest, " ")))
		table_fold(table, strcmp(word, "-") ? word : "", true);
}

void memory_recall_table(struct memory *memory, struct table *table)
{
	const char *columns = table->kind->name ? get(memory, table, "columns") : NULL;
	const char *sort = table->kind->name ? get(memory, table, "sort") : NULL;
	const char *groups = table->kind->section ? get(memory, table, "groups") : NULL;
	const char *folded = table->kind->section ? get(memory, table, "folded") : NULL;

	if (columns)
		recall_columns(memory, table, columns);
	if (sort)
		recall_sort(memory, table, sort);
	if (groups)
		table->sectioned = !strcmp(groups, "on");
	if (folded && *folded)
		recall_folds(table, folded);
	table_arrange(table);
}

static void keep_columns(struct memory *memory, const struct table *table)
{
	struct text words = {0};
	char word[32];

	for (int place = 1; place < table->kind->column_count; place++) {
		const int column = table->order[place];

		column_word(&table->kind->columns[column], word);
		text_printf(&words, "%s%s%s", words.length ? " " : "", table->hidden[column] ? "-" : "", word);
	}
	put(memory, table, "columns", &words);
	text_clear(&words);
	column_word(&table->kind->columns[table->sort], word);
	text_printf(&words, "%s %s", word, table->reverse ? "down" : "up");
	put(memory, table, "sort", &words);
	text_free(&words);
}

void memory_keep_table(struct memory *memory, const struct table *table)
{
	struct text words = {0};

	if (!table->kind->name)
		return;
	keep_columns(memory, table);
	if (!table->kind->section)
		return;
	text_add(&words, table->sectioned ? "on" : "off");
	put(memory, table, "groups", &words);
	text_clear(&words);
	for (int i = 0; i < table->folded_count; i++)
		text_printf(&words, "%s%s", i ? " " : "", table->folded[i][0] ? table->folded[i] : "-");
	put(memory, table, "folded", &words);
	text_free(&words);
}
