/*
 * The connection to Ceph. One struct cluster holds one RADOS connection; the
 * pool's and the file system's handles hang on it and are opened when first
 * needed. This room is the only code that names librados, librbd, libcephfs.
 *
 * Threads: every function of core/ceph may be called from any thread, and all of
 * them block: call them on workers. Time is bounded: client_mount_timeout,
 * rados_mon_op_timeout and rados_osd_op_timeout are always set, and a CephFS
 * call that the mds does not answer is left behind (core/ceph/call.h). A cluster
 * that is gone is ERR_UNREACHABLE and one sentence; the same handle works again
 * when the cluster is back, without a call to reconnect. A call that timed out
 * may still happen later: all of them can be made again.
 */
#ifndef BERTH_CEPH_CLUSTER_H
#define BERTH_CEPH_CLUSTER_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct cluster;

struct cluster_options {
	const char *conf;       /* ceph.conf; NULL or "": Ceph's own search ($CEPH_CONF, /etc/ceph) */
	const char *name;       /* client.X; NULL or "": client.admin or what CEPH_ARGS says */
	const char *keyring;    /* NULL or "": as in the conf */
	const char *pool;       /* RBD pool; may be set later by cluster_use */
	const char *fs;         /* CephFS file system */
	const char *boot_root;  /* the tree's root in it, e.g. /berth */
	int timeout;            /* seconds for each answer; 0: 15 */
};

/* Connects. ERR_UNREACHABLE: no answer in time. ERR_FAILED: conf, keyring or
 * key is wrong (the sentence says which file and what to do). */
int cluster_open(const struct cluster_options *options, struct cluster **out, struct err *err);
/* NULL is allowed. While a part of the cluster does not answer, what still waits
 * for it is lost, and the process ends by _exit: atexit handlers that were
 * registered before are not called. */
void cluster_close(struct cluster *cluster);

/* Names pool, file system and boot root, for `berth init`; each must exist
 * (ERR_NOT_FOUND with the command that makes it) but boot_root. NULL keeps. */
int cluster_use(struct cluster *cluster, const char *pool, const char *fs,
		const char *boot_root, struct err *err);

int cluster_fsid(struct cluster *cluster, char out[40], struct err *err);

/* One monitor command; command is borrowed, "format":"json" is added. *reply
 * (may be NULL) is new. Input bytes are for `auth import` and the like. */
int cluster_mon_command(struct cluster *cluster, json_t *command, const char *input,
			size_t input_length, json_t **reply, struct err *err);

struct cluster_monitors {  /* literal addresses out of the monmap, comma-separated */
	char v2[512];      /* 10.0.0.1:3300,... ; may be "" */
	char v1[512];      /* 10.0.0.1:6789,... ; may be "" */
};
int cluster_monitors(struct cluster *cluster, struct cluster_monitors *out, struct err *err);

struct cluster_health {
	char status[32];       /* HEALTH_OK, HEALTH_WARN, HEALTH_ERR */
	int mons, osds, osds_up, mdss;
	int64_t pool_used;     /* bytes stored in the pool */
	int64_t pool_free;     /* bytes that can still be written (max_avail) */
};
int cluster_health(struct cluster *cluster, struct cluster_health *out, struct err *err);

/* What the monitors complain about, as their own sentences: "SEVERITY CODE: summary". */
int cluster_health_checks(struct cluster *cluster, char ***out, size_t *count, struct err *err); /* cluster_names_free */

/* Whether our key's caps let us write in the pool: asked of an OSD. */
int cluster_may_write(struct cluster *cluster, bool *may, struct err *err);
const char *cluster_own_name(const struct cluster *cluster); /* client.berth */

/* Ourselves as other clients see us, to tell our own watches from others':
 * "client.4298", and "IP:PORT/NONCE" as RADOS lists a watcher's address. */
int cluster_own_client(struct cluster *cluster, char client[40], struct err *err);
int cluster_own_address(struct cluster *cluster, char address[80], struct err *err);

#endif
