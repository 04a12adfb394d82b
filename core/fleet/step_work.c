/*
 * Steps that make an image's content in a work directory on this machine, with
 * no kernel module and no mount: DIR/root (a tree), DIR/image.raw, DIR/vmlinuz,
 * DIR/initrd.img, DIR/version, DIR/log.
 */
#include "core/fleet/step_work.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/fleet/tarball.h"
#include "core/fleet/tool.h"

char *work_path(const struct step *step, const char *name, char out[WORK_PATH])
{
	snprintf(out, WORK_PATH, "%s/%s", step_arg(step, "dir"), name);
	return out;
}

/* work-dir {dir} */

static int work_dir_run(struct step *step, struct err *err)
{
	const char *dir = step_arg(step, "dir");
	struct stat stat;

	if (!mkdir(dir, 0700))
		return 0;
	/* What a run before a crash has made; or what somebody else put there, for us to fill. */
	if (errno == EEXIST && !lstat(dir, &stat) && S_ISDIR(stat.st_mode) && stat.st_uid == geteuid() && !(stat.st_mode & 077))
		return 0;
	return err_set(err, ERR_FAILED, "the work directory %s can not be made: %s; set TMPDIR to a place with room",
		       dir, strerror(errno));
}

static int work_dir_undo(struct step *step, struct err *err)
{
	return tool_remove_tree(step_arg(step, "dir"), err);
}

static int make_empty(const char *dir, struct err *err)
{
	const int status = tool_remove_tree(dir, err);

	return status || !mkdir(dir, 0755) ? status : err_set(err, ERR_FAILED, "%s can not be made: %s", dir, strerror(errno));
}

/* unpack {dir, file}: a tar file, to DIR/root */

static int unpack_run(struct step *step, struct err *err)
{
	char root[WORK_PATH];
	const int status = make_empty(work_path(step, "root", root), err);

	return status ? status : tarball_unpack(step_arg(step, "file"), root, step->progress, err);
}

/* unpack-oci {dir, file, layout: bool}: the one image of a layout or archive, to DIR/root */

static int unpack_oci_run(struct step *step, struct err *err)
{
	char from[WORK_PATH + 16], to[WORK_PATH + 16], image[WORK_PATH + 16], bundle[WORK_PATH], root[WORK_PATH], log[WORK_PATH],
		unpacked[WORK_PATH + 16];
	const bool layout = json_is_true(json_object_get(step->args, "layout"));
	int status = make_empty(work_path(step, "oci", image), err);

	work_path(step, "log", log);
	if (!status)
		status = tool_remove_tree(work_path(step, "bundle", bundle), err);
	if (!status)
		status = tool_remove_tree(work_path(step, "root", root), err);
	if (status)
		return status;
	snprintf(from, sizeof(from), "%s:%s", layout ? "oci" : "oci-archive", step_arg(step, "file"));
	snprintf(to, sizeof(to), "oci:%s:root", image);
	const char *const copy[] = {"skopeo", "--insecure-policy", "copy", from, to, NULL};
	status = tool_run(copy, log, step->progress, NULL, err);
	if (status)
		return status;
	snprintf(to, sizeof(to), "%s:root", image);
	const char *const unpack[] = {"umoci", "unpack", geteuid() ? "--rootless" : "--keep-dirlinks", "--image", to, bundle, NULL};
	status = tool_run(unpack, log, step->progress, NULL, err);
	snprintf(unpacked, sizeof(unpacked), "%s/rootfs", bundle);
	if (!status && rename(unpacked, root))
		status = err_set(err, ERR_FAILED, "%s can not be moved to %s: %s", unpacked, root, strerror(errno));
	return status;
}

/* pack-root {dir, source, size} */

static int pack_root_run(struct step *step, struct err *err)
{
	char raw[WORK_PATH], log[WORK_PATH], size[32], words[SIZE_TEXT];
	const int64_t bytes = step_arg_int(step, "size");
	const int fd = open(work_path(step, "image.raw", raw), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0 || ftruncate(fd, bytes)) {
		err_set(err, ERR_FAILED, "%s can not be made: %s", raw, strerror(errno));
		if (fd >= 0)
			close(fd);
		return ERR_FAILED;
	}
	close(fd);
	snprintf(size, sizeof(size), "%lldk", (long long)(bytes / 1024));
	const char *const argv[] = {
		"mkfs.ext4", "-q", "-F", "-L", "root", "-d", step_arg(step, "source"), raw, size, NULL,
	};
	const int status = tool_run(argv, work_path(step, "log", log), step->progress, NULL, err);
	return status ? err_prefix(err, "%s does not fit into %s (give a larger --size), the work directory has no room for it (set "
				   "TMPDIR to a place with room), or it can not be read", step_arg(step, "source"),
				   size_format(bytes, words)) : 0;
}

/* work-clean {dir}: nothing to undo, everything is in the cluster. */

static int work_clean_run(struct step *step, struct err *err)
{
	return tool_remove_tree(step_arg(step, "dir"), err);
}

const struct step_kind work_steps[] = {
	{"work-dir", NULL, work_dir_run, work_dir_undo},
	{"unpack", NULL, unpack_run, NULL},
	{"unpack-oci", NULL, unpack_oci_run, NULL},
	{"pack-root", NULL, pack_root_run, NULL},
	{"work-clean", NULL, work_clean_run, NULL},
	{0},
};
