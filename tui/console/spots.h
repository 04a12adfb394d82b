/*
 * Places on the screen that a click takes: found out while they are drawn,
 * forgotten before each drawing. The UI thread.
 */
#ifndef BERTH_TUI_CONSOLE_SPOTS_H
#define BERTH_TUI_CONSOLE_SPOTS_H

#include <stdint.h>

#define SPOTS_MOST 64

struct spot {
	int y, x, end;         /* columns from x to end, without it */
	int key;               /* a click there is this key; 0: it goes back to the view */
	uint64_t serial;       /* of that view */
};

struct spots {
	struct spot at[SPOTS_MOST];
	int count;
};

/* Copies it; beyond SPOTS_MOST it is left out. */
void spots_add(struct spots *spots, const struct spot *spot);
const struct spot *spots_find(const struct spots *spots, int y, int x); /* NULL: none there */

#endif
