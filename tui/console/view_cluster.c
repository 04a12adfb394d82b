/* The cluster: what to look at when machines do not boot. Asked while it is looked
 * at, with each refresh. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/fleet/health.h"
#include "tui/console/errand.h"
#include "tui/console/page.h"
#include "tui/console/views.h"
#include "tui/explain.h"

struct view_cluster {
	struct view view;
	struct fleet_health *health; /* NULL until it was read */
	bool reading;
	char error[1024];
	struct page page;
};

static struct view_cluster *cluster_of(const struct view *view)
{
	return (struct view_cluster *)(uintptr_t)view;
}

struct reading { struct fleet_health *health; };

static int reading_work(void *data, struct fleet *fleet, struct job *job, struct err *err)
{
	(void)job;
	return fleet_health_read(fleet, &((struct reading *)data)->health, err);
}

static void reading_done(struct app *app, struct view *view, void *data, int status, const struct err *err)
{
	struct reading *reading = data;

	(void)app;
	if (view) {
		struct view_cluster *this = cluster_of(view);

		this->reading = false;
		text_copy(this->error, sizeof(this->error), status ? err->text : "");
		if (!status) {
			fleet_health_free(this->health);
			this->health = reading->health;
			reading->health = NULL;
		}
	}
	fleet_health_free(reading->health);
	free(reading);
}

static void view_update(struct view *view)
{
	struct view_cluster *this = cluster_of(view);

	if (this->reading || view->app->top != view)
		return;
	this->reading = true;
	errand_start(view->app, view, &(struct errand){
		.work = reading_work, .done = reading_done, .data = xcalloc(1, sizeof(struct reading))});
}

static enum role health_role(const char *words)
{
	return !strncmp(words, "HEALTH_OK", 9) ? ROLE_GOOD : !strncmp(words, "HEALTH_ERR", 10) ? ROLE_BAD : ROLE_WARN;
}

static void write_health(const struct fleet_health *health, struct page *page)
{
	page_section(page, "Health");
	page_value(page, "status", health_role(health->status), health->status);
	for (size_t i = 0; i < health->check_count; i++)
		page_value(page, i ? "" : "checks", health_role(health->checks[i]), health->checks[i]);
	page_value(page, "fsid", ROLE_QUIET, health->fsid);
}

static void write_parts(const struct fleet_health *health, enum fleet_part_kind kind, const char *title, struct page *page)
{
	int count = 0;

	page_section(page, title);
	for (size_t i = 0; i < health->part_count; i++) {
		const struct fleet_part *part = &health->parts[i];

		if (part->kind != kind)
			continue;
		page_add(page, ROLE_QUIET, "  %-17s ", part->name);
		page_words(page, part->well ? ROLE_PLAIN : ROLE_BAD, part->words);
		page_end(page);
		count++;
	}
	if (count)
		return;
	page_add(page, ROLE_QUIET, "  %-17s %s", "", kind == FLEET_OSD ? "all of them are up and in" : "none");
	page_end(page);
}

static void write_all(const struct fleet_health *health, struct page *page)
{
	char title[64];

	snprintf(title, sizeof(title), "Monitors   %d in quorum", health->mons);
	write_parts(health, FLEET_MON, title, page);
	snprintf(title, sizeof(title), "OSDs   %d of %d up", health->osds_up, health->osds);
	write_parts(health, FLEET_OSD, title, page);
	snprintf(title, sizeof(title), "MDSs   %d up", health->mdss);
	write_parts(health, FLEET_MDS, title, page);
	write_parts(health, FLEET_POOL, "Pools", page);
}

static void write_fenced(const struct fleet_health *health, struct page *page)
{
	char when[TIME_TEXT];

	page_section(page, "Fenced clients");
	if (!health->fenced_count) {
		page_value(page, "", ROLE_QUIET, "nobody is cut off");
		return;
	}
	page_add(page, ROLE_QUIET, "  %-14s %-28s %-14s %s", "HOST", "ADDRESS AND NONCE", "CLIENT", "UNTIL");
	page_end(page);
	for (size_t i = 0; i < health->fenced_count; i++) {
		const struct fleet_fenced *fenced = &health->fenced[i];

		page_add(page, ROLE_STRONG, "  %-14s ", fenced->host[0] ? fenced->host : "none of ours");
		page_add(page, ROLE_PLAIN, "%-28s %-14s ", fenced->address, fenced->client[0] ? fenced->client : "-");
		page_add(page, ROLE_QUIET, "%s", explain_when(fenced->until, when));
		page_end(page);
	}
	page_end(page);
	page_value(page, "", ROLE_QUIET, "A machine's next boot has another nonce and is not concerned. "
	      "`berth host fence HOST --lift` lets those of a host in again.");
}

static void view_title(const struct view *view, char *out, size_t size)
{
	(void)view;
	text_copy(out, size, "Cluster");
}

static void view_summary(const struct view *view, struct pen *pen)
{
	const struct view_cluster *this = cluster_of(view);

	if (!this->health)
		return;
	pen_printf(pen, health_role(this->health->status), "%s", this->health->status);
	pen_printf(pen, ROLE_PLAIN, "   %zu fenced", this->health->fenced_count);
}

static void view_draw(struct view *view, struct area area)
{
	struct view_cluster *this = cluster_of(view);
	struct page *page = &this->page;

	paint_rule(&view->app->screen, area.y, 0, area.width);
	page->width = area.width - 2;
	page_clear(page);
	if (this->error[0])
		page_value(page, "", ROLE_BAD, this->error);
	if (this->health) {
		write_health(this->health, page);
		write_all(this->health, page);
		write_fenced(this->health, page);
	} else if (!this->error[0]) {
		page_value(page, "", ROLE_QUIET, "asking the cluster ...");
	}
	page_draw(page, &view->app->screen, (struct area){area.y + 1, area.x, area.height - 1, area.width}, GROUND_PLAIN);
}

static bool view_key(struct view *view, int key)
{
	return page_key(&cluster_of(view)->page, key);
}

static void view_close(struct view *view)
{
	struct view_cluster *this = cluster_of(view);

	fleet_health_free(this->health);
	page_free(&this->page);
	free(this);
}

static const struct key_help keys[] = {
	{"PgUp PgDn", "scroll", "scroll"},
	{NULL, NULL, NULL},
};

static const struct view_ops ops = {
	.keys = keys, .title = view_title, .summary = view_summary, .update = view_update, .draw = view_draw,
	.key = view_key, .close = view_close,
};

struct view *view_cluster_open(void)
{
	struct view_cluster *this = xcalloc(1, sizeof(*this));

	this->view.ops = &ops;
	return &this->view;
}
