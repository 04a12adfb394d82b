/* Whether our key may write, without writing anything. */
#include "core/ceph/cluster.h"

#include <errno.h>

#include "core/ceph/internal.h"

/* No object is called so; the OSD looks at the caps before it looks for it. */
#define NOBODY "berth.no-such-object"

int cluster_may_write(struct cluster *c, bool *may, struct err *err)
{
	struct pool pool;
	const int status = pool_open(c, "", &pool, err);

	if (status)
		return status;
	const int rc = rados_remove(pool.io, NOBODY);
	*may = rc != -EPERM && rc != -EACCES;
	const int code = rc && rc != -ENOENT && *may ? pool_error(&pool, err, rc, "asked what may be done in", NULL, NULL) : 0;
	pool_close(&pool);
	return code;
}

const char *cluster_own_name(const struct cluster *c)
{
	return c->name;
}
