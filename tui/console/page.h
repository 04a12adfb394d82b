/*
 * A text that is longer than its window: lines of differently styled spans,
 * with scrolling and search. The UI thread; all but page_draw is pure.
 */
#ifndef BERTH_TUI_CONSOLE_PAGE_H
#define BERTH_TUI_CONSOLE_PAGE_H

#include <stdbool.h>

#include "base/text.h"
#include "tui/console/paint.h"

struct page_span {
	size_t start;          /* byte offset in the line */
	enum role role;
};

struct page_line {
	struct text text;
	struct page_span *spans;
	int span_count;
};

struct page {
	struct page_line *lines;
	int count;
	int width;             /* page_words wraps to it; 0: 80 */
	int top, left, height;
	char search[128];
};

void page_clear(struct page *page);    /* the lines; where it was scrolled to stays */
void page_free(struct page *page);

/* Adds to the last line; page_end begins another. The text has no newlines. */
void page_add(struct page *page, enum role role, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void page_end(struct page *page);
/* A block, line by line, made harmless; tabs become spaces. */
void page_block(struct page *page, enum role role, const char *text);
/* Adds words, wrapped; lines after the first are indented by where it began. */
void page_words(struct page *page, enum role role, const char *text);

/* " Title", with an empty line before it unless it is the first. */
void page_section(struct page *page, const char *title);
/* "  label         words", wrapped behind the label. */
void page_value(struct page *page, const char *label, enum role role, const char *words);

/* Scrolling by lists' keys and h l. False: not a key of pages. */
bool page_key(struct page *page, int key);
/* Scrolls to the next line that holds page->search, in any case; false: none. */
bool page_find(struct page *page, bool backwards);
/* "34%", "all", "end": where one is. */
const char *page_place(const struct page *page, char out[16]);

void page_draw(struct page *page, struct screen *screen, struct area area, enum ground ground);

#endif
