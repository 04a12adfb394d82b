/*
 * One read-write handle of an image: what the guard works with. Opening it
 * adds a watch of our own; the lock is taken on it and never yielded
 * (RBD_LOCK_MODE_EXCLUSIVE), so that while it is held no other client writes
 * and a kernel's map fails. One thread a handle; see core/ceph/cluster.h for time.
 *
 * Features: only exclusive-lock is asked for. Others are librbd's to keep right,
 * since all that is done here is done by it, under its lock. A live snapshot
 * (core/ceph/snap_live.h) goes past librbd and is stricter.
 */
#ifndef BERTH_CEPH_HANDLE_H
#define BERTH_CEPH_HANDLE_H

#include <stdbool.h>

#include "base/err.h"
#include "base/progress.h"
#include "core/ceph/cluster.h"
#include "core/ceph/watch.h"

struct cluster_handle;

/* ERR_NOT_FOUND; ERR_REFUSED for an image without the feature exclusive-lock
 * (with the command that turns it on). */
int cluster_handle_open(struct cluster *c, const char *ns, const char *name, struct cluster_handle **out, struct err *err);
void cluster_handle_close(struct cluster_handle *handle); /* gives the lock back; NULL is allowed */
const char *cluster_handle_id(const struct cluster_handle *handle); /* RBD's internal id */

/* Watchers and lock owner other than this handle and rbd-mirror's daemons (as
 * the cluster's service map has them). Another handle of this very process is an
 * other too: it could write as well. */
int cluster_handle_others(struct cluster_handle *handle, struct cluster_holders *out, struct err *err);

/* Takes the lock. ERR_REFUSED when a live client has it and does not give it
 * up. A dead owner's lock is broken by librbd, which waits for its watch to run
 * out (30 s) and blocklists it first. To be asked for when nobody else watches:
 * a client that neither answers nor dies would be waited for without end. */
int cluster_handle_lock(struct cluster_handle *handle, struct err *err);
/* As the header of the image has it, not only as librbd believes. */
int cluster_handle_owns_lock(struct cluster_handle *handle, bool *owns, struct err *err);

/* These with the lock held, else ERR_REFUSED. The image becomes what the snapshot
 * was, size and all. A cancel is heeded before it begins only: a rollback that
 * is half done is no image of anything, and is to be repeated (which is safe). */
int cluster_handle_rollback(struct cluster_handle *handle, const char *snap, const struct progress *progress, struct err *err);
/* What lies behind `size` is gone, but for its snapshots. Repeated, it goes on. */
int cluster_handle_shrink(struct cluster_handle *handle, int64_t size, const struct progress *progress, struct err *err);
/* Sets the image's metadata `key`, as cluster_image_meta_get reads it. */
int cluster_handle_mark(struct cluster_handle *handle, const char *key, const char *value, struct err *err);
int cluster_handle_snap_create(struct cluster_handle *handle, const char *snap, struct err *err); /* ERR_EXISTS */

#endif
