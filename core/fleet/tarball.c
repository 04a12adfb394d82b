#include "core/fleet/tarball.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

#define BLOCK 4096
#define READ_BLOCK (256 * 1024)

/* How deep a path goes in the end, and *least: the least on the way. "a/../../b": 0, -1 */
static int depth_of(const char *path, int from, int *least)
{
	int depth = from;

	*least = from;
	while (*path) {
		const size_t length = strcspn(path, "/");

		if (length == 2 && !strncmp(path, "..", 2))
			depth--;
		else if (length && !(length == 1 && *path == '.'))
			depth++;
		*least = depth < *least ? depth : *least;
		path += length + strspn(path + length, "/");
	}
	return depth;
}

static bool has_dotdot(const char *path)
{
	while (*path) {
		const size_t length = strcspn(path, "/");

		if (length == 2 && !strncmp(path, "..", 2))
			return true;
		path += length + strspn(path + length, "/");
	}
	return false;
}

const char *tarball_refuses(const char *name, bool is_symlink, const char *target)
{
	int least;

	if (!*name)
		return "has no name";
	if (*name == '/')
		return "is an absolute path";
	if (has_dotdot(name))
		return "has '..' in its path";
	if (!target)
		return NULL;
	if (!is_symlink)
		return *target == '/' || has_dotdot(target) ? "is a hard link that leads outside" : NULL;
	/* An absolute one stays in the root that the machine sees. */
	if (*target == '/')
		return NULL;
	depth_of(target, depth_of(name, -1, &least), &least);
	return least < 0 ? "is a symbolic link that leads outside" : NULL;
}

static int refuse(struct archive *archive, const char *path, struct err *err)
{
	const char *why = archive_error_string(archive);

	return err_field(err, "file", "%s is a damaged or truncated tar file (%s): copy it again", path, why ? why : "no reason given");
}

static struct archive *open_tar(const char *path, struct err *err)
{
	struct archive *archive = archive_read_new();

	if (!archive)
		abort();
	archive_read_support_format_tar(archive);
	archive_read_support_filter_gzip(archive);
	archive_read_support_filter_bzip2(archive);
	archive_read_support_filter_xz(archive);
	archive_read_support_filter_lzma(archive);
	archive_read_support_filter_zstd(archive);
	/* Names are bytes, whatever this process's locale is. */
	archive_read_set_options(archive, "hdrcharset=BINARY");
	if (archive_read_open_filename(archive, path, READ_BLOCK) == ARCHIVE_OK)
		return archive;
	refuse(archive, path, err);
	archive_read_free(archive);
	return NULL;
}

/* libarchive gives up on what is packed and cut before its first member is whole. */
static bool is_packed(const char *path)
{
	static const char *const magics[] = {"\x1f\x8b", "BZh", "\xfd\x37zXZ", "\x28\xb5\x2f\xfd"};
	char head[8] = "";
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	const ssize_t n = fd < 0 ? -1 : read(fd, head, sizeof(head));
	bool is = false;

	for (size_t i = 0; i < sizeof(magics) / sizeof(*magics); i++)
		is |= n == sizeof(head) && !memcmp(head, magics[i], strlen(magics[i]));
	if (fd >= 0)
		close(fd);
	return is;
}

bool tarball_is(const char *path)
{
	struct archive *archive = open_tar(path, NULL);
	struct archive_entry *entry;

	if (!archive)
		return is_packed(path);
	const int got = archive_read_next_header(archive, &entry);
	const bool is = ((got == ARCHIVE_OK || got == ARCHIVE_WARN) && archive_format(archive) & ARCHIVE_FORMAT_TAR) || is_packed(path);
	archive_read_free(archive);
	return is;
}

/* In pax headers names are UTF-8, and given as such alone where the locale has another one. */
static void take_names(struct archive_entry *entry)
{
	if (!archive_entry_pathname(entry) && archive_entry_pathname_utf8(entry))
		archive_entry_copy_pathname(entry, archive_entry_pathname_utf8(entry));
	if (!archive_entry_hardlink(entry) && archive_entry_hardlink_utf8(entry))
		archive_entry_copy_hardlink(entry, archive_entry_hardlink_utf8(entry));
	if (!archive_entry_symlink(entry) && archive_entry_symlink_utf8(entry))
		archive_entry_copy_symlink(entry, archive_entry_symlink_utf8(entry));
}

/* 1: *entry is there, 0: at the end, else an error. */
static int next(struct archive *archive, const char *path, struct archive_entry **entry, struct err *err)
{
	switch (archive_read_next_header(archive, entry)) {
	case ARCHIVE_OK:
	case ARCHIVE_WARN:
		take_names(*entry);
		return 1;
	case ARCHIVE_EOF:
		return 0;
	default:
		return refuse(archive, path, err);
	}
}

static int check_member(struct archive_entry *entry, const char *path, struct err *err)
{
	const char *name = archive_entry_pathname(entry), *link = archive_entry_hardlink(entry);
	const bool is_symlink = !link && archive_entry_filetype(entry) == AE_IFLNK;
	const char *target = is_symlink ? archive_entry_symlink(entry) : link;
	const char *why = is_symlink && !target ? "is a link to nowhere" : tarball_refuses(name ? name : "", is_symlink, target);

	return why ? err_field(err, "file", "%s is refused: its member '%.300s' %s; make it again with paths below the root's own /",
			       path, name ? name : "", why) : 0;
}

static const char *without_dots(const char *name)
{
	while (name[0] == '.' && name[1] == '/')
		name += 1 + strspn(name + 1, "/");
	return name;
}

static bool begins(const char *name, const char *dir)
{
	const size_t length = strlen(dir);

	return !strncmp(name, dir, length) && (name[length] == '/' || !name[length]);
}

int tarball_inspect(const char *path, struct tarball *out, struct err *err)
{
	struct archive *archive = open_tar(path, err);
	struct archive_entry *entry;
	bool etc = false, usr = false;
	int got, status = 0;

	*out = (struct tarball){0};
	if (!archive)
		return err->code;
	while (!status && (got = next(archive, path, &entry, err)) != 0) {
		status = got < 0 ? got : check_member(entry, path, err);
		if (status)
			break;
		const char *name = without_dots(archive_entry_pathname(entry));
		etc |= begins(name, "etc");
		usr |= begins(name, "usr");
		out->is_oci |= !strcmp(name, "oci-layout");
		out->size += (archive_entry_size(entry) + BLOCK - 1) / BLOCK * BLOCK + BLOCK;
	}
	out->is_root = etc && usr;
	archive_read_free(archive);
	return status;
}

static int refuse_write(struct archive *disk, struct archive_entry *entry, struct err *err)
{
	const char *why = archive_error_string(disk);
	const int code = archive_errno(disk);

	return err_set(err, ERR_FAILED, "%s can not be unpacked: %s%s", archive_entry_pathname(entry), why ? why : "no reason given",
		       code == ENOSPC || code == EDQUOT ? "; set TMPDIR to a place with room" : "");
}

static int copy_data(struct archive *from, struct archive *disk, struct archive_entry *entry, const char *path,
		     const struct progress *progress, struct err *err)
{
	const void *bytes;
	size_t length;
	int64_t at;
	int got;

	while ((got = archive_read_data_block(from, &bytes, &length, &at)) == ARCHIVE_OK) {
		if (archive_write_data_block(disk, bytes, length, at) < ARCHIVE_WARN)
			return refuse_write(disk, entry, err);
		if (progress_cancelled(progress))
			return err_set(err, ERR_CANCELLED, "cancelled while unpacking");
	}
	return got == ARCHIVE_EOF ? 0 : refuse(from, path, err);
}

/* As `name` and hard link below dir. */
static void move_below(struct archive_entry *entry, const char *dir)
{
	const char *link = archive_entry_hardlink(entry);
	struct text path = {0};

	text_printf(&path, "%s/%s", dir, archive_entry_pathname(entry));
	archive_entry_copy_pathname(entry, path.data);
	if (link) {
		text_clear(&path);
		text_printf(&path, "%s/%s", dir, link);
		archive_entry_copy_hardlink(entry, path.data);
	}
	text_free(&path);
}

static int unpack_member(struct archive *from, struct archive *disk, struct archive_entry *entry, const char *path,
			 const struct progress *progress, struct err *err)
{
	if (archive_write_header(disk, entry) < ARCHIVE_WARN)
		return refuse_write(disk, entry, err);
	int status = archive_entry_size(entry) > 0 ? copy_data(from, disk, entry, path, progress, err) : 0;
	if (!status && archive_write_finish_entry(disk) < ARCHIVE_WARN)
		status = refuse_write(disk, entry, err);
	return status;
}

static bool is_device(struct archive_entry *entry)
{
	const unsigned type = archive_entry_filetype(entry);

	return !archive_entry_hardlink(entry) && (type == AE_IFCHR || type == AE_IFBLK || type == AE_IFSOCK);
}

static int unpack_all(struct archive *from, struct archive *disk, const char *path, const char *dir,
		      const struct progress *progress, struct err *err)
{
	struct archive_entry *entry;
	struct stat file;
	int got, status = 0;
	const int64_t size = stat(path, &file) ? 0 : file.st_size;

	while (!status && (got = next(from, path, &entry, err)) != 0) {
		status = got < 0 ? got : check_member(entry, path, err);
		if (status || is_device(entry))
			continue;
		move_below(entry, dir);
		status = unpack_member(from, disk, entry, path, progress, err);
		progress_report_bytes(progress, archive_filter_bytes(from, -1), size);
		if (!status && progress_cancelled(progress))
			status = err_set(err, ERR_CANCELLED, "cancelled while unpacking");
	}
	return status;
}

/* Through a link that an earlier member has made nothing is written. */
#define UNPACK_FLAGS (ARCHIVE_EXTRACT_PERM | ARCHIVE_EXTRACT_TIME | ARCHIVE_EXTRACT_ACL | ARCHIVE_EXTRACT_XATTR | \
		      ARCHIVE_EXTRACT_SECURE_SYMLINKS | ARCHIVE_EXTRACT_SECURE_NODOTDOT)

int tarball_unpack(const char *path, const char *dir, const struct progress *progress, struct err *err)
{
	char *top = realpath(dir, NULL);
	struct archive *from = top ? open_tar(path, err) : NULL;
	struct archive *disk;

	if (!from) {
		const int status = top ? err->code : err_set(err, ERR_FAILED, "%s can not be used: %s", dir, strerror(errno));
		free(top);
		return status;
	}
	disk = archive_write_disk_new();
	if (!disk)
		abort();
	archive_write_disk_set_options(disk, UNPACK_FLAGS | (geteuid() ? 0 : ARCHIVE_EXTRACT_OWNER));
	int status = unpack_all(from, disk, path, top, progress, err);
	if (archive_write_close(disk) < ARCHIVE_WARN && !status)
		status = err_set(err, ERR_FAILED, "%s can not be unpacked: %s", path, archive_error_string(disk));
	archive_write_free(disk);
	archive_read_free(from);
	free(top);
	return status;
}
