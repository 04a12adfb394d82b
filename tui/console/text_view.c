#include "tui/console/text_view.h"

#include <stdlib.h>

#include "tui/console/app.h"
#include "tui/console/prompt.h"

struct text_view {
	struct view view;
	struct page page;
	char title[160];
	char line[512];
};

static struct text_view *text_of(const struct view *view)
{
	return (struct text_view *)(uintptr_t)view;
}

static void view_title(const struct view *view, char *out, size_t size)
{
	text_copy(out, size, text_of(view)->title);
}

static void view_summary(const struct view *view, struct pen *pen)
{
	char place[16];

	pen_printf(pen, ROLE_QUIET, "%s", page_place(&text_of(view)->page, place));
}

static void view_draw(struct view *view, struct area area)
{
	const struct area inner = {area.y + 1, area.x + 1, area.height - 1, area.width - 2};

	paint_rule(&view->app->screen, area.y, 0, area.width);
	page_draw(&text_of(view)->page, &view->app->screen, inner, GROUND_PLAIN);
}

static void search(struct view *view, bool backwards)
{
	struct page *page = &text_of(view)->page;

	if (page->search[0] && !page_find(page, backwards))
		app_say(view->app, ROLE_WARN, "'%s' does not occur here", page->search);
}

static void search_ended(struct view *view, const char *text, bool taken)
{
	struct page *page = &text_of(view)->page;

	text_copy(page->search, sizeof(page->search), taken ? text : "");
	search(view, false);
}

static bool view_key(struct view *view, int key)
{
	switch (key) {
	case '/':
		app_push(view->app, prompt_open(view, &(struct prompt_spec){.label = "search: ", .ended = search_ended}));
		return true;
	case 'n': case 'N': search(view, key == 'N'); return true;
	case 'q': app_close(view); return true;
	default: return page_key(&text_of(view)->page, key);
	}
}

static void view_line(const struct view *view, char *out, size_t size)
{
	if (text_of(view)->line[0])
		text_copy(out, size, text_of(view)->line);
}

static void view_close(struct view *view)
{
	page_free(&text_of(view)->page);
	free(view);
}

static const struct key_help keys[] = {
	{"Esc q", "back", "back"},
	{"/", "search; n and N go to the next and the previous hit", "search"},
	{"h l", "to the left and right", NULL},
	{NULL, NULL, NULL},
};

static const struct view_ops ops = {
	.keys = keys, .title = view_title, .summary = view_summary, .draw = view_draw, .key = view_key,
	.line = view_line, .close = view_close,
};

struct view *text_view_open(const char *title, const char *line)
{
	struct text_view *this = xcalloc(1, sizeof(*this));

	this->view.ops = &ops;
	text_copy(this->title, sizeof(this->title), title);
	text_copy(this->line, sizeof(this->line), line ? line : "");
	return &this->view;
}

struct page *text_view_page(struct view *view)
{
	return &text_of(view)->page;
}
