/*
 * The size of an image. It grows past the lock, as live snapshots are taken
 * (core/ceph/snap_live.h): a larger size takes nothing from anybody, and a machine
 * that runs from the image sees it at once. It shrinks on a handle that has the lock.
 */
#include <errno.h>
#include <string.h>

#include "core/ceph/features.h"
#include "core/ceph/image.h"
#include "core/ceph/opened.h"
#include "core/ceph/rbd_class.h"

#define RACES_MAX 20

/* -ECANCELED: it changed since it was looked at. */
static int grow_once(const struct pool *pool, const char *id, uint64_t features, uint64_t size)
{
	uint64_t is;
	const int rc = rbd_class_size(pool->io, id, &is);

	return rc || is >= size ? rc : rbd_class_size_set(pool->io, id, features, is, size);
}

static int grow(const struct pool *pool, const char *name, uint64_t size, struct err *err)
{
	char id[64];
	int rc = rbd_class_id_of(pool->io, name, id);

	if (rc)
		return pool_error(pool, err, rc, "grown", name, NULL);
	rc = -ECANCELED;
	for (int i = 0; i < RACES_MAX && rc == -ECANCELED; i++) {
		uint64_t features;
		const int status = features_read(pool, id, &features, err);

		if (status)
			return status;
		rc = grow_once(pool, id, features, size);
	}
	/* Who does not answer sees it when it reads the header again. */
	if (!rc)
		rc = rbd_class_header_changed(pool->cluster, pool->ns, id, 1);
	return rc && rc != -ETIMEDOUT ? pool_error(pool, err, rc, "grown", name, NULL) : 0;
}

int cluster_image_grow(struct cluster *c, const char *ns, const char *name, int64_t size, struct err *err)
{
	struct pool pool;
	int status = pool_open(c, ns, &pool, err);

	if (status)
		return status;
	status = grow(&pool, name, (uint64_t)size, err);
	pool_close(&pool);
	return status;
}

int cluster_image_head(struct cluster *c, const char *ns, const char *name, void *bytes, size_t length, struct err *err)
{
	struct opened image;
	int status = image_open(c, ns, name, IMAGE_READ, &image, err);

	if (status)
		return status;
	memset(bytes, 0, length);
	const ssize_t n = rbd_read(image.handle, 0, length, bytes);
	if (n < 0)
		status = pool_error(&image.pool, err, (int)n, "read", name, NULL);
	image_close(&image, status);
	return status;
}
