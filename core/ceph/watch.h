/*
 * Who holds an image, straight from the header object: watchers and the owner
 * of the exclusive lock, by raw RADOS operations (both in one request), many
 * in flight. Nothing is opened, so no watch of our own is added.
 * Sources: librbd's lock name "rbd_lock" on rbd_header.<id> (Ceph's
 * src/include/rbd_types.h), reply of cls_lock get_info (src/cls/lock/cls_lock_ops.h).
 */
#ifndef BERTH_CEPH_WATCH_H
#define BERTH_CEPH_WATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "core/ceph/cluster.h"

#define WATCHERS_MAX 8

struct cluster_watcher {
	char address[80];   /* IP:PORT/NONCE */
	char client[40];    /* client.4298 */
};

struct cluster_holders {
	/* asked */
	char ns[64];
	char name[64];              /* "": the image of that id, also one in the trash */
	char id[64];                /* RBD's internal id; what has the name now, when it is another */
	bool sure;                  /* the id is the name's: the name is asked for only when that is gone */
	/* answered */
	int status;                 /* 0; ERR_NOT_FOUND: no such image; or another code */
	int watcher_count;          /* all there are, may exceed WATCHERS_MAX */
	struct cluster_watcher watchers[WATCHERS_MAX];
	struct cluster_watcher lock_owner; /* client "" when free */
};

/* Fills the answers of all `count` entries; own watches of this connection and
 * those of rbd-mirror's daemons (a new one counts for 30 s) are left out. Returns
 * an error only when nothing could be asked at all; an unreachable cluster gives
 * ERR_UNREACHABLE. */
int cluster_holders_read(struct cluster *c, struct cluster_holders *holders, size_t count, struct err *err);

/* Cuts off clients, each by its exact IP:PORT/NONCE (nonce 0 would be the whole
 * machine: ERR_USAGE, and nobody is cut off). After another error some may be.
 * On return our next request carries the new map to the OSD that it goes to;
 * what the client sends there after that is refused. */
struct cluster_blocked { char address[80]; int64_t until; };
int cluster_blocklist_add(struct cluster *c, const char *const *addresses, size_t count, int seconds, struct err *err);
int cluster_blocklist_remove(struct cluster *c, const char *address, struct err *err);
int cluster_blocklist_list(struct cluster *c, struct cluster_blocked **out, size_t *count, struct err *err);

#endif
