/*
 * Metadata of an image's header by its object class: librbd would first take
 * the exclusive lock away from the machine that runs on the image.
 */
#include <stdlib.h>

#include "core/ceph/image.h"
#include "core/ceph/internal.h"
#include "core/ceph/rbd_class.h"

int cluster_image_meta_set(struct cluster *c, const char *ns, const char *name,
			   const char *key, const char *value, struct err *err)
{
	struct pool pool;
	char id[64];
	int status = pool_open(c, ns, &pool, err);

	if (status)
		return status;
	int rc = rbd_class_id_of(pool.io, name, id);
	if (!rc)
		rc = rbd_class_meta_set(pool.io, id, key, value);
	if (rc < 0)
		status = pool_error(&pool, err, rc, "given metadata", name, NULL);
	pool_close(&pool);
	return status;
}

int cluster_image_meta_get(struct cluster *c, const char *ns, const char *name,
			   const char *key, char **out, struct err *err)
{
	struct pool pool;
	char id[64];
	int status = pool_open(c, ns, &pool, err);

	*out = NULL;
	if (status)
		return status;
	int rc = rbd_class_id_of(pool.io, name, id);
	if (!rc)
		rc = rbd_class_meta_get(pool.io, id, key, out);
	if (rc < 0)
		status = pool_error(&pool, err, rc, "asked for its metadata", name, NULL);
	pool_close(&pool);
	return status;
}
