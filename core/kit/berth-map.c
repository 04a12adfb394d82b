/*
 * What runs on the diskless host: static, alone, without any library.
 *
 *   berth-map map SECONDS        puts the identity's key into the kernel's keyring,
 *                                maps the root to /dev/rbd0, gives up after SECONDS
 *   berth-map settle ROOT ARG... runs /usr/lib/berth/settle ARG... inside ROOT with the
 *                                identity on its standard input
 *   berth-map forget             wipes the identity
 *   shutdown VERB                (its name in /run/initramfs) systemd's last program:
 *                                lets go of the root, then powers off, reboots ...
 *
 * Everything it says goes to standard error, the initramfs' console.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <linux/reboot.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define IDENTITY_PATH "/berth/identity"
#define IDENTITY_SIZE 8192
#define DEVICE_PATH "/dev/rbd0"
#define RBD_BUS "/sys/bus/rbd/"
#define EXIT_DIR "/run/initramfs"
#define OLD_ROOT "/oldroot"
#define USER_KEYRING (-4)      /* KEY_SPEC_USER_KEYRING: mount(8) finds the key there later */
#define SECRET_MAX 256
#define SYSFS_LINE 4096        /* sysfs takes one page */

static void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("berth: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
}

static void pause_ms(long ms)
{
	nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000}, NULL);
}

static long now_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec;
}

/* The identity */

enum field {
	VERSION, HOST, POOL, NAMESPACE, IMAGE, CLIENT, KEY, LOCK, MONITORS_V2, MONITORS_V1, FSID, FS, BOOT,
	FIELD_COUNT
};

static const char *const field_names[FIELD_COUNT] = {
	"version", "host", "pool", "namespace", "image", "client", "key", "lock",
	"monitors_v2", "monitors_v1", "fsid", "fs", "boot",
};

struct identity {
	char text[IDENTITY_SIZE];
	size_t length;
	char *value[FIELD_COUNT];
};

static int read_whole(const char *path, char *out, size_t size, size_t *length)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = 0;

	if (fd < 0)
		return -1;
	for (*length = 0; *length < size && (n = read(fd, out + *length, size - *length)) > 0;)
		*length += (size_t)n;
	close(fd);
	if (n < 0 || *length == size)
		return -1;
	out[*length] = '\0';
	return 0;
}

static int find_field(const char *name)
{
	for (int i = 0; i < FIELD_COUNT; i++)
		if (!strcmp(field_names[i], name))
			return i;
	return -1;
}

/* Values go into one line of words and commas for the kernel. */
static bool is_plain(const char *value)
{
	for (; *value; value++)
		if (!isgraph((unsigned char)*value) || *value == '"' || *value == '\'' || *value == '\\')
			return false;
	return true;
}

static int take_line(struct identity *identity, char *line)
{
	char *equals = strchr(line, '=');
	int field;

	if (!equals) {
		say("the identity has a line without '='; publish the host again: berth boot publish");
		return -1;
	}
	*equals = '\0';
	field = find_field(line);
	if (field < 0 || identity->value[field] || !is_plain(equals + 1)) {
		say("the identity's field \"%s\" is %s; publish the host again: berth boot publish", line,
		    field < 0 ? "unknown to this kit" : identity->value[field] ? "there twice" : "malformed");
		return -1;
	}
	identity->value[field] = equals + 1;
	return 0;
}

static int check_fields(const struct identity *identity)
{
	char *const *const value = identity->value;

	for (int i = 0; i < FIELD_COUNT; i++) {
		const bool may_be_empty = i == MONITORS_V2 || i == MONITORS_V1;

		if (!value[i] || (!*value[i] && !may_be_empty)) {
			say("the identity has no %s; publish the host again: berth boot publish", field_names[i]);
			return -1;
		}
		if (i != MONITORS_V2 && i != MONITORS_V1 && strchr(value[i], ',')) {
			say("the identity's field \"%s\" has a comma; publish the host again: berth boot publish",
			    field_names[i]);
			return -1;
		}
	}
	if (strcmp(value[VERSION], "1") != 0)
		say("the identity has version %s, this kit knows 1; build the image anew", value[VERSION]);
	else if (strcmp(value[LOCK], "exclusive") != 0 && strcmp(value[LOCK], "cooperative") != 0)
		say("the identity's lock is \"%s\", neither exclusive nor cooperative", value[LOCK]);
	else if (!*value[MONITORS_V2] && !*value[MONITORS_V1])
		say("the identity names no monitor; publish the host again: berth boot publish");
	else
		return 0;
	return -1;
}

static int identity_read(struct identity *identity)
{
	char *rest = identity->text, *line;

	if (read_whole(IDENTITY_PATH, identity->text, sizeof(identity->text), &identity->length)) {
		say("the identity can not be read: %s", strerror(errno));
		return -1;
	}
	while ((line = strsep(&rest, "\n")) != NULL)
		if (*line && take_line(identity, line))
			return -1;
	return check_fields(identity);
}

/* Overwritten before it goes: the initramfs' pages outlive the file. */
static int identity_forget(void)
{
	static const char zeros[IDENTITY_SIZE];
	struct stat info;
	const int fd = open(IDENTITY_PATH, O_WRONLY | O_CLOEXEC);
	bool wiped;

	if (fd < 0)
		return errno == ENOENT ? 0 : 1;
	wiped = !fstat(fd, &info) && info.st_size <= IDENTITY_SIZE &&
		write(fd, zeros, (size_t)info.st_size) == info.st_size;
	close(fd);
	if (unlink(IDENTITY_PATH) || !wiped) {
		say("the identity could not be wiped: %s", strerror(errno));
		return 1;
	}
	rmdir("/berth");
	return 0;
}

/* The key */

static int base64_digit(char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *found = c ? strchr(digits, c) : NULL;

	return found ? (int)(found - digits) : -1;
}

/* The length, or -1. */
static int base64_decode(const char *in, unsigned char out[SECRET_MAX])
{
	const size_t length = strlen(in);
	uint32_t bits = 0;
	int count = 0, have = 0;

	if (length == 0 || length % 4 || length / 4 * 3 > SECRET_MAX)
		return -1;
	for (size_t i = 0; i < length; i++) {
		const int digit = base64_digit(in[i]);

		if (in[i] == '=' && i + 2 >= length && (in[length - 1] == '='))
			break;
		if (digit < 0)
			return -1;
		bits = bits << 6 | (uint32_t)digit;
		have += 6;
		if (have >= 8) {
			have -= 8;
			out[count++] = (unsigned char)(bits >> have);
		}
	}
	return count;
}

/* The kernel wants the secret decoded: type, time, length, bytes (Linux,
 * net/ceph/crypto.c). Its payload can not be read back. */
static int key_add(struct identity *identity, char name[256])
{
	unsigned char secret[SECRET_MAX];
	const int length = base64_decode(identity->value[KEY], secret);
	long serial = -1;

	snprintf(name, 256, "client.%s", identity->value[CLIENT]);
	errno = EINVAL;
	if (length > 12)
		serial = syscall(SYS_add_key, "ceph", name, secret, (size_t)length, USER_KEYRING);
	if (serial < 0)
		say("the key of %s can not be given to the kernel: %s; publish the host again: berth boot publish",
		    name, strerror(errno));
	explicit_bzero(secret, sizeof(secret));
	explicit_bzero(identity->value[KEY], strlen(identity->value[KEY]));
	return serial < 0 ? -1 : 0;
}

/* The monitors */

/* "10.0.0.1:3300" or "[fd00::1]:3300" */
static socklen_t parse_address(const char *text, struct sockaddr_storage *out)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)out;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)out;
	const char *colon = strrchr(text, ':');
	char host[64] = "";

	memset(out, 0, sizeof(*out));
	if (!colon || (size_t)(colon - text) >= sizeof(host))
		return 0;
	memcpy(host, text, (size_t)(colon - text));
	if (*host == '[') {
		host[strcspn(host, "]")] = '\0';
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons((uint16_t)atoi(colon + 1));
		return inet_pton(AF_INET6, host + 1, &v6->sin6_addr) == 1 ? sizeof(*v6) : 0;
	}
	v4->sin_family = AF_INET;
	v4->sin_port = htons((uint16_t)atoi(colon + 1));
	return inet_pton(AF_INET, host, &v4->sin_addr) == 1 ? sizeof(*v4) : 0;
}

static bool answers(const char *monitor)
{
	struct sockaddr_storage address;
	const socklen_t size = parse_address(monitor, &address);
	struct pollfd poll_ = {.events = POLLOUT};
	int error = size ? 0 : EINVAL;
	socklen_t error_size = sizeof(error);

	if (error)
		return false;
	poll_.fd = socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (poll_.fd < 0)
		return false;
	if (connect(poll_.fd, (const struct sockaddr *)&address, size))
		error = errno;
	if (error == EINPROGRESS && poll(&poll_, 1, 3000) == 1)
		getsockopt(poll_.fd, SOL_SOCKET, SO_ERROR, &error, &error_size);
	close(poll_.fd);
	return error == 0;
}

static bool one_answers(const char *monitors)
{
	char copy[IDENTITY_SIZE], *rest = copy, *monitor;

	snprintf(copy, sizeof(copy), "%s", monitors);
	while ((monitor = strsep(&rest, ",")) != NULL)
		if (*monitor && answers(monitor))
			return true;
	return false;
}

/* Mapping */

struct map {
	const struct identity *identity;
	const char *key_name;
	long deadline;
	int last_error;
	bool without_v2; /* this kernel does not speak it */
};

/* msgr2 where a monitor answers to it, else the old protocol, which every kernel speaks by default. */
static bool choose_monitors(const struct map *map, const char **monitors, const char **mode)
{
	char *const *value = map->identity->value;

	*monitors = value[MONITORS_V2];
	*mode = ",ms_mode=prefer-crc";
	if (!map->without_v2 && one_answers(*monitors))
		return true;
	*monitors = value[MONITORS_V1];
	*mode = "";
	return one_answers(*monitors);
}

static int write_line(const char *path, const char *line)
{
	const int fd = open(path, O_WRONLY | O_CLOEXEC);
	int error = 0;

	if (fd < 0)
		return errno;
	if (write(fd, line, strlen(line)) < 0)
		error = errno;
	close(fd);
	return error;
}

static int add_device(const char *line)
{
	return write_line(access(RBD_BUS "add_single_major", F_OK) ? RBD_BUS "add" : RBD_BUS "add_single_major", line);
}

/* The write blocks while the kernel talks to the cluster: a child does it, so
 * that the console can be told what is being waited for. */
static int add_watched(const struct map *map, const char *line)
{
	const pid_t child = fork();
	const long start = now_seconds();
	int status = 0, told = 0;

	if (child < 0)
		return errno;
	if (child == 0)
		_exit(add_device(line));
	while (waitpid(child, &status, WNOHANG) == 0) {
		const int waited = (int)(now_seconds() - start);

		if (waited / 10 > told) {
			told = waited / 10;
			say("still waiting for the root, %d s: the cluster may be waiting for an earlier holder to "
			    "time out (30 s)", waited);
		}
		if (now_seconds() > map->deadline)
			kill(child, SIGKILL);
		pause_ms(100);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : ETIMEDOUT;
}

static void say_error(const struct map *map, const char *monitors, int error)
{
	char *const *value = map->identity->value;
	char root[512];

	snprintf(root, sizeof(root), "%s/%s/%s", value[POOL], value[NAMESPACE], value[IMAGE]);
	if (error == EROFS || error == EBUSY)
		say("the root %s is locked by another machine (%s); see who: berth status %s", root,
		    strerror(error), value[HOST]);
	else if (error == ENOENT)
		say("there is no root %s; make one: berth host provision %s", root, value[HOST]);
	else if (error == EACCES || error == EPERM)
		say("the cluster refuses the key of %s for %s (%s); publish the host again: berth boot publish %s",
		    map->key_name, root, strerror(error), value[HOST]);
	else if (error == ETIMEDOUT)
		say("the cluster at %s does not answer", monitors);
	else
		say("the root %s can not be mapped: %s", root, strerror(error));
}

static int try_map(struct map *map)
{
	char *const *value = map->identity->value;
	const char *monitors, *mode;
	char line[SYSFS_LINE];
	int error;

	if (!choose_monitors(map, &monitors, &mode)) {
		say("waiting for the monitors at %s ...", *value[MONITORS_V2] ? value[MONITORS_V2] : monitors);
		return ETIMEDOUT;
	}
	if (snprintf(line, sizeof(line), "%s name=%s,key=%s,mount_timeout=20,_pool_ns=%s%s%s %s %s -", monitors,
		     value[CLIENT], map->key_name, value[NAMESPACE], mode,
		     strcmp(value[LOCK], "exclusive") ? "" : ",exclusive", value[POOL],
		     value[IMAGE]) >= (int)sizeof(line))
		return E2BIG;
	error = add_watched(map, line);
	if (error == EINVAL && *mode && *value[MONITORS_V1])
		map->without_v2 = true;
	if (error)
		say_error(map, monitors, error);
	return error;
}

static bool wait_device(void)
{
	for (int i = 0; i < 100; i++) {
		if (!access(DEVICE_PATH, F_OK))
			return true;
		pause_ms(100);
	}
	return false;
}

static int map_root(struct map *map)
{
	char *const *value = map->identity->value;
	int error;

	do {
		error = try_map(map);
		if (!error)
			break;
		pause_ms(2000);
	} while (now_seconds() < map->deadline);
	if (!error && !wait_device())
		error = ENODEV;
	if (error) {
		say("gave up: %s has no root (%s)", value[HOST], strerror(error));
		return 1;
	}
	say("%s has its root %s/%s/%s on " DEVICE_PATH, value[HOST], value[POOL], value[NAMESPACE], value[IMAGE]);
	return 0;
}

/* The exit: a copy of this program in memory, which systemd starts when the
 * root itself can go (systemd-shutdown's /run/initramfs/shutdown). Without it
 * a powered-off machine leaves its watch and its lock behind. */

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
static void keep_exit(void)
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

/* The mount point of a line of mountinfo, when it is below the old root. */
static bool parse_mount(char *line, char out[4096])
{
	const char *point = NULL;

	for (int i = 0; i < 5; i++)
		point = strsep(&line, " ");
	if (!point || strncmp(point, OLD_ROOT, strlen(OLD_ROOT)) != 0)
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

static int leave(const char *verb)
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

/* The commands */

static int command_map(const char *seconds)
{
	static struct identity identity;
	char key_name[256];
	struct map map = {.identity = &identity, .key_name = key_name, .deadline = now_seconds() + atoi(seconds)};

	if (!access(DEVICE_PATH, F_OK))
		return 0;
	if (identity_read(&identity) || key_add(&identity, key_name))
		return 1;
	if (map_root(&map))
		return 1;
	keep_exit();
	return 0;
}

/* ROOT's own tools do the rest; the identity reaches them by a descriptor. */
static int command_settle(const char *root, char **argv)
{
	const int identity = open(IDENTITY_PATH, O_RDONLY);
	char program[] = "/usr/lib/berth/settle";

	if (identity < 0 || dup2(identity, STDIN_FILENO) < 0 || chroot(root) || chdir("/")) {
		say("%s can not be settled: %s", root, strerror(errno));
		return 1;
	}
	argv[0] = program;
	execv(program, argv);
	say("%s can not be run (%s): this image has no kit", program, strerror(errno));
	return 1;
}

int main(int argc, char **argv)
{
	const char *name = strrchr(argv[0], '/');

	name = name ? name + 1 : argv[0];
	if (!strcmp(name, "shutdown"))
		return leave(argc > 1 ? argv[1] : "poweroff");
	if (argc == 3 && !strcmp(argv[1], "map"))
		return command_map(argv[2]);
	if (argc >= 3 && !strcmp(argv[1], "settle"))
		return command_settle(argv[2], argv + 2);
	if (argc == 2 && !strcmp(argv[1], "forget"))
		return identity_forget();
	fputs("usage: berth-map map SECONDS | settle ROOT ARG... | forget\n", stderr);
	return 2;
}
