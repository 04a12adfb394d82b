#include "tui/console/table_view.h"

#include <stdio.h>

#include "tui/console/app.h"
#include "tui/console/columns.h"
#include "tui/console/dialog.h"
#include "tui/console/prompt.h"

#define ABOUT_LINES 3

static void filter_changed(struct view *view, const char *text)
{
	table_set_filter(view->ops->table(view), text);
}

static void filter_ended(struct view *view, const char *text, bool taken)
{
	struct table *table = view->ops->table(view);

	(void)text;
	if (!taken)
		table_set_filter(table, table->before);
}

static void open_filter(struct view *view, struct table *table)
{
	text_copy(table->before, sizeof(table->before), table->filter);
	app_push(view->app, prompt_open(view, &(struct prompt_spec){
		.label = "/", .text = table->filter, .changed = filter_changed, .ended = filter_ended}));
}

static void sort_by(struct view *view, int column)
{
	table_sort_by(view->ops->table(view), column);
	app_keep_table(view->app, view->ops->table(view));
}

static void sort_chosen(struct view *view, int choice)
{
	if (choice >= 0)
		sort_by(view, choice);
}

static void open_sort(struct view *view, const struct table *table)
{
	if (table->kind->ordered)
		return;
	struct dialog_spec spec = {
		.title = "Sort by", .text = "The same column again turns the order round.",
		.first = table->sort, .chosen = sort_chosen,
	};

	for (int i = 0; i < table->kind->column_count; i++)
		spec.choices[i] = table->kind->columns[i].title;
	app_push(view->app, dialog_open(view, &spec));
}

/* Esc lets go of one thing at a time. */
static bool let_go(struct table *table)
{
	if (table->filter[0])
		table_set_filter(table, "");
	else if (table->mark_count)
		table_unmark_all(table);
	else
		return false;
	return true;
}

static bool fold_key(struct view *view, int key)
{
	struct table *table = view->ops->table(view);
	const bool taken = table_key(table, key);

	if (taken)
		app_keep_table(view->app, table);
	return taken;
}

bool table_view_key(struct view *view, int key)
{
	struct table *table = view->ops->table(view);

	switch (key) {
	case '/': open_filter(view, table); return true;
	case 's': open_sort(view, table); return true;
	case 'S': sort_by(view, table->sort); return true;
	case 'c': app_push(view->app, columns_open(view)); return true;
	case 't': case 'z': case 'Z': return fold_key(view, key);
	case 'n': return table_key(table, 'j');
	case 'N': return table_key(table, 'k');
	case INPUT_ESCAPE: return let_go(table);
	default: return table_key(table, key);
	}
}

bool table_view_key_single(struct view *view, int key)
{
	return key == ' ' || key == '*' || key == 'v' || table_view_key(view, key);
}

void table_view_summary(const struct table *table, struct pen *pen)
{
	if (table->filter[0])
		pen_printf(pen, ROLE_ACCENT, "%d of %d match /%s   ", table->match_count, table->row_count, table->filter);
}

static void draw_empty(const struct view *view, const struct table *table, const char *empty, struct area area)
{
	struct page page = {.width = area.width - 6};
	struct screen aside = view->app->screen; /* its cursor is not ours */
	char words[200];

	snprintf(words, sizeof(words), "Nothing here matches '%s': Esc shows all again.", table->filter);
	page_words(&page, ROLE_PLAIN, table->row_count ? words : empty);
	page_draw(&page, &aside, (struct area){area.y + 2, area.x + 3, area.height - 2, area.width - 4}, GROUND_PLAIN);
	page_free(&page);
}

int table_view_below(const struct page *about, int height, int least)
{
	const int wanted = about->count > least ? about->count : least, most = height / 2 - 1;

	return 1 + (wanted < most ? wanted : most);
}

void table_view_draw(struct view *view, struct area area, const char *empty, struct page *about)
{
	struct table *table = view->ops->table(view);
	struct screen *screen = &view->app->screen;
	const int below = area.height >= 9 ? table_view_below(about, area.height, ABOUT_LINES) : 0;
	const struct area body = {area.y + 1, area.x, area.height - 1 - below, area.width};
	struct screen aside = *screen;

	paint_rule(screen, area.y, 0, area.width);
	table_draw(table, screen, body);
	if (!table->list.count)
		draw_empty(view, table, empty, body);
	if (!below)
		return;
	paint_rule(screen, area.y + area.height - below, 0, area.width);
	page_draw(about, &aside, (struct area){area.y + area.height - below + 1, area.x + 1, below - 1, area.width - 2}, GROUND_PLAIN);
}
