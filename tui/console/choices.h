/* Answers below each other, one of them marked: keys and clicks. The UI thread. */
#ifndef BERTH_TUI_CONSOLE_CHOICES_H
#define BERTH_TUI_CONSOLE_CHOICES_H

#include "tui/console/list.h"
#include "tui/console/paint.h"

struct choices {
	struct list list;
	struct area area;      /* where they were drawn */
};

/* The cursor rests on the marked one. */
void choices_draw(struct choices *choices, const char *const *words, int count, struct screen *screen, struct area area);

/* What a key did: an answer's number is taken, or nothing yet. */
enum { CHOICES_MOVED = -1, CHOICES_NOT_MINE = -2 };
/* Enter and a click take; arrows, Tab and the list's keys move. */
int choices_key(struct choices *choices, const struct screen *screen, int key);

#endif
