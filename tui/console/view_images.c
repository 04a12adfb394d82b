/* Golden images, each with its releases below it, and their hosts below those. */
#include <stdio.h>
#include <stdlib.h>

#include "tui/command.h"
#include "tui/console/app.h"
#include "tui/console/errand.h"
#include "tui/console/images_table.h"
#include "tui/console/table_view.h"
#include "tui/console/views.h"

struct view_images {
	struct view view;
	struct table table;
	struct images images;
	bool reading, known;   /* the sizes */
	uint64_t journal;      /* the snapshot's, when they were read */
	char error[1024];
};

static struct view_images *images_of(const struct view *view)
{
	return (struct view_images *)(uintptr_t)view;
}

struct reading {
	struct image_size *sizes;
	size_t count;
};

static int reading_work(void *data, struct fleet *fleet, struct job *job, struct err *err)
{
	struct reading *reading = data;

	(void)job;
	return image_sizes_read(fleet, &reading->sizes, &reading->count, err);
}

static void reading_done(struct app *app, struct view *view, void *data, int status, const struct err *err)
{
	struct reading *reading = data;

	if (!view || status) {
		if (!status)
			free(reading->sizes);
	} else {
		struct view_images *this = images_of(view);

		free(this->images.sizes);
		this->images.sizes = reading->sizes;
		this->images.size_count = reading->count;
		images_fill(&this->images, app->snapshot, &this->table);
	}
	if (view) {
		images_of(view)->reading = false;
		images_of(view)->known = !status;
		text_copy(images_of(view)->error, sizeof(images_of(view)->error), status ? err->text : "");
	}
	free(reading);
}

/* It takes a while: only when it is looked at, and something was done since. */
static void read_sizes(struct view_images *this)
{
	const struct app *app = this->view.app;

	if (this->reading || app->top != &this->view || app->snapshot->fleet->link != LINK_UP ||
	    (this->known && this->journal == app->snapshot->journal))
		return;
	this->reading = true;
	this->journal = app->snapshot->journal;
	errand_start(this->view.app, &this->view, &(struct errand){
		.work = reading_work, .done = reading_done, .data = xcalloc(1, sizeof(struct reading))});
}

static void view_update(struct view *view)
{
	struct view_images *this = images_of(view);

	this->images.ascii = view->app->screen.ascii;
	images_fill(&this->images, view->app->snapshot, &this->table);
	read_sizes(this);
}

static void view_title(const struct view *view, char *out, size_t size)
{
	(void)view;
	text_copy(out, size, "Images");
}

static void view_summary(const struct view *view, struct pen *pen)
{
	const struct snapshot *snapshot = view->app->snapshot;

	table_view_summary(&images_of(view)->table, pen);
	if (images_of(view)->reading)
		pen_text(pen, ROLE_QUIET, "measuring ...   ");
	pen_printf(pen, ROLE_PLAIN, "%zu image%s, %zu release%s", snapshot->image_count, snapshot->image_count == 1 ? "" : "s",
		   snapshot->release_count, snapshot->release_count == 1 ? "" : "s");
}

static void about_image(const struct image *image, char *out, size_t size)
{
	char ago[TIME_TEXT];

	snprintf(out, size, "%s, %s ago; %d release%s. New hosts get the newest; f freezes another one.", image->source,
		 time_ago(time_now() - image->created, ago), image->release_count, image->release_count == 1 ? "" : "s");
}

static void about_release(const struct image_row *row, char *out, size_t size)
{
	const struct release *release = row->release;
	const bool one = release->host_count == 1;
	char ago[TIME_TEXT], used[SIZE_TEXT], shared[80] = "";

	if (row->size && row->size->used >= 0 && release->host_count)
		snprintf(shared, sizeof(shared), ", which share%s its %s", one ? "s" : "", size_format(row->size->used, used));
	snprintf(out, size, "frozen %s ago; %d root%s %s a clone of it%s: it can not be removed before they are. %s",
		 time_ago(time_now() - release->created, ago), release->host_count, one ? "" : "s", one ? "is" : "are", shared,
		 release->kernel[0] ? "" : "It has no kernel: nothing boots from it by itself.");
}

static void about(const struct view_images *this, struct page *page)
{
	const struct image_row *row = table_selected(&this->table);
	char words[400];

	if (this->error[0])
		page_words(page, ROLE_BAD, this->error);
	if (!row || this->error[0])
		return;
	page_add(page, ROLE_STRONG, "%s  ", row->word);
	if (row->hosts) {
		page_words(page, ROLE_PLAIN, row->hosts);
		return;
	}
	if (row->release)
		about_release(row, words, sizeof(words));
	else
		about_image(row->image, words, sizeof(words));
	page_words(page, ROLE_PLAIN, words);
}

static void view_draw(struct view *view, struct area area)
{
	struct page page = {.width = area.width - 2};

	about(images_of(view), &page);
	table_view_draw(view, area, "There are no images yet: b builds one of a Debian suite, i imports a file or a directory.", &page);
	page_free(&page);
}

/* The hosts whose roots are clones of it: the fleet, filtered. */
static void show_hosts(const struct view_images *this)
{
	const struct image_row *row = table_selected(&this->table);
	struct app *app = this->view.app;
	char filter[160];

	if (!row)
		return;
	snprintf(filter, sizeof(filter), "image:%s%s", row->word, row->release ? "" : "@");
	app_show_root(app, 0);
	table_set_filter(app->top->ops->table(app->top), filter);
}

static bool view_key(struct view *view, int key)
{
	switch (key) {
	case INPUT_ENTER: show_hosts(images_of(view)); return true;
	default: return table_view_key_single(view, key);
	}
}

static struct table *view_table(struct view *view)
{
	return &images_of(view)->table;
}

static int view_targets(const struct view *view, const char **names, int most)
{
	const struct image_row *row = table_selected(&images_of(view)->table);

	(void)most;
	if (row)
		names[0] = row->word;
	return row != NULL;
}

static void view_line(const struct view *view, char *out, size_t size)
{
	const struct image_row *row = table_selected(&images_of(view)->table);

	if (row)
		snprintf(out, size, "berth image show %s", row->image->name);
	else
		text_copy(out, size, "berth image list");
}

static void view_close(struct view *view)
{
	struct view_images *this = images_of(view);

	table_close(&this->table);
	images_free(&this->images);
	free(this);
}

static const struct key_help keys[] = {
	{"Enter", "the hosts whose roots are made of it", "its hosts"},
	TABLE_VIEW_KEYS(NULL),
	{NULL, NULL, NULL},
};

static const struct view_ops ops = {
	.place = PLACE_IMAGES, .keys = keys, .title = view_title, .summary = view_summary, .update = view_update,
	.draw = view_draw, .key = view_key, .table = view_table, .targets = view_targets, .line = view_line, .close = view_close,
};

struct view *view_images_open(void)
{
	struct view_images *this = xcalloc(1, sizeof(*this));

	this->view.ops = &ops;
	table_open(&this->table, &images_table_kind);
	this->table.context = &this->images;
	return &this->view;
}
