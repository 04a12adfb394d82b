/*
 * Connections of berths that act on the cluster, by the address that others
 * see as a watcher's: so that no berth takes another one for a machine. A berth
 * that only reads opens nothing for writing, watches nothing, and is not here.
 */
#ifndef BERTH_DB_PEER_H
#define BERTH_DB_PEER_H

#include <stddef.h>
#include <stdint.h>

#include "db/db.h"

struct peer {
	char address[80];    /* IP:PORT/NONCE; a nonce is not used twice */
	char user[64];
	char machine[64];
	char owner[128];     /* core/fleet/owner.h: tells whether that process lives */
	int64_t seen;        /* Unix seconds */
};

/* Adds it, or renews `seen`; 0: now. Forgets what is older than a week. */
int peer_put(struct db *db, const struct peer *peer, struct err *err);
/* By address; caller frees *out. */
int peer_list(struct db *db, struct peer **out, size_t *count, struct err *err);

#endif
