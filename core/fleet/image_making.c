#include "core/fleet/image_making.h"

#include <stdio.h>
#include <time.h>

#include "base/text.h"
#include "core/ceph/cluster.h"
#include "core/ceph/image.h"
#include "core/fleet/internal.h"
#include "core/fleet/meta.h"
#include "core/fleet/tool.h"
#include "db/image.h"

/* The cluster may hold an image that the inventory does not know. */
int making_name(struct fleet *fleet, const char *typed, struct making *making, struct err *err)
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
	snprintf(making->file, sizeof(making->file), "%s/image.raw", making->dir);
	/* A first release of an image that is not there yet is always free. */
	const time_t now = (time_t)time_now();
	struct tm tm;
	gmtime_r(&now, &tm);
	strftime(making->release, sizeof(making->release), "%Y-%m-%d", &tm);
	return 0;
}

int making_check_room(struct fleet *fleet, int64_t size, struct err *err)
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

json_t *making_dir_args(const struct making *making)
{
	return json_pack("{ss}", "dir", making->dir);
}

void making_add_image(struct fleet *fleet, struct plan *plan, const struct making *making, const char *source)
{
	const char *image = making->image, *release = making->release;
	char size[SIZE_TEXT];

	size_format(making->size, size);
	plan_add(plan, "image-create", json_pack("{ss sI}", "image", image, "size", (json_int_t)making->size),
		 "make %s/images/%s, %s large", fleet->site.pool, image, size);
	plan_add(plan, "image-write", json_pack("{ss ss sb sI sI}", "image", image, "file", making->file, "qcow2", making->qcow2,
						"start", (json_int_t)making->start, "size", (json_int_t)making->length),
		 "write the content, leaving out what is empty");
	plan_add(plan, "release-freeze", json_pack("{ss ss}", "image", image, "release", release),
		 "freeze %s@%s", image, release);
	plan_add(plan, "release-kernel", json_pack("{ss ss ss}", "image", image, "release", release, "dir", making->dir),
		 "put kernel and initrd into images/%s/%s", image, release);
	plan_add(plan, "image-record", json_pack("{ss sI ss ss}", "image", image, "size", (json_int_t)making->size,
						 "source", source, "recipe", making->recipe), "note %s in the inventory", image);
	plan_add(plan, "release-record", json_pack("{ss ss ss}", "image", image, "release", release, "dir", making->dir),
		 "note %s@%s in the inventory", image, release);
	plan_add_image_meta(plan, image);
	plan_add(plan, "work-clean", making_dir_args(making), "remove %s", making->dir);
}
