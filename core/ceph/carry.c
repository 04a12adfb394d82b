/*
 * A directory of the tree, carried to this machine and back. There and back the
 * bytes are compared, not believed by their times; what did not change is not
 * touched. Pipes, sockets and devices stay in the tree and do not come along.
 */
#include "core/ceph/tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "core/ceph/aside.h"
#include "core/ceph/call.h"
#include "core/ceph/entries.h"
#include "core/ceph/image.h"

#define PIECE ((int64_t)4 << 20)

/* One entry, in both places. */
struct carried {
	char path[TREE_NAME], local[TREE_NAME];
	struct ceph_statx stat;   /* in the tree; mode 0: not there */
	struct stat here;         /* on this machine */
};

static int local_error(struct call *call, const char *local, const char *verb)
{
	return err_set(&call->err, ERR_FAILED, "%s can not be %s: %s", local, verb, strerror(errno));
}

static int join(char out[TREE_NAME], const char *directory, const char *name)
{
	return snprintf(out, TREE_NAME, "%s/%s", directory, name) < TREE_NAME ? 0 : -ENAMETOOLONG;
}

static int look(struct call *call, struct carried *e)
{
	int rc = call_beat(call);

	if (!rc)
		rc = ceph_statx(call->fs, e->path, &e->stat, CEPH_STATX_BASIC_STATS, AT_SYMLINK_NOFOLLOW);
	if (rc == -ENOENT)
		e->stat = (struct ceph_statx){0};
	return rc == -ENOENT ? 0 : rc;
}

static bool is_special(unsigned mode)
{
	return mode && !S_ISREG(mode) && !S_ISDIR(mode) && !S_ISLNK(mode);
}

static int read_target(struct call *call, const char *path, char out[TREE_NAME])
{
	const int length = ceph_readlink(call->fs, path, out, TREE_NAME - 1);

	out[length < 0 ? 0 : length] = '\0';
	return length < 0 ? length : 0;
}

/* Out. A first try may have got some way. */

static int make_dir(struct call *call, const char *local)
{
	return mkdir(local, 0700) && errno != EEXIST ? local_error(call, local, "made") : 0;
}

static int fetch_bytes(struct call *call, const struct carried *e, int from, int to)
{
	char *piece = xcalloc(1, (size_t)PIECE);
	int64_t offset = 0;
	int n, rc;

	while (!(rc = call_beat(call)) && (n = ceph_read(call->fs, from, piece, PIECE, offset)) != 0) {
		if (n < 0 || write(to, piece, (size_t)n) != n) {
			rc = n < 0 ? n : local_error(call, e->local, "written");
			break;
		}
		offset += n;
		call->done += n;
	}
	free(piece);
	return rc;
}

static int fetch_file(struct call *call, const struct carried *e)
{
	const int from = ceph_open(call->fs, e->path, O_RDONLY, 0);

	if (from < 0)
		return from;
	const int to = open(e->local, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	int rc = to < 0 ? local_error(call, e->local, "made") : fetch_bytes(call, e, from, to);
	if (to >= 0 && close(to) && !rc)
		rc = local_error(call, e->local, "written");
	ceph_close(call->fs, from);
	return rc;
}

static int fetch_link(struct call *call, const struct carried *e)
{
	char target[TREE_NAME];
	const int rc = read_target(call, e->path, target);

	unlink(e->local);
	return rc ? rc : symlink(target, e->local) ? local_error(call, e->local, "made") : 0;
}

static int fetch_attributes(struct call *call, const struct carried *e)
{
	const struct timespec times[2] = {e->stat.stx_mtime, e->stat.stx_mtime};

	if (lchown(e->local, e->stat.stx_uid, e->stat.stx_gid) ||
	    (!S_ISLNK(e->stat.stx_mode) && chmod(e->local, e->stat.stx_mode & 07777)) ||
	    utimensat(AT_FDCWD, e->local, times, AT_SYMLINK_NOFOLLOW))
		return local_error(call, e->local, "given its owner, mode and time");
	return 0;
}

static int fetch_dir(struct call *call, const char *path, const char *local);

/* What entries_each gives to its function is no more than the directory's path:
 * the place on this machine has the same tail below call->text. */
static int fetch_entry(struct call *call, const char *path, const char *name)
{
	struct carried *e = xcalloc(1, sizeof(*e));
	int rc = join(e->path, path, name);

	if (!rc && snprintf(e->local, TREE_NAME, "%s%s", call->text, e->path + strlen(call->path)) >= TREE_NAME)
		rc = -ENAMETOOLONG;
	if (!rc && !aside_is(name))
		rc = look(call, e);
	if (!rc && S_ISREG(e->stat.stx_mode))
		rc = fetch_file(call, e);
	else if (!rc && S_ISLNK(e->stat.stx_mode))
		rc = fetch_link(call, e);
	else if (!rc && S_ISDIR(e->stat.stx_mode))
		rc = fetch_dir(call, e->path, e->local);
	if (!rc && e->stat.stx_mode && !is_special(e->stat.stx_mode))
		rc = fetch_attributes(call, e);
	free(e);
	return rc;
}

static int fetch_dir(struct call *call, const char *path, const char *local)
{
	const int rc = make_dir(call, local);

	return rc ? rc : entries_each(call, path, fetch_entry);
}

static int fetch_all(struct call *call)
{
	return fetch_dir(call, call->path, call->text);
}

int cluster_dir_copy_out(struct cluster *c, const char *path, const char *local, const struct progress *progress, struct err *err)
{
	struct call *call = call_new(c, fetch_all, path);

	text_copy(call->text, sizeof(call->text), local);
	const int status = call_run(&call, "read", progress, err);
	call_free(call);
	return status;
}

/* In. */

/* 1: the same bytes. */
static int compare_bytes(struct call *call, int there, int here)
{
	char *x = xcalloc(2, (size_t)PIECE), *y = x + PIECE;
	int64_t offset = 0;
	int rc, n = 1, m = 1;

	while (!(rc = call_beat(call)) && n > 0) {
		n = ceph_read(call->fs, there, x, PIECE, offset);
		m = n < 0 ? n : (int)pread(here, y, (size_t)PIECE, offset);
		if (n != m || (n > 0 && memcmp(x, y, (size_t)n)))
			break;
		offset += n;
	}
	free(x);
	return rc ? rc : n < 0 ? n : n == m && n == 0;
}

static int has_same_bytes(struct call *call, const struct carried *e)
{
	if (!S_ISREG(e->stat.stx_mode) || (int64_t)e->stat.stx_size != e->here.st_size)
		return 0;
	const int there = ceph_open(call->fs, e->path, O_RDONLY, 0);
	if (there < 0)
		return there;
	const int here = open(e->local, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	const int rc = here < 0 ? local_error(call, e->local, "read") : compare_bytes(call, there, here);
	if (here >= 0)
		close(here);
	ceph_close(call->fs, there);
	return rc;
}

static int put_file(struct call *call, const struct carried *e)
{
	const int same = has_same_bytes(call, e);

	if (same)
		return same < 0 ? same : 0;
	call->mode = e->here.st_mode & 07777;
	call->gid = (int)e->here.st_gid;
	return entry_write_local(call, e->local, e->path);
}

static int put_link(struct call *call, const struct carried *e)
{
	char there[TREE_NAME] = "", here[TREE_NAME], aside[TREE_NAME];
	const ssize_t length = readlink(e->local, here, sizeof(here) - 1);

	if (length < 0)
		return local_error(call, e->local, "read");
	here[length] = '\0';
	int rc = S_ISLNK(e->stat.stx_mode) ? read_target(call, e->path, there) : 0;
	if (rc || !strcmp(here, there))
		return rc;
	rc = aside_name(e->path, aside, sizeof(aside));
	if (!rc)
		rc = ceph_symlink(call->fs, here, aside);
	return rc ? rc : ceph_rename(call->fs, aside, e->path);
}

/* A new owner takes the set-user-id bit away, so the mode comes last. */
static int put_attributes(struct call *call, struct carried *e)
{
	const bool link = S_ISLNK(e->here.st_mode);
	int rc = look(call, e);

	if (!rc && (e->stat.stx_uid != e->here.st_uid || e->stat.stx_gid != e->here.st_gid)) {
		struct ceph_statx owner = {.stx_uid = e->here.st_uid, .stx_gid = e->here.st_gid};

		rc = ceph_setattrx(call->fs, e->path, &owner, CEPH_SETATTR_UID | CEPH_SETATTR_GID, AT_SYMLINK_NOFOLLOW);
		e->stat.stx_mode = 0;
	}
	struct ceph_statx wanted = {.stx_mode = e->here.st_mode & 07777, .stx_mtime = e->here.st_mtim};
	if (rc || (e->stat.stx_mode == e->here.st_mode && !memcmp(&e->stat.stx_mtime, &wanted.stx_mtime, sizeof(wanted.stx_mtime))))
		return rc;
	return ceph_setattrx(call->fs, e->path, &wanted, CEPH_SETATTR_MTIME | (link ? 0 : CEPH_SETATTR_MODE), AT_SYMLINK_NOFOLLOW);
}

static int put_dir(struct call *call, const char *path, const char *local);

static int put_kind(struct call *call, const struct carried *e)
{
	if (S_ISREG(e->here.st_mode))
		return put_file(call, e);
	if (S_ISLNK(e->here.st_mode))
		return put_link(call, e);
	const int rc = e->stat.stx_mode ? 0 : ceph_mkdir(call->fs, e->path, e->here.st_mode & 07777);
	return rc ? rc : put_dir(call, e->path, e->local);
}

static int put_entry(struct call *call, const char *path, const char *local, const char *name)
{
	struct carried *e = xcalloc(1, sizeof(*e));
	int rc = join(e->path, path, name);

	if (!rc)
		rc = join(e->local, local, name);
	if (!rc && lstat(e->local, &e->here))
		rc = local_error(call, e->local, "read");
	if (!rc)
		rc = look(call, e);
	/* A rename puts no file in the place of a directory, and no directory in a file's. */
	if (!rc && e->stat.stx_mode && S_ISDIR(e->stat.stx_mode) != S_ISDIR(e->here.st_mode)) {
		rc = entry_remove(call, path, name);
		e->stat.stx_mode = 0;
	}
	if (!rc && !is_special(e->here.st_mode))
		rc = put_kind(call, e);
	if (!rc && !is_special(e->here.st_mode))
		rc = put_attributes(call, e);
	free(e);
	return rc;
}

/* In the same way as fetch_entry, by the tail. */
static int drop_entry(struct call *call, const char *path, const char *name)
{
	struct carried *e = xcalloc(1, sizeof(*e));
	int rc = join(e->path, path, name);

	if (!rc && snprintf(e->local, TREE_NAME, "%s%s", call->text, e->path + strlen(call->path)) >= TREE_NAME)
		rc = -ENAMETOOLONG;
	if (!rc && lstat(e->local, &e->here) && errno == ENOENT) {
		rc = look(call, e);
		if (!rc && !is_special(e->stat.stx_mode))
			rc = entry_remove(call, path, name);
	}
	free(e);
	return rc;
}

static int put_dir(struct call *call, const char *path, const char *local)
{
	const struct dirent *entry;
	DIR *dir = opendir(local);
	int rc = 0;

	if (!dir)
		return local_error(call, local, "read");
	while (!rc && (entry = readdir(dir)))
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			rc = put_entry(call, path, local, entry->d_name);
	closedir(dir);
	return rc ? rc : entries_each(call, path, drop_entry);
}

static int put_all(struct call *call)
{
	call->total = 0; /* of a first try */
	return put_dir(call, call->path, call->text);
}

int cluster_dir_copy_in(struct cluster *c, const char *local, const char *path, const struct progress *progress, struct err *err)
{
	struct call *call = call_new_change(c, put_all, path);

	text_copy(call->text, sizeof(call->text), local);
	const int status = call_run(&call, "written", progress, err);
	call_free(call);
	return status;
}
