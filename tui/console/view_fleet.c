/* The fleet: all hosts in a table, and the selected one in words. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/command.h"
#include "tui/console/app.h"
#include "tui/console/fleet_table.h"
#include "tui/console/host_edit.h"
#include "tui/console/page.h"
#include "tui/console/table_view.h"
#include "tui/console/views.h"
#include "tui/explain.h"

struct view_fleet {
	struct view view;
	struct table table;
	struct fleet_context context;
	const struct fleet_view *noted; /* whose changes are in the context; only compared */
};

static struct view_fleet *fleet_of(const struct view *view)
{
	return (struct view_fleet *)(uintptr_t)view;
}

static void view_title(const struct view *view, char *out, size_t size)
{
	(void)view;
	text_copy(out, size, "Fleet");
}

static void view_summary(const struct view *view, struct pen *pen)
{
	const struct view_fleet *this = fleet_of(view);
	const struct table *table = &this->table;

	table_view_summary(table, pen);
	if (!table->filter[0])
		pen_printf(pen, ROLE_PLAIN, "%d host%s   ", table->row_count, table->row_count == 1 ? "" : "s");
	if (table->mark_count)
		pen_printf(pen, ROLE_ACCENT, "%d marked   ", table->mark_count);
	fleet_write_counts(view->app->snapshot->fleet->counts, pen);
}

static void view_update(struct view *view)
{
	struct view_fleet *this = fleet_of(view);
	const struct fleet_view *fleet = view->app->snapshot->fleet;

	this->context.now = time_now();
	this->context.ascii = view->app->screen.ascii;
	if (fleet != this->noted)
		fleet_note_changes(&this->context, fleet);
	this->noted = fleet;
	table_set_rows(&this->table, fleet->rows, (int)fleet->count);
}

static void draw_empty(const struct view_fleet *this, struct area area)
{
	const struct app *app = this->view.app;
	struct pen pen = pen_at(&app->screen, area, 2, GROUND_PLAIN);
	struct pen next = pen_at(&app->screen, area, 4, GROUND_PLAIN);

	pen_space(&pen, 3);
	pen_space(&next, 3);
	if (this->table.row_count) {
		pen_printf(&pen, ROLE_PLAIN, "No host matches '%s'.", this->table.filter);
		pen_text(&next, ROLE_QUIET, "Esc shows all of them again.");
	} else {
		pen_text(&pen, ROLE_PLAIN, "There are no hosts yet.");
		pen_text(&next, ROLE_QUIET, app->snapshot->fleet->link_words[0] ? app->snapshot->fleet->link_words
			 : "Add the first machine by its name and the MAC that it boots from.");
	}
}

static void about_host(const struct view_fleet *this, const struct fleet_row *row, struct page *page)
{
	char words[512];

	explain_state(row, this->view.app->snapshot->fleet, time_now(), words, sizeof(words));
	page_add(page, ROLE_PLAIN, " ");
	page_add(page, ROLE_STRONG, "%s", row->name);
	page_add(page, ROLE_PLAIN, "  ");
	page_words(page, theme_state_role(row->state) == ROLE_LOUD ? ROLE_BAD : ROLE_PLAIN, words);
}

static void about_group(const struct table_section *group, struct page *page)
{
	char words[300];

	page_add(page, ROLE_PLAIN, " ");
	page_add(page, ROLE_STRONG, "%s", group->name[0] ? group->name : "no group");
	page_add(page, ROLE_PLAIN, "  ");
	if (group->name[0])
		snprintf(words, sizeof(words), "has %d hosts: actions here are for all of them, as is @%s in commands. Enter folds "
			 "it; FOREIGN, DOUBLE and MISSING stay.", group->count, group->name);
	else
		snprintf(words, sizeof(words), "has the hosts that are in none: actions here are for those %d. e puts one into a group.",
			 group->count);
	page_words(page, ROLE_PLAIN, words);
}

static void write_selected(const struct view_fleet *this, struct page *page)
{
	const struct fleet_row *row = table_selected(&this->table);
	const struct table_section *group = table_selected_section(&this->table);

	if (row)
		about_host(this, row, page);
	else if (group)
		about_group(group, page);
}

static void draw_about(const struct view_fleet *this, struct page *page, struct area area)
{
	struct screen aside = this->view.app->screen; /* its cursor is not ours */

	paint_rule(&aside, area.y, 0, area.width);
	page_draw(page, &aside, (struct area){area.y + 1, area.x, area.height - 1, area.width}, GROUND_PLAIN);
}

static int about_height(const struct page *about, int height)
{
	return height < 9 ? 0 : table_view_below(about, height, height >= 22 ? 3 : height >= 12 ? 2 : 1);
}

static void view_draw(struct view *view, struct area area)
{
	struct view_fleet *this = fleet_of(view);
	struct page about = {.width = area.width - 2};
	struct area body = area;

	write_selected(this, &about);
	const int below = about_height(&about, area.height);
	body.height -= below;
	if (area.height >= 16) {
		paint_rule(&view->app->screen, area.y, 0, area.width);
		body = (struct area){body.y + 1, body.x, body.height - 1, body.width};
	}
	this->context.now = time_now();
	table_draw(&this->table, &view->app->screen, body);
	if (!this->table.list.count)
		draw_empty(this, body);
	if (below)
		draw_about(this, &about, (struct area){area.y + area.height - below, area.x, below, area.width});
	page_free(&about);
}

static void open_selected(struct view_fleet *this)
{
	const struct fleet_row *row = table_selected(&this->table);

	if (row)
		app_push(this->view.app, view_host_open(row->name));
	else if (table_selected_section(&this->table))
		table_view_key(&this->view, 'z');
}

static bool view_key(struct view *view, int key)
{
	struct view_fleet *this = fleet_of(view);

	switch (key) {
	case INPUT_ENTER: open_selected(this); return true;
	case 'E': host_edit_target(view->app); return true;
	default: return table_view_key(view, key);
	}
}

static struct table *view_table(struct view *view)
{
	return &fleet_of(view)->table;
}

static int view_targets(const struct view *view, const char **names, int most)
{
	const void **rows = xcalloc((size_t)most + 1, sizeof(*rows));
	const int count = table_targets(&fleet_of(view)->table, rows, most);

	for (int i = 0; i < count; i++)
		names[i] = ((const struct fleet_row *)rows[i])->name;
	free(rows);
	return count;
}

static void view_line(const struct view *view, char *out, size_t size)
{
	const struct fleet_row *row = table_selected(&fleet_of(view)->table);
	const struct table_section *group = table_selected_section(&fleet_of(view)->table);
	const bool named = group && group->name[0];

	snprintf(out, size, "berth status%s%s", row ? " " : named ? " @" : "", row ? row->name : named ? group->name : "");
}

static void view_close(struct view *view)
{
	table_close(&fleet_of(view)->table);
	free(fleet_of(view)->context.seen);
	free(view);
}

static const struct key_help keys[] = {
	{"Enter", "open the host; fold the group", "open"},
	{"E", "edit the host as text, in $EDITOR", NULL},
	TABLE_MARK_KEYS,
	TABLE_VIEW_KEYS("filter"),
	TABLE_SORT_KEYS,
	TABLE_FOLD_KEYS,
	{NULL, NULL, NULL},
};

static const struct view_ops ops = {
	.place = PLACE_FLEET, .keys = keys, .title = view_title, .summary = view_summary, .update = view_update,
	.draw = view_draw, .key = view_key, .table = view_table, .targets = view_targets, .line = view_line, .close = view_close,
};

struct view *view_fleet_open(void)
{
	struct view_fleet *this = xcalloc(1, sizeof(*this));

	this->view.ops = &ops;
	table_open(&this->table, &fleet_table_kind);
	this->table.sectioned = true;
	this->table.context = &this->context;
	return &this->view;
}
