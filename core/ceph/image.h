/*
 * RBD images, in namespaces of the cluster's pool. See core/ceph/cluster.h for
 * threads and time. `ns` "" is the pool's default namespace. Every image here
 * has the features layering, exclusive-lock, deep-flatten and no others (a live
 * snapshot of an exclusively mapped root needs it: docs/safety.md).
 */
#ifndef BERTH_CEPH_IMAGE_H
#define BERTH_CEPH_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/progress.h"
#include "core/ceph/cluster.h"

int cluster_namespace_create(struct cluster *c, const char *ns, struct err *err); /* there already: ERR_EXISTS */
int cluster_namespace_remove(struct cluster *c, const char *ns, struct err *err); /* absent: 0; not empty: ERR_REFUSED */
int cluster_namespace_exists(struct cluster *c, const char *ns, bool *exists, struct err *err);
int cluster_namespace_list(struct cluster *c, char ***out, size_t *count, struct err *err);
void cluster_names_free(char **names, size_t count);

struct cluster_image_info {
	char id[64];            /* RBD's internal id */
	int64_t size;           /* bytes */
	uint64_t features;
	char parent_ns[64], parent[128], parent_snap[128]; /* "" for no clone */
	int64_t created;        /* Unix seconds */
};

int cluster_image_create(struct cluster *c, const char *ns, const char *name, int64_t size, struct err *err);
/* A copy-on-write clone, clone format 2 (the parent lives in another namespace). */
int cluster_image_clone(struct cluster *c, const char *parent_ns, const char *parent,
			const char *snap, const char *ns, const char *name, struct err *err);
/* Opens read-only (registers no watch). ERR_NOT_FOUND when there is none. */
int cluster_image_info(struct cluster *c, const char *ns, const char *name,
		       struct cluster_image_info *out, struct err *err);
/* Never shrinks; also while a machine has it mapped, which sees the new size at
 * once. ERR_REFUSED with other features than those of every image here. */
int cluster_image_grow(struct cluster *c, const char *ns, const char *name, int64_t size, struct err *err);
/* Its first bytes; zero behind its end. */
int cluster_image_head(struct cluster *c, const char *ns, const char *name, void *bytes, size_t length, struct err *err);
int cluster_image_rename(struct cluster *c, const char *ns, const char *from, const char *to, struct err *err); /* ERR_EXISTS */
int cluster_image_list(struct cluster *c, const char *ns, char ***out, size_t *count, struct err *err);
/* Metadata of the image's header, as `rbd image-meta` shows it. Written past
 * the exclusive lock, so also while a machine has the image mapped. */
int cluster_image_meta_set(struct cluster *c, const char *ns, const char *name,
			   const char *key, const char *value, struct err *err);
int cluster_image_meta_get(struct cluster *c, const char *ns, const char *name,
			   const char *key, char **out, struct err *err); /* ERR_NOT_FOUND; caller frees */

/* To the trash; id is what brings it back. Watched by somebody: ERR_REFUSED. Cut
 * short, it leaves an image that has a name, or no name any more, and is in the
 * trash already: trash, restore and remove take it from there. */
int cluster_image_trash(struct cluster *c, const char *ns, const char *name, char id[64], struct err *err);
int cluster_trash_restore(struct cluster *c, const char *ns, const char *id, const char *name, struct err *err);
/* For one that has lost its name and is to stay there; nothing to do: 0. */
int cluster_trash_finish(struct cluster *c, const char *ns, const char *id, struct err *err);
int cluster_trash_remove(struct cluster *c, const char *ns, const char *id,
			 const struct progress *progress, struct err *err); /* for good */
struct cluster_trash { char id[64]; char name[128]; int64_t deleted; };
int cluster_trash_list(struct cluster *c, const char *ns, struct cluster_trash **out, size_t *count, struct err *err);

/* Sparse writing: blocks of zeros are not written, several writes are in
 * flight, memory is bounded (32 MiB). One thread a writer. */
struct cluster_writer;
int cluster_writer_open(struct cluster *c, const char *ns, const char *name, struct cluster_writer **out, struct err *err);
int cluster_writer_put(struct cluster_writer *w, int64_t offset, const void *bytes, size_t length, struct err *err);
int cluster_writer_close(struct cluster_writer *w, struct err *err); /* waits, flushes, frees; first error wins */

struct cluster_snap { char name[128]; uint64_t id; int64_t size; int64_t created; bool protected; };
int cluster_snap_create(struct cluster *c, const char *ns, const char *name, const char *snap, struct err *err);
int cluster_snap_protect(struct cluster *c, const char *ns, const char *name, const char *snap, struct err *err);   /* already: 0 */
int cluster_snap_unprotect(struct cluster *c, const char *ns, const char *name, const char *snap, struct err *err); /* already: 0; clones: ERR_REFUSED */
int cluster_snap_remove(struct cluster *c, const char *ns, const char *name, const char *snap, struct err *err);    /* absent: 0 */
int cluster_snap_list(struct cluster *c, const char *ns, const char *name, struct cluster_snap **out, size_t *count, struct err *err);
/* Clones of a snapshot, as "namespace/name"; one in the trash has CLUSTER_IN_TRASH behind it. */
#define CLUSTER_IN_TRASH " in the trash"
int cluster_snap_children(struct cluster *c, const char *ns, const char *name, const char *snap, char ***out, size_t *count, struct err *err);

#endif
