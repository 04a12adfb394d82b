/* One host: an overview, its boot script, who held its root. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/command.h"
#include "tui/console/errand.h"
#include "tui/console/glyph.h"
#include "tui/console/host_boot.h"
#include "tui/console/host_edit.h"
#include "tui/console/host_history.h"
#include "tui/console/host_pages.h"
#include "tui/console/host_points.h"
#include "tui/console/hints.h"
#include "tui/console/page.h"
#include "tui/console/table_view.h"
#include "tui/console/views.h"

struct view_host {
	struct view view;
	char name[64];
	struct host_detail *detail; /* NULL until it was read */
	char error[1024];           /* why not */
	bool reading;
	int tab;
	struct page page;
	struct host_points points;
	struct host_boot boot;
	struct audit_list history;
	struct area tabs;           /* where they were drawn */
};

struct host_tab {
	const char *title;
	void (*write)(const struct view_host *this, struct page *page);
};

static struct view_host *host_of(const struct view *view)
{
	return (struct view_host *)(uintptr_t)view;
}

static void write_overview(const struct view_host *this, struct page *page)
{
	host_write_overview(this->detail, this->view.app, page);
	page_section(page, "Actions");
	hints_write_actions(&this->view, page);
}

static void write_boot(const struct view_host *this, struct page *page)
{
	host_boot_write(&this->boot, this->name, page);
}

static void write_holders(const struct view_host *this, struct page *page)
{
	host_write_holders(this->detail, page);
}

static const struct host_tab tabs[] = {
	{"Overview", write_overview}, {"Restore points", NULL}, {"Boot script", write_boot}, {"Holders", write_holders},
	{"History", NULL},
};
enum { TAB_OVERVIEW, TAB_POINTS, TAB_BOOT, TAB_HOLDERS, TAB_HISTORY };
#define TABS ((int)(sizeof(tabs) / sizeof(tabs[0])))

static void view_title(const struct view *view, char *out, size_t size)
{
	text_copy(out, size, host_of(view)->name);
}

static void view_summary(const struct view *view, struct pen *pen)
{
	const struct fleet_row *row = snapshot_host(view->app->snapshot, host_of(view)->name);

	if (view->ops->table)
		table_view_summary(view->ops->table((struct view *)(uintptr_t)view), pen);
	if (!row)
		return;
	pen_printf(pen, theme_state_role(row->state), "%s %s",
		   view->app->screen.ascii ? host_state_ascii(row->state) : host_state_sign(row->state), host_state_word(row->state));
	pen_printf(pen, ROLE_QUIET, "  %s", row->holder);
}

struct reading {
	char name[64];
	struct host_detail *detail;
};

static int reading_work(void *data, struct fleet *fleet, struct job *job, struct err *err)
{
	struct reading *reading = data;

	(void)job;
	return host_detail_read(fleet, reading->name, &reading->detail, err);
}

static void reading_done(struct app *app, struct view *view, void *data, int status, const struct err *err)
{
	struct reading *reading = data;

	(void)app;
	if (view) {
		struct view_host *this = host_of(view);

		this->reading = false;
		text_copy(this->error, sizeof(this->error), status ? err->text : "");
		if (!status) {
			host_detail_free(this->detail);
			this->detail = reading->detail;
			reading->detail = NULL;
			host_points_of(&this->points, this->detail);
		}
	}
	host_detail_free(reading->detail);
	free(reading);
}

/* What is not looked at is not read. */
static void read_page(struct view_host *this)
{
	struct view *view = &this->view;

	host_points_update(&this->points, view->app, this->name);
	if (this->tab == TAB_POINTS)
		host_points_read(&this->points, view, this->name);
	else if (this->tab == TAB_BOOT)
		host_boot_read(&this->boot, view, this->name);
	else if (this->tab == TAB_HISTORY)
		host_history_read(&this->history, view, this->name);
}

static void view_update(struct view *view)
{
	struct view_host *this = host_of(view);
	struct reading *reading;

	read_page(this);
	if (this->reading)
		return;
	this->reading = true;
	reading = xcalloc(1, sizeof(*reading));
	text_copy(reading->name, sizeof(reading->name), this->name);
	errand_start(view->app, view, &(struct errand){.work = reading_work, .done = reading_done, .data = reading});
}

/* Where there is little room the first ones give way to the one that is shown. */
static int first_tab(const struct view_host *this, int width)
{
	return width < 58 && this->tab > TAB_POINTS ? TAB_BOOT : TAB_OVERVIEW;
}

static void draw_tabs(const struct view_host *this, struct area area)
{
	struct pen pen = pen_at(&this->view.app->screen, area, 0, GROUND_PLAIN);

	for (int i = first_tab(this, area.width); i < TABS; i++) {
		if (area.width >= 64)
			pen_space(&pen, 1);
		pen_text(&pen, ROLE_ACCENT, i != this->tab ? "  " : pen.screen->ascii ? "> " : "▸ ");
		pen_text(&pen, i == this->tab ? ROLE_STRONG : ROLE_QUIET, tabs[i].title);
	}
}

static void draw_table(struct view_host *this, struct area area)
{
	struct page about = {.width = area.width - 2};

	if (this->tab == TAB_POINTS)
		host_points_about(&this->points, this->view.app, &about);
	else
		audit_list_about(&this->history, &about);
	table_view_draw(&this->view, area, this->tab == TAB_HISTORY && this->history.known ? "Nothing was done to it yet."
			: "reading ...", &about);
	page_free(&about);
}

static void draw_text(struct view_host *this, struct area area)
{
	paint_rule(&this->view.app->screen, area.y, 0, area.width);
	this->page.width = area.width - 2;
	page_clear(&this->page);
	if (this->error[0])
		page_value(&this->page, "", ROLE_BAD, this->error);
	if (this->detail)
		tabs[this->tab].write(this, &this->page);
	else if (!this->error[0])
		page_value(&this->page, "", ROLE_QUIET, "reading ...");
	page_draw(&this->page, &this->view.app->screen, (struct area){area.y + 1, area.x, area.height - 1, area.width}, GROUND_PLAIN);
}

static void view_draw(struct view *view, struct area area)
{
	struct view_host *this = host_of(view);
	const struct area body = {area.y + 1, area.x, area.height - 1, area.width};

	this->tabs = area;
	draw_tabs(this, area);
	if (tabs[this->tab].write)
		draw_text(this, body);
	else
		draw_table(this, body);
}

static const struct view_ops ops, points_ops, history_ops;

static void turn_to(struct view_host *this, int tab)
{
	this->tab = tab;
	this->page.top = this->page.left = 0;
	this->view.ops = tab == TAB_POINTS ? &points_ops : tab == TAB_HISTORY ? &history_ops : &ops;
	if (this->view.ops->table)
		memory_recall_table(&this->view.app->memory, this->view.ops->table(&this->view));
	read_page(this);
}

static void turn(struct view_host *this, int by)
{
	turn_to(this, (this->tab + by + TABS) % TABS);
}

static void click_tab(struct view_host *this)
{
	const struct screen *screen = &this->view.app->screen;
	int end = this->tabs.x;

	for (int i = first_tab(this, this->tabs.width); screen->mouse_y == this->tabs.y && i < TABS; i++) {
		end += (this->tabs.width >= 64 ? 3 : 2) + glyph_columns(tabs[i].title);
		if (screen->mouse_x < end) {
			turn_to(this, i);
			return;
		}
	}
}

/* What all pages have. */
static bool tab_key(struct view_host *this, int key)
{
	switch (key) {
	case INPUT_TAB: turn(this, 1); return true;
	case INPUT_BACK_TAB: turn(this, -1); return true;
	case INPUT_CLICK: click_tab(this); return true;
	case 'E': host_edit_target(this->view.app); return true;
	default: return false;
	}
}

static struct table *points_table(struct view *view)
{
	return &host_of(view)->points.table;
}

static struct table *history_table(struct view *view)
{
	return &host_of(view)->history.table;
}

/* 's' is the table's word for another thing: to take a restore point. */
static bool points_key(struct view *view, int key)
{
	struct view_host *this = host_of(view);

	switch (key) {
	case 'r': this->points.known = false; read_page(this); return false;
	case 's': return false;
	default: return tab_key(this, key) || table_view_key_single(view, key);
	}
}

static bool history_key(struct view *view, int key)
{
	struct view_host *this = host_of(view);

	switch (key) {
	case INPUT_ENTER: host_history_enter(&this->history, view->app); return true;
	case 's': return false;
	default: return tab_key(this, key) || table_view_key_single(view, key);
	}
}

static int points_targets(const struct view *view, const char **names, int most)
{
	const struct point_row *point = host_points_selected(&host_of(view)->points);

	(void)most;
	names[0] = host_of(view)->name;
	if (point)
		names[1] = point->point.name;
	return point ? 2 : 1;
}

static bool view_key(struct view *view, int key)
{
	struct view_host *this = host_of(view);

	switch (key) {
	case 'l': case INPUT_RIGHT: turn(this, 1); return true;
	case 'h': case INPUT_LEFT: turn(this, -1); return true;
	default: return tab_key(this, key) || page_key(&this->page, key);
	}
}

static int view_targets(const struct view *view, const char **names, int most)
{
	(void)most;
	names[0] = host_of(view)->name;
	return 1;
}

static void view_line(const struct view *view, char *out, size_t size)
{
	static const char *const lines[] = {
		[TAB_OVERVIEW] = "host show", [TAB_BOOT] = "boot show", [TAB_HOLDERS] = "host show", [TAB_HISTORY] = "audit",
		[TAB_POINTS] = "snap list",
	};

	snprintf(out, size, "berth %s %s", lines[host_of(view)->tab], host_of(view)->name);
}

static void view_close(struct view *view)
{
	struct view_host *this = host_of(view);

	host_detail_free(this->detail);
	host_points_close(&this->points);
	host_boot_close(&this->boot);
	audit_list_close(&this->history);
	page_free(&this->page);
	free(this);
}

static const struct key_help keys[] = {
	{"Esc", "back to the fleet", "back"},
	{"Tab", "the next page; also h l and the arrows", "next page"},
	{"E", "edit the host as text, in $EDITOR", NULL},
	{NULL, NULL, NULL},
};

static const struct view_ops ops = {
	.place = PLACE_HOST, .keys = keys, .title = view_title, .summary = view_summary, .update = view_update,
	.draw = view_draw, .key = view_key, .targets = view_targets, .line = view_line, .close = view_close,
};

static const struct key_help points_keys[] = {
	{"Tab", "the next page", "next page"},
	TABLE_VIEW_KEYS(NULL),
	{"S", "turn the order round", NULL},
	{"r", "read them anew; it happens by itself when the journal changed", NULL},
	{NULL, NULL, NULL},
};

static const struct view_ops points_ops = {
	.place = PLACE_POINTS, .keys = points_keys, .title = view_title, .summary = view_summary, .update = view_update,
	.draw = view_draw, .key = points_key, .table = points_table, .targets = points_targets, .line = view_line,
	.close = view_close,
};

static const struct key_help history_keys[] = {
	{"Tab", "the next page", "next page"},
	{"Enter", "the operation with its steps, or the whole line", "open"},
	TABLE_VIEW_KEYS(NULL),
	{NULL, NULL, NULL},
};

static const struct view_ops history_ops = {
	.place = PLACE_HOST, .keys = history_keys, .title = view_title, .summary = view_summary, .update = view_update,
	.draw = view_draw, .key = history_key, .table = history_table, .targets = view_targets, .line = view_line,
	.close = view_close,
};

struct view *view_host_open(const char *name)
{
	struct view_host *this = xcalloc(1, sizeof(*this));

	this->view.ops = &ops;
	text_copy(this->name, sizeof(this->name), name);
	host_points_open(&this->points);
	audit_list_open(&this->history, &history_table_kind);
	return &this->view;
}
