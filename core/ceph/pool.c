#include "core/ceph/internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* Before anything else is done on this connection. */
static int note_self(struct pool *pool, struct err *err)
{
	struct cluster *c = pool->cluster;

	pthread_mutex_lock(&c->lock);
	const char *words = pool->connection->noted ? NULL : c->words;
	pthread_mutex_unlock(&c->lock);
	const int rc = words ? peer_note_connection(pool, words) : 0;
	if (rc)
		return cluster_error(c, err, rc, "osd `profile rbd`", "this berth can not be noted in pool %s", pool->name);
	pthread_mutex_lock(&c->lock);
	pool->connection->noted |= words != NULL;
	pthread_mutex_unlock(&c->lock);
	return 0;
}

static int pool_use(struct pool *pool, struct err *err)
{
	const int rc = rados_ioctx_create(pool->connection->rados, pool->name, &pool->io);

	if (rc == -ENOENT)
		return err_set(err, ERR_NOT_FOUND, "the cluster has no pool %s: look at `ceph osd pool ls`", pool->name);
	if (rc)
		return cluster_error(pool->cluster, err, rc, "osd `profile rbd`", "pool %s can not be opened", pool->name);
	const int status = note_self(pool, err);
	if (status)
		rados_ioctx_destroy(pool->io);
	else
		rados_ioctx_set_namespace(pool->io, pool->ns);
	return status;
}

int pool_open(struct cluster *c, const char *ns, struct pool *pool, struct err *err)
{
	int status = connection_get(c, &pool->connection, err);

	if (status)
		return status;
	pool->cluster = c;
	pthread_mutex_lock(&c->lock);
	text_copy(pool->name, sizeof(pool->name), c->pool);
	pthread_mutex_unlock(&c->lock);
	text_copy(pool->ns, sizeof(pool->ns), ns);
	status = pool_use(pool, err);
	if (status)
		connection_put(c, pool->connection);
	return status;
}

void pool_close(struct pool *pool)
{
	rados_ioctx_destroy(pool->io);
	connection_put(pool->cluster, pool->connection);
}

int pool_error(const struct pool *pool, struct err *err, int rc, const char *verb,
	       const char *image, const char *snap)
{
	char cap[POOL_NAME + 40];

	snprintf(cap, sizeof(cap), "osd `profile rbd pool=%s`", pool->name);
	return cluster_error(pool->cluster, err, rc, cap, "%s%s%s%s%s%s%s can not be %s", pool->name,
			     *pool->ns ? "/" : "", pool->ns, image ? "/" : "", image ? image : "",
			     snap ? "@" : "", snap ? snap : "", verb);
}
