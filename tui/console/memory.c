#include "tui/console/memory.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MOST 65536
#define HEAD "# What berth's console remembers of its tables. It is written by the console; without it all is as at first.\n"

static char *find_path(void)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	struct text path = {0};

	if (state && *state == '/')
		text_printf(&path, "%s/berth/console", state);
	else if (home && *home)
		text_printf(&path, "%s/.local/state/berth/console", home);
	return path.length ? text_take(&path) : NULL;
}

static void complain(struct memory *memory, const char *what, const char *detail)
{
	if (!memory->complaint[0])
		snprintf(memory->complaint, sizeof(memory->complaint), "%s%.40s, in %s", what, detail, memory->path);
	text_harmless(memory->complaint);
}

/* "table.what words": letters, digits and a few signs, so that nothing odd gets
 * further than here. */
static bool makes_sense(const char *line)
{
	const size_t key = strcspn(line, " "), dot = strcspn(line, ".");

	if (dot == 0 || dot + 1 >= key)
		return false;
	for (; *line; line++)
		if (!isalnum((unsigned char)*line) && !strchr(" ._-", *line))
			return false;
	return true;
}

static void add_line(struct memory *memory, const char *line)
{
	memory->lines = xrealloc(memory->lines, ((size_t)memory->count + 1) * sizeof(*memory->lines));
	memory->lines[memory->count++] = xstrdup(line);
}

static void take_lines(struct memory *memory, char *text)
{
	char *line;

	while ((line = strsep(&text, "\n"))) {
		if (!*line || *line == '#')
			continue;
		if (makes_sense(line))
			add_line(memory, line);
		else
			complain(memory, "left out a line that makes no sense: ", line);
	}
}

void memory_load(struct memory *memory)
{
	char *text = xcalloc(1, FILE_MOST + 1);

	*memory = (struct memory){.path = find_path()};
	FILE *file = memory->path ? fopen(memory->path, "re") : NULL;
	if (!file && memory->path && errno != ENOENT)
		complain(memory, "columns and sort orders can not be read: ", strerror(errno));
	if (file) {
		const size_t length = fread(text, 1, FILE_MOST, file);

		if (ferror(file) || !feof(file) || strlen(text) < length)
			complain(memory, "columns and sort orders are as at first: this is no file of berth's", "");
		else
			take_lines(memory, text);
		fclose(file);
	}
	free(text);
}

void memory_free(struct memory *memory)
{
	for (int i = 0; i < memory->count; i++)
		free(memory->lines[i]);
	free(memory->lines);
	free(memory->path);
	*memory = (struct memory){0};
}

static int find(const struct memory *memory, const char *key)
{
	const size_t length = strlen(key);

	for (int i = 0; i < memory->count; i++)
		if (!strncmp(memory->lines[i], key, length) && (memory->lines[i][length] == ' ' || !memory->lines[i][length]))
			return i;
	return -1;
}

const char *memory_get(const struct memory *memory, const char *key)
{
	const int at = find(memory, key);
	const char *words = at < 0 ? NULL : memory->lines[at] + strlen(key);

	return words ? words + (*words == ' ') : NULL;
}

void memory_put(struct memory *memory, const char *key, const char *words)
{
	const int at = find(memory, key);
	struct text line = {0};

	text_printf(&line, "%s%s%s", key, *words ? " " : "", words);
	if (at < 0) {
		add_line(memory, text_string(&line));
		memory->changed = true;
	} else if (strcmp(memory->lines[at], text_string(&line))) {
		free(memory->lines[at]);
		memory->lines[at] = xstrdup(text_string(&line));
		memory->changed = true;
	}
	text_free(&line);
}

char *memory_text(const struct memory *memory)
{
	struct text text = {0};

	text_add(&text, HEAD);
	for (int i = 0; i < memory->count; i++)
		text_printf(&text, "%s\n", memory->lines[i]);
	return text_take(&text);
}

static int write_aside(const char *path, const char *text)
{
	const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	const size_t length = strlen(text);

	if (fd < 0)
		return -1;
	const bool whole = write(fd, text, length) == (ssize_t)length && !fsync(fd);
	return close(fd) || !whole ? -1 : 0;
}

/* The directory is the default inventory's, and there already but for the first time. */
static void make_directory(const char *path)
{
	char directory[4096];

	for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		snprintf(directory, sizeof(directory), "%.*s", (int)(slash - path), path);
		mkdir(directory, 0700);
	}
}

int memory_write(const char *path, const char *text, struct err *err)
{
	struct text aside = {0};
	int status = 0;

	make_directory(path);
	text_printf(&aside, "%s.%ld", path, (long)getpid());
	if (write_aside(text_string(&aside), text) || rename(text_string(&aside), path)) {
		status = err_set(err, ERR_FAILED, "%s can not be written: %s; columns and sort orders are forgotten when the "
				 "console ends", path, strerror(errno));
		unlink(text_string(&aside));
	}
	text_free(&aside);
	return status;
}
