/*
 * Renaming. librbd writes the new name's id, then the directory, then removes
 * the old name's id; killed in between, both names lead to the image, and librbd
 * only says that the new one is taken. The directory tells how far it came.
 */
#include "core/ceph/image.h"

#include <errno.h>
#include <rbd/librbd.h>
#include <stdio.h>
#include <string.h>

#include "core/ceph/internal.h"
#include "core/ceph/rbd_class.h"

static int remove_name(const struct pool *pool, const char *name)
{
	char object[160];

	snprintf(object, sizeof(object), "rbd_id.%s", name);
	return rados_remove(pool->io, object);
}

/* -EEXIST: no rename of ours, `to` is another image. */
static int finish(const struct pool *pool, const char *from, const char *to)
{
	char id[64], other[64], name[128];
	int rc = rbd_class_id_of(pool->io, from, id);

	if (!rc)
		rc = rbd_class_id_of(pool->io, to, other);
	if (!rc)
		rc = strcmp(id, other) ? -EEXIST : rbd_class_name_of(pool->io, id, name);
	if (rc)
		return rc;
	if (!strcmp(name, to))
		return remove_name(pool, from);
	rc = strcmp(name, from) ? -EEXIST : remove_name(pool, to);
	return rc ? rc : rbd_rename(pool->io, from, to);
}

int cluster_image_rename(struct cluster *c, const char *ns, const char *from, const char *to, struct err *err)
{
	struct pool pool;
	int status = pool_open(c, ns, &pool, err);

	if (status)
		return status;
	int rc = rbd_rename(pool.io, from, to);
	if (rc == -EEXIST)
		rc = finish(&pool, from, to);
	if (rc < 0) {
		char verb[160];

		snprintf(verb, sizeof(verb), "renamed to %s", to);
		status = pool_error(&pool, err, rc, verb, from, NULL);
	}
	pool_close(&pool);
	return status;
}
