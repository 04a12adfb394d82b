/* build-root {dir, recipe}: a suite's packages, with the kit and what the recipe
 * wants, to DIR/root. build.sh does what is to be done in there. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "core/fleet/recipe.h"
#include "core/fleet/step_work.h"
#include "core/fleet/suite.h"
#include "core/fleet/tool.h"
#include "core/fleet/users.h"
#include "core/kit/files.h"

__asm__(".section .rodata\n"
	"build_script: .incbin \"core/fleet/build.sh\"\n"
	"build_script_end:\n"
	".text\n");
extern const char build_script[], build_script_end[];

static int make_parents(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		const int failed = mkdir(path, 0755) && errno != EEXIST;
		*slash = '/';
		if (failed)
			return -1;
	}
	return 0;
}

static int write_kit_file(const char *dir, const struct kit_file *file, struct err *err)
{
	char path[WORK_PATH];

	snprintf(path, sizeof(path), "%s%s", dir, file->path);
	int fd = make_parents(path) ? -1 : open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0700);
	const bool whole = fd >= 0 && write(fd, file->bytes, file->length) == (ssize_t)file->length &&
			   !fchmod(fd, (mode_t)file->mode);

	if (fd >= 0)
		close(fd);
	return whole ? 0 : err_set(err, ERR_FAILED, "%s can not be written: %s", path, strerror(errno));
}

static int write_kit(const char *dir, struct err *err)
{
	size_t count;
	const struct kit_file *files = kit_files(&count);
	int status = mkdir(dir, 0755) && errno != EEXIST
		   ? err_set(err, ERR_FAILED, "%s can not be made: %s", dir, strerror(errno)) : 0;

	for (size_t i = 0; i < count && !status; i++)
		status = write_kit_file(dir, &files[i], err);
	return status;
}

/* What build.sh finds beside itself. */

static int write_file(const struct step *step, const char *name, const void *bytes, size_t length, mode_t mode, struct err *err)
{
	char path[WORK_PATH];
	const int fd = open(work_path(step, name, path), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode);
	const bool whole = fd >= 0 && write(fd, bytes, length) == (ssize_t)length;

	if (fd >= 0)
		close(fd);
	return whole ? 0 : err_set(err, ERR_FAILED, "%s can not be written: %s", path, strerror(errno));
}

static int write_value(const struct step *step, const char *name, const char *value, struct err *err)
{
	return *value ? write_file(step, name, value, strlen(value), 0600, err) : 0;
}

static int write_keyboard(const struct step *step, const char *value, struct err *err)
{
	const size_t layout = strcspn(value, ":");
	struct text text = {0};

	if (!*value)
		return 0;
	text_printf(&text, "XKBMODEL=\"pc105\"\nXKBLAYOUT=\"%.*s\"\nXKBVARIANT=\"%s\"\nXKBOPTIONS=\"\"\nBACKSPACE=\"guess\"\n",
		    (int)layout, value, value[layout] ? value + layout + 1 : "");
	const int status = write_file(step, "keyboard", text.data, text.length, 0644, err);
	text_free(&text);
	return status;
}

static int link_overlay(const struct step *step, const char *from, struct err *err)
{
	char path[WORK_PATH];

	if (!*from || !symlink(from, work_path(step, "overlay", path)))
		return 0;
	return err_set(err, ERR_FAILED, "%s can not be made: %s", path, strerror(errno));
}

static int copy_hook(const struct step *step, const char *from, struct err *err)
{
	char path[WORK_PATH];
	const char *const argv[] = {"cp", "--", from, work_path(step, "hook", path), NULL};

	return *from ? tool_run(argv, NULL, step->progress, NULL, err) : 0;
}

static int write_users(const struct step *step, const char *from, struct err *err)
{
	struct users users;
	int status = *from ? users_read(from, &users, err) : 0;

	if (status || !*from)
		return status;
	status = users_write(&users, step_arg(step, "dir"), err);
	users_free(&users);
	return status;
}

/* What a run before a crash has left would be done again. */
static void remove_old(const struct step *step)
{
	static const char *const names[] = {"overlay", "overlay-failed", "hook-status", "failed"};
	char path[WORK_PATH];

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		unlink(work_path(step, names[i], path));
}

static int write_wishes(const struct step *step, const struct recipe *recipe, struct err *err)
{
	const size_t length = (size_t)(build_script_end - build_script);
	char kit[WORK_PATH];
	int status = write_kit(work_path(step, "kit", kit), err);

	remove_old(step);
	if (!status)
		status = write_file(step, "essential", build_script, length, 0700, err);
	if (!status)
		status = write_file(step, "customize", build_script, length, 0700, err);
	if (!status)
		status = write_value(step, "locale", recipe->values[RECIPE_LOCALE], err);
	if (!status)
		status = write_value(step, "timezone", recipe->values[RECIPE_TIMEZONE], err);
	if (!status)
		status = write_keyboard(step, recipe->values[RECIPE_KEYBOARD], err);
	if (!status)
		status = link_overlay(step, recipe->values[RECIPE_OVERLAY], err);
	if (!status)
		status = copy_hook(step, recipe->values[RECIPE_HOOK], err);
	return status ? status : write_users(step, recipe->values[RECIPE_USERS], err);
}

/* What every image needs: systemd, a kernel, and what the kit's scripts call. */
static void list_packages(const struct recipe *recipe, const struct suite *suite, struct text *out)
{
	const char *locale = recipe->values[RECIPE_LOCALE];

	text_printf(out, "--include=systemd-sysv,udev,dbus,%s,initramfs-tools,zstd,%s,kmod,iproute2", suite->kernel, suite->busybox);
	if (*locale && strncmp(locale, "C.", 2))
		text_add(out, ",locales");
	if (*recipe->values[RECIPE_TIMEZONE])
		text_add(out, ",tzdata");
	if (*recipe->values[RECIPE_KEYBOARD])
		text_add(out, ",console-setup,keyboard-configuration");
	if (*recipe->values[RECIPE_INCLUDE])
		text_printf(out, ",%s", recipe->values[RECIPE_INCLUDE]);
}

/* Its own words for it, where build.sh has written some; and the log stays. */
static int explain_failure(const struct step *step, const char *log, struct err *err)
{
	char path[WORK_PATH], kept[WORK_PATH + 8], words[600] = "";
	FILE *file = fopen(work_path(step, "failed", path), "re");

	if (file) {
		if (!fgets(words, sizeof(words), file))
			words[0] = '\0';
		fclose(file);
		words[strcspn(words, "\n")] = '\0';
	}
	if (!*words)
		text_copy(words, sizeof(words), err->text);
	snprintf(kept, sizeof(kept), "%s.log", step_arg(step, "dir"));
	return err_set(err, ERR_FAILED, "%s; the log is %s", words, rename(log, kept) ? "lost" : kept);
}

static int run_mmdebstrap(struct step *step, const struct recipe *recipe, const struct suite *suite, struct err *err)
{
	char root[WORK_PATH], log[WORK_PATH], essential[WORK_PATH + 24], customize[WORK_PATH + 24], path[WORK_PATH];
	struct text include = {0}, components = {0};
	const char *mirror = recipe->values[RECIPE_MIRROR];

	list_packages(recipe, suite, &include);
	text_printf(&components, "--components=%s", suite->components);
	snprintf(essential, sizeof(essential), "--essential-hook=%s", work_path(step, "essential", path));
	snprintf(customize, sizeof(customize), "--customize-hook=%s", work_path(step, "customize", path));
	/* A mirror that does not answer is given up in less than two minutes. */
	const char *const argv[] = {
		"mmdebstrap", "--verbose", "--mode=root", "--variant=minbase", "--format=directory", "--aptopt=Acquire::http::Timeout \"20\"",
		"--aptopt=Acquire::https::Timeout \"20\"", "--aptopt=Acquire::Retries \"1\"", include.data, components.data, essential,
		customize, recipe->values[RECIPE_SUITE], work_path(step, "root", root), *mirror ? mirror : NULL, NULL,
	};
	work_path(step, "log", log);
	const int status = tool_run_contained(argv, log, step->progress, err);
	text_free(&include);
	text_free(&components);
	return status == ERR_FAILED ? explain_failure(step, log, err) : status;
}

static int build_root_run(struct step *step, struct err *err)
{
	char root[WORK_PATH];
	const struct suite *suite;
	struct recipe *recipe = xcalloc(1, sizeof(*recipe));
	int status = recipe_parse(step_arg(step, "recipe"), recipe, err);

	if (!status)
		status = suite_find(recipe->values[RECIPE_SUITE], &suite, err);
	if (!status)
		status = tool_remove_tree(work_path(step, "root", root), err);
	if (!status)
		status = write_wishes(step, recipe, err);
	if (!status)
		status = run_mmdebstrap(step, recipe, suite, err);
	free(recipe);
	return status;
}

const struct step_kind build_steps[] = {
	{"build-root", NULL, build_root_run, NULL},
	{0},
};
