/*
 * One small output interface for text and JSON: the same calls make an aligned
 * table or one JSON document (docs/json.md). Text goes to people: times are
 * local and relative, sizes have units. JSON: RFC 3339 UTC, bytes.
 * One thread. Control characters from the cluster never reach the terminal.
 */
#ifndef BERTH_TUI_OUT_H
#define BERTH_TUI_OUT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/text.h"

struct out;

struct out *out_new(bool json);
/* The finished document, "" when nothing was put in; caller frees. out is freed. */
char *out_finish(struct out *out);
bool out_is_json(const struct out *out);

/* Containers. In text a list of records is a table, a record is a block of
 * "key: value" lines; name is the JSON member, NULL at the top or in a list.
 * JSON has one container at the top. What is nested in a table's record shows
 * in JSON alone. */
void out_list(struct out *out, const char *name);   /* begins a list of records */
void out_record(struct out *out, const char *name); /* begins a record */
void out_end(struct out *out);

/* Fields of the current record; key is the JSON field name (snake_case), in
 * text the column head or label is made of it ("last_seen" -> LAST SEEN). */
void out_string(struct out *out, const char *key, const char *value); /* NULL, "": null, "-" in text */
void out_strings(struct out *out, const char *key, const char *const *values, size_t count);
void out_int(struct out *out, const char *key, int64_t value);
void out_bool(struct out *out, const char *key, bool value);
void out_size(struct out *out, const char *key, int64_t bytes); /* -1: null, "-" */
void out_time(struct out *out, const char *key, int64_t seconds); /* 0: null, "-" */

/* Text only: a line as it is. JSON: ignored. */
void out_line(struct out *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Text: the block as it is; JSON: a string member. */
void out_block(struct out *out, const char *key, const char *text);

#endif
