#include "tui/console/chrome.h"

#include <stdio.h>
#include <string.h>

#include "tui/console/glyph.h"
#include "tui/console/hints.h"
#include "tui/explain.h"

#define LEAST_ROWS 10
#define LEAST_COLUMNS 40
#define NOTICE_MS 4000
#define SLOW_MS 4000

static struct area line_area(const struct app *app, int y)
{
	return (struct area){y, 0, 1, app->screen.columns};
}

static void draw_link(const struct app *app, struct pen *pen)
{
	const struct fleet_view *view = app->snapshot->fleet;
	const int64_t waited = app->refreshing ? clock_ms() - app->refresh_began : 0;
	char ago[TIME_TEXT];

	if (view->link != LINK_LOST && waited > SLOW_MS) {
		pen_printf(pen, ROLE_WARN, "ceph has not answered for %d s", (int)(waited / 1000));
	} else if (view->link == LINK_UP) {
		const bool good = !strcmp(view->health, "HEALTH_OK");

		pen_printf(pen, good ? ROLE_GOOD : ROLE_WARN, "%s", view->health);
		pen_printf(pen, ROLE_PLAIN, "  %d mon  %d osd  %d mds", view->mons, view->osds, view->mdss);
	} else if (view->link == LINK_LOST) {
		pen_text(pen, ROLE_LOUD, " ceph does not answer ");
		if (view->taken)
			pen_printf(pen, ROLE_BAD, "  last answer %s ago", time_ago(time_now() - view->taken, ago));
	} else if (view->link_words[0]) {
		pen_text(pen, ROLE_WARN, "no cluster yet: berth init");
	} else {
		pen_text(pen, ROLE_QUIET, "asking ceph");
	}
}

static void draw_pool(const struct app *app, struct pen *pen)
{
	const struct fleet_view *view = app->snapshot->fleet;
	const int64_t size = view->pool_used + view->pool_free;
	char text[SIZE_TEXT];

	if (view->link != LINK_UP || size <= 0)
		return;
	pen_printf(pen, ROLE_PLAIN, "  %s %d%% of %s", fleet_site(app->fleet)->pool,
		   (int)(view->pool_used * 100 / size), size_format(size, text));
}

static void draw_top(const struct app *app)
{
	struct pen pen = pen_at(&app->screen, line_area(app, 0), 0, GROUND_BAR);
	const char *path = fleet_inventory(app->fleet), *slash = strrchr(path, '/');
	const bool odd = app->paused || *fleet_why_read_only(app->fleet);
	char where[96];

	snprintf(where, sizeof(where), "%.60s%s%s ", slash ? slash + 1 : path,
		 *fleet_why_read_only(app->fleet) ? "  read-only" : "", app->paused ? "  paused: P" : "");
	pen_text(&pen, ROLE_ACCENT, " berth ");
	pen_text(&pen, ROLE_QUIET, app->screen.ascii ? "| " : "│ ");
	draw_link(app, &pen);
	draw_pool(app, &pen);
	const int columns = glyph_columns(where);
	if (pen.x + columns + 2 <= pen.end) {
		pen_right(&pen, columns);
		pen_text(&pen, odd ? ROLE_WARN : ROLE_QUIET, where);
	}
	pen_fill(&pen);
}

/* The views of the stack from the bottom up, overlays left out. */
static void draw_crumbs_of(struct spots *spots, const struct view *view, struct pen *pen)
{
	char title[160];

	if (!view)
		return;
	draw_crumbs_of(spots, view->below, pen);
	if (view->ops->overlay)
		return;
	if (view->below)
		pen_text(pen, ROLE_QUIET, pen->screen->ascii ? " > " : " › ");
	view->ops->title(view, title, sizeof(title));
	const int from = pen->x;
	pen_text(pen, ROLE_STRONG, title);
	spots_add(spots, &(struct spot){.y = pen->y, .x = from, .end = pen->x, .serial = view->serial});
}

static struct view *base_of(struct view *view)
{
	while (view->ops->overlay)
		view = view->below;
	return view;
}

static void draw_crumbs(struct app *app)
{
	const struct view *base = base_of(app->top);
	struct pen pen = pen_at(&app->screen, line_area(app, 1), 0, GROUND_PLAIN);
	char when[16];

	pen_space(&pen, 1);
	draw_crumbs_of(&app->screen.spots, base, &pen);
	pen_space(&pen, 3);
	if (base->ops->summary)
		base->ops->summary(base, &pen);
	if (app->snapshot->fleet->link != LINK_UP || pen.x + 10 > pen.end)
		return;
	pen_right(&pen, 9);
	pen_text(&pen, ROLE_QUIET, explain_clock(app->snapshot->fleet->taken, when));
}

static void draw_task(const struct app *app, const struct task *task, struct pen *pen)
{
	const int open = task_count_open(app);
	char words[1400], more[64] = "";

	if (open > 1)
		snprintf(more, sizeof(more), "  %d more running", open - 1);
	task_words(task, words, sizeof(words));
	pen_printf(pen, ROLE_ACCENT, "%s %s", app->screen.ascii ? "*" : "⟳", task->title);
	pen_printf(pen, ROLE_PLAIN, "  %s", words);
	if (task->total > 0 && pen->x + 18 < pen->end) {
		pen_space(pen, 2);
		pen_bar(pen, ROLE_ACCENT, task->done, task->total, 12);
		task_progress_words(task, clock_ms(), words, sizeof(words));
		pen_printf(pen, ROLE_PLAIN, " %s", words);
	}
	pen_printf(pen, ROLE_QUIET, "%s  x cancels", more);
}

static void draw_operations(const struct app *app, int y)
{
	struct pen pen = pen_at(&app->screen, line_area(app, y), 0, GROUND_PLAIN);
	const struct task *task = task_newest_open(app);

	pen_space(&pen, 1);
	if (app->quit_when_idle)
		pen_text(&pen, ROLE_WARN, "quits when this is done (Esc stays): ");
	/* A sentence gives way to work that goes on. */
	if (app->notice[0] && !app->quit_when_idle && (!task || clock_ms() - app->notice_at < NOTICE_MS))
		pen_text(&pen, app->notice_role, app->notice);
	else if (task)
		draw_task(app, task, &pen);
}

static void draw_views(struct app *app, struct view *view, struct area area)
{
	if (view->ops->overlay)
		draw_views(app, view->below, area);
	view->ops->draw(view, area);
}

static void draw_too_small(struct app *app)
{
	struct screen *screen = &app->screen;
	struct page page = {.width = screen->columns};
	char words[128];

	snprintf(words, sizeof(words), "This terminal is too small: berth needs %d columns and %d lines. Nothing is lost.",
		 LEAST_COLUMNS, LEAST_ROWS);
	page_words(&page, ROLE_PLAIN, words);
	page_draw(&page, screen, (struct area){0, 0, screen->rows, screen->columns}, GROUND_PLAIN);
	page_free(&page);
}

void chrome_draw(struct app *app)
{
	const struct screen *screen = &app->screen;

	paint_clear(screen);
	app->screen.spots.count = 0;
	if (screen->rows < LEAST_ROWS || screen->columns < LEAST_COLUMNS) {
		draw_too_small(app);
	} else {
		draw_top(app);
		draw_crumbs(app);
		draw_operations(app, screen->rows - 2);
		hints_draw(app, pen_at(screen, line_area(app, screen->rows - 1), 0, GROUND_BAR));
		draw_views(app, app->top, (struct area){2, 0, screen->rows - 4, screen->columns});
	}
	paint_flush(screen);
}
