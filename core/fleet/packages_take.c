#include "core/fleet/packages_take.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "core/fleet/packages.h"
#include "core/fleet/tool.h"

#define STATUS "/var/lib/dpkg/status"
#define STATUS_BYTES (64 * 1024 * 1024)

static int write_list(const char *to, const struct text *list, struct err *err)
{
	FILE *file = fopen(to, "we");
	const bool ok = file && fputs(text_string(list), file) >= 0;

	if ((file && fclose(file)) || !ok)
		return err_set(err, ERR_FAILED, "%s can not be written: %s", to, strerror(errno));
	return 0;
}

/* "" when there is nothing that could be one. */
static void read_status(const char *path, struct text *out)
{
	const int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat stat;
	char piece[65536];
	ssize_t n;

	if (fd >= 0 && !fstat(fd, &stat) && S_ISREG(stat.st_mode) && stat.st_size <= STATUS_BYTES)
		while ((n = read(fd, piece, sizeof(piece))) > 0)
			text_append(out, piece, (size_t)n);
	if (fd >= 0)
		close(fd);
}

static int take(const char *path, const char *to, struct err *err)
{
	struct text status = {0}, list = {0};
	int result = 0;

	unlink(to);
	read_status(path, &status);
	if (status.length)
		packages_from_status(status.data, status.length, &list);
	if (list.length)
		result = write_list(to, &list, err);
	text_free(&status);
	text_free(&list);
	return result;
}

int packages_take_tree(const char *tree, const char *to, struct err *err)
{
	char root[PATH_MAX], path[PATH_MAX + sizeof(STATUS)], real[PATH_MAX] = "";

	if (realpath(tree, root)) {
		snprintf(path, sizeof(path), "%s" STATUS, strcmp(root, "/") ? root : "");
		if (realpath(path, real) && (strncmp(real, root, strlen(root)) != 0 || real[strlen(root)] != '/'))
			real[0] = '\0';
	}
	return take(real, to, err);
}

int packages_take_raw(const char *raw, const char *to, const struct progress *progress, struct err *err)
{
	char status[600], request[700];

	snprintf(status, sizeof(status), "%s.status", to);
	snprintf(request, sizeof(request), "dump " STATUS " %s", status);
	const char *const argv[] = {"debugfs", "-R", request, raw, NULL};
	int result = tool_run(argv, NULL, progress, NULL, err);

	if (!result)
		result = take(status, to, err);
	unlink(status);
	return result;
}
