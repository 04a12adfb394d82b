#include "core/fleet/images.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "core/boot/name.h"
#include "core/boot/tree.h"
#include "core/ceph/cluster.h"
#include "core/ceph/image.h"
#include "core/ceph/tree.h"
#include "core/fleet/internal.h"
#include "core/fleet/meta.h"
#include "core/fleet/release.h"
#include "core/fleet/source.h"
#include "core/fleet/tool.h"
#include "db/image.h"

#define GIB (1024LL * 1024 * 1024)
#define MIB (1024LL * 1024)

struct making {
	char image[NAME_SIZE];
	char release[NAME_SIZE];
	char dir[512];         /* work directory */
	char raw[600];         /* the file to write into the image */
	int64_t size;
};

static int free_release_name(struct fleet *fleet, const char *image, char out[NAME_SIZE], struct err *err)
{
	const time_t now = (time_t)time_now();
	struct release found;
	struct tm tm;
	char day[16];

	gmtime_r(&now, &tm);
	strftime(day, sizeof(day), "%Y-%m-%d", &tm);
	text_copy(out, NAME_SIZE, day);
	for (int i = 2; i < 1000; i++) {
		const int status = release_find(fleet->db, image, out, &found, err);

		if (status == ERR_NOT_FOUND)
			return 0;
		if (status)
			return status;
		snprintf(out, NAME_SIZE, "%s.%d", day, i);
	}
	return err_set(err, ERR_FAILED, "image %s has a thousand releases of today: give the new one a name", image);
}

/* The cluster may hold an image that the inventory does not know. */
static int check_new_image(struct fleet *fleet, const char *typed, struct making *making, struct err *err)
{
	struct cluster_image_info info;
	struct cluster *cluster;
	struct image image;
	int status = name_parse_image(typed, making->image, err);

	if (status)
		return status;
	if (!image_by_name(fleet->db, making->image, &image, err))
		return err_set(err, ERR_EXISTS, "image %s is there already: choose another name, or freeze a new release "
			       "of it with `berth image release %s`", making->image, making->image);
	status = fleet_cluster(fleet, &cluster, err);
	if (!status)
		status = cluster_image_info(cluster, IMAGES_NAMESPACE, making->image, &info, err);
	if (!status)
		return err_set(err, ERR_EXISTS, "%s/images/%s is in the cluster but not in the inventory: choose another "
			       "name", fleet->site.pool, making->image);
	if (status != ERR_NOT_FOUND)
		return status;
	tool_work_dir(making->dir, making->image);
	snprintf(making->raw, sizeof(making->raw), "%s/image.raw", making->dir);
	/* A first release of an image that is not there yet is always free. */
	const time_t now = (time_t)time_now();
	struct tm tm;
	gmtime_r(&now, &tm);
	strftime(making->release, sizeof(making->release), "%Y-%m-%d", &tm);
	return 0;
}

static int check_room(struct fleet *fleet, int64_t size, struct err *err)
{
	char wanted[SIZE_TEXT], have[SIZE_TEXT];
	struct cluster_health health;
	struct cluster *cluster;
	int status = fleet_cluster(fleet, &cluster, err);

	if (!status)
		status = cluster_health(cluster, &health, err);
	if (status)
		return status;
	if (size <= health.pool_used + health.pool_free)
		return 0;
	return err_field(err, "size", "size %s is larger than the whole pool %s, which can hold %s",
			 size_format(size, wanted), fleet->site.pool,
			 size_format(health.pool_used + health.pool_free, have));
}

static json_t *dir_args(const struct making *making)
{
	return json_pack("{ss}", "dir", making->dir);
}

static void add_image(struct fleet *fleet, struct plan *plan, const struct making *making, const char *source)
{
	const char *image = making->image, *release = making->release;
	char size[SIZE_TEXT];

	size_format(making->size, size);
	plan_add(plan, "image-create", json_pack("{ss sI}", "image", image, "size", (json_int_t)making->size),
		 "make %s/images/%s, %s large", fleet->site.pool, image, size);
	plan_add(plan, "image-write", json_pack("{ss ss}", "image", image, "file", making->raw),
		 "write the content, leaving out what is empty");
	plan_add(plan, "release-freeze", json_pack("{ss ss}", "image", image, "release", release),
		 "freeze %s@%s", image, release);
	plan_add(plan, "release-kernel", json_pack("{ss ss ss}", "image", image, "release", release, "dir", making->dir),
		 "put kernel and initrd into images/%s/%s", image, release);
	plan_add(plan, "image-record", json_pack("{ss sI ss}", "image", image, "size", (json_int_t)making->size,
						 "source", source), "note %s in the inventory", image);
	plan_add(plan, "release-record", json_pack("{ss ss ss}", "image", image, "release", release, "dir", making->dir),
		 "note %s@%s in the inventory", image, release);
	plan_add_image_meta(plan, image);
	plan_add(plan, "work-clean", dir_args(making), "remove %s", making->dir);
}

static int check_list(const char *value, const char *field, struct err *err)
{
	/* What mmdebstrap takes for a package, suite or mirror, and no option. */
	if (*value == '-' || value[strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.,_:/@~%")])
		return err_field(err, field, "%s '%s' has a character that it can not have: give names of letters, digits "
				 "and + - . :", field, value);
	return 0;
}

static int check_build(const struct image_build *build, struct making *making, struct err *err)
{
	int status = check_list(build->suite, "suite", err);

	if (!status && !*build->suite)
		status = err_field(err, "suite", "the suite is empty: give one, such as bookworm");
	if (!status && build->mirror)
		status = check_list(build->mirror, "mirror", err);
	if (!status && build->include)
		status = check_list(build->include, "include", err);
	if (!status)
		status = size_parse(build->size ? build->size : "4G", "size", &making->size, err);
	if (!status && making->size < GIB)
		status = err_field(err, "size", "size %s is too small for a root file system: give at least 1G", build->size);
	making->size = (making->size + MIB - 1) / MIB * MIB;
	return status;
}

int plan_image_build(struct fleet *fleet, const struct image_build *build, struct plans *out, struct err *err)
{
	struct making making = {0};
	char tree[600], source[256];
	int status = check_build(build, &making, err);

	if (!status)
		status = check_new_image(fleet, build->name, &making, err);
	if (!status)
		status = check_room(fleet, making.size, err);
	if (status)
		return status;
	struct plan *plan = plans_add(out, "build", "image %s", making.image);
	snprintf(tree, sizeof(tree), "%s/root", making.dir);
	snprintf(source, sizeof(source), "build %s", build->suite);
	plan_add(plan, "work-dir", dir_args(&making), "make the work directory %s", making.dir);
	plan_add(plan, "build-root", json_pack("{ss ss ss ss}", "dir", making.dir, "suite", build->suite,
					       "mirror", build->mirror ? build->mirror : "",
					       "include", build->include ? build->include : ""),
		 "unpack %s with mmdebstrap, with a kernel and what boots it", build->suite);
	plan_add(plan, "take-kernel", json_pack("{ss ss}", "dir", making.dir, "tree", tree), "take its kernel and initrd");
	plan_add(plan, "pack-root", json_pack("{ss ss sI}", "dir", making.dir, "source", tree,
					      "size", (json_int_t)making.size), "pack it into an ext4 file system");
	add_image(fleet, plan, &making, source);
	return 0;
}

static int import_size(const struct image_import *import, const struct source *source, struct making *making,
		       struct err *err)
{
	char wanted[SIZE_TEXT], least[SIZE_TEXT];
	int64_t room = source->size;

	/* A directory becomes ext4: its own tables, and room to work in. */
	if (source->kind == SOURCE_DIRECTORY)
		room = (source->size + source->size / 5 + 64 * MIB + MIB - 1) / MIB * MIB;
	making->size = source->kind == SOURCE_DIRECTORY ? (room + GIB - 1) / GIB * GIB : room;
	if (!import->size)
		return 0;
	const int status = size_parse(import->size, "size", &making->size, err);
	if (!status && making->size < room)
		return err_field(err, "size", "size %s is too small for %s, which needs %s", size_format(making->size, wanted),
				 import->path, size_format(room, least));
	return status;
}

static int check_kernel_files(const struct image_import *import, struct err *err)
{
	const char *const files[] = {import->kernel, import->initrd};
	static const char *const fields[] = {"kernel", "initrd"};

	if (!import->kernel != !import->initrd)
		return err_field(err, import->kernel ? "initrd" : "kernel", "a kernel and its initrd go together: give both "
				 "--kernel and --initrd");
	for (int i = 0; i < 2 && import->kernel; i++)
		if (access(files[i], R_OK))
			return err_field(err, fields[i], "%s %s can not be read: give a local file", fields[i], files[i]);
	return 0;
}

static void add_take_kernel(struct plan *plan, const struct making *making, const struct image_import *import,
			    const struct source *source, const char *path)
{
	char kernel[PATH_MAX], initrd[PATH_MAX];

	if (import->kernel && realpath(import->kernel, kernel) && realpath(import->initrd, initrd))
		plan_add(plan, "take-kernel", json_pack("{ss ss ss}", "dir", making->dir, "kernel", kernel, "initrd", initrd),
			 "take the kernel and initrd given");
	else
		plan_add(plan, "take-kernel", json_pack("{ss ss}", "dir", making->dir,
							source->kind == SOURCE_DIRECTORY ? "tree" : "raw", path),
			 "take the newest kernel and initrd from its /boot, if it has them");
}

static void add_import(struct plan *plan, struct making *making, const struct image_import *import,
		       const struct source *source, const char *path)
{
	plan_add(plan, "work-dir", dir_args(making), "make the work directory %s", making->dir);
	if (source->kind == SOURCE_DIRECTORY)
		plan_add(plan, "pack-root", json_pack("{ss ss sI}", "dir", making->dir, "source", path,
						      "size", (json_int_t)making->size), "pack %s into an ext4 file system", path);
	else if (source->kind == SOURCE_QCOW2)
		plan_add(plan, "convert", json_pack("{ss ss}", "dir", making->dir, "file", path), "unpack %s", path);
	else
		text_copy(making->raw, sizeof(making->raw), path);
	add_take_kernel(plan, making, import, source, source->kind == SOURCE_DIRECTORY ? path : making->raw);
}

int plan_image_import(struct fleet *fleet, const struct image_import *import, struct plans *out, struct err *err)
{
	char path[PATH_MAX], source_words[256];
	struct making making = {0};
	struct source source;
	int status = check_kernel_files(import, err);

	if (!status)
		status = source_inspect(import->path, &source, err);
	if (!status)
		status = import_size(import, &source, &making, err);
	const int64_t size = making.size;
	if (!status)
		status = check_new_image(fleet, import->name, &making, err);
	if (!status)
		status = check_room(fleet, size, err);
	if (status)
		return status;
	if (!realpath(import->path, path) || strlen(path) >= sizeof(making.raw))
		return err_field(err, "file", "the path of %s is too long: move it to a shorter one", import->path);
	snprintf(source_words, sizeof(source_words), "import %s", import->path);
	struct plan *plan = plans_add(out, "import", "image %s", making.image);
	add_import(plan, &making, import, &source, path);
	add_image(fleet, plan, &making, source_words);
	return 0;
}

/* What the last shell in the image left, else what the last release has. */
static int find_kernel(struct fleet *fleet, const char *image, struct release *from, struct err *err)
{
	char path[TREE_PATH + 16], dir[TREE_PATH];
	struct cluster *cluster;
	char *version = NULL;
	size_t length;
	int status = release_find(fleet->db, image, "", from, err);

	if (status == ERR_NOT_FOUND)
		*from = (struct release){0};
	else if (status)
		return status;
	snprintf(path, sizeof(path), "%s/version", tree_release(image, TREE_NEXT, dir));
	status = fleet_cluster(fleet, &cluster, err);
	if (!status)
		status = cluster_file_read(cluster, path, &version, &length, err);
	if (!status) {
		text_copy(from->name, sizeof(from->name), TREE_NEXT);
		text_copy(from->kernel, sizeof(from->kernel), version);
	}
	free(version);
	return status == ERR_NOT_FOUND ? 0 : status;
}

static int check_note(const char *note, struct err *err)
{
	if (strlen(note) >= RELEASE_NOTE)
		return err_field(err, "note", "the note has %zu bytes, the limit is 255: make it shorter", strlen(note));
	if (text_has_control(note))
		return err_field(err, "note", "the note has a control character or a line break: write it in one line");
	return 0;
}

/* What the new release takes over. */
struct taken {
	struct release kernel; /* its name and kernel */
	const char *packages;  /* whose list; "" none */
	char last[NAME_SIZE];  /* the newest release; "" none */
	char note[RELEASE_NOTE];
};

static int find_taken(struct fleet *fleet, const char *image, const char *note, struct taken *taken, struct err *err)
{
	struct release last = {0};
	int status = release_find(fleet->db, image, "", &last, err);

	if (!status || status == ERR_NOT_FOUND)
		status = find_kernel(fleet, image, &taken->kernel, err);
	text_copy(taken->last, sizeof(taken->last), last.name);
	if (!status)
		status = release_packages_now(fleet, image, taken->last, &taken->packages, err);
	if (!status && note)
		text_copy(taken->note, sizeof(taken->note), note);
	else if (!status)
		status = release_note(fleet, image, taken->last, taken->packages, taken->note, err);
	return status;
}

static void add_release(struct plan *plan, const char *image, const char *release, const struct taken *taken)
{
	const char *kernel = taken->kernel.kernel, *from = *kernel ? taken->kernel.name : "";
	const char *source = *kernel ? from : taken->packages;

	plan_add(plan, "release-freeze", json_pack("{ss ss}", "image", image, "release", release), "freeze %s@%s", image, release);
	if (*source)
		plan_add(plan, "release-kernel", json_pack("{ss ss ss ss}", "image", image, "release", release,
							   "from", from, "packages", taken->packages),
			 "copy %s%s%s from %s", *kernel ? "kernel " : "the list of packages", kernel,
			 *kernel && *taken->packages ? " and the list of packages" : "",
			 strcmp(source, TREE_NEXT) ? source : "the last shell in the image");
	plan_add(plan, "release-record", json_pack("{ss ss ss ss}", "image", image, "release", release,
						   "kernel", kernel, "note", taken->note),
		 "note %s@%s in the inventory%s%s", image, release, *taken->note ? ": " : "", taken->note);
	plan_add_image_meta(plan, image);
}

int plan_image_release(struct fleet *fleet, const char *typed, const char *release, const char *note, struct plans *out, struct err *err)
{
	char name[NAME_SIZE], new[NAME_SIZE];
	struct taken taken = {0};
	struct release found;
	struct image image;
	int status = name_parse_image(typed, name, err);

	if (!status && note)
		status = check_note(note, err);
	if (!status)
		status = image_by_name(fleet->db, name, &image, err);
	if (!status)
		status = release ? name_parse_image(release, new, err) : free_release_name(fleet, name, new, err);
	if (status)
		return status;
	if (!release_find(fleet->db, name, new, &found, err))
		return err_set(err, ERR_EXISTS, "release %s@%s is there already: give another name", name, new);
	status = find_taken(fleet, name, note, &taken, err);
	if (!status)
		add_release(plans_add(out, "release", "image %s", name), name, new, &taken);
	return status;
}

static void trash_path(char out[TREE_PATH], const char *image, const char *release)
{
	char now[TIME_TEXT];

	snprintf(out, TREE_PATH, "trash/image-%s%s%s-%s", image, *release ? "@" : "", release,
		 time_rfc3339(time_now(), now));
}

static void remove_image(struct plans *out, const char *image)
{
	struct plan *plan = plans_add(out, "rm", "image %s", image);
	char to[TREE_PATH], dir[TREE_PATH];

	trash_path(to, image, "");
	snprintf(dir, sizeof(dir), "images/%s", image);
	plan_add(plan, "image-forget", json_pack("{ss}", "image", image), "forget %s and its releases in the inventory", image);
	plan_add(plan, "tree-trash", json_pack("{ss ss}", "path", dir, "to", to), "move its kernels to %s", to);
	plan_add(plan, "image-trash", json_pack("{ss}", "image", image), "move the image to the trash");
}

static void remove_release(struct plans *out, const char *image, const char *release)
{
	struct plan *plan = plans_add(out, "rm", "image %s", image);
	char to[TREE_PATH], dir[TREE_PATH];

	trash_path(to, image, release);
	plan_add(plan, "release-forget", json_pack("{ss ss}", "image", image, "release", release),
		 "forget %s@%s in the inventory", image, release);
	plan_add(plan, "tree-trash", json_pack("{ss ss}", "path", tree_release(image, release, dir), "to", to),
		 "move its kernel to %s", to);
	plan_add(plan, "release-thaw", json_pack("{ss ss}", "image", image, "release", release),
		 "remove the snapshot %s@%s for good", image, release);
	plan_add_image_meta(plan, image);
}

int plan_image_remove(struct fleet *fleet, const char *typed, struct plans *out, struct err *err)
{
	char image[NAME_SIZE], release[NAME_SIZE];
	struct release found_release;
	struct image found;
	int status = name_parse_image_release(typed, image, release, err);

	if (!status)
		status = image_by_name(fleet->db, image, &found, err);
	if (!status && *release)
		status = release_find(fleet->db, image, release, &found_release, err);
	if (!status)
		status = release_check_unused(fleet, image, release, err);
	if (status)
		return status;
	if (*release)
		remove_release(out, image, release);
	else
		remove_image(out, image);
	return 0;
}
