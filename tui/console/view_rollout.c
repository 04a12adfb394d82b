/* Roll-outs: each host of the last ones, and how far it is. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/fleet/rollout.h"
#include "tui/command.h"
#include "tui/console/app.h"
#include "tui/console/errand.h"
#include "tui/console/rollout_table.h"
#include "tui/console/table_view.h"
#include "tui/console/views.h"

#define SHOWN 20

struct view_rollout {
	struct view view;
	struct table table;
	struct rollout_row *rows;
	size_t count;
	bool reading, known;
	char error[512];
	char id[24];           /* of the selected row's roll-out, for targets */
};

static struct view_rollout *rollout_of(const struct view *view)
{
	return (struct view_rollout *)(uintptr_t)view;
}

struct reading { struct rollout_row *rows; size_t count; };

static int reading_work(void *data, struct fleet *fleet, struct job *job, struct err *err)
{
	struct reading *reading = data;

	(void)job;
	return rollout_rows(fleet, SHOWN, &reading->rows, &reading->count, err);
}

static void take(struct view_rollout *this, struct reading *reading, int status, const struct err *err)
{
	this->reading = false;
	this->known |= !status;
	text_copy(this->error, sizeof(this->error), status ? err->text : "");
	if (status)
		return;
	table_set_rows(&this->table, reading->rows, (int)reading->count);
	free(this->rows);
	this->rows = reading->rows;
	this->count = reading->count;
	reading->rows = NULL;
}

static void reading_done(struct app *app, struct view *view, void *data, int status, const struct err *err)
{
	struct reading *reading = data;

	(void)app;
	if (view)
		take(rollout_of(view), reading, status, err);
	free(reading->rows);
	free(reading);
}

static void view_update(struct view *view)
{
	struct view_rollout *this = rollout_of(view);

	if (this->reading)
		return;
	this->reading = true;
	errand_start(view->app, view, &(struct errand){.work = reading_work, .done = reading_done,
						       .data = xcalloc(1, sizeof(struct reading))});
}

static void view_title(const struct view *view, char *out, size_t size)
{
	(void)view;
	text_copy(out, size, "Roll-outs");
}

static const struct rollout_row *selected(const struct view *view)
{
	return table_selected(&rollout_of(view)->table);
}

static void view_summary(const struct view *view, struct pen *pen)
{
	const struct rollout_row *row = selected(view);

	table_view_summary(&rollout_of(view)->table, pen);
	if (!row)
		return;
	pen_printf(pen, row->rollout.state == ROLLOUT_STOPPED ? ROLE_LOUD : ROLE_STRONG, " roll-out %lld %s ", (long long)row->rollout.id,
		   rollout_state_word(row->rollout.state));
	pen_printf(pen, ROLE_QUIET, "  %d hosts, %d up", row->rollout.hosts, row->rollout.counts[ROLLOUT_UP]);
}

static void about(const struct rollout_row *row, struct page *page)
{
	char words[400];

	snprintf(words, sizeof(words), "Roll-out %lld: %.64s@%.64s, %d at a time%s%.100s, begun by %.63s.", (long long)row->rollout.id,
		 row->rollout.image, row->rollout.release, row->rollout.batch, row->rollout.keep[0] ? ", with " : "", row->rollout.keep,
		 row->rollout.user);
	page_words(page, ROLE_PLAIN, words);
	page_end(page);
	if (row->rollout.why[0]) {
		snprintf(words, sizeof(words), "Stopped: %s. ", row->rollout.why);
		page_words(page, ROLE_BAD, words);
	}
	if (row->host.detail[0])
		page_words(page, ROLE_WARN, row->host.detail);
}

static void view_draw(struct view *view, struct area area)
{
	const struct view_rollout *this = rollout_of(view);
	struct page page = {.width = area.width - 2};

	if (this->error[0])
		page_words(&page, ROLE_BAD, this->error);
	else if (selected(view))
		about(selected(view), &page);
	table_view_draw(view, area, this->known ? "Nothing was rolled out yet: `:rollout IMAGE@RELEASE --hosts ...`." : "reading ...", &page);
	page_free(&page);
}

static bool view_key(struct view *view, int key)
{
	const struct rollout_row *row = selected(view);

	if (key != INPUT_ENTER)
		return table_view_key_single(view, key);
	if (row)
		app_push(view->app, view_host_open(row->host.host));
	return true;
}

static struct table *view_table(struct view *view)
{
	return &rollout_of(view)->table;
}

static int view_targets(const struct view *view, const char **names, int most)
{
	struct view_rollout *this = rollout_of(view);
	const struct rollout_row *row = selected(view);

	if (!row || most < 1)
		return 0;
	snprintf(this->id, sizeof(this->id), "%lld", (long long)row->rollout.id);
	names[0] = this->id;
	return 1;
}

static void view_line(const struct view *view, char *out, size_t size)
{
	const struct rollout_row *row = selected(view);

	if (row)
		snprintf(out, size, "berth rollout show %lld", (long long)row->rollout.id);
	else
		text_copy(out, size, "berth rollout list");
}

static void view_close(struct view *view)
{
	struct view_rollout *this = rollout_of(view);

	table_close(&this->table);
	free(this->rows);
	free(this);
}

static const struct key_help keys[] = {
	{"Enter", "the host", "host"},
	TABLE_VIEW_KEYS("filter"),
	TABLE_SORT_KEYS,
	{NULL, NULL, NULL},
};

static const struct view_ops ops = {
	.place = PLACE_ROLLOUTS, .keys = keys, .title = view_title, .summary = view_summary, .update = view_update, .draw = view_draw,
	.key = view_key, .table = view_table, .targets = view_targets, .line = view_line, .close = view_close,
};

struct view *view_rollout_open(void)
{
	struct view_rollout *this = xcalloc(1, sizeof(*this));

	this->view.ops = &ops;
	table_open(&this->table, &rollout_table_kind);
	return &this->view;
}
