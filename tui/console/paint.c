#include "tui/console/paint.h"

#include <ncurses.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tui/console/glyph.h"

struct pen pen_at(const struct screen *screen, struct area area, int line, enum ground ground)
{
	return (struct pen){screen, area.y + line, area.x, area.x + area.width, ground};
}

static void apply(const struct pen *pen, enum role role)
{
	attrset((int)pen->screen->theme.attributes[role][pen->ground]);
}

/* Characters that the locale lacks became '?' in glyph_next. */
static void put(const struct pen *pen, const char *text, size_t length)
{
	const char *at = text;
	wchar_t wide[128];
	int count = 0;

	move(pen->y, pen->x);
	while (at < text + length) {
		if (count == 127) {
			addnwstr(wide, count);
			count = 0;
		}
		if (glyph_next(&at, &wide[count]) < 0)
			break;
		count++;
	}
	addnwstr(wide, count);
}

static int put_fitting(struct pen *pen, const char *text, int columns)
{
	const char *ellipsis = pen->screen->ascii ? "~" : "…";
	int used;
	size_t length = glyph_fit(text, columns, &used);

	if (columns <= 0 || pen->y >= pen->screen->rows)
		return 0;
	if (!text[length]) {
		put(pen, text, length);
		pen->x += used;
		return used;
	}
	length = glyph_fit(text, columns - 1, &used);
	put(pen, text, length);
	pen->x += used;
	put(pen, ellipsis, strlen(ellipsis));
	pen->x++;
	return used + 1;
}

void pen_text(struct pen *pen, enum role role, const char *text)
{
	apply(pen, role);
	put_fitting(pen, text, pen->end - pen->x);
}

void pen_printf(struct pen *pen, enum role role, const char *format, ...)
{
	char text[2048];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	pen_text(pen, role, text);
}

void pen_space(struct pen *pen, int columns)
{
	const int room = pen->end - pen->x;

	if (columns > room)
		columns = room;
	if (columns <= 0 || pen->y >= pen->screen->rows)
		return;
	apply(pen, ROLE_PLAIN);
	mvprintw(pen->y, pen->x, "%*s", columns, "");
	pen->x += columns;
}

void pen_cell(struct pen *pen, enum role role, const char *text, int columns, bool right)
{
	const int room = pen->end - pen->x;
	int used;

	if (columns > room)
		columns = room;
	glyph_fit(text, columns, &used);
	if (right)
		pen_space(pen, columns - used);
	apply(pen, role);
	used = put_fitting(pen, text, right ? used : columns);
	if (!right)
		pen_space(pen, columns - used);
}

void pen_fill(struct pen *pen)
{
	pen_space(pen, pen->end - pen->x);
}

void pen_right(struct pen *pen, int columns)
{
	if (pen->end - columns > pen->x)
		pen_space(pen, pen->end - columns - pen->x);
}

void pen_bar(struct pen *pen, enum role role, int64_t done, int64_t total, int columns)
{
	const int full = total > 0 ? (int)((done > total ? total : done) * columns / total) : 0;

	for (int i = 0; i < columns; i++)
		pen_text(pen, i < full ? role : ROLE_QUIET, pen->screen->ascii ? (i < full ? "#" : ".") : (i < full ? "█" : "░"));
}

static void repeat(struct pen *pen, const char *sign, int count)
{
	for (int i = 0; i < count; i++)
		put_fitting(pen, sign, pen->end - pen->x);
}

void paint_rule(const struct screen *screen, int y, int x, int width)
{
	struct pen pen = {screen, y, x, x + width, GROUND_PLAIN};

	apply(&pen, ROLE_LINE);
	repeat(&pen, screen->ascii ? "-" : "─", width);
}

struct border {
	const char *level, *upright, *corners[4];
};

static void box_edge(const struct screen *screen, struct area area, int line, const struct border *border, bool lower)
{
	struct pen pen = pen_at(screen, area, line, GROUND_PANEL);

	apply(&pen, ROLE_LINE);
	repeat(&pen, border->corners[lower ? 2 : 0], 1);
	repeat(&pen, border->level, area.width - 2);
	repeat(&pen, border->corners[lower ? 3 : 1], 1);
}

void paint_box(const struct screen *screen, struct area area, const char *title)
{
	static const struct border lines = {"─", "│", {"┌", "┐", "└", "┘"}}, ascii = {"-", "|", {"+", "+", "+", "+"}};
	const struct border *border = screen->ascii ? &ascii : &lines;

	box_edge(screen, area, 0, border, false);
	for (int line = 1; line < area.height - 1; line++) {
		struct pen pen = pen_at(screen, area, line, GROUND_PANEL);

		pen_text(&pen, ROLE_LINE, border->upright);
		pen_space(&pen, area.width - 2);
		pen_text(&pen, ROLE_LINE, border->upright);
	}
	box_edge(screen, area, area.height - 1, border, true);
	const struct area inner = {area.y, area.x + 2, 1, area.width - 4};
	struct pen pen = pen_at(screen, inner, 0, GROUND_PANEL);
	pen_printf(&pen, ROLE_STRONG, " %s ", title);
}

void paint_clear(const struct screen *screen)
{
	bkgdset(' ' | (chtype)screen->theme.attributes[ROLE_PLAIN][GROUND_PLAIN]);
	erase();
}

void paint_cursor(struct screen *screen, int y, int x)
{
	screen->cursor_y = y;
	screen->cursor_x = x;
}

void paint_flush(const struct screen *screen)
{
	move(screen->cursor_y, screen->cursor_x);
	refresh();
}

void paint_redraw(void)
{
	clearok(stdscr, TRUE);
}
