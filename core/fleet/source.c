#include "core/fleet/source.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "core/fleet/source_disk.h"
#include "core/fleet/tarball.h"
#include "core/fleet/tool.h"

/* Truncated files show up in `check` as clusters beyond the end of the file. */
static int check_qcow2(const char *path, struct err *err)
{
	const char *const check[] = {"qemu-img", "check", "-q", "-f", "qcow2", path, NULL};
	const char *const info[] = {"qemu-img", "info", "--output=json", "-f", "qcow2", path, NULL};
	struct text text = {0};
	int status = tool_run(check, NULL, NULL, NULL, err);

	if (!status)
		status = tool_run(info, NULL, NULL, &text, err);
	json_t *json = json_loads(text_string(&text), 0, NULL);
	if (!status && json_object_get(json, "backing-filename"))
		status = err_field(err, "file", "%s needs a backing file: flatten it first with `qemu-img convert -O qcow2 %s NEW`",
				   path, path);
	else if (status && !strstr(err->text, "apt-get install"))
		status = err_field(err, "file", "%s is a damaged or truncated qcow2 file (%.200s): copy it again", path,
				   err->text);
	json_decref(json);
	text_free(&text);
	return status;
}

static int inspect_disk(const char *path, bool qcow2, struct source *out, struct err *err)
{
	struct disk *disk = NULL;
	int status = qcow2 ? check_qcow2(path, err) : 0;

	*out = (struct source){.kind = SOURCE_DISK, .qcow2 = qcow2};
	if (!status)
		status = disk_open(path, qcow2, &disk, err);
	if (!status)
		status = source_disk_inspect(disk, path, out, err);
	disk_close(disk);
	return status;
}

static int inspect_tar(const char *path, const struct stat *info, struct source *out, struct err *err)
{
	struct tarball tarball;
	const int status = tarball_inspect(path, &tarball, err);

	*out = (struct source){.kind = tarball.is_oci ? SOURCE_OCI : SOURCE_TAR,
			       .size = tarball.is_oci ? info->st_size : tarball.size};
	if (status || tarball.is_oci || tarball.is_root)
		return status;
	return err_field(err, "file", "%s holds no root file system (there is no etc or no usr in it): give a tar file that "
			 "was made in the directory that would be / on the machine", path);
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

static bool is_oci_layout(const char *dir)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/oci-layout", dir);
	return !access(path, F_OK);
}

static int inspect_directory(const char *path, struct source *out, struct err *err)
{
	static const char *const needed[] = {"etc", "usr"};
	char member[4096];
	struct stat stat;

	tree_bytes = 0;
	*out = (struct source){.kind = is_oci_layout(path) ? SOURCE_OCI : SOURCE_DIRECTORY};
	for (size_t i = 0; out->kind == SOURCE_DIRECTORY && i < sizeof(needed) / sizeof(*needed); i++) {
		snprintf(member, sizeof(member), "%s/%s", path, needed[i]);
		if (lstat(member, &stat) || !S_ISDIR(stat.st_mode))
			return err_field(err, "file", "%s holds no root file system (there is no %s): give the directory "
					 "that would be / on the machine", path, needed[i]);
	}
	nftw(path, add_size, 64, FTW_PHYS | FTW_MOUNT);
	out->size = tree_bytes;
	return 0;
}

static bool is_qcow2(const char *path)
{
	char magic[4] = "";
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	const bool is = fd >= 0 && read(fd, magic, sizeof(magic)) == sizeof(magic) && !memcmp(magic, "QFI\xfb", sizeof(magic));

	if (fd >= 0)
		close(fd);
	return is;
}

int source_inspect(const char *path, struct source *out, struct err *err)
{
	struct stat info;

	if (stat(path, &info) || access(path, R_OK))
		return err_set(err, ERR_NOT_FOUND, "%s can not be read (%s): give a file or a directory",
			       path, strerror(errno));
	if (S_ISDIR(info.st_mode))
		return inspect_directory(path, out, err);
	if (!S_ISREG(info.st_mode))
		return err_field(err, "file", "%s is neither a file nor a directory", path);
	if (is_qcow2(path))
		return inspect_disk(path, true, out, err);
	/* A tar file has no magic that a disk could not have, too, behind its first member. */
	const int status = inspect_disk(path, false, out, err);
	if (status == ERR_USAGE && tarball_is(path))
		return inspect_tar(path, &info, out, err);
	return status;
}
