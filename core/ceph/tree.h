/*
 * The boot tree on CephFS. Paths are relative to the boot root, "" is the boot
 * root itself. Files appear whole or not at all: written aside (a name that
 * begins with ".berth-"), fsynced, renamed. Everything is done as uid 0 gid 0.
 * Absent things are ERR_NOT_FOUND for reads and 0 for removals.
 */
#ifndef BERTH_CEPH_TREE_H
#define BERTH_CEPH_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/progress.h"
#include "core/ceph/cluster.h"

/* Makes the boot root itself (mounting the file system's root): for init. */
int cluster_tree_init(struct cluster *c, struct err *err);

int cluster_dir_make(struct cluster *c, const char *path, int mode, struct err *err); /* parents too; there already: 0 */
int cluster_dir_remove(struct cluster *c, const char *path, struct err *err);         /* with all that is in it */
int cluster_dir_list(struct cluster *c, const char *path, char ***out, size_t *count, struct err *err); /* cluster_names_free */

/* Renames within the tree; replaces nothing: ERR_EXISTS. */
int cluster_path_move(struct cluster *c, const char *from, const char *to, struct err *err);

/* A directory whose files' objects lie in a RADOS namespace of their own. The
 * layout is set while the directory is empty, before it appears under its name:
 * ceph.dir.layout.pool_namespace applies to files made afterwards only. */
int cluster_dir_make_isolated(struct cluster *c, const char *path, int mode, const char *ns, struct err *err);
int cluster_dir_namespace(struct cluster *c, const char *path, char *out, size_t size, struct err *err); /* "" none */
int cluster_tree_data_pool(struct cluster *c, char *out, size_t size, struct err *err); /* name of the boot root's data pool */

struct cluster_stat { char kind; /* 'f' 'd' 'l' */ int mode; int64_t size; int64_t changed; };
int cluster_path_stat(struct cluster *c, const char *path, struct cluster_stat *out, struct err *err);

int cluster_file_write(struct cluster *c, const char *path, const void *bytes, size_t length,
		       int mode, int gid, struct err *err);
int cluster_file_read(struct cluster *c, const char *path, char **out, size_t *length, struct err *err); /* up to 16 MiB; caller frees; NUL after it */
int cluster_file_remove(struct cluster *c, const char *path, struct err *err); /* file or link */
/* Copies a local file into the tree, atomically. */
int cluster_file_copy_in(struct cluster *c, const char *local, const char *path, int mode, int gid,
			 const struct progress *progress, struct err *err);
int cluster_file_copy(struct cluster *c, const char *from, const char *to, int mode, int gid, struct err *err);

int cluster_link_set(struct cluster *c, const char *path, const char *target, struct err *err); /* replaces atomically */
int cluster_link_read(struct cluster *c, const char *path, char *out, size_t size, struct err *err);

/* A directory with files, links and directories, modes, owners and times, to a
 * local one that is made; and back: what changed, as new files, then what went.
 * Pipes and devices stay where they are, names of one file become files of their own. */
int cluster_dir_copy_out(struct cluster *c, const char *path, const char *local, const struct progress *progress, struct err *err);
int cluster_dir_copy_in(struct cluster *c, const char *local, const char *path, const struct progress *progress, struct err *err);

/* Snapshots of a directory (mkdir in .snap). */
int cluster_dirsnap_create(struct cluster *c, const char *path, const char *snap, struct err *err); /* ERR_EXISTS */
int cluster_dirsnap_remove(struct cluster *c, const char *path, const char *snap, struct err *err);
/* Makes what is in the directory equal to its snapshot: files, names of one
 * file, links, pipes and devices, modes, owners, times of change. Each file goes
 * back whole, by a rename; what is equal stays as it is; safe to repeat. Extended
 * attributes are not looked at. */
int cluster_dirsnap_restore(struct cluster *c, const char *path, const char *snap,
			    const struct progress *progress, struct err *err);
int cluster_dirsnap_list(struct cluster *c, const char *path, char ***out, size_t *count, struct err *err);

#endif
