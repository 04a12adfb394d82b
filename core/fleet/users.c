#include "core/fleet/users.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"
#define NAME_CHARACTERS LOWER DIGITS "_-"
#define HASH_CHARACTERS LOWER "ABCDEFGHIJKLMNOPQRSTUVWXYZ" DIGITS "./$=,+-"
#define FILE_MOST (256 * 1024)

static int refuse(int line, const char *why, struct err *err)
{
	return err_field(err, "users", "line %d of the users' file %s", line, why);
}

/* As useradd's manual page has it. */
static bool is_name(const char *word, size_t length)
{
	return length && length <= 32 && strchr(LOWER "_", *word) && strspn(word, NAME_CHARACTERS) >= length;
}

static int set_groups(struct user *user, const char *value, int line, struct err *err)
{
	for (const char *word = value;; word++) {
		const size_t length = strcspn(word, ",");

		if (!is_name(word, length))
			return refuse(line, "has a group that can not be one: write groups sudo,video", err);
		word += length;
		if (!*word)
			break;
	}
	return text_copy(user->groups, sizeof(user->groups), value) ? 0 : refuse(line, "has too many groups: at most 255 characters", err);
}

static int set_password(struct user *user, const char *value, int line, struct err *err)
{
	if (*value != '$' || !strchr(value + 1, '$') || value[strspn(value, HASH_CHARACTERS)] ||
	    !text_copy(user->password, sizeof(user->password), value))
		return refuse(line, "has a password that is no hash: write what `openssl passwd -6` prints, which begins with $6$", err);
	return 0;
}

static int add_key(struct user *user, const char *value, int line, struct err *err)
{
	const char *kinds[] = {"ssh-ed25519 AAAA", "ssh-rsa AAAA", "ecdsa-sha2-", "sk-ssh-ed25519@openssh.com AAAA", "sk-ecdsa-sha2-"};
	bool known = false;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		known |= !strncmp(value, kinds[i], strlen(kinds[i]));
	if (!known || text_has_control(value))
		return refuse(line, "has a key that is none of ssh's: write a line of an id_*.pub file", err);
	text_printf(&user->keys, "%s\n", value);
	return 0;
}

static int add_user(struct users *users, const char *value, int line, struct err *err)
{
	if (!is_name(value, strlen(value)))
		return refuse(line, "has a user whose name can not be one: small letters, digits, - and _, at most 32", err);
	for (size_t i = 0; i < users->count; i++)
		if (!strcmp(users->items[i].name, value))
			return refuse(line, "names a user for the second time: put all of it into one block", err);
	users->items = xrealloc(users->items, (users->count + 1) * sizeof(*users->items));
	struct user *user = &users->items[users->count++];
	*user = (struct user){0};
	text_copy(user->name, sizeof(user->name), value);
	return 0;
}

static int parse_line(char *line, int number, struct users *out, struct err *err)
{
	line += strspn(line, " \t");
	line[strcspn(line, "\r")] = '\0';
	const size_t length = strcspn(line, " \t");
	const char *value = line + length + strspn(line + length, " \t");
	struct user *user = out->count ? &out->items[out->count - 1] : NULL;

	if (!*line || *line == '#')
		return 0;
	if (!strncmp(line, "user ", length + 1))
		return add_user(out, value, number, err);
	if (!user)
		return refuse(number, "comes before a user: begin with user NAME", err);
	if (!strncmp(line, "groups ", length + 1))
		return set_groups(user, value, number, err);
	if (!strncmp(line, "password ", length + 1))
		return set_password(user, value, number, err);
	if (!strncmp(line, "key ", length + 1))
		return add_key(user, value, number, err);
	return refuse(number, "begins with none of user, groups, key, password", err);
}

int users_parse(const char *text, struct users *out, struct err *err)
{
	char *copy = xstrdup(text), *rest = copy, *line;
	int status = 0, number = 0;

	*out = (struct users){0};
	while (!status && (line = strsep(&rest, "\n")))
		status = parse_line(line, ++number, out, err);
	if (!status && !out->count)
		status = err_field(err, "users", "the users' file names nobody: begin with user NAME, or leave out --users");
	explicit_bzero(copy, strlen(text));
	free(copy);
	if (status)
		users_free(out);
	return status;
}

void users_free(struct users *users)
{
	for (size_t i = 0; i < users->count; i++) {
		explicit_bzero(users->items[i].password, sizeof(users->items[i].password));
		text_free(&users->items[i].keys);
	}
	free(users->items);
	*users = (struct users){0};
}

static int read_text(int fd, const char *path, char *text, struct err *err)
{
	struct stat stat;

	if (fd < 0 || fstat(fd, &stat))
		return err_field(err, "users", "%s can not be read: %s", path, strerror(errno));
	if (!S_ISREG(stat.st_mode))
		return err_field(err, "users", "%s is no file: give one with lines such as user NAME", path);
	if (stat.st_mode & 007)
		return err_field(err, "users", "%s can be read by everybody on this machine, and passwords are in it: chmod 600 %s first",
				 path, path);
	const ssize_t n = read(fd, text, FILE_MOST);
	if (n < 0 || n == FILE_MOST || strlen(text) < (size_t)n)
		return err_field(err, "users", "%s is too long, or no text", path);
	return 0;
}

int users_read(const char *path, struct users *out, struct err *err)
{
	char *text = xcalloc(1, FILE_MOST + 1);
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	int status = read_text(fd, path, text, err);

	*out = (struct users){0};
	if (!status)
		status = users_parse(text, out, err);
	if (fd >= 0)
		close(fd);
	explicit_bzero(text, FILE_MOST);
	free(text);
	return status;
}

static int write_private(const char *dir, const char *name, const struct text *text, struct err *err)
{
	char path[1024];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	const bool whole = fd >= 0 && write(fd, text_string(text), text->length) == (ssize_t)text->length;

	if (fd >= 0)
		close(fd);
	return whole ? 0 : err_set(err, ERR_FAILED, "%s can not be written: %s", path, strerror(errno));
}

int users_write(const struct users *users, const char *dir, struct err *err)
{
	struct text names = {0}, passwords = {0};
	char name[64];
	int status = 0;

	for (size_t i = 0; i < users->count && !status; i++) {
		const struct user *user = &users->items[i];

		text_printf(&names, "%s:%s\n", user->name, user->groups);
		if (*user->password)
			text_printf(&passwords, "%s:%s\n", user->name, user->password);
		snprintf(name, sizeof(name), "keys-%s", user->name);
		if (user->keys.length)
			status = write_private(dir, name, &user->keys, err);
	}
	if (!status)
		status = write_private(dir, "users", &names, err);
	if (!status && passwords.length)
		status = write_private(dir, "passwords", &passwords, err);
	if (passwords.data)
		explicit_bzero(passwords.data, passwords.length);
	text_free(&passwords);
	text_free(&names);
	return status;
}
