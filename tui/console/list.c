#include "tui/console/list.h"

#include "tui/console/terminal.h"

static int clamp(int value, int least, int most)
{
	if (value > most)
		value = most;
	return value < least ? least : value;
}

static void settle(struct list *list)
{
	const int height = list->height > 0 ? list->height : 1;

	list->selected = clamp(list->selected, 0, list->count - 1);
	list->top = clamp(list->top, list->selected - height + 1, list->selected);
	list->top = clamp(list->top, 0, list->count > height ? list->count - height : 0);
}

void list_set_count(struct list *list, int count)
{
	list->count = count;
	settle(list);
}

void list_set_height(struct list *list, int height)
{
	list->height = height;
	settle(list);
}

void list_select(struct list *list, int index)
{
	list->selected = index;
	settle(list);
}

bool list_key(struct list *list, int key)
{
	const int page = list->height > 1 ? list->height - 1 : 1;

	switch (key) {
	case INPUT_UP: case 'k': list_select(list, list->selected - 1); return true;
	case INPUT_DOWN: case 'j': list_select(list, list->selected + 1); return true;
	case INPUT_PAGE_UP: case INPUT_CONTROL('b'): list->top -= page; list_select(list, list->selected - page); return true;
	case INPUT_PAGE_DOWN: case INPUT_CONTROL('f'): list->top += page; list_select(list, list->selected + page); return true;
	case INPUT_HOME: case 'g': list_select(list, 0); return true;
	case INPUT_END: case 'G': list_select(list, list->count - 1); return true;
	default: return false;
	}
}
