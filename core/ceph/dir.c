/* Directories of the tree. */
#include "core/ceph/tree.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "core/ceph/aside.h"
#include "core/ceph/mount.h"

#define NAMESPACE_ATTRIBUTE "ceph.dir.layout.pool_namespace"

static int make_dirs(struct call *call)
{
	struct ceph_statx stat;
	const int rc = ceph_mkdirs(call->fs, call->path, (mode_t)call->mode);

	if (rc != -EEXIST)
		return rc;
	const int looked = ceph_statx(call->fs, call->path, &stat, CEPH_STATX_MODE, 0);
	return looked ? looked : S_ISDIR(stat.stx_mode) ? 0 : -EEXIST;
}

int cluster_dir_make(struct cluster *c, const char *path, int mode, struct err *err)
{
	struct call *call = call_new(make_dirs, path);

	call->mode = mode;
	const int status = call_run(c, &call, "made", NULL, err);
	call_free(call);
	return status;
}

int call_each(struct call *call, const char *path, call_each_function *each)
{
	struct ceph_dir_result *dir;
	struct dirent entry;
	int rc = ceph_opendir(call->fs, path, &dir), more = 0;

	if (rc)
		return rc;
	while (!(rc = call_beat(call)) && (more = ceph_readdir_r(call->fs, dir, &entry)) > 0) {
		if (!strcmp(entry.d_name, ".") || !strcmp(entry.d_name, ".."))
			continue;
		rc = each(call, path, entry.d_name);
		if (rc && rc != -ENOENT)
			break;
	}
	ceph_closedir(call->fs, dir);
	return rc ? rc : more;
}

static int remove_tree(struct call *call, const char *path);

int call_remove_entry(struct call *call, const char *path, const char *name)
{
	char inner[TREE_NAME];

	if (snprintf(inner, sizeof(inner), "%s/%s", path, name) >= (int)sizeof(inner))
		return -ENAMETOOLONG;
	const int rc = ceph_unlink(call->fs, inner);
	return rc == -EISDIR || rc == -EPERM ? remove_tree(call, inner) : rc;
}

static int remove_tree(struct call *call, const char *path)
{
	const int rc = call_each(call, path, call_remove_entry);

	return rc ? rc : ceph_rmdir(call->fs, path);
}

static int remove_dir(struct call *call)
{
	const int rc = remove_tree(call, call->path);

	return rc == -ENOENT ? 0 : rc;
}

int cluster_dir_remove(struct cluster *c, const char *path, struct err *err)
{
	struct call *call = call_new(remove_dir, path);
	const int status = call_run(c, &call, "removed", NULL, err);

	call_free(call);
	return status;
}

static int add_name(struct call *call, const char *path, const char *name)
{
	(void)path;
	if (!aside_is(name))
		names_add(&call->names, name);
	return 0;
}

static int list_dir(struct call *call)
{
	return call_each(call, call->path, add_name);
}

int cluster_dir_list(struct cluster *c, const char *path, char ***out, size_t *count, struct err *err)
{
	struct call *call = call_new(list_dir, path);
	const int status = call_run(c, &call, "listed", NULL, err);

	*out = NULL;
	*count = 0;
	if (!status)
		names_give(&call->names, out, count);
	call_free(call);
	return status;
}

static int read_namespace(struct call *call, const char *path, char *out, size_t size)
{
	const int length = ceph_getxattr(call->fs, path, NAMESPACE_ATTRIBUTE, out, size - 1);

	out[length < 0 ? 0 : length] = '\0';
	return length == -ENODATA ? 0 : length < 0 ? length : 0;
}

static int get_namespace(struct call *call)
{
	return read_namespace(call, call->path, call->other, sizeof(call->other));
}

int cluster_dir_namespace(struct cluster *c, const char *path, char *out, size_t size, struct err *err)
{
	struct call *call = call_new(get_namespace, path);
	const int status = call_run(c, &call, "asked for its RADOS namespace", NULL, err);

	if (!status)
		text_copy(out, size, call->other);
	call_free(call);
	return status;
}

static int make_aside(struct call *call)
{
	char aside[TREE_NAME];
	int rc = aside_name(call->path, aside, sizeof(aside));

	if (!rc)
		rc = ceph_mkdir(call->fs, aside, (mode_t)call->mode);
	if (rc)
		return rc;
	rc = call_beat(call);
	if (!rc)
		rc = ceph_setxattr(call->fs, aside, NAMESPACE_ATTRIBUTE, call->other, strlen(call->other), 0);
	if (!rc)
		rc = call_beat(call);
	if (!rc)
		rc = ceph_rename(call->fs, aside, call->path);
	if (rc)
		ceph_rmdir(call->fs, aside);
	return rc;
}

static int make_isolated(struct call *call)
{
	char ns[TREE_NAME];
	const int rc = read_namespace(call, call->path, ns, sizeof(ns));

	if (rc == -ENOENT)
		return make_aside(call);
	if (rc || !strcmp(ns, call->other))
		return rc;
	return err_set(&call->err, ERR_EXISTS, "%s is there already, and its files lie in %s%s instead of a RADOS namespace "
		       "of its own (%s): move it away, since other hosts can read what is in it", call->path + 1,
		       *ns ? "the RADOS namespace " : "the common one", ns, call->other);
}

int cluster_dir_make_isolated(struct cluster *c, const char *path, int mode, const char *ns, struct err *err)
{
	struct call *call = call_new(make_isolated, path);

	call->mode = mode;
	text_copy(call->other, sizeof(call->other), ns);
	const int status = call_run(c, &call, "made", NULL, err);
	call_free(call);
	return status;
}

/* Snapshots: directories in .snap. */

static int make_snap(struct call *call)
{
	return ceph_mkdir(call->fs, call->other, 0755);
}

static int remove_snap(struct call *call)
{
	const int rc = ceph_rmdir(call->fs, call->other);

	return rc == -ENOENT ? 0 : rc;
}

static int on_snap(struct cluster *c, call_function *function, const char *path, const char *snap,
		   const char *verb, struct err *err)
{
	struct call *call = call_new(function, path);

	snprintf(call->other, sizeof(call->other), "/%s/.snap/%s", path, snap);
	const int status = call_run(c, &call, verb, NULL, err);
	call_free(call);
	return status;
}

int cluster_dirsnap_create(struct cluster *c, const char *path, const char *snap, struct err *err)
{
	return on_snap(c, make_snap, path, snap, "snapshotted", err);
}

int cluster_dirsnap_remove(struct cluster *c, const char *path, const char *snap, struct err *err)
{
	return on_snap(c, remove_snap, path, snap, "freed of its snapshot", err);
}

/* A snapshot of a directory above shows here too, as _NAME_INODE: not ours. */
static int add_snap(struct call *call, const char *path, const char *name)
{
	(void)path;
	if (*name != '_')
		names_add(&call->names, name);
	return 0;
}

static int list_snaps(struct call *call)
{
	return call_each(call, call->other, add_snap);
}

int cluster_dirsnap_list(struct cluster *c, const char *path, char ***out, size_t *count, struct err *err)
{
	struct call *call = call_new(list_snaps, path);

	snprintf(call->other, sizeof(call->other), "/%s/.snap", path);
	const int status = call_run(c, &call, "asked for its snapshots", NULL, err);
	*out = NULL;
	*count = 0;
	if (!status)
		names_give(&call->names, out, count);
	call_free(call);
	return status;
}
