#include "core/fleet/image_sizes.h"

#include <stdlib.h>

#include "base/text.h"
#include "core/ceph/image.h"
#include "core/ceph/snap_live.h"
#include "core/fleet/internal.h"
#include "db/image.h"

/* Of one image, from its oldest release on. */
static int measure(struct cluster *cluster, const struct release *releases, size_t count, struct image_size *out, struct err *err)
{
	struct cluster_image_info info;
	int64_t used = 0;
	int status = cluster_image_info(cluster, IMAGES_NAMESPACE, releases[0].image, &info, err);

	for (size_t i = count; i-- > 0;) {
		int64_t added = -1;

		if (!status)
			status = cluster_snap_live_used(cluster, IMAGES_NAMESPACE, info.id, releases[i].name, &added, err);
		used = status || used < 0 ? -1 : used + added;
		out[i] = (struct image_size){releases[i].id, status ? -1 : added, used};
	}
	return status == ERR_NOT_FOUND ? 0 : status;
}

static int measure_all(struct fleet *fleet, const struct release *releases, size_t count, struct image_size *out, struct err *err)
{
	struct cluster *cluster;
	int status = fleet_cluster(fleet, &cluster, err);
	size_t end;

	for (size_t at = 0; at < count && !status; at = end) {
		for (end = at; end < count && releases[end].image_id == releases[at].image_id;)
			end++;
		status = measure(cluster, releases + at, end - at, out + at, err);
	}
	return status;
}

static int compare(const void *a, const void *b)
{
	const struct release *x = a, *y = b;

	if (x->image_id != y->image_id)
		return x->image_id < y->image_id ? -1 : 1;
	return (x->created < y->created) - (x->created > y->created);
}

int image_sizes_read(struct fleet *fleet, struct image_size **out, size_t *count, struct err *err)
{
	struct release *releases = NULL;
	int status = release_list(fleet->db, NULL, &releases, count, err);

	if (status)
		return status;
	if (*count)
		qsort(releases, *count, sizeof(*releases), compare);
	*out = xcalloc(*count + 1, sizeof(**out));
	status = measure_all(fleet, releases, *count, *out, err);
	free(releases);
	if (status)
		free(*out);
	return status;
}
