/* take-kernel {dir} and one of {tree}, {file, qcow2, start: of an ext4}, {kernel, initrd},
 * or none: what a machine boots, from an image's content to DIR/vmlinuz,
 * DIR/initrd.img and DIR/version; the newest of its /boot, nothing when it has none. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/text.h"
#include "core/fleet/ext4.h"
#include "core/fleet/step_work.h"
#include "core/fleet/tool.h"

#define COPY_PIECE ((size_t)4 << 20)

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

/* How a file of the image gets to a file of this machine. */
typedef int copier(void *context, const char *path, const char *to, const struct progress *progress, struct err *err);

static int take_newest(struct step *step, struct text *names, copier *copy, void *context, struct err *err)
{
	char path[160], to[WORK_PATH], version[128];
	int status;

	if (!newest_kernel(names->data, version))
		return 0;
	snprintf(path, sizeof(path), "/boot/vmlinuz-%s", version);
	status = copy(context, path, work_path(step, "vmlinuz", to), step->progress, err);
	snprintf(path, sizeof(path), "/boot/initrd.img-%s", version);
	if (!status)
		status = copy(context, path, work_path(step, "initrd.img", to), step->progress, err);
	return status ? status : note_version(step, version, err);
}

/* A link in the tree leads to where it would lead on the machine, never out of the tree. */
static int open_in_tree(const char *tree, const char *path, int flags)
{
	const int root = open(tree, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct open_how how = {.flags = (uint64_t)(flags | O_RDONLY | O_CLOEXEC), .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};
	const int fd = root < 0 ? -1 : (int)syscall(SYS_openat2, root, path, &how, sizeof(how));

	if (root >= 0)
		close(root);
	return fd;
}

static void list_boot(const char *tree, struct text *names)
{
	const int fd = open_in_tree(tree, "/boot", O_DIRECTORY);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		text_printf(names, "%s\n", entry->d_name);
	if (dir)
		closedir(dir);
}

static int copy_bytes(int from, int to, const struct progress *progress, struct err *err)
{
	ssize_t n;

	while ((n = sendfile(to, from, NULL, COPY_PIECE)) > 0)
		if (progress_cancelled(progress))
			return err_set(err, ERR_CANCELLED, "cancelled while the kernel was copied");
	return n ? err_set(err, ERR_FAILED, "it can not be copied: %s", strerror(errno)) : 0;
}

static int copy_from_tree(void *context, const char *path, const char *to, const struct progress *progress, struct err *err)
{
	const int from = open_in_tree(context, path, O_NONBLOCK);
	struct stat stat;

	if (from < 0 || fstat(from, &stat) || !S_ISREG(stat.st_mode)) {
		if (from >= 0)
			close(from);
		return err_set(err, ERR_FAILED, "%s in %s is no file that can be read", path, (const char *)context);
	}
	const int fd = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	const int status = fd < 0 ? err_set(err, ERR_FAILED, "%s can not be made: %s", to, strerror(errno))
				  : copy_bytes(from, fd, progress, err);
	if (fd >= 0)
		close(fd);
	close(from);
	return status;
}

static int take_from_tree(struct step *step, const char *tree, struct err *err)
{
	struct text names = {0};

	text_add(&names, "\n");
	list_boot(tree, &names);
	const int status = take_newest(step, &names, copy_from_tree, (void *)(uintptr_t)tree, err);
	text_free(&names);
	return status;
}

static int copy_from_ext4(void *context, const char *path, const char *to, const struct progress *progress, struct err *err)
{
	return ext4_copy_out(context, path, to, progress, err);
}

static int take_from_ext4(struct step *step, struct ext4 *ext4, struct err *err)
{
	struct text names = {0};

	text_add(&names, "\n");
	ext4_names(ext4, "/boot", &names);
	const int status = take_newest(step, &names, copy_from_ext4, ext4, err);
	text_free(&names);
	return status;
}

static int take_from_disk(struct step *step, struct err *err)
{
	struct disk *disk = NULL;
	struct ext4 *ext4 = NULL;
	int status = disk_open(step_arg(step, "file"), json_is_true(json_object_get(step->args, "qcow2")), &disk, err);

	if (!status)
		status = ext4_open(disk, step_arg_int(step, "start"), &ext4, err);
	if (!status)
		status = take_from_ext4(step, ext4, err);
	ext4_close(ext4);
	disk_close(disk);
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
	return *step_arg(step, "file") ? take_from_disk(step, err) : 0;
}

const struct step_kind kernel_steps[] = {
	{"take-kernel", NULL, take_kernel_run, NULL},
	{0},
};
