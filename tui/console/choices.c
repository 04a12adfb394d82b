#include "tui/console/choices.h"

void choices_draw(struct choices *choices, const char *const *words, int count, struct screen *screen, struct area area)
{
	struct list *list = &choices->list;

	choices->area = area;
	list_set_count(list, count);
	list_set_height(list, area.height);
	for (int line = 0; line < area.height && list->top + line < count; line++) {
		const bool selected = list->top + line == list->selected;
		struct pen pen = pen_at(screen, area, line, selected ? GROUND_FIELD : GROUND_PANEL);

		pen_text(&pen, ROLE_ACCENT, !selected ? "   " : screen->ascii ? " > " : " › ");
		pen_text(&pen, selected ? ROLE_STRONG : ROLE_PLAIN, words[list->top + line]);
		pen_fill(&pen);
		if (selected)
			paint_cursor(screen, area.y + line, area.x);
	}
}

/* The one that the mouse is at, CHOICES_MOVED when it is elsewhere. */
static int clicked(const struct choices *choices, const struct screen *screen)
{
	const struct area area = choices->area;
	const int line = screen->mouse_y - area.y, column = screen->mouse_x - area.x, index = choices->list.top + line;

	return line < 0 || line >= area.height || column < 0 || column >= area.width || index >= choices->list.count
	       ? CHOICES_MOVED : index;
}

int choices_key(struct choices *choices, const struct screen *screen, int key)
{
	struct list *list = &choices->list;

	switch (key) {
	case INPUT_ENTER: return list->selected;
	case INPUT_CLICK: return clicked(choices, screen);
	case INPUT_TAB: list_select(list, list->count ? (list->selected + 1) % list->count : 0); return CHOICES_MOVED;
	case INPUT_BACK_TAB: list_select(list, list->selected ? list->selected - 1 : list->count - 1); return CHOICES_MOVED;
	default: return list_key(list, key) ? CHOICES_MOVED : CHOICES_NOT_MINE;
	}
}
