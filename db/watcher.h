/*
 * Watchers seen on roots: who held a root, at which address and nonce, first
 * and last time seen. A machine that lost its watch may still have dirty pages;
 * the recorded nonce is what to fence (docs/safety.md). A berth's own connection
 * is no machine and is not to be recorded.
 */
#ifndef BERTH_DB_WATCHER_H
#define BERTH_DB_WATCHER_H

#include <stddef.h>
#include <stdint.h>

#include "db/db.h"

struct watcher_seen {
	int64_t host_id;
	char address[80];    /* IP:PORT/NONCE exactly as RADOS gives it, e.g. 10.0.4.11:0/181311 */
	char client[40];     /* client.4298 */
	int64_t first_seen;  /* Unix seconds */
	int64_t last_seen;
	int64_t fenced_until; /* 0: never cut off; else Unix seconds */
};

/* Records that this watcher was seen at `now`: a new row, or last_seen of the
 * row with the same host, address and client. Several in one transaction. */
int watcher_record(struct db *db, const struct watcher_seen *seen, size_t count,
		   int64_t now, struct err *err);
/* Notes that these addresses are cut off until then (0: no longer), for every
 * host that was seen from them. In one transaction. */
int watcher_fence(struct db *db, const char *const *addresses, size_t count, int64_t until, struct err *err);
/* Newest last_seen first; caller frees *out. */
int watcher_list(struct db *db, int64_t host_id, struct watcher_seen **out,
		 size_t *count, struct err *err);

struct watcher_holder { char host[64]; char client[40]; };
/* Whose root this address was last seen to hold; ERR_NOT_FOUND: none's. */
int watcher_holder(struct db *db, const char *address, struct watcher_holder *out, struct err *err);

#endif
