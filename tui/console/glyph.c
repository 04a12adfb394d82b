#include "tui/console/glyph.h"

#include <stdbool.h>
#include <string.h>

/* Bytes of the character that begins here; 0: it is no UTF-8. */
static int sequence_length(const unsigned char *at)
{
	int length = at[0] < 0x80 ? 1 : at[0] >= 0xc2 && at[0] <= 0xdf ? 2 : at[0] >= 0xe0 && at[0] <= 0xef ? 3
		: at[0] >= 0xf0 && at[0] <= 0xf4 ? 4 : 0;

	for (int i = 1; i < length; i++)
		if ((at[i] & 0xc0) != 0x80)
			return 0;
	return length;
}

static wchar_t decode(const unsigned char *at, int length)
{
	static const unsigned char mask[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	wchar_t code = at[0] & mask[length];

	for (int i = 1; i < length; i++)
		code = code << 6 | (at[i] & 0x3f);
	return code;
}

/* Marks without width that reorder or hide what stands beside them. */
static bool misleads(wchar_t code)
{
	return (code >= 0x200b && code <= 0x200f) || (code >= 0x202a && code <= 0x202e) ||
	       (code >= 0x2060 && code <= 0x206f) || code == 0xfeff || code == 0xad;
}

int glyph_next(const char **at, wchar_t *out)
{
	const unsigned char *byte = (const unsigned char *)*at;

	if (!*byte)
		return -1;
	if (*byte >= 0x20 && *byte < 0x7f) {
		*out = *byte;
		(*at)++;
		return 1;
	}
	const int length = sequence_length(byte);
	const wchar_t code = length ? decode(byte, length) : 0;
	const int columns = length && !misleads(code) ? wcwidth(code) : -1;
	*out = columns < 0 ? L'?' : code;
	*at += length ? length : 1;
	return columns < 0 ? 1 : columns;
}

int glyph_columns(const char *string)
{
	wchar_t ignored;
	int columns = 0, one;

	while ((one = glyph_next(&string, &ignored)) >= 0)
		columns += one;
	return columns;
}

size_t glyph_fit(const char *string, int columns, int *used)
{
	const char *at = string, *fits = string;
	int total = 0, one;
	wchar_t ignored;

	while ((one = glyph_next(&at, &ignored)) >= 0 && total + one <= columns) {
		total += one;
		fits = at;
	}
	if (used)
		*used = total;
	return (size_t)(fits - string);
}

size_t glyph_behind(const char *string, size_t offset)
{
	const char *at = string + offset;
	wchar_t ignored;

	if (glyph_next(&at, &ignored) < 0)
		return offset;
	for (const char *mark = at; glyph_next(&mark, &ignored) == 0;)
		at = mark;
	return (size_t)(at - string);
}

size_t glyph_before(const char *string, size_t offset)
{
	size_t at = 0, next;

	if (offset > strlen(string))
		offset = strlen(string);
	while (at < offset && (next = glyph_behind(string, at)) < offset)
		at = next;
	return at;
}
