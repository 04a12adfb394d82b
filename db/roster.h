/*
 * The roster: what an overview shows of every host, in one query. Ten thousand
 * hosts take a few milliseconds; nothing is copied here.
 */
#ifndef BERTH_DB_ROSTER_H
#define BERTH_DB_ROSTER_H

#include <stdint.h>

#include "db/db.h"

/* No string is NULL; what there is none of is "" or 0. */
struct roster_line {
	int64_t id;
	const char *name;
	const char *group;
	const char *mac;                   /* the first */
	const char *image, *release;       /* of the root that it has; else that it should have */
	const char *hold_reason, *address; /* as in struct host */
	const char *rbd_id;                /* of its root */
	const char *seen_address, *seen_client; /* who was seen last to watch the root (db/watcher.h) */
	int64_t first_seen, last_seen;
};

/* Calls `take` for each host, in natural name order; the line and its strings
 * are gone when it returns. */
int roster_read(struct db *db, void (*take)(void *context, const struct roster_line *line), void *context, struct err *err);

#endif
