/* RBD namespaces of the pool. They are listed in its default namespace. */
#include "core/ceph/image.h"

#include <errno.h>
#include <rbd/librbd.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/ceph/internal.h"
#include "core/ceph/rbd_class.h"

static int namespace_error(struct pool *pool, struct err *err, int rc, const char *verb, const char *ns)
{
	text_copy(pool->ns, sizeof(pool->ns), ns);
	return pool_error(pool, err, rc, verb, NULL, NULL);
}

/* librbd notes the name first, then makes the directory of the images in it; and
 * takes away in the opposite order. Cut short, it is there and no image can be
 * made in it. */
static int finish_create(struct cluster *c, const char *ns)
{
	struct pool pool;

	if (pool_open(c, ns, &pool, NULL))
		return -EHOSTDOWN;
	const int rc = rbd_class_dir_ready(pool.io);
	pool_close(&pool);
	return rc ? rc : -EEXIST;
}

int cluster_namespace_create(struct cluster *c, const char *ns, struct err *err)
{
	struct pool pool;
	int status = pool_open(c, "", &pool, err);

	if (status)
		return status;
	int rc = rbd_namespace_create(pool.io, ns);
	if (rc == -EEXIST)
		rc = finish_create(c, ns);
	if (rc < 0)
		status = namespace_error(&pool, err, rc, "made", ns);
	pool_close(&pool);
	return status;
}

/* What an image left that was cut short while it was made. */
static int remove_asides(struct cluster *c, const char *ns)
{
	struct names names = {0};
	struct pool pool;

	if (pool_open(c, ns, &pool, NULL))
		return -EBUSY;
	int rc = images_list(&pool, true, &names);
	for (size_t i = 0; i < names.count && rc >= 0; i++)
		rc = image_remove_aside(pool.io, names.names[i]);
	names_clear(&names);
	pool_close(&pool);
	return rc;
}

int cluster_namespace_remove(struct cluster *c, const char *ns, struct err *err)
{
	struct pool pool;
	int status = pool_open(c, "", &pool, err);

	if (status)
		return status;
	int rc = rbd_namespace_remove(pool.io, ns);
	if (rc == -EBUSY && remove_asides(c, ns) >= 0)
		rc = rbd_namespace_remove(pool.io, ns);
	if (rc == -EBUSY)
		status = err_set(err, ERR_REFUSED, "the namespace %s/%s is not empty: images or trash are in it; look at "
				 "`rbd ls %s/%s` and `rbd trash ls %s/%s`", pool.name, ns, pool.name, ns, pool.name, ns);
	else if (rc < 0 && rc != -ENOENT)
		status = namespace_error(&pool, err, rc, "removed", ns);
	pool_close(&pool);
	return status;
}

int cluster_namespace_exists(struct cluster *c, const char *ns, bool *exists, struct err *err)
{
	struct pool pool;
	int status = pool_open(c, "", &pool, err);

	if (status)
		return status;
	const int rc = rbd_namespace_exists(pool.io, ns, exists);
	if (rc < 0)
		status = namespace_error(&pool, err, rc, "looked up", ns);
	pool_close(&pool);
	return status;
}

/* The list grows while we ask: ask again with the size that it wants. */
static int list_names(struct pool *pool, char **list, size_t *size)
{
	int rc;

	*size = 4096;
	*list = NULL;
	do {
		*list = xrealloc(*list, *size);
		rc = rbd_namespace_list(pool->io, *list, size);
	} while (rc == -ERANGE);
	return rc;
}

int cluster_namespace_list(struct cluster *c, char ***out, size_t *count, struct err *err)
{
	struct names names = {0};
	struct pool pool;
	char *list;
	size_t size;
	int status = pool_open(c, "", &pool, err);

	*out = NULL;
	*count = 0;
	if (status)
		return status;
	const int rc = list_names(&pool, &list, &size);
	if (rc < 0)
		status = pool_error(&pool, err, rc, "asked for its namespaces", NULL, NULL);
	for (size_t at = 0; rc >= 0 && at < size && list[at]; at += strlen(list + at) + 1)
		names_add(&names, list + at);
	free(list);
	pool_close(&pool);
	names_give(&names, out, count);
	return status;
}
