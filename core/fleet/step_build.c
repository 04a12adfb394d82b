/*
 * Steps that make an image's content in a work directory on this machine, with
 * no kernel module and no mount: DIR/root (a tree), DIR/image.raw, DIR/vmlinuz,
 * DIR/initrd.img, DIR/version, DIR/packages, DIR/log.
 */
#include "core/fleet/step.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "core/fleet/packages_take.h"
#include "core/fleet/source.h"
#include "core/fleet/tool.h"
#include "core/kit/files.h"

#define WORK_PATH 512

static char *work_path(const struct step *step, const char *name, char out[WORK_PATH])
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

/* pack-root {dir, source, size} */

static int pack_root_run(struct step *step, struct err *err)
{
	char raw[WORK_PATH], log[WORK_PATH], size[32];
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
	return status ? err_prefix(err, "%s does not fit into %s, or can not be read", step_arg(step, "source"),
				   size) : 0;
}

/* convert {dir, file} */

static int convert_run(struct step *step, struct err *err)
{
	char raw[WORK_PATH], log[WORK_PATH];
	struct source source;
	const char *file = step_arg(step, "file");
	const char *const argv[] = {
		"qemu-img", "convert", "-f", "qcow2", "-O", "raw", file, work_path(step, "image.raw", raw), NULL,
	};
	const int status = tool_run(argv, work_path(step, "log", log), step->progress, NULL, err);

	return status ? status : source_inspect_raw(raw, file, &source, err);
}

/* take-kernel {dir, tree | raw | kernel + initrd}: and the list of its packages */

static int note_version(struct step *step, const char *version, struct err *err)
{
	char path[WORK_PATH];
	FILE *file = fopen(work_path(step, "version", path), "we");
	const bool ok = file && fputs(version, file) >= 0;

	if (file && fclose(file))
		return err_set(err, ERR_FAILED, "%s can not be written: %s", path, strerror(errno));
	return ok ? 0 : err_set(err, ERR_FAILED, "%s can not be written: %s", path, strerror(errno));
}

static int copy_file(const char *from, const char *to, const struct progress *progress, struct err *err)
{
	const char *const argv[] = {"cp", "-L", "--sparse=auto", "--", from, to, NULL};

	return tool_run(argv, NULL, progress, NULL, err);
}

/* The newest version for which `names` (one a line) has kernel and initrd. */
static bool newest_kernel(char *names, char version[128])
{
	char *copy = xstrdup(names), *rest = names, *name;
	char needle[160];

	version[0] = '\0';
	while ((name = strsep(&rest, "\n"))) {
		if (strncmp(name, "vmlinuz-", 8) || strlen(name + 8) >= 128)
			continue;
		snprintf(needle, sizeof(needle), "\ninitrd.img-%s\n", name + 8);
		if (strstr(copy, needle) && strverscmp(name + 8, version) > 0)
			text_copy(version, 128, name + 8);
	}
	free(copy);
	return version[0] != '\0';
}

static void list_directory(const char *path, struct text *names)
{
	DIR *dir = opendir(path);
	const struct dirent *entry;

	text_add(names, "\n");
	while (dir && (entry = readdir(dir)))
		text_printf(names, "%s\n", entry->d_name);
	if (dir)
		closedir(dir);
}

static int take_from_tree(struct step *step, const char *tree, struct err *err)
{
	char boot[WORK_PATH], from[2 * WORK_PATH], to[WORK_PATH], version[128];
	struct text names = {0};
	int status = packages_take_tree(tree, work_path(step, "packages", to), err);

	snprintf(boot, sizeof(boot), "%s/boot", tree);
	list_directory(boot, &names);
	if (!status && newest_kernel(names.data, version)) {
		snprintf(from, sizeof(from), "%s/vmlinuz-%s", boot, version);
		status = copy_file(from, work_path(step, "vmlinuz", to), step->progress, err);
		snprintf(from, sizeof(from), "%s/initrd.img-%s", boot, version);
		if (!status)
			status = copy_file(from, work_path(step, "initrd.img", to), step->progress, err);
		if (!status)
			status = note_version(step, version, err);
	}
	text_free(&names);
	return status;
}

static int debugfs(const char *raw, const char *request, struct text *out, const struct progress *progress,
		   struct err *err)
{
	const char *const argv[] = {"debugfs", "-R", request, raw, NULL};

	return tool_run(argv, NULL, progress, out, err);
}

/* `ls -p` prints /inode/mode/uid/gid/name/size/ for each entry. */
static void debugfs_names(char *listing, struct text *names)
{
	char *rest = listing, *line;

	text_add(names, "\n");
	while ((line = strsep(&rest, "\n"))) {
		const char *field = NULL;

		for (int i = 0; line && i < 6; i++)
			field = strsep(&line, "/");
		if (field && *field)
			text_printf(names, "%s\n", field);
	}
}

static int take_from_raw(struct step *step, const char *raw, struct err *err)
{
	char request[2 * WORK_PATH], to[WORK_PATH], version[128];
	struct text listing = {0}, names = {0};
	struct source source;
	int status = source_inspect_raw(raw, raw, &source, err);

	if (!status && source.content == CONTENT_EXT4)
		status = packages_take_raw(raw, work_path(step, "packages", to), step->progress, err);
	if (!status && source.content == CONTENT_EXT4)
		status = debugfs(raw, "ls -p /boot", &listing, step->progress, err);
	if (!status && listing.length) {
		debugfs_names(listing.data, &names);
		if (newest_kernel(names.data, version)) {
			snprintf(request, sizeof(request), "dump /boot/vmlinuz-%s %s", version, work_path(step, "vmlinuz", to));
			status = debugfs(raw, request, NULL, step->progress, err);
			snprintf(request, sizeof(request), "dump /boot/initrd.img-%s %s", version, work_path(step, "initrd.img", to));
			if (!status)
				status = debugfs(raw, request, NULL, step->progress, err);
			if (!status)
				status = note_version(step, version, err);
		}
	}
	text_free(&listing);
	text_free(&names);
	return status;
}

static int take_given(struct step *step, struct err *err)
{
	const char *kernel = step_arg(step, "kernel");
	const char *base = strrchr(kernel, '/') ? strrchr(kernel, '/') + 1 : kernel;
	char to[WORK_PATH];
	int status = copy_file(kernel, work_path(step, "vmlinuz", to), step->progress, err);

	if (!status)
		status = copy_file(step_arg(step, "initrd"), work_path(step, "initrd.img", to), step->progress, err);
	return status ? status : note_version(step, strncmp(base, "vmlinuz-", 8) ? base : base + 8, err);
}

static int take_kernel_run(struct step *step, struct err *err)
{
	if (*step_arg(step, "kernel"))
		return take_given(step, err);
	if (*step_arg(step, "tree"))
		return take_from_tree(step, step_arg(step, "tree"), err);
	return take_from_raw(step, step_arg(step, "raw"), err);
}

/* work-clean {dir}: nothing to undo, everything is in the cluster. */

static int work_clean_run(struct step *step, struct err *err)
{
	return tool_remove_tree(step_arg(step, "dir"), err);
}

const struct step_kind build_steps[] = {
	{"work-dir", NULL, work_dir_run, work_dir_undo},
	{"build-root", NULL, build_root_run, NULL},
	{"pack-root", NULL, pack_root_run, NULL},
	{"convert", NULL, convert_run, NULL},
	{"take-kernel", NULL, take_kernel_run, NULL},
	{"work-clean", NULL, work_clean_run, NULL},
	{0},
};
