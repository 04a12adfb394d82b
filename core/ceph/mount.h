/*
 * One CephFS client, mounted when first needed. It is shared by all calls
 * (call.h) and replaced when the cluster threw it out.
 */
#ifndef BERTH_CEPH_MOUNT_H
#define BERTH_CEPH_MOUNT_H

#include <cephfs/libcephfs.h>

#include "core/ceph/internal.h"

struct mount {
	struct ceph_mount_info *fs;
	char fsid[40];
	int claim;                 /* session.h */
	char name[POOL_NAME];      /* of the file system */
	char root[BOOT_ROOT];      /* the tree's root in it; "" for "/" */
	size_t skip;               /* how much of a path lies above what is mounted */
	pthread_mutex_t lock;      /* held while it is being mounted */
	bool tried;
	int rc;
	/* guarded by the cluster's lock */
	int users;
	int left;                  /* calls that nobody waits for any more */
	bool broken;               /* the cluster threw it out */
};

/* With the cluster's lock held; users is 1. */
struct mount *mount_new(const struct cluster *c);

/* Mounts it, once; 0 or a negative errno. May block without limit, as may
 * mount_free, which unmounts. */
int mount_ready(struct cluster *c, struct mount *mount);
bool mount_is_ready(struct mount *mount); /* does not block: false while it is being mounted */
void mount_free(struct mount *mount);

#endif
