/*
 * Fence: cut a client off from the cluster for good, by its exact address and
 * nonce (an entry of the OSD blocklist). The machine's next boot has another
 * nonce and is not concerned. Blocks; a worker's thread.
 */
#ifndef BERTH_FLEET_FENCE_H
#define BERTH_FLEET_FENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/ceph/watch.h"
#include "core/fleet/fleet.h"
#include "core/fleet/plan.h"
#include "db/host.h"

/* A machine that hangs keeps its dirty pages for as long as it hangs: a fence
 * lasts longer than anybody leaves such a machine switched on. Ceph's own
 * default is one hour. */
#define FENCE_SECONDS (365 * 86400)

/* Everybody who holds the root now (watchers and lock owner, but no berth at
 * work); when nobody does, everybody who was recorded and is not cut off yet.
 * Caller frees *out. */
int fence_targets(struct fleet *fleet, const char *host, struct cluster_watcher **out, size_t *count, struct err *err);

/* Cuts clients off and notes it with the host (id 0: an image, with nobody). When
 * it returns 0 the OSDs know: nothing that they send after this takes effect. */
int fence_clients(struct fleet *fleet, const struct host *host, const struct cluster_watcher *clients, size_t count,
		  struct err *err);

/* Cuts off, of all who were ever seen to hold the root and `owner` (of its lock;
 * client "" for none), those who are not: recorded clients may have dirty pages
 * although their watch is gone, for a lock can be yielded and a watch runs out.
 * To cut off one that is off harms nobody. */
int fence_former(struct fleet *fleet, const struct host *host, const struct cluster_watcher *owner, struct err *err);

/* Whether this client is cut off now, and for a month at least: the cluster knows,
 * and the inventory then. */
int fence_is_active(struct fleet *fleet, const char *address, bool *active, struct err *err);

/* Says in its steps whom it cuts off. ERR_REFUSED when there is nobody. */
int plan_host_fence(struct fleet *fleet, const char *host, struct plans *out, struct err *err);
/* Lets everybody back in who was cut off for this host. */
int plan_host_unfence(struct fleet *fleet, const char *host, struct plans *out, struct err *err);

#endif
