/*
 * How many columns text takes, and cutting it to fit. Strings are UTF-8;
 * widths are wcwidth's, so LC_CTYPE must be set. Whatever can not be shown
 * (broken UTF-8, control characters, marks that change the writing direction,
 * characters that the locale lacks) counts and shows as one '?'.
 * Pure, any thread.
 */
#ifndef BERTH_TUI_CONSOLE_GLYPH_H
#define BERTH_TUI_CONSOLE_GLYPH_H

#include <stddef.h>
#include <wchar.h>

/* The next character of *at, which moves behind it: columns (0 for combining
 * marks, 1 or 2); *out is what to show. -1 at the end of the string. */
int glyph_next(const char **at, wchar_t *out);

int glyph_columns(const char *string);

/* Bytes of the longest beginning that takes at most `columns`, with the
 * combining marks that belong to it; *used (may be NULL) its columns. */
size_t glyph_fit(const char *string, int columns, int *used);

/* Byte offset of the character before or behind `offset`, combining marks
 * taken along: for moving a cursor. */
size_t glyph_before(const char *string, size_t offset);
size_t glyph_behind(const char *string, size_t offset);

#endif
