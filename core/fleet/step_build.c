/* build-root: a suite's packages, with the kit, to DIR/root. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "core/fleet/step_work.h"
#include "core/fleet/tool.h"
#include "core/kit/files.h"

/* build-root {dir, suite, mirror, include} */

static int make_parents(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		const int failed = mkdir(path, 0755) && errno != EEXIST;
		*slash = '/';
		if (failed)
			return -1;
	}
	return 0;
}

static int write_kit_file(const char *dir, const struct kit_file *file, struct err *err)
{
	char path[WORK_PATH];

	snprintf(path, sizeof(path), "%s%s", dir, file->path);
	int fd = make_parents(path) ? -1 : open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0700);
	const bool whole = fd >= 0 && write(fd, file->bytes, file->length) == (ssize_t)file->length &&
			   !fchmod(fd, (mode_t)file->mode);

	if (fd >= 0)
		close(fd);
	return whole ? 0 : err_set(err, ERR_FAILED, "%s can not be written: %s", path, strerror(errno));
}

static int write_kit(const char *dir, struct err *err)
{
	size_t count;
	const struct kit_file *files = kit_files(&count);
	int status = mkdir(dir, 0755) && errno != EEXIST
		   ? err_set(err, ERR_FAILED, "%s can not be made: %s", dir, strerror(errno)) : 0;

	for (size_t i = 0; i < count && !status; i++)
		status = write_kit_file(dir, &files[i], err);
	return status;
}

/* What every image needs: systemd, a kernel, and what the kit's scripts call. */
#define BASE_PACKAGES "systemd-sysv,udev,dbus,linux-image-amd64,initramfs-tools,zstd,busybox,kmod,iproute2"

static int build_root_run(struct step *step, struct err *err)
{
	char root[WORK_PATH], kit[WORK_PATH], log[WORK_PATH];
	struct text include = {0}, hook = {0};
	const char *mirror = step_arg(step, "mirror");
	int status = tool_remove_tree(work_path(step, "root", root), err);

	if (!status)
		status = write_kit(work_path(step, "kit", kit), err);
	if (status)
		return status;
	text_printf(&include, "--include=" BASE_PACKAGES "%s%s", *step_arg(step, "include") ? "," : "",
		    step_arg(step, "include"));
	/* Before the kernel's package makes its initrd, so that the kit is in it. */
	text_printf(&hook, "--essential-hook=cp -a %s/. \"$1\"/", kit);
	const char *const argv[] = {
		"mmdebstrap", "--mode=root", "--variant=minbase", "--format=directory",
		include.data, hook.data,
		"--customize-hook=: > \"$1/etc/machine-id\"; echo berth > \"$1/etc/hostname\"",
		step_arg(step, "suite"), root, *mirror ? mirror : NULL, NULL,
	};
	status = tool_run(argv, work_path(step, "log", log), step->progress, NULL, err);
	text_free(&include);
	text_free(&hook);
	return status;
}

const struct step_kind build_steps[] = {
	{"build-root", NULL, build_root_run, NULL},
	{0},
};
