#include "core/ceph/opened.h"

#include <stdlib.h>

#include "base/text.h"

int image_open(struct cluster *c, const char *ns, const char *name, enum image_mode mode,
	       struct opened *image, struct err *err)
{
	int status = pool_open(c, ns, &image->pool, err);

	if (status)
		return status;
	image->mode = mode;
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
	image->mode = IMAGE_READ;
	const int rc = rbd_open_by_id_read_only(image->pool.io, id, &image->handle, NULL);
	if (rc == 0)
		return 0;
	status = pool_error(&image->pool, err, rc, "opened", id, NULL);
	pool_close(&image->pool);
	return status;
}

bool image_leave(struct opened *image, void *(*run)(void *), void *data)
{
	struct cluster *c = image->pool.cluster;

	pthread_mutex_lock(&c->lock);
	const bool started = !thread_start(c, run, data);
	c->lost += started;
	pthread_mutex_unlock(&c->lock);
	/* A lock that stays behind can be broken by another client only. */
	if (started)
		connection_forget(c);
	return started;
}

static void *close_thread(void *data)
{
	struct opened *image = data;
	struct cluster *c = image->pool.cluster;

	rbd_close(image->handle);
	pool_close(&image->pool);
	free(image);
	thread_ends_lost(c);
	return NULL;
}

static bool close_aside(const struct opened *image)
{
	struct opened *copy = xcalloc(1, sizeof(*copy));

	*copy = *image;
	if (image_leave(copy, close_thread, copy))
		return true;
	free(copy);
	return false;
}

void image_close(struct opened *image, int status)
{
	if (status == ERR_UNREACHABLE && image->mode == IMAGE_WRITE && close_aside(image))
		return;
	rbd_close(image->handle);
	pool_close(&image->pool);
}
