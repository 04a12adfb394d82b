#include "core/fleet/carry.h"

#include <stdio.h>
#include <string.h>

#include "core/fleet/room.h"
#include "core/fleet/tool.h"

/* Made anew at each boot, or the boot dir's, which a new root does not change. */
static const char *const no_part[] = {"/", "/boot", "/dev", "/proc", "/run", "/sys"};

static bool is_below(const char *path, const char *dir)
{
	const size_t length = strlen(dir);

	return !strncmp(path, dir, length) && (!path[length] || (path[length] == '/' && length > 1));
}

static bool has_dots(const char *path)
{
	for (const char *part = path; part; part = strchr(part + 1, '/'))
		if (!strncmp(part, "//", 2) || is_below(part, "/.") || is_below(part, "/.."))
			return true;
	return false;
}

static int check_path(const char *path, struct err *err)
{
	if (text_has_control(path) || has_dots(path))
		return err_field(err, "keep", "'%s' is no plain path: give one such as /srv/data, without '.', '..' and '//'", path);
	for (size_t i = 0; i < sizeof(no_part) / sizeof(*no_part); i++)
		if (is_below(path, no_part[i]))
			return err_field(err, "keep", "%s can not be carried over to another root: give paths of data, such as home", path);
	return 0;
}

static int add_word(const char *word, size_t length, struct text *out, struct err *err)
{
	char path[CARRY_SIZE] = "/";
	const char *const name = *word == '/' ? path : path + 1;

	while (length > 1 && word[length - 1] == '/')
		length--;
	if (!length || length >= CARRY_SIZE - 1)
		return err_field(err, "keep", "a path is missing or too long: give them as home,/srv/data");
	snprintf(path + (name - path), sizeof(path) - 1, "%.*s", (int)length, word);
	const bool is_word = !strcmp(name, "identity");
	const int status = is_word ? 0 : check_path(path, err);
	if (!status)
		text_printf(out, "%s%s", out->length ? "," : "", is_word ? name : path);
	return status;
}

int carry_parse(const char *typed, char out[CARRY_SIZE], struct err *err)
{
	struct text list = {0};
	int status = 0;

	for (const char *word = typed; word && !status;) {
		const char *end = strchrnul(word, ',');

		status = add_word(word, (size_t)(end - word), &list, err);
		word = *end ? end + 1 : NULL;
	}
	if (!status && list.length >= CARRY_SIZE)
		status = err_field(err, "keep", "the paths to keep have %zu bytes, the limit is %d: name fewer", list.length, CARRY_SIZE - 1);
	text_copy(out, CARRY_SIZE, status ? "" : text_string(&list));
	text_free(&list);
	return status;
}

int carry_check(const struct host *host, struct err *err)
{
	return room_check(err) ? err_prefix(err, "what is to be kept of %s has to be copied", host->name) : 0;
}

void plan_add_carry(struct plan *plan, const struct host *host, const struct root *root, const char *next, const char *keep)
{
	char dir[512];

	tool_work_dir(dir, host->name);
	plan_add(plan, "work-dir", json_pack("{ss}", "dir", dir), "make the work directory %s", dir);
	plan_add(plan, "carry", json_pack("{ss ss ss ss ss}", "host", host->name, "id", root->rbd_id, "to", next, "dir", dir,
					  "keep", keep), "copy %.180s from the old root to the new one", keep);
	plan_add(plan, "work-clean", json_pack("{ss}", "dir", dir), "remove %s", dir);
}
