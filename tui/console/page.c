#include "tui/console/page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/console/glyph.h"

void page_clear(struct page *page)
{
	for (int i = 0; i < page->count; i++) {
		text_free(&page->lines[i].text);
		free(page->lines[i].spans);
	}
	free(page->lines);
	page->lines = NULL;
	page->count = 0;
}

void page_free(struct page *page)
{
	page_clear(page);
}

static struct page_line *last_line(struct page *page)
{
	if (!page->count)
		page_end(page);
	return &page->lines[page->count - 1];
}

void page_end(struct page *page)
{
	page->lines = xrealloc(page->lines, ((size_t)page->count + 1) * sizeof(*page->lines));
	page->lines[page->count++] = (struct page_line){0};
}

static void add_span(struct page_line *line, enum role role)
{
	line->spans = xrealloc(line->spans, ((size_t)line->span_count + 1) * sizeof(*line->spans));
	line->spans[line->span_count++] = (struct page_span){line->text.length, role};
}

void page_add(struct page *page, enum role role, const char *format, ...)
{
	struct page_line *line = last_line(page);
	va_list args;

	add_span(line, role);
	const size_t start = line->text.length;
	va_start(args, format);
	text_vprintf(&line->text, format, args);
	va_end(args);
	text_harmless(line->text.data + start);
}

static void add_untabbed(struct page *page, enum role role, const char *line)
{
	struct text out = {0};

	for (; *line; line++)
		if (*line == '\t')
			text_printf(&out, "%*s", (int)(8 - out.length % 8), "");
		else
			text_append(&out, line, 1);
	page_add(page, role, "%s", text_string(&out));
	text_free(&out);
}

void page_block(struct page *page, enum role role, const char *text)
{
	char *copy = xstrdup(text), *rest = copy, *line;

	while ((line = strsep(&rest, "\n"))) {
		if (!rest && !*line)
			break;
		add_untabbed(page, role, line);
		page_end(page);
	}
	free(copy);
}

void page_words(struct page *page, enum role role, const char *text)
{
	const int width = page->width > 0 ? page->width : 80;
	const int indent = glyph_columns(text_string(&last_line(page)->text));
	int column = indent;

	while (*text) {
		const size_t length = strcspn(text, " ");
		char word[256];

		snprintf(word, sizeof(word), "%.*s", (int)length, text);
		if (column > indent && column + 1 + glyph_columns(word) > width) {
			page_end(page);
			page_add(page, ROLE_PLAIN, "%*s", indent, "");
			column = indent;
		}
		page_add(page, role, "%s%s", column > indent ? " " : "", word);
		column += glyph_columns(word) + (column > indent);
		text += length + (text[length] == ' ');
	}
}

void page_section(struct page *page, const char *title)
{
	if (page->count)
		page_end(page);
	page_add(page, ROLE_ACCENT, " %s", title);
	page_end(page);
}

void page_value(struct page *page, const char *label, enum role role, const char *words)
{
	page_add(page, ROLE_QUIET, "  %-14s", label);
	page_words(page, role, words);
	page_end(page);
}

static void scroll_to(struct page *page, int top)
{
	const int last = page->count > page->height ? page->count - page->height : 0;

	page->top = top < 0 ? 0 : top > last ? last : top;
}

bool page_key(struct page *page, int key)
{
	const int window = page->height > 1 ? page->height - 1 : 1;

	switch (key) {
	case INPUT_UP: case 'k': scroll_to(page, page->top - 1); return true;
	case INPUT_DOWN: case 'j': scroll_to(page, page->top + 1); return true;
	case INPUT_PAGE_UP: case INPUT_CONTROL('b'): scroll_to(page, page->top - window); return true;
	case INPUT_PAGE_DOWN: case INPUT_CONTROL('f'): case ' ': scroll_to(page, page->top + window); return true;
	case INPUT_HOME: case 'g': scroll_to(page, 0); return true;
	case INPUT_END: case 'G': scroll_to(page, page->count); return true;
	case INPUT_LEFT: case 'h': page->left = page->left > 8 ? page->left - 8 : 0; return true;
	case INPUT_RIGHT: case 'l': page->left += page->left < 4096 ? 8 : 0; return true;
	default: return false;
	}
}

bool page_find(struct page *page, bool backwards)
{
	for (int i = 1; i <= page->count; i++) {
		const int line = (page->top + (backwards ? page->count - i : i)) % page->count;

		if (!strcasestr(text_string(&page->lines[line].text), page->search))
			continue;
		page->top = line; /* not scroll_to: a hit on the last screen comes to the top as well */
		return true;
	}
	return false;
}

const char *page_place(const struct page *page, char out[16])
{
	const int last = page->count - page->height;

	if (last <= 0)
		return "all";
	if (page->top >= last)
		return "end";
	snprintf(out, 16, "%d%%", (page->top * 100) / last);
	return out;
}

/* The spans of a line, less the columns that are scrolled away. */
static void draw_line(const struct page *page, const struct page_line *line, struct pen *pen)
{
	const char *text = text_string(&line->text);
	const bool hit = page->search[0] && strcasestr(text, page->search);
	const size_t hidden = glyph_fit(text, page->left, NULL);

	for (int i = 0; i < line->span_count; i++) {
		const size_t end = i + 1 < line->span_count ? line->spans[i + 1].start : line->text.length;
		const size_t start = line->spans[i].start > hidden ? line->spans[i].start : hidden;
		char part[2048];

		if (start >= end)
			continue;
		snprintf(part, sizeof(part), "%.*s", (int)(end - start), text + start);
		pen_text(pen, hit ? ROLE_ACCENT : line->spans[i].role, part);
	}
}

void page_draw(struct page *page, struct screen *screen, struct area area, enum ground ground)
{
	page->height = area.height;
	if (page->top > page->count - 1)
		scroll_to(page, page->count);
	for (int i = 0; i < area.height && page->top + i < page->count; i++) {
		struct pen pen = pen_at(screen, area, i, ground);

		draw_line(page, &page->lines[page->top + i], &pen);
	}
	paint_cursor(screen, area.y, area.x);
}
