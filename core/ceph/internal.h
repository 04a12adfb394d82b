/*
 * What the files of core/ceph share; nobody else includes this.
 *
 * Three layers: a connection (one rados_t, replaced when the cluster fenced
 * it), a pool (an ioctx of one call's own: an ioctx's namespace is state, so
 * none is shared between threads), and a mount of the tree (mount.c).
 */
#ifndef BERTH_CEPH_INTERNAL_H
#define BERTH_CEPH_INTERNAL_H

#include <pthread.h>
#include <rados/librados.h>

#include "base/progress.h"
#include "core/ceph/cluster.h"

#define POOL_NAME 128
#define BOOT_ROOT 256
#define DEFAULT_TIMEOUT 15

struct mount;

struct connection {
	rados_t rados;
	int users;               /* guarded by the cluster's lock */
	bool noted;              /* for other berths (peer.h); guarded, too */
};

/* mirror.c: rbd-mirror's daemons, as the service map had them. */
struct mirrors { uint64_t *numbers; size_t count; int64_t read_at; };

struct cluster {
	char *conf, *name, *keyring; /* constant; name is never NULL */
	int timeout;                 /* constant, seconds */

	pthread_mutex_t lock;        /* guards what follows */
	pthread_cond_t changed;      /* a call or a mount ended */
	struct connection *connection;
	int64_t failed_at;           /* clock_ms of the last reconnect that failed */
	struct err failure;
	char pool[POOL_NAME], fs[POOL_NAME], boot_root[BOOT_ROOT];
	char data_pool[POOL_NAME];   /* of the tree; "" until asked for */
	struct mirrors mirrors;
	char *words;                 /* of this berth for others, NULL until it acts; constant then */
	struct mount *mount;
	bool ending_dead;            /* a thread ends the sessions of killed berths */
	int busy;                    /* threads that still use this struct */
	int lost;                    /* those of them that wait for a part of the cluster that is gone */
};

/* connection.c: connection_open knows no lock; get and put count users. */
int connection_open(const struct cluster *c, struct connection **out, struct err *err);
int connection_get(struct cluster *c, struct connection **out, struct err *err);
void connection_put(struct cluster *c, struct connection *connection);
void connection_forget(struct cluster *c); /* the next call makes another */

/* threads.c: threads that nobody joins, counted in busy. The lock is held for
 * thread_start and threads_wait (until something changed). */
int thread_start(struct cluster *c, void *(*run)(void *), void *data); /* 0 or a negative errno */
void thread_ends(struct cluster *c);      /* its last word */
void thread_ends_lost(struct cluster *c); /* that of one which was counted in lost */
void threads_wait(struct cluster *c, int64_t until_ms);
bool threads_end(struct cluster *c); /* before the struct goes: false when one is lost */

/* options.c: what CEPH_ARGS says of the options that librados reads too early
 * for it. Returns a new string or NULL. */
char *ceph_args_name(void);
char *ceph_args_conf(void);

/* error.c: the code for a negative errno of Ceph, and the sentence "WHAT: why;
 * what to do". cap names the cap that the call needs, as its first word the
 * daemon that answers it: "osd `profile rbd pool=rbd`". */
int cluster_error(struct cluster *c, struct err *err, int rc, const char *cap, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* mon.c: a monitor's answer; `bytes` is NUL-terminated. An error is set for
 * rc < 0 as well, which the caller may forgive. reply_free wipes, and is due
 * whatever was returned. */
struct reply { char *bytes; size_t length; int rc; char said[256]; };
int mon_ask(struct cluster *c, json_t *command, const char *input, size_t input_length,
	    struct reply *reply, struct err *err);
void reply_free(struct reply *reply);

/* pool.c */
struct pool {
	struct cluster *cluster;
	struct connection *connection;
	rados_ioctx_t io;
	char name[POOL_NAME];
	char ns[64];
};
int pool_open(struct cluster *c, const char *ns, struct pool *pool, struct err *err);
void pool_close(struct pool *pool);
/* "POOL/NS/IMAGE@SNAP can not be VERB: why": image and snap may be NULL. */
int pool_error(const struct pool *pool, struct err *err, int rc, const char *verb,
	       const char *image, const char *snap);

/* peer.c: notes the pool's connection; the pool's namespace is not set yet. 0 or
 * a negative errno. */
int peer_note_connection(struct pool *pool, const char *words);

/* names.c: sorted arrays of strings, for cluster_names_free. */
struct names { char **names; size_t count, capacity; };
void names_add(struct names *names, const char *name);
void names_clear(struct names *names);
void names_give(struct names *names, char ***out, size_t *count); /* sorts */

/* image.c: the names of the images, or of those that never became whole. */
int images_list(const struct pool *pool, bool aside, struct names *names);
int image_remove_aside(rados_ioctx_t io, const char *name);

/* lock_info.c: the reply of cls_lock get_info. 0, or -1 when it is none.
 * client is "" when nobody owns the lock. */
int lock_info_decode(const unsigned char *bytes, size_t length, char client[40], char address[80]);
/* "v1:127.0.0.1:0/15" is what a watcher's list has as "127.0.0.1:0/15". */
void lock_address_plain(char *address);

#endif
