/* The doctor on golden images and their releases. */
#include "core/fleet/finding.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/boot/tree.h"
#include "core/ceph/image.h"
#include "core/ceph/tree.h"
#include "core/fleet/meta.h"
#include "db/image.h"

static const struct cluster_snap *find_snap(const struct cluster_snap *snaps, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(snaps[i].name, name))
			return &snaps[i];
	return NULL;
}

static int examine_kernel(struct examination *e, const char *target, const struct release *release, struct err *err)
{
	char kernel[TREE_PATH], initrd[TREE_PATH];
	struct cluster_stat stat;
	int status;

	if (!release->kernel[0])
		return 0;
	tree_release_kernel(release->image, release->name, kernel);
	tree_release_initrd(release->image, release->name, initrd);
	status = cluster_path_stat(e->cluster, kernel, &stat, err);
	if (!status)
		status = cluster_path_stat(e->cluster, initrd, &stat, err);
	if (status != ERR_NOT_FOUND)
		return status;
	finding_repair(finding_add(e, FINDING_ERROR, "kernel", target, "release %s@%s has no kernel or no initrd in the tree: no host boots it",
				   release->image, release->name),
		       "put vmlinuz and initrd.img into %s/images/%s/%s", e->fleet->site.boot_root, release->image, release->name);
	return 0;
}

/* A snapshot of a golden image that the inventory lost: roots may depend on it.
 * What was kept with the image knows its kernel as well. */
static int note_lost(struct examination *e, const char *target, const char *image, const char *release, struct err *err)
{
	char *note = NULL;
	const int status = cluster_image_meta_get(e->cluster, IMAGES_NAMESPACE, image, META_KEY, &note, err);
	struct finding *finding = finding_add(e, FINDING_WARNING, "release-lost", target, "snapshot %s@%s is a release that the inventory "
					      "does not know", image, release);

	if (note)
		finding_step(finding, "meta-take", json_pack("{ss}", "image", image), "take what is kept with %s into the inventory", image);
	finding_step(finding, "release-record", json_pack("{ss ss ss}", "image", image, "release", release, "kernel", ""),
		     "note %s@%s in the inventory", image, release);
	finding_step(finding, "image-meta", json_pack("{ss}", "image", image), "keep it with the image");
	finding_repair(finding, "note it in the inventory");
	free(note);
	return status == ERR_NOT_FOUND ? 0 : status;
}

static int examine_releases(struct examination *e, const char *target, const char *image, struct err *err)
{
	struct release *releases = NULL;
	struct cluster_snap *snaps = NULL;
	size_t count = 0, snap_count = 0;
	int status = release_list(e->fleet->db, image, &releases, &count, err);

	if (!status)
		status = cluster_snap_list(e->cluster, IMAGES_NAMESPACE, image, &snaps, &snap_count, err);
	for (size_t i = 0; i < count && !status; i++) {
		const struct cluster_snap *snap = find_snap(snaps, snap_count, releases[i].name);

		if (!snap)
			finding_repair(finding_add(e, FINDING_ERROR, "release-missing", target, "release %s@%s has no snapshot in the cluster: no "
						   "root can be cloned from it", image, releases[i].name),
				       "`berth image rm %s@%s` forgets it", image, releases[i].name);
		else if (!snap->protected)
			finding_step(finding_add(e, FINDING_WARNING, "release-open", target, "release %s@%s is not protected: `rbd snap rm` would "
						 "remove it", image, releases[i].name),
				     "release-freeze", json_pack("{ss ss}", "image", image, "release", releases[i].name), "protect it");
		status = examine_kernel(e, target, &releases[i], err);
	}
	for (size_t i = 0; i < snap_count && !status; i++) {
		struct release found;
		struct err ignored;

		if (snaps[i].protected && release_find(e->fleet->db, image, snaps[i].name, &found, &ignored))
			status = note_lost(e, target, image, snaps[i].name, err);
	}
	free(releases);
	free(snaps);
	return status;
}

static int examine_meta(struct examination *e, const char *target, const char *image, struct err *err)
{
	char *found = NULL;
	json_t *wanted = meta_of_image(e->fleet, image, err);
	int status = wanted ? cluster_image_meta_get(e->cluster, IMAGES_NAMESPACE, image, META_KEY, &found, err) : err->code;
	json_t *is = found ? json_loads(found, 0, NULL) : NULL;

	if (!status || status == ERR_NOT_FOUND) {
		if (!json_equal(is, wanted))
			finding_step(finding_add(e, FINDING_NOTE, "meta", target, "what the inventory knows of %s is not kept with it: it could not "
						 "be made again from the cluster", image),
				     "image-meta", json_pack("{ss}", "image", image), "keep it with the image");
		status = 0;
	}
	json_decref(wanted);
	json_decref(is);
	free(found);
	return status;
}

static int examine_image(struct examination *e, const struct image *image, struct err *err)
{
	char target[80];
	struct cluster_image_info info;
	int status = cluster_image_info(e->cluster, IMAGES_NAMESPACE, image->name, &info, err);

	snprintf(target, sizeof(target), "image %s", image->name);
	if (status == ERR_NOT_FOUND) {
		finding_repair(finding_add(e, FINDING_ERROR, "image-missing", target, "%s/%s/%s is not in the cluster", e->fleet->site.pool,
					   IMAGES_NAMESPACE, image->name),
			       "look for it with `rbd trash ls %s/%s`", e->fleet->site.pool, IMAGES_NAMESPACE);
		return 0;
	}
	if (!status)
		status = examine_releases(e, target, image->name, err);
	return status ? status : examine_meta(e, target, image->name, err);
}

int examine_images(struct examination *e, struct err *err)
{
	struct image *images = NULL;
	size_t count = 0;
	int status = image_list(e->fleet->db, &images, &count, err);

	for (size_t i = 0; i < count && !status; i++)
		status = examine_image(e, &images[i], err);
	e->diagnosis->images = count;
	free(images);
	return status;
}
