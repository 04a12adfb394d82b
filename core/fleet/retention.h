/*
 * Which restore points a host keeps: the last N, the newest of each of the
 * last D days and of each of the last W weeks that have one (UTC days, ISO
 * weeks), and every pinned one. Pure; any thread.
 */
#ifndef BERTH_FLEET_RETENTION_H
#define BERTH_FLEET_RETENTION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "db/point.h"

struct retention { int last, daily, weekly; }; /* all 0: keep everything */

/* "last 5, daily 7, weekly 4" in any order, each at most once, 0 to 1000; ""
 * and "everything" keep everything. ERR_USAGE with field "keep". */
int retention_parse(const char *string, struct retention *out, struct err *err);

#define RETENTION_TEXT 64
char *retention_format(const struct retention *retention, char out[RETENTION_TEXT]);

/* points newest first; keep[i] says whether points[i] stays. */
void retention_choose(const struct retention *retention, const struct point *points, size_t count, bool *keep);

#endif
