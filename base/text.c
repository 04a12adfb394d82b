#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void *xcalloc(size_t count, size_t size)
{
	void *pointer = calloc(count ? count : 1, size ? size : 1);

	if (!pointer)
		abort();
	return pointer;
}

void *xrealloc(void *pointer, size_t size)
{
	void *bigger = realloc(pointer, size ? size : 1);

	if (!bigger)
		abort();
	return bigger;
}

char *xstrdup(const char *string)
{
	const size_t size = strlen(string) + 1;

	return memcpy(xcalloc(1, size), string, size);
}

/* Room for `more` bytes and the terminator. */
static void text_reserve(struct text *text, size_t more)
{
	const size_t need = text->length + more + 1;
	size_t capacity = text->capacity ? text->capacity : 64;

	if (need <= more)
		abort();
	if (need <= text->capacity)
		return;
	while (capacity < need)
		capacity = capacity > SIZE_MAX / 2 ? need : capacity * 2;
	text->data = xrealloc(text->data, capacity);
	text->capacity = capacity;
}

void text_append(struct text *text, const char *bytes, size_t length)
{
	text_reserve(text, length);
	if (length > 0)
		memcpy(text->data + text->length, bytes, length);
	text->length += length;
	text->data[text->length] = '\0';
}

void text_add(struct text *text, const char *string)
{
	text_append(text, string, strlen(string));
}

void text_vprintf(struct text *text, const char *format, va_list args)
{
	va_list again;
	int length;

	va_copy(again, args);
	length = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (length < 0)
		abort();
	text_reserve(text, (size_t)length);
	vsnprintf(text->data + text->length, (size_t)length + 1, format, args);
	text->length += (size_t)length;
}

void text_printf(struct text *text, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	text_vprintf(text, format, args);
	va_end(args);
}

void text_clear(struct text *text)
{
	text->length = 0;
	if (text->data)
		text->data[0] = '\0';
}

void text_free(struct text *text)
{
	free(text->data);
	*text = (struct text){0};
}

const char *text_string(const struct text *text)
{
	return text->data ? text->data : "";
}

char *text_take(struct text *text)
{
	char *data = text->data ? text->data : xstrdup("");

	*text = (struct text){0};
	return data;
}

bool text_copy(char *out, size_t size, const char *string)
{
	size_t length = strlen(string);
	const bool fits = length < size;

	if (size == 0)
		return false;
	if (!fits) {
		length = size - 1;
		while (length > 0 && ((unsigned char)string[length] & 0xc0) == 0x80)
			length--; /* not in the middle of a UTF-8 character */
	}
	memcpy(out, string, length);
	out[length] = '\0';
	return fits;
}

static bool is_control(unsigned char byte)
{
	return byte < 0x20 || byte == 0x7f;
}

bool text_has_control(const char *string)
{
	for (; *string; string++)
		if (is_control((unsigned char)*string))
			return true;
	return false;
}

/* How many bytes follow this first byte of a UTF-8 character; -1: it is none. */
static int utf8_following(unsigned char first)
{
	if (first < 0x80)
		return 0;
	if (first >= 0xc2 && first <= 0xdf)
		return 1;
	if (first >= 0xe0 && first <= 0xef)
		return 2;
	return first >= 0xf0 && first <= 0xf4 ? 3 : -1;
}

/* The second byte decides about overlong forms, surrogates, values above
 * U+10FFFF, and U+0080..U+009F, which terminals obey as control characters. */
static bool utf8_second_fits(unsigned char first, unsigned char second)
{
	switch (first) {
	case 0xc2: return second >= 0xa0;
	case 0xe0: return second >= 0xa0;
	case 0xed: return second < 0xa0;
	case 0xf0: return second >= 0x90;
	case 0xf4: return second < 0x90;
	default:   return true;
	}
}

/* Bytes of the harmless character at `at`; 0 when there is none. */
static size_t utf8_length(const unsigned char *at)
{
	const int following = utf8_following(at[0]);

	if (following < 0 || is_control(at[0]))
		return 0;
	for (int i = 1; i <= following; i++)
		if ((at[i] & 0xc0) != 0x80)
			return 0;
	if (following > 0 && !utf8_second_fits(at[0], at[1]))
		return 0;
	return (size_t)following + 1;
}

void text_harmless(char *string)
{
	while (*string) {
		const size_t length = utf8_length((const unsigned char *)string);

		if (length == 0)
			*string = '?';
		string += length ? length : 1;
	}
}
