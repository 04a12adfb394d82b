/*
 * Snapshots of an image that a machine may have mapped, whatever its lock
 * policy: a new snap id, the object-class call that adds it to the header, and
 * a notify on which the machine's kernel takes the new snapshot context before
 * its next write. It is what librbd does for images without the lock feature
 * (Ceph, src/librbd/operation/SnapshotCreateRequest.cc, SnapshotRemoveRequest.cc),
 * and right only for images with layering, exclusive-lock and deep-flatten
 * alone: checked each time, ERR_REFUSED on anything else. (object-map and
 * fast-diff keep maps of their own for a snapshot, journaling a journal, a data
 * pool other snap ids: only the owner of the lock can keep them right.)
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

/* What a machine had written before the call is in it, and nothing that it
 * writes after the call; in between its own order of writes decides. When it
 * returns 0 or ERR_EXISTS every watcher has taken the new snapshot context or is gone.
 *
 * Killed before the header was changed: a snap id is lost, which costs nothing.
 * Killed after it: the snapshot has its name, but goes on taking what the
 * machine writes until somebody tells it; a repeated call does that, and answers
 * ERR_EXISTS. ERR_FAILED when a watcher neither answers nor goes away: then the
 * snapshot is to be removed. A client that hung, lost its watch and comes back
 * may add what it had still to write; fence it where that matters. */
int cluster_snap_live_create(struct cluster *c, const char *ns, const char *id, const char *snap, struct err *err);

/* ERR_REFUSED names a clone that depends on it; of a removal and a clone that
 * begin together one is refused. Absent: 0. Killed half way, the name is free and
 * the space is not: a repeated call frees it. */
int cluster_snap_live_remove(struct cluster *c, const char *ns, const char *id, const char *snap, struct err *err);

/* The snapshots that an admin made; caller frees. ERR_NOT_FOUND: no such image. */
int cluster_snap_live_list(struct cluster *c, const char *ns, const char *id,
			   struct cluster_snap **out, size_t *count, struct err *err);

/* Bytes written between this snapshot and the one before it (or the clone's
 * parent), whole objects: what its removal could give back. */
int cluster_snap_live_used(struct cluster *c, const char *ns, const char *id, const char *snap, int64_t *bytes, struct err *err);

#endif
