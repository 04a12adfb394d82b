#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tui/out_node.h"

#define DAY (24 * 60 * 60)

static void write_nodes(const struct out_node *parent, int indent, struct text *to);

/* Columns on the screen of UTF-8 text: its characters. */
static int text_columns(const char *string)
{
	int columns = 0;

	for (; *string; string++)
		columns += ((unsigned char)*string & 0xc0) != 0x80;
	return columns;
}

static void pad(struct text *to, int columns)
{
	for (; columns > 0; columns--)
		text_add(to, " ");
}

static void add_harmless(struct text *to, const char *string)
{
	char *copy = xstrdup(string);

	text_harmless(copy);
	text_add(to, copy);
	free(copy);
}

static bool is_container(const struct out_node *node)
{
	return node->kind == OUT_LIST || node->kind == OUT_RECORD;
}

static bool is_field(const struct out_node *node)
{
	return node->kind >= OUT_STRING && node->kind <= OUT_TIME;
}

/* A table has room for one of the two: how long ago, or when. */
static void add_time(struct text *to, int64_t seconds, bool brief)
{
	const int64_t age = time_now() - seconds;
	const time_t when = (time_t)seconds;
	char ago[TIME_TEXT], local[32];
	struct tm tm;

	localtime_r(&when, &tm);
	strftime(local, sizeof(local), "%Y-%m-%d %H:%M", &tm);
	time_ago(age, ago);
	if (!brief)
		text_printf(to, "%s (%s ago)", local, ago);
	else if (age < DAY)
		text_printf(to, "%s ago", ago);
	else
		text_add(to, local);
}

static void add_strings(struct text *to, const struct out_node *node)
{
	for (const struct out_node *child = node->first; child; child = child->next) {
		if (child != node->first)
			text_add(to, ", ");
		add_harmless(to, child->string ? child->string : "-");
	}
}

static void add_value(struct text *to, const struct out_node *node, bool brief)
{
	const size_t before = to->length;
	char size[SIZE_TEXT];

	if (node->kind == OUT_INT)
		text_printf(to, "%lld", (long long)node->number);
	else if (node->kind == OUT_SIZE && node->number >= 0)
		text_add(to, size_format(node->number, size));
	else if (node->kind == OUT_BOOL)
		text_add(to, node->number ? "yes" : "no");
	else if (node->kind == OUT_TIME && node->number)
		add_time(to, node->number, brief);
	else if (node->kind == OUT_STRINGS)
		add_strings(to, node);
	else if (node->string)
		add_harmless(to, node->string);
	if (to->length == before)
		text_add(to, "-");
}

/* Fields are all there in each record, in the same order. */
static const struct out_node *field_at(const struct out_node *record, int column)
{
	const struct out_node *field = record->first;

	for (; field; field = field->next)
		if (is_field(field) && column-- == 0)
			return field;
	return NULL;
}

static void add_heading(struct text *to, const char *key)
{
	for (; *key; key++) {
		const char letter = *key == '_' ? ' ' : *key >= 'a' && *key <= 'z' ? (char)(*key - 'a' + 'A') : *key;

		text_append(to, &letter, 1);
	}
}

static void cell_text(const struct out_node *field, bool heading, struct text *cell)
{
	text_clear(cell);
	if (heading)
		add_heading(cell, field->key);
	else
		add_value(cell, field, true);
}

static int column_width(const struct out_node *list, int column)
{
	struct text cell = {0};
	int width = 0;

	for (const struct out_node *record = list->first; record; record = record->next) {
		const struct out_node *field = field_at(record, column);

		for (int heading = 0; field && heading < 2; heading++) {
			cell_text(field, heading, &cell);
			if (text_columns(cell.data) > width)
				width = text_columns(cell.data);
		}
	}
	text_free(&cell);
	return width;
}

static void write_row(const struct out_node *record, bool heading, const int *widths, int count,
		      int indent, struct text *to)
{
	struct text cell = {0};

	pad(to, indent);
	for (int i = 0; i < count; i++) {
		const struct out_node *field = field_at(record, i);
		const bool right = field->kind == OUT_INT || field->kind == OUT_SIZE;

		cell_text(field, heading, &cell);
		const int rest = widths[i] - text_columns(cell.data);
		pad(to, right ? rest : 0);
		text_add(to, cell.data);
		if (i < count - 1)
			pad(to, (right ? 0 : rest) + 2);
	}
	text_add(to, "\n");
	text_free(&cell);
}

static void write_table(const struct out_node *list, int indent, struct text *to)
{
	int count = 0;

	if (!list->first)
		return;
	while (field_at(list->first, count))
		count++;
	int *widths = xcalloc((size_t)count, sizeof(*widths));
	for (int i = 0; i < count; i++)
		widths[i] = column_width(list, i);
	write_row(list->first, true, widths, count, indent, to);
	for (const struct out_node *record = list->first; record; record = record->next)
		write_row(record, false, widths, count, indent, to);
	free(widths);
}

static void add_label(struct text *to, const char *key)
{
	for (; *key; key++)
		text_append(to, *key == '_' ? " " : key, 1);
	text_add(to, ":");
}

static void write_field(const struct out_node *node, int width, int indent, struct text *to)
{
	pad(to, indent);
	add_label(to, node->key);
	pad(to, width - (int)strlen(node->key) + 2);
	add_value(to, node, false);
	text_add(to, "\n");
}

static void write_block(const char *text, struct text *to)
{
	char *copy = xstrdup(text), *rest = copy, *line;

	while ((line = strsep(&rest, "\n"))) {
		text_harmless(line);
		text_printf(to, "%s%s", line, rest ? "\n" : "");
	}
	if (to->length && to->data[to->length - 1] != '\n')
		text_add(to, "\n");
	free(copy);
}

/* Said in one line: "label: value"; an empty container has the value "-". */
static bool is_labelled(const struct out_node *node)
{
	return is_field(node) || (is_container(node) && node->key && !node->first);
}

/* What is nested in a record stands below its name, set in. */
static void write_container(const struct out_node *node, int indent, struct text *to)
{
	if (node->key) {
		pad(to, indent);
		add_label(to, node->key);
		text_add(to, "\n");
		indent += 2;
	}
	if (node->kind == OUT_LIST)
		write_table(node, indent, to);
	else
		write_nodes(node, indent, to);
}

static void write_nodes(const struct out_node *parent, int indent, struct text *to)
{
	int width = 0;

	for (const struct out_node *node = parent->first; node; node = node->next)
		if (is_labelled(node) && (int)strlen(node->key) > width)
			width = (int)strlen(node->key);
	for (const struct out_node *node = parent->first; node; node = node->next) {
		if (is_labelled(node))
			write_field(node, width, indent, to);
		else if (node->kind == OUT_LINE || node->kind == OUT_BLOCK)
			write_block(node->string ? node->string : "", to);
		else
			write_container(node, indent, to);
	}
}

void out_write_text(const struct out_node *top, struct text *to)
{
	write_nodes(top, 0, to);
}
