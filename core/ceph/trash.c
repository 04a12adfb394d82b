/*
 * Images in the trash. Moving one there takes its name away and nothing else:
 * it can be undone, which closes the race with a host that opens its root just
 * then (looked at before, and again after).
 */
#include "core/ceph/image.h"

#include <errno.h>
#include <rbd/librbd.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/ceph/internal.h"
#include "core/ceph/rbd_class.h"
#include "core/ceph/watch.h"

static int refuse_watched(struct cluster *c, const char *ns, const char *name, const char *id, struct err *err)
{
	struct cluster_holders holders = {0};

	text_copy(holders.ns, sizeof(holders.ns), ns);
	text_copy(holders.id, sizeof(holders.id), id);
	int status = cluster_holders_read(c, &holders, 1, err);
	if (!status && holders.status)
		status = err_set(err, holders.status, "the watchers of %s%s%s can not be read", ns, *ns ? "/" : "", name);
	if (status || !holders.watcher_count)
		return status;
	return err_set(err, ERR_REFUSED, "%s%s%s is in use: %s watches it from %s; shut that machine down first",
		       ns, *ns ? "/" : "", name, holders.watchers[0].client, holders.watchers[0].address);
}

static int move_to_trash(struct cluster *c, const char *ns, const char *name, struct err *err)
{
	struct pool pool;
	int status = pool_open(c, ns, &pool, err);

	if (status)
		return status;
	const int rc = rbd_trash_move(pool.io, name, 0);
	if (rc < 0)
		status = pool_error(&pool, err, rc, "moved to the trash", name, NULL);
	pool_close(&pool);
	return status;
}

int cluster_image_trash(struct cluster *c, const char *ns, const char *name, char id[64], struct err *err)
{
	struct cluster_image_info info;
	int status = cluster_image_info(c, ns, name, &info, err);

	if (!status)
		status = refuse_watched(c, ns, name, info.id, err);
	if (!status)
		status = move_to_trash(c, ns, name, err);
	if (status)
		return status;
	text_copy(id, sizeof(info.id), info.id);
	status = refuse_watched(c, ns, name, info.id, err);
	if (status == ERR_REFUSED && cluster_trash_restore(c, ns, id, name, NULL))
		return err_prefix(err, "the image went to the trash (id %s) and did not come back, and", id);
	return status;
}

/* What has its name still is not to be lost: -EBUSY. */
static int finish_move(rados_ioctx_t io, const char *id)
{
	char name[128], other[64];
	int rc = rbd_class_name_of(io, id, name);

	if (!rc && !rbd_class_id_of(io, name, other) && !strcmp(id, other))
		return -EBUSY;
	if (!rc)
		rc = rbd_class_dir_remove(io, name, id);
	if (!rc || rc == -ENOENT)
		rc = rbd_class_trash_arrived(io, id);
	return rc == -ESTALE || rc == -ENOENT ? 0 : rc;
}

int cluster_trash_finish(struct cluster *c, const char *ns, const char *id, struct err *err)
{
	struct pool pool;
	int status = pool_open(c, ns, &pool, err);

	if (status)
		return status;
	const int rc = finish_move(pool.io, id);
	if (rc < 0)
		status = pool_error(&pool, err, rc, "moved to the trash", id, NULL);
	pool_close(&pool);
	return status;
}

int cluster_trash_restore(struct cluster *c, const char *ns, const char *id, const char *name, struct err *err)
{
	struct pool pool;
	int status = pool_open(c, ns, &pool, err);

	if (status)
		return status;
	int rc = rbd_trash_restore(pool.io, id, name);
	if (rc == -EBUSY && !rbd_class_trash_arrived(pool.io, id))
		rc = rbd_trash_restore(pool.io, id, name);
	if (rc < 0)
		status = pool_error(&pool, err, rc, "brought back from the trash", name, NULL);
	pool_close(&pool);
	return status;
}

static int report(uint64_t done, uint64_t total, void *context)
{
	progress_report(context, (int64_t)done, (int64_t)total);
	return 0;
}

int cluster_trash_remove(struct cluster *c, const char *ns, const char *id,
			 const struct progress *progress, struct err *err)
{
	struct progress copy = progress ? *progress : (struct progress){0};
	struct pool pool;
	int status = pool_open(c, ns, &pool, err);

	if (status)
		return status;
	int rc = rbd_trash_remove_with_progress(pool.io, id, false, report, &copy);
	if (rc == -EUCLEAN) { /* still moving */
		rc = finish_move(pool.io, id);
		if (!rc)
			rc = rbd_trash_remove_with_progress(pool.io, id, false, report, &copy);
	}
	if (rc < 0)
		status = pool_error(&pool, err, rc, "removed from the trash", id, NULL);
	pool_close(&pool);
	return status;
}

static int list_trash(rados_ioctx_t io, rbd_trash_image_info_t **entries, size_t *count)
{
	int rc;

	*entries = NULL;
	*count = 64;
	do {
		*entries = xrealloc(*entries, *count * sizeof(**entries));
		rc = rbd_trash_list(io, *entries, count);
	} while (rc == -ERANGE);
	return rc;
}

int cluster_trash_list(struct cluster *c, const char *ns, struct cluster_trash **out, size_t *count, struct err *err)
{
	rbd_trash_image_info_t *entries;
	struct pool pool;
	size_t found;
	int status = pool_open(c, ns, &pool, err);

	*out = NULL;
	*count = 0;
	if (status)
		return status;
	const int rc = list_trash(pool.io, &entries, &found);
	if (rc < 0)
		status = pool_error(&pool, err, rc, "asked for its trash", NULL, NULL);
	else
		*out = xcalloc(found + 1, sizeof(**out));
	for (size_t i = 0; rc >= 0 && i < found; i++) {
		struct cluster_trash *trash = &(*out)[(*count)++];

		text_copy(trash->id, sizeof(trash->id), entries[i].id);
		text_copy(trash->name, sizeof(trash->name), entries[i].name);
		trash->deleted = (int64_t)entries[i].deletion_time;
	}
	if (rc >= 0)
		rbd_trash_list_cleanup(entries, found);
	free(entries);
	pool_close(&pool);
	return status;
}
