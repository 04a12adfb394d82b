#include "core/ceph/aside.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

int aside_name(const char *path, char *out, size_t size)
{
	const char *slash = strrchr(path, '/');
	const int directory = slash ? (int)(slash - path) + 1 : 0;
	uint32_t salt;

	if (getrandom(&salt, sizeof(salt), 0) != (ssize_t)sizeof(salt))
		return -EIO;
	const int length = snprintf(out, size, "%.*s" ASIDE_PREFIX "%s-%08x", directory, path, path + directory, salt);
	return length < 0 || (size_t)length >= size ? -ENAMETOOLONG : 0;
}

bool aside_is(const char *name)
{
	return !strncmp(name, ASIDE_PREFIX, strlen(ASIDE_PREFIX));
}
