/* One host: an overview, its boot script, who held its root. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/fleet/record.h"
#include "tui/command.h"
#include "tui/console/errand.h"
#include "tui/explain.h"
#include "tui/console/host_points.h"
#include "tui/console/page.h"
#include "tui/console/table_view.h"
#include "tui/console/views.h"

#define LABEL 14

struct view_host {
	struct view view;
	char name[64];
	struct host_detail *detail; /* NULL until it was read */
	char error[1024];           /* why not */
	bool reading;
	int tab;
	struct page page;
	struct host_points points;
};

struct host_tab {
	const char *title;
	void (*write)(const struct view_host *this, struct page *page);
};

static struct view_host *host_of(const struct view *view)
{
	return (struct view_host *)(uintptr_t)view;
}

static void label(struct page *page, const char *word)
{
	page_add(page, ROLE_QUIET, "  %-*s", LABEL, word);
}

static void value(struct page *page, const char *word, enum role role, const char *text)
{
	label(page, word);
	page_words(page, role, text);
	page_end(page);
}

static void section(struct page *page, const char *title)
{
	if (page->count)
		page_end(page);
	page_add(page, ROLE_ACCENT, " %s", title);
	page_end(page);
}

static void write_machine(const struct host *host, struct page *page)
{
	char text[200];

	section(page, "Machine");
	for (int i = 0; i < host->mac_count; i++)
		value(page, i ? "" : "MAC", ROLE_PLAIN, host->macs[i]);
	value(page, "UUID", ROLE_PLAIN, host->uuid[0] ? host->uuid : "not known");
	value(page, "address", ROLE_PLAIN, host->address[0] ? host->address : "not known: any machine may hold its root unnoticed");
	snprintf(text, sizeof(text), "%s%s%s", host->image[0] ? host->image : "none", host->release[0] ? "@" : "", host->release);
	value(page, "image", ROLE_PLAIN, text);
	value(page, "kernel", ROLE_PLAIN, host->kernel == KERNEL_IMAGE ? "its image's" : "its own, from its boot dir");
	if (host->kernel_args[0])
		value(page, "kernel args", ROLE_PLAIN, host->kernel_args);
	if (host->hold_reason[0])
		value(page, "held", ROLE_WARN, host->hold_reason);
}

static void write_root(const struct view_host *this, struct page *page)
{
	const struct host_detail *detail = this->detail;
	char text[300], size[SIZE_TEXT], ago[TIME_TEXT];

	section(page, "Root");
	if (!detail->has_root) {
		value(page, "", ROLE_QUIET, "none yet: it is a draft");
		return;
	}
	snprintf(text, sizeof(text), "%s/%s/root   %s   made %s ago from %s@%s", fleet_site(this->view.app->fleet)->pool,
		 detail->root.host, size_format(detail->root.size, size), time_ago(time_now() - detail->root.created, ago),
		 detail->root.image, detail->root.release);
	value(page, "image", ROLE_STRONG, text);
	value(page, "lock policy", ROLE_PLAIN, lock_policy_word(detail->host.lock));
	for (int i = 0; i < detail->watcher_count && i < 8; i++)
		value(page, i ? "" : "watchers", ROLE_PLAIN, detail->watchers[i]);
	if (!detail->watcher_count)
		value(page, "watchers", ROLE_QUIET, detail->link_words[0] ? "not known now" : "none");
	value(page, "lock", !strcmp(detail->row.lock, "stale") ? ROLE_BAD : ROLE_PLAIN,
	      detail->lock_owner[0] ? detail->lock_owner : detail->link_words[0] ? "not known now" : "free");
}

static void write_points(const struct host_detail *detail, struct page *page)
{
	char size[SIZE_TEXT], ago[TIME_TEXT];

	section(page, "Snapshots");
	for (size_t i = 0; i < detail->point_count; i++) {
		const struct host_point *point = &detail->points[i];

		page_add(page, ROLE_STRONG, "  %-24s", point->name);
		page_add(page, ROLE_PLAIN, "  %10s", size_format(point->size, size));
		page_add(page, ROLE_QUIET, "  %s ago%s", time_ago(time_now() - point->created, ago),
			 point->protected ? "  protected" : "");
		page_end(page);
	}
	if (!detail->point_count)
		value(page, "", ROLE_QUIET, detail->link_words[0] ? "not known now" : "none");
}

static void write_overview(const struct view_host *this, struct page *page)
{
	const struct host_detail *detail = this->detail;
	char words[512];

	explain_state(&detail->row, this->view.app->snapshot->fleet, time_now(), words, sizeof(words));
	page_add(page, ROLE_STRONG, "  %s ", detail->row.name);
	page_words(page, theme_state_role(detail->row.state) == ROLE_LOUD ? ROLE_BAD : ROLE_PLAIN, words);
	page_end(page);
	if (detail->link_words[0])
		value(page, "", ROLE_BAD, detail->link_words);
	write_machine(&detail->host, page);
	write_root(this, page);
	write_points(detail, page);
}

static void script_line(const char *line, char sign, struct page *page)
{
	const size_t word = strcspn(line, " ");
	const enum role changed = sign == '+' ? ROLE_GOOD : sign == '-' ? ROLE_BAD : ROLE_QUIET;

	page_add(page, changed, " %c ", sign);
	if (*line == '#' || *line == ':') {
		page_add(page, *line == '#' ? ROLE_QUIET : ROLE_WARN, "%s", line);
	} else {
		page_add(page, ROLE_ACCENT, "%.*s", (int)word, line);
		page_add(page, ROLE_PLAIN, "%s", line + word);
	}
	page_end(page);
}

static bool has_line(const char *text, const char *line)
{
	const size_t length = strlen(line);

	for (const char *at = text; at; at = strchr(at, '\n')) {
		at += *at == '\n';
		if (!strncmp(at, line, length) && (at[length] == '\n' || !at[length]))
			return true;
		if (!*at)
			break;
	}
	return false;
}

/* Each line, signed when `other` does not have it; only those when picky. */
static void script_lines(const char *script, const char *other, char sign, bool picky, struct page *page)
{
	char *copy = xstrdup(script), *rest = copy, *line;

	while ((line = strsep(&rest, "\n"))) {
		const bool differs = other && !has_line(other, line);

		if ((rest || *line) && (differs || !picky))
			script_line(line, differs ? sign : ' ', page);
	}
	free(copy);
}

static void write_script(const struct view_host *this, struct page *page)
{
	const struct host_detail *detail = this->detail;
	const bool same = detail->script && !strcmp(detail->script, detail->script_wanted);
	char head[400];

	if (!detail->script)
		snprintf(head, sizeof(head), "%s", detail->link_words[0] ? "What is in the tree is not known now; it would be:"
			 : "Nothing is in the tree yet; it would be:");
	else
		snprintf(head, sizeof(head), "hosts/%s/boot.ipxe, %s", detail->host.name, same ? "as the machine gets it:"
			 : "as the machine gets it (-), and as it should be (+); publishing writes it again:");
	page_add(page, ROLE_PLAIN, "  ");
	page_words(page, same || !detail->script ? ROLE_PLAIN : ROLE_WARN, head);
	page_end(page);
	page_end(page);
	script_lines(detail->script ? detail->script : detail->script_wanted, same || !detail->script ? NULL : detail->script_wanted,
		     '-', false, page);
	if (detail->script && !same)
		script_lines(detail->script_wanted, detail->script, '+', true, page);
}

static void write_holders(const struct view_host *this, struct page *page)
{
	const struct host_detail *detail = this->detail;
	char first[TIME_TEXT], last[TIME_TEXT];

	if (!detail->seen_count) {
		value(page, "", ROLE_QUIET, "Nobody was ever seen to watch this root.");
		return;
	}
	page_add(page, ROLE_QUIET, "  %-26s %-16s %-12s %s", "ADDRESS AND NONCE", "CLIENT", "FIRST SEEN", "LAST SEEN");
	page_end(page);
	for (size_t i = 0; i < detail->seen_count; i++) {
		const struct watcher_seen *seen = &detail->seen[i];

		time_ago(time_now() - seen->first_seen, first);
		time_ago(time_now() - seen->last_seen, last);
		page_add(page, ROLE_STRONG, "  %-26s ", seen->address);
		page_add(page, ROLE_PLAIN, "%-16s ", seen->client);
		page_add(page, ROLE_QUIET, "%-12s %s ago", first, last);
		page_end(page);
	}
}

static const struct host_tab tabs[] = {
	{"Overview", write_overview}, {"Restore points", NULL}, {"Boot script", write_script}, {"Holders", write_holders},
};
#define TAB_POINTS 1 /* a table, with keys of its own */
#define TABS ((int)(sizeof(tabs) / sizeof(tabs[0])))

static void view_title(const struct view *view, char *out, size_t size)
{
	text_copy(out, size, host_of(view)->name);
}

static void view_summary(const struct view *view, struct pen *pen)
{
	const struct fleet_row *row = snapshot_host(view->app->snapshot, host_of(view)->name);

	if (host_of(view)->tab == TAB_POINTS)
		table_view_summary(&host_of(view)->points.table, pen);
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
		}
	}
	host_detail_free(reading->detail);
	free(reading);
}

static int points_work(void *data, struct fleet *fleet, struct job *job, struct err *err)
{
	struct host_points_result *result = data;

	(void)job;
	return point_rows(fleet, result->host, &result->points, &result->count, err);
}

static void points_done(struct app *app, struct view *view, void *data, int status, const struct err *err)
{
	struct host_points_result *result = data;

	if (view) {
		struct host_points *points = &host_of(view)->points;

		points->reading = false;
		points->known = !status;
		text_copy(points->error, sizeof(points->error), status ? err->text : "");
		if (!status)
			host_points_take(points, result, snapshot_host(app->snapshot, result->host));
	}
	free(result->points);
	free(result);
}

static void update_points(struct view_host *this)
{
	struct host_points_result *result;

	host_points_update(&this->points, this->view.app, this->name);
	if (this->tab != TAB_POINTS || !host_points_begin(&this->points, this->view.app))
		return;
	result = xcalloc(1, sizeof(*result));
	text_copy(result->host, sizeof(result->host), this->name);
	errand_start(this->view.app, &this->view, &(struct errand){.work = points_work, .done = points_done, .data = result});
}

static void view_update(struct view *view)
{
	struct view_host *this = host_of(view);
	struct reading *reading;

	update_points(this);

	if (this->reading)
		return;
	this->reading = true;
	reading = xcalloc(1, sizeof(*reading));
	text_copy(reading->name, sizeof(reading->name), this->name);
	errand_start(view->app, view, &(struct errand){.work = reading_work, .done = reading_done, .data = reading});
}

static void draw_tabs(const struct view_host *this, struct pen pen)
{
	for (int i = 0; i < TABS; i++) {
		pen_text(&pen, ROLE_ACCENT, i != this->tab ? "   " : pen.screen->ascii ? " > " : " ▸ ");
		pen_text(&pen, i == this->tab ? ROLE_STRONG : ROLE_QUIET, tabs[i].title);
	}
}

static void draw_points(struct view_host *this, struct area area)
{
	struct page about = {.width = area.width - 2};

	host_points_about(&this->points, this->view.app, &about);
	table_view_draw(&this->view, area, "reading ...", &about);
	page_free(&about);
}

static void view_draw(struct view *view, struct area area)
{
	struct view_host *this = host_of(view);
	struct area body = {area.y + 2, area.x, area.height - 2, area.width};

	draw_tabs(this, pen_at(&view->app->screen, area, 0, GROUND_PLAIN));
	if (this->tab == TAB_POINTS) {
		draw_points(this, (struct area){area.y + 1, area.x, area.height - 1, area.width});
		return;
	}
	paint_rule(&view->app->screen, area.y + 1, 0, area.width);
	this->page.width = area.width - 2;
	page_clear(&this->page);
	if (this->error[0])
		value(&this->page, "", ROLE_BAD, this->error);
	if (this->detail)
		tabs[this->tab].write(this, &this->page);
	else if (!this->error[0])
		value(&this->page, "", ROLE_QUIET, "reading ...");
	page_draw(&this->page, &view->app->screen, body, GROUND_PLAIN);
}

static const struct view_ops ops, points_ops;

static void turn(struct view_host *this, int by)
{
	this->tab = (this->tab + by + TABS) % TABS;
	this->page.top = this->page.left = 0;
	this->view.ops = this->tab == TAB_POINTS ? &points_ops : &ops;
	if (this->tab == TAB_POINTS)
		memory_recall_table(&this->view.app->memory, &this->points.table);
	update_points(this);
}

static struct table *points_table(struct view *view)
{
	return &host_of(view)->points.table;
}

/* 's' is the table's word for another thing: to take a restore point. */
static bool points_key(struct view *view, int key)
{
	struct view_host *this = host_of(view);

	switch (key) {
	case INPUT_TAB: turn(this, 1); return true;
	case INPUT_BACK_TAB: turn(this, -1); return true;
	case 'r': this->points.known = false; update_points(this); return false;
	case 's': return false;
	default: return table_view_key_single(view, key);
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

static void points_line(const struct view *view, char *out, size_t size)
{
	snprintf(out, size, "berth snap list %s", host_of(view)->name);
}

static bool view_key(struct view *view, int key)
{
	struct view_host *this = host_of(view);

	switch (key) {
	case INPUT_TAB: case 'l': case INPUT_RIGHT: turn(this, 1); return true;
	case INPUT_BACK_TAB: case 'h': case INPUT_LEFT: turn(this, -1); return true;
	default: return page_key(&this->page, key);
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
	snprintf(out, size, "berth %s %s", host_of(view)->tab == 1 ? "boot show" : "host show", host_of(view)->name);
}

static void view_close(struct view *view)
{
	struct view_host *this = host_of(view);

	host_detail_free(this->detail);
	host_points_close(&this->points);
	page_free(&this->page);
	free(this);
}

static const struct key_help keys[] = {
	{"Esc", "back to the fleet", "back"},
	{"Tab", "the next page; also h l and the arrows", "next page"},
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
	.draw = view_draw, .key = points_key, .table = points_table, .targets = points_targets, .line = points_line,
	.close = view_close,
};

struct view *view_host_open(const char *name)
{
	struct view_host *this = xcalloc(1, sizeof(*this));

	this->view.ops = &ops;
	text_copy(this->name, sizeof(this->name), name);
	host_points_open(&this->points);
	return &this->view;
}
