#include "core/fleet/resize.h"

#include <stdlib.h>

#include "base/text.h"
#include "core/ceph/image.h"
#include "core/fleet/content.h"
#include "core/fleet/guard.h"
#include "core/fleet/internal.h"
#include "core/fleet/points.h"
#include "core/fleet/room.h"
#include "core/fleet/tool.h"

/* How far what the root holds reaches: *reach; 0: not known, since its journal is
 * to be replayed first. */
static int read_reach(struct fleet *fleet, const char *host, uint64_t *reach, struct err *err)
{
	unsigned char *head = xcalloc(1, CONTENT_HEAD);
	enum content content = CONTENT_UNKNOWN;
	struct cluster *cluster;
	int status = fleet_cluster(fleet, &cluster, err);

	if (!status)
		status = cluster_image_head(cluster, host, ROOT_IMAGE, head, CONTENT_HEAD, err);
	if (!status)
		content = content_read(head, reach);
	if (!status && content != CONTENT_EXT4)
		status = err_set(err, ERR_REFUSED, "the root of %s can not be made smaller: it holds %s, and berth knows that of an "
				 "ext4 alone", host, content ? content_word(content) : "no file system that berth knows");
	if (!status && !content_is_clean(head))
		*reach = 0;
	free(head);
	return status;
}

int resize_check_content(struct fleet *fleet, const char *host, int64_t size, struct err *err)
{
	uint64_t reach;
	const int status = read_reach(fleet, host, &reach, err);

	if (status || (reach && reach <= (uint64_t)size))
		return status;
	return err_set(err, ERR_REFUSED, "the root of %s can not be made smaller: what it holds reaches further", host);
}

/* Its file system first, which takes a machine that can open the root. */
static int add_content(struct plan *plan, const struct host *host, const struct root *root, int64_t size, const char *safety,
		       struct err *err)
{
	char dir[512], text[SIZE_TEXT];
	const int status = room_check(err);

	if (status)
		return err_prefix(err, "the file system of %s has to be made smaller first", host->name);
	tool_work_dir(dir, host->name);
	plan_add(plan, "work-dir", json_pack("{ss}", "dir", dir), "make the work directory %s", dir);
	plan_add(plan, "content-shrink", json_pack("{ss ss ss sI ss}", "host", host->name, "id", root->rbd_id, "dir", dir,
						   "size", (json_int_t)size, "safety", safety),
		 "check its file system and make it only %s large", size_format(size, text));
	plan_add(plan, "work-clean", json_pack("{ss}", "dir", dir), "remove %s", dir);
	return 0;
}

static int add_shrink(struct fleet *fleet, struct plan *plan, const struct host *host, const struct root *root, int64_t size,
		      struct err *err)
{
	char safety[NAME_SIZE], text[SIZE_TEXT];
	uint64_t reach;
	int status = guard_check(fleet, host->name, err);

	if (!status)
		status = read_reach(fleet, host->name, &reach, err);
	if (status)
		return status;
	point_name_by_time(fleet, host, "before-shrink-", safety);
	plan_add_guard(plan, host->name, "its root is being made smaller");
	plan_add_point(plan, host, root, safety, "what was there before it was made smaller", true);
	if (!reach || reach > (uint64_t)size)
		status = add_content(plan, host, root, size, safety, err);
	plan_add(plan, "root-shrink", json_pack("{ss ss sI ss}", "host", host->name, "id", root->rbd_id, "size", (json_int_t)size,
						"safety", safety), "make the root only %s large", size_format(size, text));
	return status;
}

int plan_resize(struct fleet *fleet, struct plan *plan, const struct host *host, const struct root *root, int64_t size,
		struct err *err)
{
	char text[SIZE_TEXT];
	int status = 0;

	if (size < root->size)
		status = add_shrink(fleet, plan, host, root, size, err);
	else
		plan_add(plan, "root-grow", json_pack("{ss sI}", "host", host->name, "size", (json_int_t)size),
			 "grow the root of %s to %s", host->name, size_format(size, text));
	if (!status)
		plan_add(plan, "root-record", json_pack("{ss ss ss}", "host", host->name, "image", root->image,
							"release", root->release), "note the new size in the inventory");
	return status;
}
