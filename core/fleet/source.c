#include "core/fleet/source.h"

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

struct head {
	unsigned char bytes[CONTENT_HEAD];
	size_t length;
	int64_t file_size;
};

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
	const ssize_t n = pread(fd, head->bytes, CONTENT_HEAD, 0);
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
	enum content content = CONTENT_UNKNOWN;
	uint64_t size = 0;
	char says[SIZE_TEXT], is[SIZE_TEXT];
	int status = head_read(path, shown, head, err);

	if (!status)
		content = content_read(head->bytes, &size);
	if (!status && content == CONTENT_UNKNOWN)
		status = refuse_unknown(head, shown, err);
	else if (!status && (size == 0 || size > (uint64_t)head->file_size))
		status = err_field(err, "file", "%s is truncated or damaged: its %s header tells of %s, the file has %s; "
				   "copy it again", shown, content_word(content),
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
