/* Directories of the tree. */
#include "core/ceph/tree.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "core/ceph/aside.h"
#include "core/ceph/call.h"
#include "core/ceph/entries.h"

#define NAMESPACE_ATTRIBUTE "ceph.dir.layout.pool_namespace"

static int make_dirs(struct call *call)
{
	struct ceph_statx stat;
	int rc = ceph_mkdirs(call->fs, call->path, (mode_t)call->mode);

	/* It is content with a file of that name, too. */
	if (!rc || rc == -EEXIST)
		rc = ceph_statx(call->fs, call->path, &stat, CEPH_STATX_MODE, 0);
	return rc ? rc : S_ISDIR(stat.stx_mode) ? 0 : -EEXIST;
}

int cluster_dir_make(struct cluster *c, const char *path, int mode, struct err *err)
{
	struct call *call = call_new_change(c, make_dirs, path);

	call->mode = mode;
	const int status = call_run(&call, "made", NULL, err);
	call_free(call);
	return status;
}

static int remove_tree(struct call *call, const char *path);

int entry_remove(struct call *call, const char *path, const char *name)
{
	char inner[TREE_NAME];

	if (snprintf(inner, sizeof(inner), "%s/%s", path, name) >= (int)sizeof(inner))
		return -ENAMETOOLONG;
	const int rc = ceph_unlink(call->fs, inner);
	return rc == -EISDIR || rc == -EPERM ? remove_tree(call, inner) : rc;
}

static int remove_tree(struct call *call, const char *path)
{
	const int rc = entries_each(call, path, entry_remove);

	return rc ? rc : ceph_rmdir(call->fs, path);
}

static int remove_dir(struct call *call)
{
	const int rc = remove_tree(call, call->path);

	return rc == -ENOENT ? 0 : rc;
}

int cluster_dir_remove(struct cluster *c, const char *path, struct err *err)
{
	struct call *call = call_new_change(c, remove_dir, path);
	const int status = call_run(&call, "removed", NULL, err);

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
	names_clear(&call->names);
	return entries_each(call, call->path, add_name);
}

int cluster_dir_list(struct cluster *c, const char *path, char ***out, size_t *count, struct err *err)
{
	struct call *call = call_new(c, list_dir, path);
	const int status = call_run(&call, "listed", NULL, err);

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
	return read_namespace(call, call->path, call->text, sizeof(call->text));
}

int cluster_dir_namespace(struct cluster *c, const char *path, char *out, size_t size, struct err *err)
{
	struct call *call = call_new(c, get_namespace, path);
	const int status = call_run(&call, "asked for its RADOS namespace", NULL, err);

	if (!status)
		text_copy(out, size, call->text);
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
		rc = ceph_setxattr(call->fs, aside, NAMESPACE_ATTRIBUTE, call->text, strlen(call->text), 0);
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
	if (rc || !strcmp(ns, call->text))
		return rc;
	return err_set(&call->err, ERR_EXISTS, "%s is there already, and its files lie in %s%s instead of a RADOS namespace "
		       "of its own (%s): move it away, since other hosts can read what is in it", call->path + 1,
		       *ns ? "the RADOS namespace " : "the common one", ns, call->text);
}

int cluster_dir_make_isolated(struct cluster *c, const char *path, int mode, const char *ns, struct err *err)
{
	struct call *call = call_new_change(c, make_isolated, path);

	call->mode = mode;
	text_copy(call->text, sizeof(call->text), ns);
	const int status = call_run(&call, "made", NULL, err);
	call_free(call);
	return status;
}
