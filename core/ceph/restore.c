/*
 * A directory becomes what its snapshot was. Nothing is compared by trust: a
 * file counts as untouched when inode, change number and change time are those
 * of the snapshot, else its bytes are compared.
 */
#include "core/ceph/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "core/ceph/aside.h"
#include "core/ceph/call.h"
#include "core/ceph/entries.h"
#include "core/ceph/image.h"

#define PIECE ((int64_t)4 << 20)
#define WANTED (CEPH_STATX_BASIC_STATS | CEPH_STATX_VERSION)

/* A file of several names, and the first name it got back. */
struct several { uint64_t inode; char *path; };
struct restore { struct call *call; struct several *several; size_t count; int64_t done; };

/* One entry, as it was and as it is. */
struct pair {
	char from[TREE_NAME], to[TREE_NAME];
	struct ceph_statx then, now;
	bool there;               /* now is filled */
};

static int restore_dir(struct restore *r, const char *from, const char *to);

static int look(struct call *call, const char *path, struct ceph_statx *out)
{
	const int rc = call_beat(call);

	return rc ? rc : ceph_statx(call->fs, path, out, WANTED, AT_SYMLINK_NOFOLLOW);
}

static bool same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

static bool same_kind(const struct pair *p)
{
	return p->there && (p->then.stx_mode & S_IFMT) == (p->now.stx_mode & S_IFMT);
}

static bool is_untouched(const struct pair *p)
{
	return p->then.stx_ino == p->now.stx_ino && p->then.stx_version == p->now.stx_version &&
	       same_time(&p->then.stx_ctime, &p->now.stx_ctime);
}

/* A new owner takes the set-user-id bit away, and contents change the time. */
static int give_attributes(struct restore *r, struct pair *p)
{
	struct ceph_mount_info *fs = r->call->fs;
	const int later = CEPH_SETATTR_MTIME | (S_ISLNK(p->then.stx_mode) ? 0 : CEPH_SETATTR_MODE);
	int rc = look(r->call, p->to, &p->now);

	if (!rc && (p->then.stx_uid != p->now.stx_uid || p->then.stx_gid != p->now.stx_gid)) {
		rc = ceph_setattrx(fs, p->to, &p->then, CEPH_SETATTR_UID | CEPH_SETATTR_GID, AT_SYMLINK_NOFOLLOW);
		if (!rc)
			rc = look(r->call, p->to, &p->now);
	}
	if (rc || (p->then.stx_mode == p->now.stx_mode && same_time(&p->then.stx_mtime, &p->now.stx_mtime)))
		return rc;
	return ceph_setattrx(fs, p->to, &p->then, later, AT_SYMLINK_NOFOLLOW);
}

/* 1: the same bytes. */
static int compare_pieces(struct call *call, int a, int b, int64_t size)
{
	char *x = xcalloc(2, (size_t)PIECE), *y = x + PIECE;
	int64_t offset = 0;
	int rc = 0;

	while (offset < size && !(rc = call_beat(call))) {
		const int64_t part = size - offset < PIECE ? size - offset : PIECE;
		const int n = ceph_read(call->fs, a, x, part, offset), m = ceph_read(call->fs, b, y, part, offset);

		if (n < 0 || m < 0) {
			rc = n < 0 ? n : m;
			break;
		}
		if (n != m || n == 0 || memcmp(x, y, (size_t)n))
			break;
		offset += n;
	}
	free(x);
	return rc ? rc : offset == size;
}

static int same_bytes(struct call *call, const struct pair *p)
{
	if (p->then.stx_size != p->now.stx_size)
		return 0;
	const int a = ceph_open(call->fs, p->from, O_RDONLY, 0);
	if (a < 0)
		return a;
	const int b = ceph_open(call->fs, p->to, O_RDONLY, 0);
	const int rc = b < 0 ? b : compare_pieces(call, a, b, (int64_t)p->then.stx_size);
	if (b >= 0)
		ceph_close(call->fs, b);
	ceph_close(call->fs, a);
	return rc;
}

/* As whole as a file: made aside by `make`, then renamed over what is there. */
static int replace(struct call *call, const struct pair *p, int (*make)(struct call *call, const struct pair *p, const char *aside))
{
	char aside[TREE_NAME];
	int rc = aside_name(p->to, aside, sizeof(aside));

	if (!rc)
		rc = make(call, p, aside);
	if (rc)
		return rc;
	rc = ceph_rename(call->fs, aside, p->to);
	if (rc)
		ceph_unlink(call->fs, aside);
	return rc;
}

static const char *find_several(struct restore *r, const struct pair *p)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->several[i].inode == p->then.stx_ino)
			return r->several[i].path;
	r->several = xrealloc(r->several, (r->count + 1) * sizeof(*r->several));
	r->several[r->count++] = (struct several){p->then.stx_ino, xstrdup(p->to)};
	return NULL;
}

/* A further name of a file that is back already. */
static int restore_name(struct restore *r, const struct pair *p, const char *first)
{
	char aside[TREE_NAME];
	struct ceph_statx stat;
	int rc = look(r->call, first, &stat);

	if (rc || (p->there && stat.stx_ino == p->now.stx_ino))
		return rc;
	rc = aside_name(p->to, aside, sizeof(aside));
	if (!rc)
		rc = ceph_link(r->call->fs, first, aside);
	return rc ? rc : ceph_rename(r->call->fs, aside, p->to);
}

static int restore_bytes(struct restore *r, const struct pair *p)
{
	/* One of two names of a file of today is not the file of then. */
	int same = same_kind(p) && p->then.stx_nlink == p->now.stx_nlink;

	if (same && !is_untouched(p))
		same = same_bytes(r->call, p);
	if (same)
		return same < 0 ? same : 0;
	r->call->mode = p->then.stx_mode & 07777;
	r->call->gid = (int)p->then.stx_gid;
	return entry_copy(r->call, p->from, p->to);
}

static int restore_file(struct restore *r, struct pair *p)
{
	const char *first = p->then.stx_nlink > 1 ? find_several(r, p) : NULL;

	if (first)
		return restore_name(r, p, first);
	const int rc = restore_bytes(r, p);
	r->call->done = r->done += (int64_t)p->then.stx_size;
	return rc ? rc : give_attributes(r, p);
}

static int read_target(struct call *call, const char *path, char out[TREE_NAME])
{
	const int length = ceph_readlink(call->fs, path, out, TREE_NAME - 1);

	out[length < 0 ? 0 : length] = '\0';
	return length < 0 ? length : 0;
}

static int make_link(struct call *call, const struct pair *p, const char *aside)
{
	char target[TREE_NAME];
	const int rc = read_target(call, p->from, target);

	return rc ? rc : ceph_symlink(call->fs, target, aside);
}

static int restore_link(struct restore *r, struct pair *p)
{
	char then[TREE_NAME], now[TREE_NAME];
	bool same = same_kind(p);

	if (same && !is_untouched(p))
		same = !read_target(r->call, p->from, then) && !read_target(r->call, p->to, now) && !strcmp(then, now);
	const int rc = same ? 0 : replace(r->call, p, make_link);
	return rc ? rc : give_attributes(r, p);
}

/* Pipes, sockets, devices. */
static int make_special(struct call *call, const struct pair *p, const char *aside)
{
	return ceph_mknod(call->fs, aside, p->then.stx_mode, p->then.stx_rdev);
}

static int restore_special(struct restore *r, struct pair *p)
{
	const bool same = same_kind(p) && p->then.stx_rdev == p->now.stx_rdev;
	const int rc = same ? 0 : replace(r->call, p, make_special);

	return rc ? rc : give_attributes(r, p);
}

static int restore_subdir(struct restore *r, struct pair *p)
{
	int rc = same_kind(p) ? 0 : ceph_mkdir(r->call->fs, p->to, p->then.stx_mode & 07777);

	if (!rc)
		rc = restore_dir(r, p->from, p->to);
	return rc ? rc : give_attributes(r, p);
}

static int join(char out[TREE_NAME], const char *directory, const char *name)
{
	return snprintf(out, TREE_NAME, "%s/%s", directory, name) < TREE_NAME ? 0 : -ENAMETOOLONG;
}

static int look_pair(struct call *call, struct pair *p)
{
	int rc = look(call, p->from, &p->then);

	if (rc)
		return rc;
	rc = look(call, p->to, &p->now);
	p->there = !rc;
	return rc == -ENOENT ? 0 : rc;
}

static int drop(struct call *call, const char *directory, const char *name)
{
	const int rc = entry_remove(call, directory, name);

	return rc == -ENOENT ? 0 : rc;
}

static int restore_entry(struct restore *r, const char *from, const char *to, const char *name)
{
	struct pair *p = xcalloc(1, sizeof(*p));
	int rc = join(p->from, from, name);

	if (!rc)
		rc = join(p->to, to, name);
	if (!rc)
		rc = look_pair(r->call, p);
	/* A rename puts no file in the place of a directory, and no directory in a file's. */
	if (!rc && p->there && !same_kind(p) && (S_ISDIR(p->then.stx_mode) || S_ISDIR(p->now.stx_mode))) {
		rc = drop(r->call, to, name);
		p->there = false;
	}
	if (!rc)
		rc = S_ISDIR(p->then.stx_mode) ? restore_subdir(r, p) : S_ISREG(p->then.stx_mode) ? restore_file(r, p) :
		     S_ISLNK(p->then.stx_mode) ? restore_link(r, p) : restore_special(r, p);
	free(p);
	return rc;
}

static int add_name(struct call *call, const char *path, const char *name)
{
	(void)path;
	names_add(&call->names, name);
	return 0;
}

static int list(struct call *call, const char *path, char ***out, size_t *count)
{
	const int rc = entries_each(call, path, add_name);

	names_give(&call->names, out, count);
	return rc;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int drop_new(struct call *call, const char *to, char *const *then, size_t then_count)
{
	char **now;
	size_t count;
	int rc = list(call, to, &now, &count);

	for (size_t i = 0; i < count && !rc; i++)
		if (!then_count || !bsearch(&now[i], then, then_count, sizeof(*then), compare_names))
			rc = drop(call, to, now[i]);
	cluster_names_free(now, count);
	return rc;
}

static int restore_dir(struct restore *r, const char *from, const char *to)
{
	char **then;
	size_t count;
	int rc = list(r->call, from, &then, &count);

	if (!rc)
		rc = drop_new(r->call, to, then, count);
	for (size_t i = 0; i < count && !rc; i++)
		rc = aside_is(then[i]) ? drop(r->call, to, then[i]) : restore_entry(r, from, to, then[i]);
	cluster_names_free(then, count);
	return rc;
}

static int restore_all(struct call *call)
{
	struct restore r = {.call = call};
	struct pair *top = xcalloc(1, sizeof(*top));

	text_copy(top->from, sizeof(top->from), call->other);
	text_copy(top->to, sizeof(top->to), call->path);
	int rc = look(call, top->from, &top->then);
	if (!rc)
		rc = restore_dir(&r, top->from, top->to);
	if (!rc)
		rc = give_attributes(&r, top);
	for (size_t i = 0; i < r.count; i++)
		free(r.several[i].path);
	free(r.several);
	free(top);
	return rc;
}

int cluster_dirsnap_restore(struct cluster *c, const char *path, const char *snap,
			    const struct progress *progress, struct err *err)
{
	struct call *call = call_new_change(c, restore_all, path);
	struct text inner = {0}, verb = {0};

	text_printf(&inner, "%s/.snap/%s", path, snap);
	call_set_other(call, inner.data);
	text_printf(&verb, "put back to its snapshot %s", snap);
	const int status = call_run(&call, verb.data, progress, err);
	call_free(call);
	text_free(&inner);
	text_free(&verb);
	return status;
}
