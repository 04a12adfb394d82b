#include "core/fleet/resize.h"

#include <stdlib.h>

#include "base/text.h"
#include "core/ceph/image.h"
#include "core/fleet/content.h"
#include "core/fleet/guard.h"
#include "core/fleet/internal.h"
#include "core/fleet/points.h"

static int judge(const char *host, const unsigned char *head, int64_t size, struct err *err)
{
	uint64_t reach;
	const enum content content = content_read(head, &reach);
	char wanted[SIZE_TEXT], needed[SIZE_TEXT];

	if (content != CONTENT_EXT4)
		return err_set(err, ERR_REFUSED, "the root of %s can not be made smaller: it holds %s, and only of an ext4 berth "
			       "knows how far it reaches", host, content ? content_word(content) : "no file system that berth knows");
	if (!content_is_clean(head))
		return err_set(err, ERR_REFUSED, "the root of %s can not be made smaller: its ext4 was not shut down cleanly; boot "
			       "the machine and shut it down first", host);
	if (reach > (uint64_t)size)
		return err_set(err, ERR_REFUSED, "the root of %s can not be made %s large: its ext4 reaches to %s; make that smaller "
			       "first, with `resize2fs`", host, size_format(size, wanted),
			       reach > INT64_MAX ? "an impossible size" : size_format((int64_t)reach, needed));
	return 0;
}

int resize_check_content(struct fleet *fleet, const char *host, int64_t size, struct err *err)
{
	unsigned char *head = xcalloc(1, CONTENT_HEAD);
	struct cluster *cluster;
	int status = fleet_cluster(fleet, &cluster, err);

	if (!status)
		status = cluster_image_head(cluster, host, ROOT_IMAGE, head, CONTENT_HEAD, err);
	if (!status)
		status = judge(host, head, size, err);
	free(head);
	return status;
}

static int add_shrink(struct fleet *fleet, struct plan *plan, const struct host *host, const struct root *root, int64_t size,
		      struct err *err)
{
	char safety[NAME_SIZE], text[SIZE_TEXT];
	int status = guard_check(fleet, host->name, err);

	if (!status)
		status = resize_check_content(fleet, host->name, size, err);
	if (status)
		return status;
	point_name_by_time(fleet, host, "before-shrink-", safety);
	plan_add_guard(plan, host->name, "its root is being made smaller");
	plan_add_point(plan, host, root, safety, "what was there before it was made smaller", true);
	plan_add(plan, "root-shrink", json_pack("{ss ss sI ss}", "host", host->name, "id", root->rbd_id, "size", (json_int_t)size,
						"safety", safety), "make the root only %s large", size_format(size, text));
	return 0;
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
