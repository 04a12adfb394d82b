/* The fleet: all hosts in a table, and the selected one in words. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/command.h"
#include "tui/console/app.h"
#include "tui/explain.h"
#include "tui/console/page.h"
#include "tui/console/table_view.h"
#include "tui/console/views.h"

/* What cells need besides their row. */
struct fleet_context {
	int64_t now;
	bool ascii;
};

struct view_fleet {
	struct view view;
	struct table table;
	struct fleet_context context;
};

static void cell_name(const void *row, const void *context, struct cell *cell)
{
	const struct fleet_row *host = row;

	(void)context;
	cell->text = host->name;
	cell->role = ROLE_STRONG;
}

static void cell_state(const void *row, const void *context, struct cell *cell)
{
	const struct fleet_row *host = row;
	const struct fleet_context *with = context;

	snprintf(cell->buffer, sizeof(cell->buffer), "%s %s",
		 with->ascii ? host_state_ascii(host->state) : host_state_sign(host->state), host_state_word(host->state));
	cell->text = cell->buffer;
	cell->role = theme_state_role(host->state);
}

static void cell_image(const void *row, const void *context, struct cell *cell)
{
	const struct fleet_row *host = row;

	(void)context;
	cell->text = host->image;
	cell->role = host->state == HOST_DRAFT ? ROLE_QUIET : ROLE_PLAIN;
}

static void cell_holder(const void *row, const void *context, struct cell *cell)
{
	const struct fleet_row *host = row;

	(void)context;
	if (host->state == HOST_STALE) {
		snprintf(cell->buffer, sizeof(cell->buffer), "%s silent", host->holder);
		cell->text = cell->buffer;
	} else if (host->holder[0]) {
		cell->text = host->holder;
	} else {
		cell->text = "-";
		cell->role = ROLE_QUIET;
	}
}

static void cell_lock(const void *row, const void *context, struct cell *cell)
{
	const struct fleet_row *host = row;

	(void)context;
	cell->text = host->lock[0] ? host->lock : "-";
	cell->role = !strcmp(host->lock, "owned") ? ROLE_PLAIN : !strcmp(host->lock, "stale") ? ROLE_BAD : ROLE_QUIET;
}

static void put_age(int64_t since, const struct fleet_context *with, struct cell *cell)
{
	cell->role = ROLE_QUIET;
	cell->text = since ? time_ago(with->now - since, cell->buffer) : "-";
}

static void cell_seen(const void *row, const void *context, struct cell *cell)
{
	const struct fleet_row *host = row;
	const bool watched = host->state == HOST_UP || host->state == HOST_FOREIGN || host->state == HOST_DOUBLE;

	put_age(host->last_seen, context, cell);
	if (watched)
		cell->text = "now";
}

static void cell_since(const void *row, const void *context, struct cell *cell)
{
	put_age(((const struct fleet_row *)row)->since, context, cell);
}

static void cell_mac(const void *row, const void *context, struct cell *cell)
{
	(void)context;
	cell->text = ((const struct fleet_row *)row)->mac;
	cell->role = ROLE_QUIET;
}

static void cell_client(const void *row, const void *context, struct cell *cell)
{
	(void)context;
	cell->text = ((const struct fleet_row *)row)->client;
	cell->role = ROLE_QUIET;
}

static void cell_reason(const void *row, const void *context, struct cell *cell)
{
	(void)context;
	cell->text = ((const struct fleet_row *)row)->hold_reason;
}

/* What is wrong comes first. */
static int compare_state(const void *a, const void *b)
{
	static const int rank[HOST_STATES] = {
		[HOST_DOUBLE] = 0, [HOST_FOREIGN] = 1, [HOST_MISSING] = 2, [HOST_STALE] = 3, [HOST_UP] = 4,
		[HOST_DOWN] = 5, [HOST_HELD] = 6, [HOST_DRAFT] = 7, [HOST_UNKNOWN] = 8,
	};

	return rank[((const struct fleet_row *)a)->state] - rank[((const struct fleet_row *)b)->state];
}

static int compare_image(const void *a, const void *b)
{
	return strverscmp(((const struct fleet_row *)a)->image, ((const struct fleet_row *)b)->image);
}

static int compare_holder(const void *a, const void *b)
{
	return strverscmp(((const struct fleet_row *)a)->holder, ((const struct fleet_row *)b)->holder);
}

static int compare_lock(const void *a, const void *b)
{
	return strcmp(((const struct fleet_row *)b)->lock, ((const struct fleet_row *)a)->lock);
}

static int newest_first(int64_t a, int64_t b)
{
	return (a < b) - (a > b);
}

static int compare_seen(const void *a, const void *b)
{
	return newest_first(((const struct fleet_row *)a)->last_seen, ((const struct fleet_row *)b)->last_seen);
}

static int compare_since(const void *a, const void *b)
{
	return newest_first(((const struct fleet_row *)a)->since, ((const struct fleet_row *)b)->since);
}

static int compare_mac(const void *a, const void *b)
{
	return strcmp(((const struct fleet_row *)a)->mac, ((const struct fleet_row *)b)->mac);
}

static int compare_client(const void *a, const void *b)
{
	return strverscmp(((const struct fleet_row *)a)->client, ((const struct fleet_row *)b)->client);
}

static int compare_reason(const void *a, const void *b)
{
	return strcmp(((const struct fleet_row *)b)->hold_reason, ((const struct fleet_row *)a)->hold_reason);
}

static const struct table_column columns[] = {
	{"HOST", 32, false, cell_name, NULL},
	{"STATE", 12, false, cell_state, compare_state},
	{"IMAGE", 36, false, cell_image, compare_image},
	{"WATCHED BY", 24, false, cell_holder, compare_holder},
	{"LOCK", 8, false, cell_lock, compare_lock},
	{"LAST SEEN", 11, true, cell_seen, compare_seen},
	{"MAC", 17, false, cell_mac, compare_mac},
	{"SINCE", 8, true, cell_since, compare_since},
	{"CLIENT", 20, false, cell_client, compare_client},
	{"HELD BECAUSE", 60, false, cell_reason, compare_reason},
};

static int64_t row_id(const void *row)
{
	return ((const struct fleet_row *)row)->id;
}

static const struct table_kind kind = {
	columns, sizeof(columns) / sizeof(columns[0]), sizeof(struct fleet_row), row_id,
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

/* What is wrong first, and loud. */
static void write_counts(const struct fleet_view *fleet, struct pen *pen)
{
	static const enum host_state order[] = {
		HOST_DOUBLE, HOST_FOREIGN, HOST_MISSING, HOST_STALE, HOST_UP, HOST_DOWN, HOST_HELD, HOST_DRAFT, HOST_UNKNOWN,
	};

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		const enum role role = theme_state_role(order[i]);

		if (!fleet->counts[order[i]])
			continue;
		pen_printf(pen, role, role == ROLE_LOUD ? " %d %s " : "%d %s", fleet->counts[order[i]], host_state_word(order[i]));
		pen_space(pen, 3);
	}
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
	write_counts(view->app->snapshot->fleet, pen);
}

static void view_update(struct view *view)
{
	struct view_fleet *this = fleet_of(view);
	const struct fleet_view *fleet = view->app->snapshot->fleet;

	this->context = (struct fleet_context){time_now(), view->app->screen.ascii};
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

static void draw_selected(const struct view_fleet *this, struct area area)
{
	const struct fleet_row *row = table_selected(&this->table);
	const struct screen *screen = &this->view.app->screen;
	struct page page = {.width = area.width - 2};
	char words[512];

	paint_rule(screen, area.y, 0, area.width);
	if (!row)
		return;
	explain_state(row, this->view.app->snapshot->fleet, time_now(), words, sizeof(words));
	page_add(&page, ROLE_PLAIN, " ");
	page_add(&page, ROLE_STRONG, "%s", row->name);
	page_add(&page, ROLE_PLAIN, "  ");
	page_words(&page, theme_state_role(row->state) == ROLE_LOUD ? ROLE_BAD : ROLE_PLAIN, words);
	struct screen aside = *screen; /* its cursor is not ours */
	page_draw(&page, &aside, (struct area){area.y + 1, area.x, area.height - 1, area.width}, GROUND_PLAIN);
	page_free(&page);
}

static void view_draw(struct view *view, struct area area)
{
	struct view_fleet *this = fleet_of(view);
	const bool roomy = area.height >= 16;
	const int below = area.height >= 12 ? 3 : area.height >= 9 ? 2 : 0;
	struct area body = {area.y, area.x, area.height - below, area.width};

	if (roomy) {
		paint_rule(&view->app->screen, area.y, 0, area.width);
		body = (struct area){body.y + 1, body.x, body.height - 1, body.width};
	}
	this->context.now = time_now();
	table_draw(&this->table, &view->app->screen, body);
	if (!this->table.list.count)
		draw_empty(this, body);
	if (below)
		draw_selected(this, (struct area){area.y + area.height - below, area.x, below, area.width});
}

static void open_selected(struct view_fleet *this)
{
	const struct fleet_row *row = table_selected(&this->table);

	if (row)
		app_push(this->view.app, view_host_open(row->name));
}

static bool view_key(struct view *view, int key)
{
	struct view_fleet *this = fleet_of(view);

	if (key != INPUT_ENTER)
		return table_view_key(view, key);
	open_selected(this);
	return true;
}

static struct table *view_table(struct view *view)
{
	return &fleet_of(view)->table;
}

static int view_targets(const struct view *view, const char **names, int most)
{
	const struct view_fleet *this = fleet_of(view);
	const struct fleet_row *row = table_selected(&this->table);
	const struct fleet_row *rows = (const void *)this->table.rows;
	int count = 0;

	if (!this->table.mark_count) {
		if (row)
			names[count++] = row->name;
		return count;
	}
	for (int i = 0; i < this->table.row_count && count < most; i++)
		if (table_is_marked(&this->table, rows[i].id))
			names[count++] = rows[i].name;
	return count;
}

static void view_line(const struct view *view, char *out, size_t size)
{
	const struct fleet_row *row = table_selected(&fleet_of(view)->table);

	snprintf(out, size, "berth status%s%s", row ? " " : "", row ? row->name : "");
}

static void view_close(struct view *view)
{
	table_close(&fleet_of(view)->table);
	free(view);
}

static const struct key_help keys[] = {
	{"Enter", "open the host", "open"},
	{"Space *", "mark the host; mark all that are shown: actions then work on the marked", NULL},
	TABLE_VIEW_KEYS("filter"),
	TABLE_SORT_KEYS,
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
	table_open(&this->table, &kind);
	this->table.context = &this->context;
	return &this->view;
}
