/*
 * Drawing on the screen: text cut to its place, rules, boxes. Nothing here ever
 * draws outside the place that it is given. The UI thread.
 */
#ifndef BERTH_TUI_CONSOLE_PAINT_H
#define BERTH_TUI_CONSOLE_PAINT_H

#include <stddef.h>

#include "tui/console/terminal.h"

struct area {
	int y, x, height, width;
};

/* Text that flows from left to right within a line. */
struct pen {
	const struct screen *screen;
	int y, x, end;         /* end: the first column that is not its own */
	enum ground ground;
};

struct pen pen_at(const struct screen *screen, struct area area, int line, enum ground ground);

/* As much as fits; what is cut ends in an ellipsis. */
void pen_text(struct pen *pen, enum role role, const char *text);
void pen_printf(struct pen *pen, enum role role, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void pen_space(struct pen *pen, int columns);
/* Text in a cell of `columns`, to the left or to the right, padded. */
void pen_cell(struct pen *pen, enum role role, const char *text, int columns, bool right);
/* Spaces to the end of the line. */
void pen_fill(struct pen *pen);
/* Places left for text that will be set to the right: moves to end - columns. */
void pen_right(struct pen *pen, int columns);

void paint_rule(const struct screen *screen, int y, int x, int width);
/* A box and its inside, empty; the title stands in the upper border. */
void paint_box(const struct screen *screen, struct area area, const char *title);
/* A progress bar: `done` of `total` in `columns`. */
void pen_bar(struct pen *pen, enum role role, int64_t done, int64_t total, int columns);

void paint_clear(const struct screen *screen); /* all of it, for a fresh drawing */
void paint_cursor(struct screen *screen, int y, int x); /* where the hardware cursor rests */
void paint_flush(const struct screen *screen);          /* to the terminal */
void paint_redraw(void);                 /* the next flush repaints everything: ^L */

#endif
