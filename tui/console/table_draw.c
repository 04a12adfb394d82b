#include <stdio.h>
#include <string.h>

#include "tui/console/glyph.h"
#include "tui/console/table.h"

#define GAP 2

/* The columns that are on the screen, left to right. */
struct layout {
	int columns[TABLE_COLUMNS];
	int count;
};

/* Rows stand a little below their section's head. */
static int indent(const struct table *table)
{
	return table->section_count ? 2 : 0;
}

/* The first column always, then from table->first on what fits whole; the last
 * one may be cut when a good part of it shows. */
static struct layout lay_out(struct table *table, int width)
{
	struct layout layout = {.columns = {0}, .count = 1};
	int used = 2 + indent(table) + table->widths[0];

	table->more = false;
	for (int place = 1, shown = 1; place < table->kind->column_count; place++) {
		const int column = table->order[place];

		if (table->hidden[column] || shown++ < table->first)
			continue;
		if (used + GAP + (table->widths[column] < 10 ? table->widths[column] : 10) > width) {
			table->more = true;
			break;
		}
		layout.columns[layout.count++] = column;
		used += GAP + table->widths[column];
	}
	return layout;
}

static void draw_head(const struct table *table, const struct layout *layout, struct pen pen)
{
	const char *up = pen.screen->ascii ? "^" : "▴", *down = pen.screen->ascii ? "v" : "▾";

	pen_text(&pen, ROLE_QUIET, table->first > 1 ? (pen.screen->ascii ? "< " : "‹ ") : "  ");
	pen_space(&pen, indent(table));
	for (int i = 0; i < layout->count; i++) {
		const int column = layout->columns[i];
		const struct table_column *kind = &table->kind->columns[column];
		const bool sorted = column == table->sort;
		char title[64];

		snprintf(title, sizeof(title), "%s%s%s", kind->title, sorted ? " " : "",
			 !sorted ? "" : table->reverse ? down : up);
		if (i > 0)
			pen_space(&pen, GAP);
		pen_cell(&pen, sorted ? ROLE_ACCENT : ROLE_QUIET, title, table->widths[column], kind->right);
	}
	pen_right(&pen, 1);
	if (table->more)
		pen_text(&pen, ROLE_QUIET, pen.screen->ascii ? ">" : "›");
}

static void draw_sign(const struct table *table, const void *row, bool selected, struct pen *pen)
{
	const bool marked = table_is_marked(table, table->kind->id(row)), ascii = pen->screen->ascii;
	const bool fresh = !marked && table->kind->fresh && table->kind->fresh(row, table->context);

	pen_text(pen, ROLE_ACCENT, !selected ? " " : ascii ? ">" : "▌");
	if (marked)
		pen_text(pen, ROLE_ACCENT, ascii ? "#" : "◆");
	else
		pen_text(pen, ROLE_WARN, !fresh ? " " : ascii ? "+" : "•");
}

static void draw_row(const struct table *table, const struct layout *layout, const void *row,
		     bool selected, struct pen pen)
{
	struct cell cell;

	draw_sign(table, row, selected, &pen);
	pen_space(&pen, indent(table));
	pen.end--; /* the last column is the scroll bar's */
	for (int i = 0; i < layout->count; i++) {
		const struct table_column *kind = &table->kind->columns[layout->columns[i]];

		cell.text = "";
		cell.role = ROLE_PLAIN;
		kind->cell(row, table->context, &cell);
		if (i > 0)
			pen_space(&pen, GAP);
		pen_cell(&pen, cell.role, cell.text, table->widths[layout->columns[i]], kind->right);
	}
	pen.end++;
	pen_fill(&pen);
}

static void draw_section(const struct table *table, const struct table_section *section, bool selected, struct pen pen)
{
	const bool ascii = pen.screen->ascii;

	pen_text(&pen, ROLE_ACCENT, !selected ? "  " : ascii ? "> " : "▌ ");
	pen_text(&pen, ROLE_ACCENT, section->folded ? (ascii ? "+ " : "▸ ") : ascii ? "- " : "▾ ");
	pen.end--;
	table->kind->section_words(table, section, &pen);
	pen.end++;
	pen_fill(&pen);
}

static void draw_line(const struct table *table, const struct layout *layout, int index, struct pen pen)
{
	const bool selected = index == table->list.selected;
	const int line = table->lines[index];

	if (line < 0)
		draw_section(table, &table->sections[~line], selected, pen);
	else
		draw_row(table, layout, table_row(table, line), selected, pen);
}

/* Where in the list the window is: the part of the right edge that is marked. */
static void draw_scroll(const struct list *list, const struct screen *screen, struct area area)
{
	if (list->count <= list->height || list->height < 2)
		return;
	const int length = list->height * list->height / list->count + 1;
	const int at = list->top * (list->height - length) / (list->count - list->height);
	for (int line = 0; line < length && at + line < list->height; line++) {
		struct pen pen = pen_at(screen, (struct area){area.y, area.x + area.width - 1, 1, 1}, at + line, GROUND_PLAIN);

		pen_text(&pen, ROLE_LINE, screen->ascii ? "|" : "▐");
	}
}

static void click_head(struct table *table, int x)
{
	const struct layout layout = lay_out(table, table->place.width - 2);
	int end = table->place.x + 2 + indent(table);

	for (int i = 0; i < layout.count; i++) {
		end += table->widths[layout.columns[i]] + GAP;
		if (x < end) {
			table_sort_by(table, layout.columns[i]);
			return;
		}
	}
}

bool table_click(struct table *table, int y, int x)
{
	const int line = y - table->place.y - 1, index = table->list.top + line;

	if (line == -1)
		click_head(table, x);
	if (line < 0 || y >= table->place.y + table->place.height || index >= table->list.count)
		return false;
	table_select(table, index);
	return true;
}

void table_draw(struct table *table, struct screen *screen, struct area area)
{
	const struct area body = {area.y + 1, area.x, area.height - 1, area.width};
	const struct layout layout = lay_out(table, area.width - 2);
	struct list *list = &table->list;

	table->place = area;
	list_set_height(list, body.height);
	draw_head(table, &layout, pen_at(screen, area, 0, GROUND_PLAIN));
	for (int line = 0; line < body.height && list->top + line < list->count; line++) {
		const int index = list->top + line;

		draw_line(table, &layout, index,
			  pen_at(screen, body, line, index == list->selected ? GROUND_SELECTED : GROUND_PLAIN));
	}
	draw_scroll(list, screen, body);
	paint_cursor(screen, body.y + list->selected - list->top, body.x);
}
