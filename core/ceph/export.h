/*
 * An image as a file of this machine: the kernel's FUSE, spoken directly
 * (linux/fuse.h), over a handle that holds the image's lock and keeps it. No
 * other client comes in, so there is no moment between guard and mount in which
 * a machine could slip in, and nothing that outlives this process: when it dies,
 * each access to the file is an error from then on, as with a disk without power.
 *
 * Whoever mounts it gives the kernel an open /dev/fuse: "fd=N,rootmode=100000,
 * user_id=0,group_id=0", on a file.
 */
#ifndef BERTH_CEPH_EXPORT_H
#define BERTH_CEPH_EXPORT_H

#include <stdbool.h>

#include "base/err.h"
#include "core/ceph/handle.h"

struct cluster_export;

/* Serves it on threads of its own until it is unmounted. fuse is that descriptor,
 * mounted; it stays the caller's, as does the handle, which is not to be used for
 * anything that changes the image meanwhile. */
int cluster_export_start(struct cluster_handle *handle, int fuse, struct cluster_export **out, struct err *err);

/* Waits until it is unmounted, for at most `seconds` in which nothing is asked of
 * it (then ERR_FAILED: something keeps it), makes all safe and frees. ERR_FAILED
 * also when a write was lost. *written tells whether anything was written at all. */
int cluster_export_end(struct cluster_export *export, int seconds, bool *written, struct err *err);

#endif
