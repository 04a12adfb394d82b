/* The exit: a copy of this program in memory, which systemd starts when the
 * root itself can go (systemd-shutdown's /run/initramfs/shutdown). Without it
 * a powered-off machine leaves its watch and its lock behind. */
#include "core/kit/berth-map.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <linux/reboot.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <unistd.h>

#define EXIT_DIR "/run/initramfs"
#define OLD_ROOT "/oldroot"

static int copy_self(const char *to)
{
	char buffer[65536];
	const int in = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	const int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
	ssize_t n = -1;

	while (in >= 0 && out >= 0 && (n = read(in, buffer, sizeof(buffer))) > 0)
		if (write(out, buffer, (size_t)n) != n)
			break;
	if (in >= 0)
		close(in);
	if (out >= 0)
		close(out);
	return n ? -1 : 0;
}

/* /run is mounted noexec: a small file system of its own. */
void exit_keep(void)
{
	static const char *const dirs[] = {"dev", "proc", "sys", "run", "oldroot"};
	char path[64];

	mkdir(EXIT_DIR, 0755);
	if (mount("berth-exit", EXIT_DIR, "tmpfs", MS_NOSUID | MS_NODEV, "size=8m,mode=0755") ||
	    copy_self(EXIT_DIR "/shutdown")) {
		say("the exit program can not be kept (%s): a power-off will leave the root's lock", strerror(errno));
		return;
	}
	for (size_t i = 0; i < sizeof(dirs) / sizeof(*dirs); i++) {
		snprintf(path, sizeof(path), EXIT_DIR "/%s", dirs[i]);
		mkdir(path, 0755);
	}
}

/* "\040" is a space (Linux, fs/proc_namespace.c). */
static void unescape(char *text)
{
	char *out = text;

	for (; *text; out++) {
		const bool escaped = text[0] == '\\' && text[1] && text[2] && text[3];

		*out = escaped ? (char)((text[1] - '0') << 6 | (text[2] - '0') << 3 | (text[3] - '0')) : *text;
		text += escaped ? 4 : 1;
	}
	*out = '\0';
}

/* The mount point of a line of mountinfo, when it is the old root or below it. */
static bool parse_mount(char *line, char out[4096])
{
	const char *point = NULL;

	for (int i = 0; i < 5; i++)
		point = strsep(&line, " ");
	if (!point || strncmp(point, OLD_ROOT, strlen(OLD_ROOT)) != 0 || !strchr("/", point[strlen(OLD_ROOT)]))
		return false;
	snprintf(out, 4096, "%s", point);
	unescape(out);
	return true;
}

static bool unmount(const char *point, bool last_try)
{
	if (!umount2(point, 0))
		return true;
	if (last_try) {
		say("%s stays mounted: %s", point, strerror(errno));
		mount(NULL, point, NULL, MS_REMOUNT | MS_RDONLY, NULL);
	}
	return false;
}

/* Newest first; how many went. The table's order says little: a root that was
 * moved stands before what was mounted in it. */
static int unmount_below(bool last_try)
{
	static char table[262144];
	char point[4096];
	size_t length;
	int count = 0;

	if (read_whole("/proc/self/mountinfo", table, sizeof(table), &length))
		return 0;
	for (char *end = table + length; end > table;) {
		char *line;

		*--end = '\0';
		line = memrchr(table, '\n', (size_t)(end - table));
		end = line ? line + 1 : table;
		if (parse_mount(end, point) && unmount(point, last_try))
			count++;
	}
	return count;
}

static void unmount_old_root(void)
{
	while (unmount_below(false) > 0)
		;
	unmount_below(true);
}

/* A LUKS root lies on the mapped device. */
static int remove_dm(int control, const char *block)
{
	struct dm_ioctl request = {
		.version = {DM_VERSION_MAJOR, 0, 0}, .data_size = sizeof(request), .data_start = sizeof(request),
	};
	char path[320], name[DM_NAME_LEN];
	size_t length;

	snprintf(path, sizeof(path), "/sys/block/%s/dm/name", block);
	if (read_whole(path, name, sizeof(name), &length))
		return -1;
	name[strcspn(name, "\n")] = '\0';
	memcpy(request.name, name, sizeof(name));
	return ioctl(control, DM_DEV_REMOVE, &request);
}

static int count_removed(int control)
{
	DIR *dir = opendir("/sys/block");
	const struct dirent *entry;
	int removed = 0;

	while (dir && (entry = readdir(dir)) != NULL)
		if (!strncmp(entry->d_name, "dm-", 3) && !remove_dm(control, entry->d_name))
			removed++;
	if (dir)
		closedir(dir);
	return removed;
}

static void remove_mappings(void)
{
	const int control = open("/dev/mapper/control", O_RDWR | O_CLOEXEC);

	if (control < 0)
		return;
	for (int i = 0; i < 16 && count_removed(control) > 0; i++) /* from the top of a stack down */
		;
	close(control);
}

static int remove_device(const char *line)
{
	return write_line(access(RBD_BUS "remove_single_major", F_OK) ? RBD_BUS "remove"
									  : RBD_BUS "remove_single_major", line);
}

/* Forced only when nothing can write any more: the root is read-only then. */
static void unmap(const char *id)
{
	char forced[64];
	int error = EBUSY;

	for (int i = 0; i < 20 && error == EBUSY; i++) {
		if (i > 0)
			pause_ms(100);
		error = remove_device(id);
	}
	if (error == EBUSY) {
		say("the root is still in use: it is unmapped by force");
		snprintf(forced, sizeof(forced), "%.32s force", id);
		error = remove_device(forced);
	}
	if (error)
		say("rbd%s can not be unmapped (%s): its lock stays behind", id, strerror(error));
	else
		say("the root is released");
}

static void unmap_all(void)
{
	DIR *dir = opendir(RBD_BUS "devices");
	const struct dirent *entry;

	while (dir && (entry = readdir(dir)) != NULL)
		if (isdigit((unsigned char)*entry->d_name))
			unmap(entry->d_name);
	if (dir)
		closedir(dir);
}

static unsigned int reboot_command(const char *verb)
{
	if (!strcmp(verb, "reboot"))
		return LINUX_REBOOT_CMD_RESTART;
	if (!strcmp(verb, "kexec"))
		return LINUX_REBOOT_CMD_KEXEC;
	return strcmp(verb, "halt") ? LINUX_REBOOT_CMD_POWER_OFF : LINUX_REBOOT_CMD_HALT;
}

int exit_leave(const char *verb)
{
	unmount_old_root();
	remove_mappings();
	sync();
	unmap_all();
	reboot((int)reboot_command(verb));
	say("%s failed: %s", verb, strerror(errno));
	reboot(LINUX_REBOOT_CMD_RESTART); /* a kernel to kexec into may be missing */
	return 1;
}
