/* One line that is being typed: the filter, the palette, a form's field. Pure
 * but for line_draw; any thread. */
#ifndef BERTH_TUI_CONSOLE_LINE_H
#define BERTH_TUI_CONSOLE_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/console/paint.h"

#define LINE_SIZE 1024

struct line {
	char text[LINE_SIZE];  /* UTF-8 */
	size_t cursor;         /* byte offset, at the beginning of a character */
};

enum line_answer { LINE_NOT_MINE, LINE_MOVED, LINE_CHANGED };

void line_set(struct line *line, const char *text); /* cursor at the end */
/* Characters, arrows, Home, End, ^A ^E, Backspace, Delete, ^U ^K ^W. */
enum line_answer line_key(struct line *line, int key);
/* Inserts at the cursor; control characters become spaces, and those at the
 * end are dropped: a pasted line often ends in a newline. */
void line_paste(struct line *line, const char *text);

/* Draws to the pen's end, scrolled so that the cursor shows; with screen not
 * NULL the hardware cursor goes there. */
void line_draw(const struct line *line, struct pen *pen, enum role role, struct screen *screen);

#endif
