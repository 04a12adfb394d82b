#include "core/fleet/source.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "core/fleet/tool.h"

/* Enough of the start to hold every superblock that we look for: btrfs has its
 * own at 64 KiB (Linux, fs/btrfs/disk-io.h). */
#define HEAD_SIZE (0x10000 + 4096)

struct head {
	unsigned char bytes[HEAD_SIZE];
	size_t length;
	int64_t file_size;
};

const char *source_content_word(enum source_content content)
{
	static const char *const words[] = {"unknown", "ext4", "xfs", "btrfs", "LUKS"};

	return words[content];
}

static uint32_t le32(const unsigned char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return le32toh(v);
}

static uint32_t be32(const unsigned char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return be32toh(v);
}

static uint64_t be64(const unsigned char *p)
{
	return (uint64_t)be32(p) << 32 | be32(p + 4);
}

static uint64_t le64(const unsigned char *p)
{
	return (uint64_t)le32(p + 4) << 32 | le32(p);
}

/* Linux, fs/ext4/ext4.h, struct ext4_super_block at 1024. */
static uint64_t ext4_size(const unsigned char *head)
{
	const unsigned char *super = head + 1024;
	const uint32_t shift = le32(super + 24);
	const uint64_t high = le32(super + 96) & 0x80 ? le32(super + 336) : 0; /* INCOMPAT_64BIT */

	return shift > 6 ? UINT64_MAX : (high << 32 | le32(super + 4)) << (10 + shift);
}

/* How large the content says it is; 0 when the head is none that we know. */
static uint64_t head_content(const struct head *head, enum source_content *content)
{
	const unsigned char *b = head->bytes;

	if (!memcmp(b, "LUKS\xba\xbe", 6)) {
		*content = CONTENT_LUKS;
		/* version 1: payload offset in sectors; version 2: header size, twice */
		return b[7] == 1 ? (uint64_t)be32(b + 104) * 512 : be64(b + 8) * 2;
	}
	if (!memcmp(b, "XFSB", 4)) {
		*content = CONTENT_XFS;
		return be64(b + 8) * be32(b + 4);
	}
	if (b[1080] == 0x53 && b[1081] == 0xef) {
		*content = CONTENT_EXT4;
		return ext4_size(b);
	}
	if (!memcmp(b + 0x10040, "_BHRfS_M", 8)) {
		*content = CONTENT_BTRFS;
		return le64(b + 0x10070);
	}
	*content = CONTENT_UNKNOWN;
	return 0;
}

static int head_read(const char *path, const char *shown, struct head *head, struct err *err)
{
	struct stat stat;
	const int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &stat)) {
		const int code = errno == ENOENT ? ERR_NOT_FOUND : ERR_USAGE;

		err_set(err, code, "%s can not be read: %s", shown, strerror(errno));
		if (fd >= 0)
			close(fd);
		return code;
	}
	const ssize_t n = pread(fd, head->bytes, HEAD_SIZE, 0);
	close(fd);
	head->length = n < 0 ? 0 : (size_t)n;
	head->file_size = stat.st_size;
	return 0;
}

static int refuse_unknown(const struct head *head, const char *shown, struct err *err)
{
	const unsigned char *b = head->bytes;

	if (!memcmp(b + 512, "EFI PART", 8) || (b[510] == 0x55 && b[511] == 0xaa))
		return err_field(err, "file", "%s is a whole disk with a partition table: give its root partition alone, "
				 "as a raw file that begins with the file system", shown);
	return err_field(err, "file", "%s is no root file system that berth knows: give a raw file with ext4, xfs, btrfs "
			 "or LUKS, a qcow2 file, or a directory", shown);
}

int source_inspect_raw(const char *path, const char *shown, struct source *out, struct err *err)
{
	struct head *head = xcalloc(1, sizeof(*head));
	enum source_content content = CONTENT_UNKNOWN;
	char says[SIZE_TEXT], is[SIZE_TEXT];
	int status = head_read(path, shown, head, err);
	const uint64_t size = status ? 0 : head_content(head, &content);

	if (!status && content == CONTENT_UNKNOWN)
		status = refuse_unknown(head, shown, err);
	else if (!status && (size == 0 || size > (uint64_t)head->file_size))
		status = err_field(err, "file", "%s is truncated or damaged: its %s header tells of %s, the file has %s; "
				   "copy it again", shown, source_content_word(content),
				   size > INT64_MAX ? "an impossible size" : size_format((int64_t)size, says),
				   size_format(head->file_size, is));
	*out = (struct source){.kind = SOURCE_RAW, .content = content, .size = head->file_size};
	free(head);
	return status;
}

/* Truncated files show up in `check` as clusters beyond the end of the file. */
static int inspect_qcow2(const char *path, struct source *out, struct err *err)
{
	const char *const check[] = {"qemu-img", "check", "-q", "-f", "qcow2", path, NULL};
	const char *const info[] = {"qemu-img", "info", "--output=json", "-f", "qcow2", path, NULL};
	struct text text = {0};
	int status = tool_run(check, NULL, NULL, NULL, err);

	if (!status)
		status = tool_run(info, NULL, NULL, &text, err);
	json_t *json = json_loads(text_string(&text), 0, NULL);
	*out = (struct source){.kind = SOURCE_QCOW2, .size = json_integer_value(json_object_get(json, "virtual-size"))};
	if (!status && json_object_get(json, "backing-filename"))
		status = err_field(err, "file", "%s needs a backing file: flatten it first with `qemu-img convert -O qcow2 %s NEW`",
				   path, path);
	else if (status)
		status = err_field(err, "file", "%s is a damaged or truncated qcow2 file (%.200s): copy it again", path,
				   err->text);
	json_decref(json);
	text_free(&text);
	return status;
}

/* nftw passes no context; the sum is this thread's. */
static _Thread_local int64_t tree_bytes;

static int add_size(const char *path, const struct stat *stat, int type, struct FTW *ftw)
{
	(void)path;
	(void)type;
	(void)ftw;
	tree_bytes += (int64_t)stat->st_blocks * 512 + 4096;
	return 0;
}

static int inspect_directory(const char *path, struct source *out, struct err *err)
{
	static const char *const needed[] = {"etc", "usr"};
	char member[4096];
	struct stat stat;

	for (size_t i = 0; i < sizeof(needed) / sizeof(*needed); i++) {
		snprintf(member, sizeof(member), "%s/%s", path, needed[i]);
		if (lstat(member, &stat) || !S_ISDIR(stat.st_mode))
			return err_field(err, "file", "%s holds no root file system (there is no %s): give the directory "
					 "that would be / on the machine", path, needed[i]);
	}
	tree_bytes = 0;
	nftw(path, add_size, 64, FTW_PHYS | FTW_MOUNT);
	*out = (struct source){.kind = SOURCE_DIRECTORY, .size = tree_bytes};
	return 0;
}

int source_inspect(const char *path, struct source *out, struct err *err)
{
	struct head *head;
	struct stat info;

	if (stat(path, &info))
		return err_set(err, ERR_NOT_FOUND, "%s can not be read (%s): give a file or a directory",
			       path, strerror(errno));
	if (S_ISDIR(info.st_mode))
		return inspect_directory(path, out, err);
	if (!S_ISREG(info.st_mode))
		return err_field(err, "file", "%s is neither a file nor a directory", path);
	head = xcalloc(1, sizeof(*head));
	int status = head_read(path, path, head, err);
	const bool qcow2 = !status && !memcmp(head->bytes, "QFI\xfb", 4);
	free(head);
	if (status)
		return status;
	return qcow2 ? inspect_qcow2(path, out, err) : source_inspect_raw(path, path, out, err);
}
