/*
 * What the inventory knows of all hosts, as the views need it. Immutable once
 * it is read, and shared by the views that are made from it. For this room.
 */
#ifndef BERTH_FLEET_ROSTER_H
#define BERTH_FLEET_ROSTER_H

#include <stdatomic.h>

#include "base/pool.h"
#include "core/ceph/watch.h"
#include "core/fleet/view.h"
#include "db/roster.h"

struct roster_host {
	struct fleet_row row;      /* as it is while the cluster was not asked */
	const char *address;       /* that the host is known by; "" not known */
	const char *rbd_id;        /* of its root; "" none */
	const char *seen_address, *seen_client; /* the watcher seen last; "" none */
	int64_t first_seen;        /* of that one */
};

struct roster {
	atomic_int users;
	struct roster_host *hosts; /* natural name order */
	size_t count, room;
	int64_t version;           /* of the inventory */
	struct pool strings;
};

/* The one that was read last while the inventory has not changed since, else a
 * new one. To be given back with roster_drop, on any thread. */
int roster_get(struct fleet *fleet, struct roster **out, struct err *err);
void roster_drop(struct roster *roster); /* NULL is allowed */

/* One host. The strings are copied into the pool. Pure. */
void roster_fill(struct roster_host *host, const struct roster_line *line, struct pool *strings);
/* Its row with what the cluster says of it. Pure. */
void roster_apply(const struct roster_host *host, const struct cluster_holders *holders,
		  struct fleet_row *row, struct pool *strings);

#endif
