/* Steps on golden images and their releases. */
#include "core/fleet/step.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "core/boot/tree.h"
#include "core/ceph/image.h"
#include "core/ceph/tree.h"
#include "core/fleet/record.h"
#include "core/fleet/tool.h"
#include "db/image.h"

/* image-create {image, size} */

static int image_create_look(struct step *step, bool *kept, struct err *err)
{
	const char *image = step_arg(step, "image");
	struct cluster_image_info info;
	struct cluster *cluster;
	int status = fleet_cluster(step->fleet, &cluster, err);

	*kept = false;
	if (!status)
		status = cluster_image_info(cluster, IMAGES_NAMESPACE, image, &info, err);
	if (!status)
		return err_set(err, ERR_EXISTS, "%s/images/%s is in the cluster already: choose another name, or look at it "
			       "with `rbd info %s/images/%s`", step->fleet->site.pool, image, step->fleet->site.pool, image);
	return status == ERR_NOT_FOUND ? 0 : status;
}

static int image_create_run(struct step *step, struct err *err)
{
	struct cluster *cluster;
	int status = fleet_cluster(step->fleet, &cluster, err);

	if (!status)
		status = cluster_image_create(cluster, IMAGES_NAMESPACE, step_arg(step, "image"),
					      step_arg_int(step, "size"), err);
	return status == ERR_EXISTS ? 0 : status;
}

static int image_create_undo(struct step *step, struct err *err)
{
	struct cluster *cluster;
	char id[64];
	int status = fleet_cluster(step->fleet, &cluster, err);

	if (!status)
		status = cluster_image_trash(cluster, IMAGES_NAMESPACE, step_arg(step, "image"), id, err);
	if (status == ERR_NOT_FOUND)
		return 0;
	return status ? status : cluster_trash_remove(cluster, IMAGES_NAMESPACE, id, NULL, err);
}

/* image-record {image, size, source, recipe} */

static int image_record_run(struct step *step, struct err *err)
{
	struct image image = {.size = step_arg_int(step, "size")};
	struct image found;

	if (!image_by_name(step->fleet->db, step_arg(step, "image"), &found, err))
		return 0;
	text_copy(image.name, sizeof(image.name), step_arg(step, "image"));
	text_copy(image.source, sizeof(image.source), step_arg(step, "source"));
	text_copy(image.recipe, sizeof(image.recipe), step_arg(step, "recipe"));
	return image_insert(step->fleet->db, &image, err);
}

static int image_forget_run(struct step *step, struct err *err)
{
	struct image image;
	const int status = image_by_name(step->fleet->db, step_arg(step, "image"), &image, err);

	if (status == ERR_NOT_FOUND)
		return 0;
	return status ? status : image_delete(step->fleet->db, image.id, err);
}

/* image-forget {image}: keeps its row and its releases' for undo. */

static int image_forget_look(struct step *step, bool *kept, struct err *err)
{
	struct release *releases = NULL;
	json_t *list = json_array();
	struct image image;
	size_t count = 0;
	int status = image_by_name(step->fleet->db, step_arg(step, "image"), &image, err);

	*kept = false;
	if (!status)
		status = release_list(step->fleet->db, image.name, &releases, &count, err);
	for (size_t i = count; i > 0; i--)
		json_array_append_new(list, record_of_release(&releases[i - 1]));
	if (!status) {
		step_note(step, "size", json_integer(image.size));
		step_note(step, "source", json_string(image.source));
		step_note(step, "recipe", json_string(image.recipe));
	}
	step_note(step, "releases", list);
	free(releases);
	return status;
}

static int image_forget_undo(struct step *step, struct err *err)
{
	struct image image = {.size = json_integer_value(json_object_get(step->before, "size"))};
	struct image found;
	size_t i;
	json_t *json;
	int status;

	if (!image_by_name(step->fleet->db, step_arg(step, "image"), &found, err))
		return 0;
	text_copy(image.name, sizeof(image.name), step_arg(step, "image"));
	text_copy(image.source, sizeof(image.source), step_noted(step, "source"));
	text_copy(image.recipe, sizeof(image.recipe), step_noted(step, "recipe"));
	status = image_insert(step->fleet->db, &image, err);
	json_array_foreach(json_object_get(step->before, "releases"), i, json) {
		struct release release = {.image_id = image.id};

		record_apply_release(json, &release);
		if (!status)
			status = release_insert(step->fleet->db, &release, err);
	}
	return status;
}

/* image-trash {image} */

static int image_trash_look(struct step *step, bool *kept, struct err *err)
{
	struct cluster_image_info info;
	struct cluster *cluster;
	int status = fleet_cluster(step->fleet, &cluster, err);

	if (!status)
		status = cluster_image_info(cluster, IMAGES_NAMESPACE, step_arg(step, "image"), &info, err);
	*kept = status == ERR_NOT_FOUND;
	if (!status)
		step_note(step, "id", json_string(info.id));
	return *kept ? 0 : status;
}

static int image_trash_run(struct step *step, struct err *err)
{
	struct cluster *cluster;
	char id[64];
	int status = fleet_cluster(step->fleet, &cluster, err);

	if (!status)
		status = cluster_image_trash(cluster, IMAGES_NAMESPACE, step_arg(step, "image"), id, err);
	return status == ERR_NOT_FOUND ? 0 : status;
}

static int image_trash_undo(struct step *step, struct err *err)
{
	const char *image = step_arg(step, "image");
	struct cluster_image_info info;
	struct cluster *cluster;
	const int status = fleet_cluster(step->fleet, &cluster, err);

	if (!status && !cluster_image_info(cluster, IMAGES_NAMESPACE, image, &info, err))
		return 0;
	return status ? status : cluster_trash_restore(cluster, IMAGES_NAMESPACE, step_noted(step, "id"), image, err);
}

/* release-freeze {image, release} */

static int release_freeze_run(struct step *step, struct err *err)
{
	const char *image = step_arg(step, "image"), *release = step_arg(step, "release");
	struct cluster *cluster;
	int status = fleet_cluster(step->fleet, &cluster, err);

	if (!status)
		status = cluster_snap_create(cluster, IMAGES_NAMESPACE, image, release, err);
	if (status && status != ERR_EXISTS)
		return status;
	return cluster_snap_protect(cluster, IMAGES_NAMESPACE, image, release, err);
}

static int release_thaw_run(struct step *step, struct err *err)
{
	const char *image = step_arg(step, "image"), *release = step_arg(step, "release");
	struct cluster *cluster;
	int status = fleet_cluster(step->fleet, &cluster, err);

	if (!status)
		status = cluster_snap_unprotect(cluster, IMAGES_NAMESPACE, image, release, err);
	if (!status)
		status = cluster_snap_remove(cluster, IMAGES_NAMESPACE, image, release, err);
	return status == ERR_NOT_FOUND ? 0 : status;
}

/* release-kernel {image, release, dir}: from the work directory, if it has one;
 * or {image, release, from}: the same as another release's. */

static int put_kernel(struct step *step, struct cluster *cluster, struct err *err)
{
	const char *image = step_arg(step, "image"), *release = step_arg(step, "release");
	char local[512], path[TREE_PATH];
	int status;

	snprintf(local, sizeof(local), "%s/vmlinuz", step_arg(step, "dir"));
	if (access(local, R_OK))
		return 0;
	status = cluster_file_copy_in(cluster, local, tree_release_kernel(image, release, path), 0644, 0, step->progress, err);
	snprintf(local, sizeof(local), "%s/initrd.img", step_arg(step, "dir"));
	return status ? status : cluster_file_copy_in(cluster, local, tree_release_initrd(image, release, path), 0644, 0,
						      step->progress, err);
}

static int copy_kernel(struct step *step, struct cluster *cluster, struct err *err)
{
	const char *image = step_arg(step, "image"), *release = step_arg(step, "release"), *from = step_arg(step, "from");
	char source[TREE_PATH], path[TREE_PATH];
	const int status = cluster_file_copy(cluster, tree_release_kernel(image, from, source),
					     tree_release_kernel(image, release, path), 0644, 0, err);

	return status ? status : cluster_file_copy(cluster, tree_release_initrd(image, from, source),
						   tree_release_initrd(image, release, path), 0644, 0, err);
}

static int release_kernel_run(struct step *step, struct err *err)
{
	char path[TREE_PATH];
	struct cluster *cluster;
	int status = fleet_cluster(step->fleet, &cluster, err);

	if (!status)
		status = cluster_dir_make(cluster, tree_release(step_arg(step, "image"), step_arg(step, "release"), path),
					  0755, err);
	if (status)
		return status;
	return *step_arg(step, "from") ? copy_kernel(step, cluster, err) : put_kernel(step, cluster, err);
}

static int release_kernel_undo(struct step *step, struct err *err)
{
	char path[TREE_PATH];
	struct cluster *cluster;
	const int status = fleet_cluster(step->fleet, &cluster, err);

	return status ? status : cluster_dir_remove(cluster, tree_release(step_arg(step, "image"),
									  step_arg(step, "release"), path), err);
}

/* image-kernel {image, release: TREE_NEXT, dir}: the kernel that a shell has left
 * in the image, for its next release. What was there goes to DIR/before. */

static char *before_path(const struct step *step, char out[600])
{
	snprintf(out, 600, "%s/before", step_arg(step, "dir"));
	return out;
}

static int image_kernel_look(struct step *step, bool *kept, struct err *err)
{
	char local[600], path[TREE_PATH];
	struct cluster *cluster;
	int status = tool_remove_tree(before_path(step, local), err);

	*kept = false;
	if (!status)
		status = fleet_cluster(step->fleet, &cluster, err);
	if (!status)
		status = cluster_dir_copy_out(cluster, tree_release(step_arg(step, "image"), TREE_NEXT, path), local, step->progress, err);
	return status == ERR_NOT_FOUND ? tool_remove_tree(local, err) : status;
}

static int image_kernel_run(struct step *step, struct err *err)
{
	char local[600], path[TREE_PATH], version[TREE_PATH + 16];
	struct cluster *cluster;
	int status = fleet_cluster(step->fleet, &cluster, err);

	tree_release(step_arg(step, "image"), TREE_NEXT, path);
	snprintf(version, sizeof(version), "%s/version", path);
	snprintf(local, sizeof(local), "%s/version", step_arg(step, "dir"));
	if (!status && access(local, R_OK))
		return cluster_dir_remove(cluster, path, err);
	if (!status)
		status = cluster_dir_make(cluster, path, 0755, err);
	if (!status)
		status = put_kernel(step, cluster, err);
	return status ? status : cluster_file_copy_in(cluster, local, version, 0644, 0, NULL, err);
}

static int image_kernel_undo(struct step *step, struct err *err)
{
	char local[600], path[TREE_PATH];
	struct cluster *cluster;
	const int status = fleet_cluster(step->fleet, &cluster, err);

	if (status)
		return status;
	tree_release(step_arg(step, "image"), TREE_NEXT, path);
	return access(before_path(step, local), R_OK) ? cluster_dir_remove(cluster, path, err)
						      : cluster_dir_copy_in(cluster, local, path, NULL, err);
}

/* image-point {image, name}: a snapshot that lasts as long as an operation. */

static int image_point_run(struct step *step, struct err *err)
{
	struct cluster *cluster;
	int status = fleet_cluster(step->fleet, &cluster, err);

	if (!status)
		status = cluster_snap_create(cluster, IMAGES_NAMESPACE, step_arg(step, "image"), step_arg(step, "name"), err);
	return status == ERR_EXISTS ? 0 : status;
}

static int image_point_drop_run(struct step *step, struct err *err)
{
	struct cluster *cluster;
	const int status = fleet_cluster(step->fleet, &cluster, err);

	return status ? status : cluster_snap_remove(cluster, IMAGES_NAMESPACE, step_arg(step, "image"), step_arg(step, "name"), err);
}

/* release-record {image, release, kernel | dir} */

static void read_version(struct step *step, char *out, size_t size)
{
	char path[512];

	text_copy(out, size, step_arg(step, "kernel"));
	if (*out || !*step_arg(step, "dir"))
		return;
	snprintf(path, sizeof(path), "%s/version", step_arg(step, "dir"));
	FILE *file = fopen(path, "re");
	if (file && !fgets(out, (int)size, file))
		*out = '\0';
	if (file)
		fclose(file);
	out[strcspn(out, "\n")] = '\0';
}

static int release_record_run(struct step *step, struct err *err)
{
	struct release release = {0}, found;
	struct cluster_image_info info;
	struct cluster *cluster;
	struct image image;
	int status = image_by_name(step->fleet->db, step_arg(step, "image"), &image, err);

	if (!status && !release_find(step->fleet->db, image.name, step_arg(step, "release"), &found, err))
		return 0;
	if (!status)
		status = fleet_cluster(step->fleet, &cluster, err);
	if (!status)
		status = cluster_image_info(cluster, IMAGES_NAMESPACE, image.name, &info, err);
	if (status)
		return status;
	release.image_id = image.id;
	release.size = info.size;
	text_copy(release.name, sizeof(release.name), step_arg(step, "release"));
	read_version(step, release.kernel, sizeof(release.kernel));
	return release_insert(step->fleet->db, &release, err);
}

static int release_forget_run(struct step *step, struct err *err)
{
	struct release release;
	const int status = release_find(step->fleet->db, step_arg(step, "image"), step_arg(step, "release"), &release, err);

	if (status == ERR_NOT_FOUND)
		return 0;
	return status ? status : release_delete(step->fleet->db, release.id, err);
}

static int release_forget_look(struct step *step, bool *kept, struct err *err)
{
	struct release release;
	const int status = release_find(step->fleet->db, step_arg(step, "image"), step_arg(step, "release"), &release, err);

	*kept = status == ERR_NOT_FOUND;
	if (!status)
		step_note(step, "release", record_of_release(&release));
	return *kept ? 0 : status;
}

static int release_forget_undo(struct step *step, struct err *err)
{
	struct release release = {0}, found;
	struct image image;
	const int status = image_by_name(step->fleet->db, step_arg(step, "image"), &image, err);

	if (status || !release_find(step->fleet->db, image.name, step_arg(step, "release"), &found, err))
		return status;
	record_apply_release(json_object_get(step->before, "release"), &release);
	release.image_id = image.id;
	return release_insert(step->fleet->db, &release, err);
}

const struct step_kind image_steps[] = {
	{"image-create", image_create_look, image_create_run, image_create_undo},
	{"image-record", NULL, image_record_run, image_forget_run},
	{"image-forget", image_forget_look, image_forget_run, image_forget_undo},
	{"image-trash", image_trash_look, image_trash_run, image_trash_undo},
	{"release-freeze", NULL, release_freeze_run, release_thaw_run},
	{"release-thaw", NULL, release_thaw_run, NULL},
	{"release-kernel", NULL, release_kernel_run, release_kernel_undo},
	{"image-kernel", image_kernel_look, image_kernel_run, image_kernel_undo},
	{"image-point", NULL, image_point_run, image_point_drop_run},
	{"image-point-drop", NULL, image_point_drop_run, NULL},
	{"release-record", NULL, release_record_run, release_forget_run},
	{"release-forget", release_forget_look, release_forget_run, release_forget_undo},
	{0},
};
