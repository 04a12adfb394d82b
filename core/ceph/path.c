/* Paths of the tree: what is there, moves, removal, links. */
#include "core/ceph/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "core/ceph/aside.h"
#include "core/ceph/call.h"

static char kind_of(unsigned mode)
{
	return S_ISDIR(mode) ? 'd' : S_ISLNK(mode) ? 'l' : 'f';
}

static int stat_path(struct call *call)
{
	struct ceph_statx stat;
	const int rc = ceph_statx(call->fs, call->path, &stat, CEPH_STATX_BASIC_STATS, AT_SYMLINK_NOFOLLOW);

	if (rc)
		return rc;
	call->stat = (struct cluster_stat){
		.kind = kind_of(stat.stx_mode), .mode = stat.stx_mode & 07777,
		.size = (int64_t)stat.stx_size, .changed = (int64_t)stat.stx_mtime.tv_sec,
	};
	return 0;
}

int cluster_path_stat(struct cluster *c, const char *path, struct cluster_stat *out, struct err *err)
{
	struct call *call = call_new(c, stat_path, path);
	const int status = call_run(&call, "looked at", NULL, err);

	if (!status)
		*out = call->stat;
	call_free(call);
	return status;
}

static int move(struct call *call)
{
	struct ceph_statx stat;
	const int rc = ceph_statx(call->fs, call->other, &stat, 0, AT_SYMLINK_NOFOLLOW);

	if (rc != -ENOENT)
		return rc ? rc : -EEXIST;
	return call_beat(call) ? -ECANCELED : ceph_rename(call->fs, call->path, call->other);
}

int cluster_path_move(struct cluster *c, const char *from, const char *to, struct err *err)
{
	struct call *call = call_new_change(c, move, from);

	call_set_other(call, to);
	const int status = call_run(&call, "moved", NULL, err);
	call_free(call);
	return status;
}

static int unlink_path(struct call *call)
{
	const int rc = ceph_unlink(call->fs, call->path);

	return rc == -ENOENT ? 0 : rc;
}

int cluster_file_remove(struct cluster *c, const char *path, struct err *err)
{
	struct call *call = call_new_change(c, unlink_path, path);
	const int status = call_run(&call, "removed", NULL, err);

	call_free(call);
	return status;
}

static int set_link(struct call *call)
{
	char aside[TREE_NAME];
	int rc = aside_name(call->path, aside, sizeof(aside));

	if (!rc)
		rc = ceph_symlink(call->fs, call->text, aside);
	if (rc)
		return rc;
	rc = call_beat(call);
	if (!rc)
		rc = ceph_rename(call->fs, aside, call->path);
	if (rc)
		ceph_unlink(call->fs, aside);
	return rc;
}

int cluster_link_set(struct cluster *c, const char *path, const char *target, struct err *err)
{
	struct call *call = call_new_change(c, set_link, path);

	text_copy(call->text, sizeof(call->text), target);
	const int status = call_run(&call, "made as a link", NULL, err);
	call_free(call);
	return status;
}

static int read_link(struct call *call)
{
	const int length = ceph_readlink(call->fs, call->path, call->text, sizeof(call->text) - 1);

	if (length < 0)
		return length == -EINVAL ? -ENOENT : length; /* something, but no link */
	call->text[length] = '\0';
	return 0;
}

int cluster_link_read(struct cluster *c, const char *path, char *out, size_t size, struct err *err)
{
	struct call *call = call_new(c, read_link, path);
	const int status = call_run(&call, "read as a link", NULL, err);

	if (!status)
		text_copy(out, size, call->text);
	call_free(call);
	return status;
}
