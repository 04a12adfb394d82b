#include "core/fleet/image_build.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "core/fleet/image_making.h"
#include "core/fleet/suite.h"
#include "core/fleet/tool.h"
#include "core/fleet/users.h"

#define RECIPE_FILE_MOST (64 * 1024)

static const enum recipe_key paths[] = {RECIPE_OVERLAY, RECIPE_HOOK, RECIPE_USERS};
#define PATHS (sizeof(paths) / sizeof(*paths))

/* Its relative paths are relative to the recipe, wherever berth is run. */
static int place_paths(const char *file, struct recipe *recipe, struct err *err)
{
	const char *slash = strrchr(file, '/');
	char path[RECIPE_VALUE];
	int status = 0;

	for (size_t i = 0; i < PATHS && slash && !status; i++) {
		const char *value = recipe->values[paths[i]];

		if (!*value || *value == '/')
			continue;
		if (snprintf(path, sizeof(path), "%.*s/%s", (int)(slash - file), file, value) >= (int)sizeof(path))
			return err_field(err, recipe_key_name(paths[i]), "the path of %s is too long", value);
		status = recipe_set(recipe, paths[i], path, err);
	}
	return status;
}

static int read_recipe(const char *file, struct recipe *out, struct err *err)
{
	char *text = xcalloc(1, RECIPE_FILE_MOST + 1);
	const int fd = open(file, O_RDONLY | O_CLOEXEC);
	const ssize_t n = fd < 0 ? -1 : read(fd, text, RECIPE_FILE_MOST);
	int status = 0;

	if (n < 0)
		status = err_field(err, "recipe", "the recipe %s can not be read: %s", file, strerror(errno));
	else if (n == RECIPE_FILE_MOST || strlen(text) < (size_t)n)
		status = err_field(err, "recipe", "%s is no recipe: it is too long, or no text", file);
	else
		status = recipe_parse(text, out, err);
	if (fd >= 0)
		close(fd);
	free(text);
	return status ? status : place_paths(file, out, err);
}

/* What is kept with the image has to mean the same wherever it is run again. */
static int check_paths(struct recipe *recipe, struct err *err)
{
	char path[PATH_MAX];
	struct stat stat_of;

	for (size_t i = 0; i < PATHS; i++) {
		const enum recipe_key key = paths[i];
		const char *value = recipe->values[key], *name = recipe_key_name(key);

		if (!*value)
			continue;
		if (!realpath(value, path) || stat(path, &stat_of) || access(path, R_OK))
			return err_field(err, name, "%s %s can not be read: %s", name, value, strerror(errno));
		if (key == RECIPE_OVERLAY ? !S_ISDIR(stat_of.st_mode) : !S_ISREG(stat_of.st_mode))
			return err_field(err, name, "%s %s is no %s", name, value, key == RECIPE_OVERLAY ? "directory" : "file");
		const int status = recipe_set(recipe, key, path, err);
		if (status)
			return status;
	}
	return 0;
}

static int check_hook(const char *path, struct err *err)
{
	char head[2] = "";
	const int fd = *path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	const bool good = !*path || (fd >= 0 && read(fd, head, 2) == 2 && (!memcmp(head, "#!", 2) || !memcmp(head, "\x7f" "E", 2)));

	if (fd >= 0)
		close(fd);
	return good ? 0 : err_field(err, "hook", "hook %s is no script: let its first line be #!/bin/sh", path);
}

static int check_users(const char *path, struct err *err)
{
	struct users users = {0};
	const int status = *path ? users_read(path, &users, err) : 0;

	users_free(&users);
	return status;
}

static int check_keyring(const struct suite *suite, const struct recipe *recipe, struct err *err)
{
	/* A line of sources.list says by itself whom it trusts. */
	if (!strncmp(recipe->values[RECIPE_MIRROR], "deb [", 5) || !access(suite->keyring, R_OK))
		return 0;
	return err_field(err, "suite", "%s, which vouches for %s's packages, is not on this machine: apt-get install %s", suite->keyring,
			 suite->distribution, suite->keyring_package);
}

static int check_size(const struct recipe *recipe, struct making *making, struct err *err)
{
	const char *value = recipe->values[RECIPE_SIZE];
	int status = size_parse(*value ? value : "4G", "size", &making->size, err);

	if (!status && making->size < GIB)
		status = err_field(err, "size", "size %s is too small for a root file system: give at least 1G", value);
	making->size = (making->size + MIB - 1) / MIB * MIB;
	return status;
}

static int take_recipe(const struct image_build *build, struct recipe *recipe, struct err *err)
{
	int status = build->recipe ? read_recipe(build->recipe, recipe, err) : 0;

	for (int key = 0; key < RECIPE_KEYS && !status; key++)
		if (build->values[key])
			status = recipe_set(recipe, (enum recipe_key)key, build->values[key], err);
	if (!status && !*recipe->values[RECIPE_SUITE])
		status = err_field(err, "suite", "--suite is missing: give one such as bookworm, or --recipe FILE with one");
	return status;
}

static int check_recipe(struct recipe *recipe, const struct suite **suite, struct making *making, struct err *err)
{
	int status = suite_find(recipe->values[RECIPE_SUITE], suite, err);

	if (!status)
		status = check_size(recipe, making, err);
	if (!status)
		status = check_paths(recipe, err);
	if (!status)
		status = check_hook(recipe->values[RECIPE_HOOK], err);
	if (!status)
		status = check_users(recipe->values[RECIPE_USERS], err);
	return status ? status : check_keyring(*suite, recipe, err);
}

static int check_machine(struct err *err)
{
	if (geteuid())
		return err_set(err, ERR_FAILED, "an image can be built by root alone, for its packages run in a root of their own: use sudo");
	const int status = tool_check("mmdebstrap", err);
	return status ? status : tool_check("mkfs.ext4", err);
}

static void add_build(struct fleet *fleet, struct plans *out, struct making *making, const struct suite *suite,
		      const struct recipe *recipe, const char *text)
{
	struct plan *plan = plans_add(out, "build", "image %s", making->image);
	const char *name = recipe->values[RECIPE_SUITE];
	char tree[600], source[256];

	snprintf(tree, sizeof(tree), "%s/root", making->dir);
	snprintf(source, sizeof(source), "build %s", name);
	text_copy(making->recipe, sizeof(making->recipe), text);
	plan_add(plan, "work-dir", making_dir_args(making), "make the work directory %s", making->dir);
	plan_add(plan, "build-root", json_pack("{ss ss}", "dir", making->dir, "recipe", text),
		 "unpack %s %s with mmdebstrap, with a kernel and what boots it", suite->distribution, name);
	plan_add(plan, "take-kernel", json_pack("{ss ss}", "dir", making->dir, "tree", tree), "take its kernel and initrd");
	plan_add(plan, "pack-root", json_pack("{ss ss sI}", "dir", making->dir, "source", tree,
					      "size", (json_int_t)making->size), "pack it into an ext4 file system");
	making_add_image(fleet, plan, making, source);
}

int plan_image_build(struct fleet *fleet, const struct image_build *build, struct plans *out, struct err *err)
{
	struct recipe *recipe = xcalloc(1, sizeof(*recipe));
	struct making making = {0};
	const struct suite *suite = NULL;
	struct text text = {0};
	int status = take_recipe(build, recipe, err);

	if (!status)
		status = check_recipe(recipe, &suite, &making, err);
	const int64_t size = making.size;
	if (!status)
		status = recipe_write(recipe, &text, err);
	if (!status)
		status = check_machine(err);
	if (!status)
		status = making_name(fleet, build->name, &making, err);
	if (!status)
		status = making_check_room(fleet, size, err);
	if (!status)
		add_build(fleet, out, &making, suite, recipe, text.data);
	text_free(&text);
	free(recipe);
	return status;
}
