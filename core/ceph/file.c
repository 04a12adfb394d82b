/* Files of the tree: written aside, made safe, then renamed. */
#include "core/ceph/tree.h"

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

#define READ_MAX (16 << 20)
#define PIECE ((int64_t)4 << 20)

/* Where the bytes of a file come from: fills up to size bytes at offset, gives
 * their count, 0 at the end, or a negative errno. */
typedef int64_t source_function(struct call *call, void *source, char *out, int64_t size, int64_t offset);

static int copy_pieces(struct call *call, int fd, source_function *read_piece, void *source)
{
	char *piece = xcalloc(1, (size_t)PIECE);
	int64_t offset = 0, n;
	int rc;

	while (!(rc = call_beat(call)) && (n = read_piece(call, source, piece, PIECE, offset)) != 0) {
		const int64_t written = n < 0 ? n : ceph_write(call->fs, fd, piece, n, offset);

		if (written != n || n < 0) {
			rc = written < 0 ? (int)written : -EIO;
			break;
		}
		offset += n;
		call->done += n;
	}
	free(piece);
	return rc;
}

static int give_mode(struct call *call, int fd)
{
	struct ceph_statx stat = {.stx_mode = (uint16_t)call->mode, .stx_uid = 0, .stx_gid = (uint32_t)call->gid};

	return ceph_fsetattrx(call->fs, fd, &stat, CEPH_SETATTR_MODE | CEPH_SETATTR_UID | CEPH_SETATTR_GID);
}

static int fill(struct call *call, const char *aside, source_function *read_piece, void *source)
{
	const int fd = ceph_open(call->fs, aside, O_CREAT | O_EXCL | O_WRONLY, 0600);

	if (fd < 0)
		return fd;
	int rc = copy_pieces(call, fd, read_piece, source);
	if (!rc)
		rc = give_mode(call, fd);
	if (!rc)
		rc = call_beat(call);
	if (!rc)
		rc = ceph_fsync(call->fs, fd, 0);
	const int closed = ceph_close(call->fs, fd);
	return rc ? rc : closed;
}

static int write_file(struct call *call, const char *path, source_function *read_piece, void *source)
{
	char aside[TREE_NAME];
	int rc = aside_name(path, aside, sizeof(aside));

	if (rc)
		return rc;
	rc = fill(call, aside, read_piece, source);
	if (!rc)
		rc = call_beat(call);
	if (!rc)
		rc = ceph_rename(call->fs, aside, path);
	if (rc && rc != -ENOENT)
		ceph_unlink(call->fs, aside);
	return rc;
}

static int64_t read_bytes(struct call *call, void *source, char *out, int64_t size, int64_t offset)
{
	const int64_t left = (int64_t)call->length - offset, n = left < size ? left : size;

	(void)source;
	memcpy(out, call->bytes + offset, (size_t)n);
	return n;
}

static int write_bytes(struct call *call)
{
	return write_file(call, call->path, read_bytes, NULL);
}

int cluster_file_write(struct cluster *c, const char *path, const void *bytes, size_t length,
		       int mode, int gid, struct err *err)
{
	struct call *call = call_new_change(c, write_bytes, path);

	call->bytes = xcalloc(1, length + 1);
	memcpy(call->bytes, bytes, length);
	call->length = length;
	call->mode = mode;
	call->gid = gid;
	const int status = call_run(&call, "written", NULL, err);
	call_free(call);
	return status;
}

static int read_whole(struct call *call, int fd)
{
	struct ceph_statx stat;
	int rc = ceph_fstatx(call->fs, fd, &stat, CEPH_STATX_SIZE | CEPH_STATX_MODE, 0);

	if (rc)
		return rc;
	if (S_ISDIR(stat.stx_mode))
		return -EISDIR;
	if (stat.stx_size > READ_MAX)
		return -EFBIG;
	free(call->bytes); /* of a first try */
	call->bytes = xcalloc(1, (size_t)stat.stx_size + 1);
	call->length = (size_t)stat.stx_size;
	size_t at = 0;
	while (at < call->length && !(rc = call_beat(call))) {
		const int n = ceph_read(call->fs, fd, call->bytes + at, (int64_t)(call->length - at), (int64_t)at);

		if (n <= 0) {
			rc = n;
			break;
		}
		at += (size_t)n;
	}
	call->length = at;
	return rc;
}

static int read_file(struct call *call)
{
	const int fd = ceph_open(call->fs, call->path, O_RDONLY, 0);

	if (fd < 0)
		return fd;
	const int rc = read_whole(call, fd);
	ceph_close(call->fs, fd);
	return rc;
}

int cluster_file_read(struct cluster *c, const char *path, char **out, size_t *length, struct err *err)
{
	struct call *call = call_new(c, read_file, path);
	const int status = call_run(&call, "read", NULL, err);

	*out = NULL;
	*length = 0;
	if (!status) {
		*out = call->bytes;
		*length = call->length;
		call->bytes = NULL;
	}
	call_free(call);
	return status;
}

struct local { const char *path; int fd; };

static int64_t read_local(struct call *call, void *source, char *out, int64_t size, int64_t offset)
{
	const struct local *local = source;
	const ssize_t n = pread(local->fd, out, (size_t)size, offset);

	if (n < 0)
		return err_set(&call->err, ERR_FAILED, "%s can not be read: %s", local->path, strerror(errno));
	return n;
}

int entry_write_local(struct call *call, const char *local, const char *to)
{
	struct stat stat;
	struct local source = {local, open(local, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};

	if (source.fd < 0 || fstat(source.fd, &stat)) {
		const int code = err_set(&call->err, errno == ENOENT ? ERR_NOT_FOUND : ERR_FAILED,
					 "%s can not be read: %s", local, strerror(errno));
		if (source.fd >= 0)
			close(source.fd);
		return code;
	}
	call->total += stat.st_size;
	const int rc = write_file(call, to, read_local, &source);
	close(source.fd);
	return rc;
}

static int copy_local(struct call *call)
{
	call->total = 0; /* of a first try */
	return entry_write_local(call, call->text, call->path);
}

int cluster_file_copy_in(struct cluster *c, const char *local, const char *path, int mode, int gid,
			 const struct progress *progress, struct err *err)
{
	struct call *call = call_new_change(c, copy_local, path);

	text_copy(call->text, sizeof(call->text), local);
	call->mode = mode;
	call->gid = gid;
	const int status = call_run(&call, "written", progress, err);
	call_free(call);
	return status;
}

static int64_t read_remote(struct call *call, void *source, char *out, int64_t size, int64_t offset)
{
	const int *fd = source;

	return ceph_read(call->fs, *fd, out, size, offset);
}

int entry_copy(struct call *call, const char *from, const char *to)
{
	int fd = ceph_open(call->fs, from, O_RDONLY, 0);

	if (fd < 0)
		return fd;
	const int rc = write_file(call, to, read_remote, &fd);
	ceph_close(call->fs, fd);
	return rc;
}

static int copy_within(struct call *call)
{
	return entry_copy(call, call->other, call->path);
}

int cluster_file_copy(struct cluster *c, const char *from, const char *to, int mode, int gid, struct err *err)
{
	struct call *call = call_new_change(c, copy_within, to);

	call_set_other(call, from);
	call->mode = mode;
	call->gid = gid;
	const int status = call_run(&call, "made as a copy", NULL, err);
	call_free(call);
	return status;
}
