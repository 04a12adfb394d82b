/*
 * Calls to CephFS that end in time. libcephfs waits for an mds as long as it
 * takes, so every call runs on a thread of its own, and its caller waits no
 * longer than the cluster's timeout after the call's last sign of life. A call
 * that is left behind owns all its memory and ends by itself when the mds is
 * back; until then, others wait for it (up to the timeout) instead of adding
 * to the heap: what it had sent may still happen, and must happen first.
 */
#ifndef BERTH_CEPH_CALL_H
#define BERTH_CEPH_CALL_H

#include <cephfs/libcephfs.h>
#include <stdatomic.h>

#include "core/ceph/internal.h"
#include "core/ceph/tree.h"

#define TREE_NAME 1024

struct call;
/* 0 or a negative errno; or sets call->err and returns anything but 0. */
typedef int call_function(struct call *call);

struct call {
	/* asked */
	call_function *run;
	const char *path;          /* as the mount sees it */
	const char *other;         /* a second one, or NULL */
	char text[TREE_NAME];      /* asked: target, namespace, local file; answered: target, namespace, pool */
	char *bytes;               /* asked or answered; owned */
	size_t length;
	int mode, gid;
	bool changes;              /* path's directory */
	/* answered */
	struct names names;
	struct cluster_stat stat;
	struct err err;
	/* while it runs */
	struct ceph_mount_info *fs;
	_Atomic int64_t beat;      /* clock_ms of the last sign of life */
	_Atomic int64_t done, total;
	atomic_bool stop;          /* nobody waits any more */
	/* call.c's */
	char whole[TREE_NAME], other_whole[TREE_NAME]; /* from the file system's root */
	struct cluster *cluster;
	struct mount *mount;
	int rc;
	bool ended, left, mounted; /* guarded by the cluster's lock */
};

/* path is the tree's. The second is for a call that changes the tree. */
struct call *call_new(struct cluster *c, call_function *run, const char *path);
struct call *call_new_change(struct cluster *c, call_function *run, const char *path);
void call_set_other(struct call *call, const char *path);
void call_free(struct call *call); /* NULL is allowed; wipes bytes: an identity holds a key */

/* To be called before each request: -ECANCELED once nobody waits any more. */
int call_beat(struct call *call);

/* Runs it. What fails is said as "FS:PATH can not be VERB: why". A call that was
 * left behind is no longer the caller's: *call is NULL then. */
int call_run(struct call **call, const char *verb, const struct progress *progress, struct err *err);

/* The mount of the tree is given up; the next call makes another. */
void mount_forget(struct cluster *c);
#endif
