#include "core/fleet/images.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "core/boot/name.h"
#include "core/boot/tree.h"
#include "core/ceph/cluster.h"
#include "core/ceph/image.h"
#include "core/ceph/tree.h"
#include "core/fleet/image_making.h"
#include "core/fleet/internal.h"
#include "core/fleet/meta.h"
#include "db/image.h"

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

int plan_image_release(struct fleet *fleet, const char *typed, const char *release, struct plans *out, struct err *err)
{
	struct release from, found;
	struct making making = {0};
	struct image image;
	int status = name_parse_image(typed, making.image, err);

	if (!status)
		status = image_by_name(fleet->db, making.image, &image, err);
	if (!status)
		status = release ? name_parse_image(release, making.release, err)
				 : free_release_name(fleet, making.image, making.release, err);
	if (status)
		return status;
	if (!release_find(fleet->db, making.image, making.release, &found, err))
		return err_set(err, ERR_EXISTS, "release %s@%s is there already: give another name", making.image, making.release);
	status = find_kernel(fleet, making.image, &from, err);
	if (status)
		return status;
	struct plan *plan = plans_add(out, "release", "image %s", making.image);
	plan_add(plan, "release-freeze", json_pack("{ss ss}", "image", making.image, "release", making.release),
		 "freeze %s@%s", making.image, making.release);
	if (*from.kernel)
		plan_add(plan, "release-kernel", json_pack("{ss ss ss}", "image", making.image, "release", making.release,
							   "from", from.name),
			 "copy kernel %s from %s", from.kernel, strcmp(from.name, TREE_NEXT) ? from.name : "the last shell in the image");
	plan_add(plan, "release-record", json_pack("{ss ss ss}", "image", making.image, "release", making.release,
						   "kernel", from.kernel),
		 "note %s@%s in the inventory", making.image, making.release);
	plan_add_image_meta(plan, making.image);
	return 0;
}

/* Clones that the inventory does not know count as well. */
static int check_no_children(struct fleet *fleet, const char *image, const char *release, struct err *err)
{
	struct cluster *cluster;
	char **names = NULL;
	size_t count = 0;
	int status = fleet_cluster(fleet, &cluster, err);

	if (!status)
		status = cluster_snap_children(cluster, IMAGES_NAMESPACE, image, release, &names, &count, err);
	if (status == ERR_NOT_FOUND)
		return 0;
	if (!status && count)
		status = err_set(err, ERR_REFUSED, "%s@%s has %zu clone%s, the first is %s/%s: give those hosts another root "
				 "first (`berth host assign`); roots in the trash count too", image, release, count,
				 count == 1 ? "" : "s", fleet->site.pool, names[0]);
	cluster_names_free(names, count);
	return status;
}

static int check_no_roots(struct fleet *fleet, const char *image, const char *release, struct err *err)
{
	struct release *list = NULL;
	size_t count = 0;
	int status = release_list(fleet->db, image, &list, &count, err);

	for (size_t i = 0; i < count && !status; i++)
		if (!*release || !strcmp(release, list[i].name))
			status = check_no_children(fleet, image, list[i].name, err);
	free(list);
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
		status = check_no_roots(fleet, image, release, err);
	if (status)
		return status;
	if (*release)
		remove_release(out, image, release);
	else
		remove_image(out, image);
	return 0;
}
