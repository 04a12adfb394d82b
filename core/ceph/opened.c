#include "core/ceph/opened.h"

int image_open(struct cluster *c, const char *ns, const char *name, enum image_mode mode,
	       struct opened *image, struct err *err)
{
	int status = pool_open(c, ns, &image->pool, err);

	if (status)
		return status;
	const int rc = mode == IMAGE_READ ? rbd_open_read_only(image->pool.io, name, &image->handle, NULL)
					  : rbd_open(image->pool.io, name, &image->handle, NULL);
	if (rc == 0)
		return 0;
	status = pool_error(&image->pool, err, rc, "opened", name, NULL);
	pool_close(&image->pool);
	return status;
}

int image_open_by_id(struct cluster *c, const char *ns, const char *id, struct opened *image, struct err *err)
{
	int status = pool_open(c, ns, &image->pool, err);

	if (status)
		return status;
	const int rc = rbd_open_by_id_read_only(image->pool.io, id, &image->handle, NULL);
	if (rc == 0)
		return 0;
	status = pool_error(&image->pool, err, rc, "opened", id, NULL);
	pool_close(&image->pool);
	return status;
}

void image_close(struct opened *image)
{
	rbd_close(image->handle);
	pool_close(&image->pool);
}
