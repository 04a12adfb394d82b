#include "core/fleet/retention.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define COUNT_MAX 1000
#define DAY 86400

static int *number_of(struct retention *retention, const char *word, size_t length)
{
	if (length == 4 && !strncmp(word, "last", length))
		return &retention->last;
	if (length == 5 && !strncmp(word, "daily", length))
		return &retention->daily;
	return length == 6 && !strncmp(word, "weekly", length) ? &retention->weekly : NULL;
}

static int refuse(const char *string, struct err *err)
{
	return err_field(err, "keep", "keep '%s' is not understood: write it like 'last 5, daily 7, weekly 4', "
			 "or 'everything'", string);
}

int retention_parse(const char *string, struct retention *out, struct err *err)
{
	const char *at = string;

	*out = (struct retention){.last = -1, .daily = -1, .weekly = -1};
	while (*at && strcmp(string, "everything")) {
		char *end;
		const size_t length = strcspn(at, " ");
		int *number = number_of(out, at, length);
		const long value = strtol(at + length, &end, 10);

		if (!number || *number >= 0 || end == at + length || value < 0 || value > COUNT_MAX)
			return refuse(string, err);
		*number = (int)value;
		at = end + strspn(end, " ");
		if (*at && *at != ',')
			return refuse(string, err);
		at += strspn(at, ", ");
	}
	out->last = out->last < 0 ? 0 : out->last;
	out->daily = out->daily < 0 ? 0 : out->daily;
	out->weekly = out->weekly < 0 ? 0 : out->weekly;
	return 0;
}

char *retention_format(const struct retention *retention, char out[RETENTION_TEXT])
{
	struct text text = {0};
	const struct { const char *word; int number; } parts[] = {
		{"last", retention->last}, {"daily", retention->daily}, {"weekly", retention->weekly},
	};

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (parts[i].number)
			text_printf(&text, "%s%s %d", text.length ? ", " : "", parts[i].word, parts[i].number);
	text_copy(out, RETENTION_TEXT, text.length ? text_string(&text) : "everything");
	text_free(&text);
	return out;
}

/* Keeps the newest point of each of the first `limit` periods that have one.
 * The epoch was a Thursday: 3 days later its ISO week began anew. */
static void keep_periods(const struct point *points, size_t count, bool *keep, int limit, int64_t length, int64_t shift)
{
	int64_t last = INT64_MIN;

	for (size_t i = 0; i < count && limit > 0; i++) {
		const int64_t period = (points[i].created + shift) / length;

		if (period == last)
			continue;
		last = period;
		keep[i] = true;
		limit--;
	}
}

void retention_choose(const struct retention *retention, const struct point *points, size_t count, bool *keep)
{
	const bool everything = !retention->last && !retention->daily && !retention->weekly;

	for (size_t i = 0; i < count; i++)
		keep[i] = everything || points[i].pinned || i < (size_t)retention->last;
	keep_periods(points, count, keep, retention->daily, DAY, 0);
	keep_periods(points, count, keep, retention->weekly, 7 * DAY, 3 * DAY);
}
