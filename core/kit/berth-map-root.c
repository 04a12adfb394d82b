/* Which monitors answer, and the mapping itself. */
#include "core/kit/berth-map.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define DEVICE_PATH "/dev/rbd0"
#define SYSFS_LINE 4096 /* sysfs takes one page */

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

struct map {
	const struct identity *identity;
	const char *key_name;
	long deadline;
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

static int keep_trying(struct map *map)
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

int root_map(const struct identity *identity, const char *key_name, long deadline)
{
	struct map map = {.identity = identity, .key_name = key_name, .deadline = deadline};

	return keep_trying(&map);
}

bool root_is_mapped(void)
{
	return access(DEVICE_PATH, F_OK) == 0;
}
