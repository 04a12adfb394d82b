/* Moving in a list that is longer than its window. Pure; any thread. */
#ifndef BERTH_TUI_CONSOLE_LIST_H
#define BERTH_TUI_CONSOLE_LIST_H

#include <stdbool.h>

struct list {
	int count;
	int selected;   /* 0 .. count-1; 0 when empty */
	int top;        /* the first one in the window */
	int height;     /* of the window */
};

/* Keeps selected and top where they can stay. */
void list_set_count(struct list *list, int count);
void list_set_height(struct list *list, int height);
void list_select(struct list *list, int index);
/* Arrows, j k, PgUp PgDn, ^B ^F, g G, Home End. False: not a key of lists. */
bool list_key(struct list *list, int key);

#endif
