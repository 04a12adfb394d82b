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

static void *close_thread(void *data)
{
	struct opened *image = data;
	struct cluster *c = image->pool.cluster;

	rbd_close(image->handle);
	pool_close(&image->pool);
	free(image);
	pthread_mutex_lock(&c->lock);
	c->lost--;
	pthread_mutex_unlock(&c->lock);
	thread_ends(c);
	return NULL;
}

static bool close_aside(const struct opened *image)
{
	struct cluster *c = image->pool.cluster;
	struct opened *copy = xcalloc(1, sizeof(*copy));

	*copy = *image;
	pthread_mutex_lock(&c->lock);
	c->lost++;
	const bool started = !thread_start(c, close_thread, copy);
	c->lost -= !started;
	pthread_mutex_unlock(&c->lock);
	if (!started)
		free(copy);
	return started;
}

/* With an OSD gone, closing takes a timeout for each of the flush, the lock and
 * the watch: nobody waits for that. A lock that stays behind can be broken by
 * another client only, so this one is given up. */
void image_close(struct opened *image, int status)
{
	struct cluster *c = image->pool.cluster;

	if (status != ERR_UNREACHABLE || image->mode == IMAGE_READ || !close_aside(image)) {
		rbd_close(image->handle);
		pool_close(&image->pool);
		return;
	}
	connection_forget(c);
}
