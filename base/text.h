/*
 * Small text tools that every room needs: a growable buffer, sizes, times.
 * Any thread. No function here keeps a pointer that it is given.
 */
#ifndef BERTH_BASE_TEXT_H
#define BERTH_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* A growable string. Start with `struct text t = {0}`; data is NULL until the
 * first append and NUL-terminated after it. Allocation failure aborts. */
struct text {
	char *data;
	size_t length;
	size_t capacity;
};

void text_append(struct text *text, const char *bytes, size_t length);
void text_add(struct text *text, const char *string);
void text_printf(struct text *text, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void text_vprintf(struct text *text, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));
void text_clear(struct text *text);            /* keeps the memory */
void text_free(struct text *text);             /* {0} again */
const char *text_string(const struct text *text); /* "" when empty */
char *text_take(struct text *text);            /* caller frees; text is {0} */

/* malloc and friends that abort instead of returning NULL: out of memory is
 * not a state that an admin's console can usefully live on in. */
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *pointer, size_t size);
char *xstrdup(const char *string);

/* Copies as much as fits and always terminates; false when it was cut, which
 * never happens inside a UTF-8 character. */
bool text_copy(char *out, size_t size, const char *string);

/* True when the string holds a byte below 0x20 or 0x7f. */
bool text_has_control(const char *string);

/* Replaces control characters (U+0080..U+009F too) and invalid UTF-8 by '?'s,
 * in place: the length stays. */
void text_harmless(char *string);

/* "20G", "512 MiB", "1.5T", "1073741824": bytes, powers of 1024 for K M G T P,
 * with or without iB or B, any case; up to three digits after the point, the
 * result rounded down. field names the option in the error. At least 1. */
int size_parse(const char *string, const char *field, int64_t *bytes, struct err *err);

#define SIZE_TEXT 16
/* "20 GiB", "3.1 GiB", "512 B": rounded to a tenth. Returns out. */
char *size_format(int64_t bytes, char out[SIZE_TEXT]);

#define TIME_TEXT 24
int64_t time_now(void);                                 /* Unix seconds, UTC */
char *time_rfc3339(int64_t seconds, char out[TIME_TEXT]); /* 2026-11-24T08:00:00Z */
char *time_ago(int64_t seconds, char out[TIME_TEXT]);   /* a duration, rounded down: "40 s", "2 min", "5 h", "3 d" */
int64_t clock_ms(void);                                 /* monotonic milliseconds */

#endif
