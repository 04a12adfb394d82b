#include "tui/console/columns.h"

#include <stdio.h>
#include <stdlib.h>

#include "tui/console/app.h"
#include "tui/console/table.h"

struct columns {
	struct view view;
	struct view *owner;
	struct list list;      /* over the places of the table's order */
	struct area inside;
};

static struct columns *columns_of(struct view *view)
{
	return (struct columns *)view;
}

static struct table *table_of(struct columns *this)
{
	return this->owner->ops->table(this->owner);
}

static void draw_column(const struct columns *this, const struct table *table, int place, struct pen pen)
{
	const int column = table->order[place];
	const bool selected = place == this->list.selected, ascii = pen.screen->ascii;
	const char *sign = place == 0 ? "   " : table->hidden[column] ? "[ ]" : ascii ? "[x]" : "[✓]";
	const char *turned = table->reverse ? (ascii ? "v" : "▾") : ascii ? "^" : "▴";

	pen_printf(&pen, ROLE_ACCENT, "%s%s ", !selected ? "   " : ascii ? " > " : " › ", sign);
	pen_text(&pen, table->hidden[column] ? ROLE_QUIET : selected ? ROLE_STRONG : ROLE_PLAIN, table->kind->columns[column].title);
	if (column == table->sort)
		pen_printf(&pen, ROLE_ACCENT, " %s", turned);
	pen_fill(&pen);
}

static void view_draw(struct view *view, struct area area)
{
	struct columns *this = columns_of(view);
	const struct table *table = table_of(this);
	struct screen *screen = &view->app->screen;
	const int wanted = table->kind->column_count + 2, height = wanted < area.height ? wanted : area.height;
	const int width = area.width < 40 ? area.width : 36;
	const struct area box = {area.y + area.height - height, area.x + area.width - width, height, width};

	this->inside = (struct area){box.y + 1, box.x + 1, height - 2, width - 2};
	paint_box(screen, box, "Columns");
	list_set_count(&this->list, table->kind->column_count);
	list_set_height(&this->list, height - 2);
	for (int line = 0; line < height - 2 && this->list.top + line < this->list.count; line++) {
		const int place = this->list.top + line;
		const bool selected = place == this->list.selected;

		draw_column(this, table, place, pen_at(screen, this->inside, line, selected ? GROUND_FIELD : GROUND_PANEL));
		if (selected)
			paint_cursor(screen, this->inside.y + line, this->inside.x);
	}
}

static void move(struct columns *this, int by)
{
	const int place = this->list.selected, other = place + by;

	if (place < 1 || other < 1 || other >= this->list.count)
		return;
	table_move_column(table_of(this), place, by);
	list_select(&this->list, other);
}

/* The first one stays. */
static void toggle(struct columns *this)
{
	struct table *table = table_of(this);
	const int place = this->list.selected;

	if (place > 0)
		table->hidden[table->order[place]] = !table->hidden[table->order[place]];
	table->first = 1;
}

static void click(struct columns *this)
{
	const struct screen *screen = &this->view.app->screen;
	const int line = screen->mouse_y - this->inside.y;

	if (line < 0 || line >= this->inside.height || screen->mouse_x < this->inside.x)
		return;
	list_select(&this->list, this->list.top + line);
	toggle(this);
}

static void as_at_first(struct table *table)
{
	for (int i = 0; i < table->kind->column_count; i++) {
		table->order[i] = i;
		table->hidden[i] = table->kind->columns[i].spare;
	}
}

static bool view_key(struct view *view, int key)
{
	struct columns *this = columns_of(view);

	switch (key) {
	case INPUT_ENTER: case INPUT_ESCAPE: case INPUT_CONTROL('c'): case 'q': case 'c': app_close(view); return true;
	case ' ': toggle(this); break;
	case '-': case 'K': case INPUT_LEFT: move(this, -1); break;
	case '+': case 'J': case INPUT_RIGHT: move(this, 1); break;
	case 's': table_sort_by(table_of(this), table_of(this)->order[this->list.selected]); break;
	case '0': as_at_first(table_of(this)); break;
	case INPUT_CLICK: click(this); break;
	default: list_key(&this->list, key); return true;
	}
	app_keep_table(view->app, table_of(this));
	return true;
}

static void view_close(struct view *view)
{
	free(view);
}

static const struct key_help keys[] = {
	{"Space", "show or hide the column", "show or hide"},
	{"- +", "move it to the left or right", "move"},
	{"s", "sort by it", "sort"},
	{"0", "as at first", "as at first"},
	{"Esc", "back", "back"},
	{NULL, NULL, NULL},
};

static const struct view_ops ops = {
	.overlay = true, .modal = true, .keys = keys, .draw = view_draw, .key = view_key, .close = view_close,
};

struct view *columns_open(struct view *owner)
{
	struct columns *this = xcalloc(1, sizeof(*this));

	this->view.ops = &ops;
	this->owner = owner;
	this->list.selected = 1;
	return &this->view;
}
