/*
 * Snapshots of an image that a machine may have mapped, whatever its lock
 * policy: a new snap id, the object-class call that adds it to the header, and
 * a notify on which the machine's kernel takes the new snapshot context before
 * its next write. It is what librbd does for images without the lock feature
 * (Ceph, src/librbd/operation/SnapshotCreateRequest.cc, SnapshotRemoveRequest.cc),
 * and right only for images with layering, exclusive-lock and deep-flatten
 * alone: checked each time, ERR_REFUSED on anything else.
 *
 * The image is named by RBD's internal id: one in the trash will do as well.
 */
#ifndef BERTH_CEPH_SNAP_LIVE_H
#define BERTH_CEPH_SNAP_LIVE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "core/ceph/cluster.h"
#include "core/ceph/image.h"

/* ERR_EXISTS. A failure before the header was changed leaves nothing; after it
 * the snapshot stays, and a repeated call answers ERR_EXISTS. When it returns 0
 * every watcher has answered the notify or is gone. */
int cluster_snap_live_create(struct cluster *c, const char *ns, const char *id, const char *snap, struct err *err);

/* ERR_REFUSED names a clone that depends on it. Absent: 0. */
int cluster_snap_live_remove(struct cluster *c, const char *ns, const char *id, const char *snap, struct err *err);

/* The snapshots that an admin made; caller frees. ERR_NOT_FOUND: no such image. */
int cluster_snap_live_list(struct cluster *c, const char *ns, const char *id,
			   struct cluster_snap **out, size_t *count, struct err *err);

/* Bytes written between this snapshot and the one before it (or the clone's
 * parent), whole objects: what its removal could give back. */
int cluster_snap_live_used(struct cluster *c, const char *ns, const char *id, const char *snap, int64_t *bytes, struct err *err);

#endif
