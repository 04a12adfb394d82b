#include "core/kit/berth-map.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const field_names[FIELD_COUNT] = {
	"version", "host", "pool", "namespace", "image", "client", "key", "lock",
	"monitors_v2", "monitors_v1", "fsid", "fs", "boot",
};

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

int identity_read(struct identity *identity)
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
int identity_forget(void)
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
