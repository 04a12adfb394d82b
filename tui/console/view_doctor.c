/* The doctor: what it finds, worst first. It looks when the view is opened and on
 * 'r': each time it asks the cluster about everything there is. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/command.h"
#include "tui/console/action.h"
#include "tui/console/doctor_table.h"
#include "tui/console/errand.h"
#include "tui/console/table_view.h"
#include "tui/console/views.h"
#include "tui/explain.h"

struct view_doctor {
	struct view view;
	struct table table;
	struct diagnosis diagnosis;   /* the newest one */
	int64_t taken;                /* when; 0: none yet */
	bool ascii, asked, looking;
	int64_t done, total;          /* hosts, while it looks */
	int64_t job;
	char error[1024];
};

static struct view_doctor *doctor_of(const struct view *view)
{
	return (struct view_doctor *)(uintptr_t)view;
}

struct examining {
	struct diagnosis diagnosis;
	struct job *job;
	struct app *app;
	uint64_t view;
};

struct progress_news { int64_t done, total; };

static void tell(void *context, int64_t done, int64_t total)
{
	const struct examining *examining = context;
	struct progress_news *news = xcalloc(1, sizeof(*news));

	*news = (struct progress_news){done, total};
	job_post(examining->job, news);
}

static bool is_cancelled(void *context)
{
	return job_cancelled(((const struct examining *)context)->job);
}

static int examining_work(void *data, struct fleet *fleet, struct job *job, struct err *err)
{
	struct examining *examining = data;
	const struct progress progress = {.report = tell, .cancelled = is_cancelled, .context = examining};

	examining->job = job;
	return doctor_examine(fleet, &progress, &examining->diagnosis, err);
}

static void examining_message(void *data, void *message)
{
	const struct examining *examining = data;
	const struct progress_news *news = message;
	struct view *view = app_find(examining->app, examining->view);

	if (view) {
		doctor_of(view)->done = news->done;
		doctor_of(view)->total = news->total;
	}
	free(message);
}

static void take(struct view_doctor *this, struct diagnosis *diagnosis)
{
	struct diagnosis before = this->diagnosis;

	this->diagnosis = *diagnosis;
	*diagnosis = (struct diagnosis){0};
	table_set_rows(&this->table, this->diagnosis.items, (int)this->diagnosis.count);
	diagnosis_free(&before);
	this->taken = time_now();
}

static void examining_done(struct app *app, struct view *view, void *data, int status, const struct err *err)
{
	struct examining *examining = data;

	(void)app;
	if (view) {
		struct view_doctor *this = doctor_of(view);

		this->looking = false;
		text_copy(this->error, sizeof(this->error), status ? err->text : "");
		if (!status)
			take(this, &examining->diagnosis);
	}
	diagnosis_free(&examining->diagnosis);
	free(examining);
}

static void look(struct view_doctor *this)
{
	struct app *app = this->view.app;
	struct examining *examining;

	if (this->looking)
		return;
	examining = xcalloc(1, sizeof(*examining));
	*examining = (struct examining){.app = app, .view = this->view.serial};
	this->looking = true;
	this->done = this->total = 0;
	this->error[0] = '\0';
	this->job = errand_start(app, &this->view, &(struct errand){
		.work = examining_work, .done = examining_done, .message = examining_message, .data = examining});
}

static void view_title(const struct view *view, char *out, size_t size)
{
	(void)view;
	text_copy(out, size, "Doctor");
}

static void write_counts(const struct diagnosis *diagnosis, struct pen *pen)
{
	static const char *const words[] = {"note", "warning", "error"};
	int counts[3] = {0};

	for (size_t i = 0; i < diagnosis->count; i++)
		counts[diagnosis->items[i].level]++;
	for (int level = FINDING_ERROR; level >= FINDING_NOTE; level--)
		if (counts[level])
			pen_printf(pen, doctor_role((enum finding_level)level), "%d %s%s   ", counts[level], words[level],
				   counts[level] == 1 ? "" : "s");
	pen_printf(pen, ROLE_QUIET, "%zu host%s and %zu image%s", diagnosis->hosts, diagnosis->hosts == 1 ? "" : "s",
		   diagnosis->images, diagnosis->images == 1 ? "" : "s");
}

static void view_summary(const struct view *view, struct pen *pen)
{
	const struct view_doctor *this = doctor_of(view);
	char ago[TIME_TEXT];

	table_view_summary(&this->table, pen);
	if (this->looking && this->total)
		pen_printf(pen, ROLE_ACCENT, "looking: %lld of %lld hosts   ", (long long)this->done, (long long)this->total);
	else if (this->looking)
		pen_text(pen, ROLE_ACCENT, "looking ...   ");
	if (!this->taken)
		return;
	write_counts(&this->diagnosis, pen);
	pen_printf(pen, ROLE_QUIET, ", %s ago", time_ago(time_now() - this->taken, ago));
}

/* Called for each new snapshot too, but it looks by itself only once. */
static void view_update(struct view *view)
{
	struct view_doctor *this = doctor_of(view);

	this->ascii = view->app->screen.ascii;
	if (!this->asked)
		look(this);
	this->asked = true;
}

static void about(const struct view_doctor *this, struct page *page)
{
	const struct finding *finding = table_selected(&this->table);

	if (this->error[0]) {
		page_words(page, ROLE_BAD, this->error);
		return;
	}
	if (!finding)
		return;
	page_add(page, ROLE_STRONG, "%s  ", finding->target);
	page_words(page, finding->level == FINDING_ERROR ? ROLE_BAD : ROLE_PLAIN, finding->words);
	if (!finding->repair[0])
		return;
	page_end(page);
	page_add(page, ROLE_ACCENT, finding->steps ? "R repairs it:  " : "By hand:  ");
	page_words(page, ROLE_PLAIN, finding->repair);
}

static void view_draw(struct view *view, struct area area)
{
	struct view_doctor *this = doctor_of(view);
	struct page page = {.width = area.width - 2};

	about(this, &page);
	table_view_draw(view, area, this->taken ? "Nothing is wrong: the cluster is as the inventory says."
			: this->error[0] ? "It could not look." : "Looking at every host, image, key and directory ...", &page);
	page_free(&page);
}

static void show_operation(struct app *app, const char *number)
{
	struct words words = {0};

	words_add(&words, "op");
	words_add(&words, "show");
	words_add(&words, number);
	action_on_words(app, &words);
}

static void open_selected(struct view_doctor *this)
{
	const struct finding *finding = table_selected(&this->table);
	struct app *app = this->view.app;

	if (!finding)
		return;
	if (!strncmp(finding->target, "host ", 5) && snapshot_host(app->snapshot, finding->target + 5))
		app_push(app, view_host_open(finding->target + 5));
	else if (!strncmp(finding->target, "operation ", 10))
		show_operation(app, finding->target + 10);
	else
		doctor_show(app, finding);
}

static bool view_key(struct view *view, int key)
{
	struct view_doctor *this = doctor_of(view);

	switch (key) {
	case INPUT_ENTER: open_selected(this); return true;
	case 'r': look(this); return true;
	case 'x':
		if (!this->looking)
			return false;
		jobs_cancel(view->app->jobs, this->job);
		return true;
	default: return table_view_key_single(view, key);
	}
}

static struct table *view_table(struct view *view)
{
	return &doctor_of(view)->table;
}

static void view_line(const struct view *view, char *out, size_t size)
{
	(void)view;
	text_copy(out, size, "berth doctor");
}

static void view_close(struct view *view)
{
	struct view_doctor *this = doctor_of(view);

	table_close(&this->table);
	diagnosis_free(&this->diagnosis);
	free(this);
}

static const struct key_help keys[] = {
	{"Enter", "open what it is about: the host, the operation; else the whole finding", "open"},
	{"r", "look again; it does so by itself only once", "look again"},
	{"x", "stop looking", NULL},
	TABLE_VIEW_KEYS("filter"),
	TABLE_SORT_KEYS,
	{NULL, NULL, NULL},
};

static const struct view_ops ops = {
	.place = PLACE_DOCTOR, .keys = keys, .title = view_title, .summary = view_summary, .update = view_update,
	.draw = view_draw, .key = view_key, .table = view_table, .line = view_line, .close = view_close,
};

struct view *view_doctor_open(void)
{
	struct view_doctor *this = xcalloc(1, sizeof(*this));

	this->view.ops = &ops;
	table_open(&this->table, &doctor_table_kind);
	this->table.context = &this->ascii;
	return &this->view;
}
