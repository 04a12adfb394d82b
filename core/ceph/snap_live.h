/*
 * A snapshot of an image that a machine has mapped, whatever its lock policy:
 * a new snap id, the object-class call that adds it to the header, and a notify
 * on which the machine's kernel takes the new snapshot context before its next
 * write. It is what librbd does for images without the lock feature
 * (Ceph, src/librbd/operation/SnapshotCreateRequest.cc), and right only for
 * images with layering, exclusive-lock and deep-flatten alone: checked each
 * time, ERR_REFUSED on anything else.
 */
#ifndef BERTH_CEPH_SNAP_LIVE_H
#define BERTH_CEPH_SNAP_LIVE_H

#include "base/err.h"
#include "core/ceph/cluster.h"

/* ERR_EXISTS. A failure before the header was changed leaves nothing; after it
 * the snapshot stays, and only the notify is repeated. When it returns 0 every
 * watcher has answered the notify or is gone. */
int cluster_snap_create_live(struct cluster *c, const char *ns, const char *name, const char *snap, struct err *err);

#endif
