/*
 * SQLite cannot read a WAL file without making -wal and -shm beside it, and a
 * read-only connection leaves both behind, or fails where the directory is
 * read-only. When neither file is there nobody has the inventory open, and it is
 * whole in itself: then a private copy in memory is read instead.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "db/internal.h"

static bool is_beside(const char *path, const char *suffix)
{
	struct text name = {0};
	struct stat status;
	bool found;

	text_printf(&name, "%s%s", path, suffix);
	found = lstat(name.data, &status) == 0;
	text_free(&name);
	return found;
}

bool db_copy_possible(const char *path)
{
	return !is_beside(path, "-wal") && !is_beside(path, "-shm") && !is_beside(path, "-journal");
}

static bool is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

bool db_copy_is_stale(const struct db *db)
{
	struct stat now;

	return stat(db->path, &now) != 0 || !is_same(&now, &db->copied_from) ||
	       !db_copy_possible(db->path);
}

static bool read_exactly(int fd, unsigned char *out, size_t size)
{
	while (size > 0) {
		const ssize_t got = read(fd, out, size);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		out += got;
		size -= (size_t)got;
	}
	return true;
}

/* The file's bytes, owned by SQLite's allocator; NULL with errno set. */
static unsigned char *read_file(const char *path, struct stat *status)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	unsigned char *bytes = NULL;

	if (fd < 0)
		return NULL;
	errno = 0;
	if (fstat(fd, status) == 0)
		bytes = sqlite3_malloc64((sqlite3_uint64)status->st_size + 1);
	if (bytes && !read_exactly(fd, bytes, (size_t)status->st_size)) {
		sqlite3_free(bytes);
		bytes = NULL;
	}
	close(fd);
	return bytes;
}

/* SQLite's header, bytes 18 and 19: 2 is WAL, which memory cannot do. */
static void leave_wal(unsigned char *bytes, size_t size)
{
	if (size >= 100 && bytes[18] == 2 && bytes[19] == 2)
		bytes[18] = bytes[19] = 1;
}

int db_copy_open(struct db *db, struct err *err)
{
	unsigned char *const bytes = read_file(db->path, &db->copied_from);
	const sqlite3_int64 size = bytes ? db->copied_from.st_size : 0;
	int result;

	if (!bytes)
		return db_error_code(db, SQLITE_CANTOPEN, errno ? strerror(errno) : "it changed while it "
				     "was read", err);
	db->generation++;
	db->copied = true;
	leave_wal(bytes, (size_t)size);
	result = sqlite3_open_v2(":memory:", &db->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
				 SQLITE_OPEN_EXRESCODE, NULL);
	if (result == SQLITE_OK)
		result = sqlite3_deserialize(db->handle, "main", bytes, size, size,
					     SQLITE_DESERIALIZE_READONLY | SQLITE_DESERIALIZE_FREEONCLOSE);
	else
		sqlite3_free(bytes);
	if (result != SQLITE_OK)
		return db_error_code(db, result, sqlite3_errstr(result), err);
	return 0;
}
