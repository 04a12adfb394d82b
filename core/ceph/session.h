/*
 * What a killed berth leaves behind: its CephFS session holds directories of the
 * tree for a minute, and who works on them then waits. So each mount has a name
 * that the next berth of this machine can claim, which ends the old session.
 */
#ifndef BERTH_CEPH_SESSION_H
#define BERTH_CEPH_SESSION_H

#include <cephfs/libcephfs.h>

/* Between ceph_init and ceph_mount. Returns a file descriptor, which is the
 * claim and lasts until it is closed, or -1 when there is none to be had. */
int session_claim(struct ceph_mount_info *fs, const char *fsid);

/* On what is mounted: ends the sessions of all berths of this machine that were
 * killed. May block as any call may. */
void session_end_dead(struct ceph_mount_info *fs, const char *fsid);

#endif
