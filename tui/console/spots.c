#include "tui/console/spots.h"

#include <stddef.h>

void spots_add(struct spots *spots, const struct spot *spot)
{
	if (spots->count < SPOTS_MOST)
		spots->at[spots->count++] = *spot;
}

const struct spot *spots_find(const struct spots *spots, int y, int x)
{
	for (int i = 0; i < spots->count; i++)
		if (spots->at[i].y == y && x >= spots->at[i].x && x < spots->at[i].end)
			return &spots->at[i];
	return NULL;
}
