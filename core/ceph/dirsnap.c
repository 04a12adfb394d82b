/* Snapshots of a directory: the directories in its .snap. */
#include "core/ceph/tree.h"

#include <errno.h>

#include "base/text.h"
#include "core/ceph/call.h"
#include "core/ceph/entries.h"

static int make_snap(struct call *call)
{
	return ceph_mkdir(call->fs, call->path, 0755);
}

static int remove_snap(struct call *call)
{
	const int rc = ceph_rmdir(call->fs, call->path);

	return rc == -ENOENT ? 0 : rc;
}

static int on_snap(struct cluster *c, call_function *function, const char *path, const char *snap,
		   const char *verb, struct err *err)
{
	struct text inner = {0};

	text_printf(&inner, "%s/.snap/%s", path, snap);
	struct call *call = call_new(c, function, inner.data);
	text_free(&inner);
	const int status = call_run(&call, verb, NULL, err);
	call_free(call);
	return status;
}

int cluster_dirsnap_create(struct cluster *c, const char *path, const char *snap, struct err *err)
{
	return on_snap(c, make_snap, path, snap, "made", err);
}

int cluster_dirsnap_remove(struct cluster *c, const char *path, const char *snap, struct err *err)
{
	return on_snap(c, remove_snap, path, snap, "removed", err);
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
	names_clear(&call->names);
	return entries_each(call, call->path, add_snap);
}

int cluster_dirsnap_list(struct cluster *c, const char *path, char ***out, size_t *count, struct err *err)
{
	struct text inner = {0};

	text_printf(&inner, "%s/.snap", path);
	struct call *call = call_new(c, list_snaps, inner.data);
	text_free(&inner);
	const int status = call_run(&call, "listed", NULL, err);
	*out = NULL;
	*count = 0;
	if (!status)
		names_give(&call->names, out, count);
	call_free(call);
	return status;
}
