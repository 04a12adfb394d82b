/*
 * RBD's object class on an image's header, spoken directly: what librbd does
 * only while it owns the exclusive lock. Sources: Ceph's src/cls/rbd/cls_rbd.cc
 * (snapshot_add, snapshot_trash_add, snapshot_remove, trash_state_set, set_size),
 * src/librbd/WatchNotifyTypes.h.
 * Each returns 0 or a negative errno, -ENOENT when there is no such image or
 * snapshot; -ETIMEDOUT leaves it open whether it happened.
 */
#ifndef BERTH_CEPH_RBD_CLASS_H
#define BERTH_CEPH_RBD_CLASS_H

#include <rados/librados.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/ceph/cluster.h"

int rbd_class_features(rados_ioctx_t io, const char *id, uint64_t *features);

/* -ECANCELED when the features are not these, -ESTALE when the header knows a
 * newer snap id, -EEXIST when it has a snapshot of that name. */
int rbd_class_snap_add(rados_ioctx_t io, const char *id, uint64_t features, const char *snap, uint64_t snap_id);

/* Takes its name away (it goes to the trash of snapshots), unless it has clones:
 * -ECANCELED. -EBUSY: protected. -EEXIST: hidden already. */
int rbd_class_snap_hide(rados_ioctx_t io, const char *id, uint64_t snap_id);
int rbd_class_snap_cloned(rados_ioctx_t io, const char *id, uint64_t snap_id, bool *cloned);
int rbd_class_snap_remove(rados_ioctx_t io, const char *id, uint64_t snap_id); /* -EBUSY: it has clones */

/* Bytes, of the image as it is now. */
int rbd_class_size(rados_ioctx_t io, const char *id, uint64_t *size);
/* -ECANCELED when the features or the size are not these. */
int rbd_class_size_set(rados_ioctx_t io, const char *id, uint64_t features, uint64_t from, uint64_t to);

/* Until all who watch the header have read it again or are gone: a watch
 * outlives its client by 30 s. -ETIMEDOUT when one of them neither answers nor
 * goes; `rounds` of 10 s each. */
int rbd_class_header_changed(struct cluster *c, const char *ns, const char *id, int rounds);

int rbd_class_id_of(rados_ioctx_t io, const char *name, char id[64]);
int rbd_class_name_of(rados_ioctx_t io, const char *id, char name[128]); /* in the directory */

/* Images can be made in the io's namespace from now on. */
int rbd_class_dir_ready(rados_ioctx_t io);
/* Takes name and id out of the directory; -ENOENT when they are not in it. */
int rbd_class_dir_remove(rados_ioctx_t io, const char *name, const char *id);
/* An image that is on its way into the trash has arrived there; -ESTALE: it is not on its way. */
int rbd_class_trash_arrived(rados_ioctx_t io, const char *id);

/* metadata_set, metadata_get; the value is new, the caller frees. */
int rbd_class_meta_set(rados_ioctx_t io, const char *id, const char *key, const char *value);
int rbd_class_meta_get(rados_ioctx_t io, const char *id, const char *key, char **value);

#endif
