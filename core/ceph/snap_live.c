#include "core/ceph/snap_live.h"

#include <errno.h>
#include <inttypes.h>
#include <rbd/librbd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/ceph/features.h"
#include "core/ceph/opened.h"
#include "core/ceph/rbd_class.h"

#define RACES_MAX 20
#define NOTIFY_ROUNDS 5

/* Nothing of the image may have this snap id when it is given back: after a time-out
 * that is not known, and an id that nobody uses costs nothing. */
static void give_id_back(const struct pool *pool, uint64_t snap_id, int rc)
{
	if (rc && rc != -ETIMEDOUT)
		rados_ioctx_selfmanaged_snap_remove(pool->io, snap_id);
}

static int add_once(const struct pool *pool, const char *id, const char *snap, uint64_t features)
{
	uint64_t snap_id;
	int rc = rados_ioctx_selfmanaged_snap_create(pool->io, &snap_id);

	if (rc)
		return rc;
	rc = rbd_class_snap_add(pool->io, id, features, snap, snap_id);
	give_id_back(pool, snap_id, rc);
	return rc;
}

/* -ESTALE: another snapshot was faster, with a newer id; -ECANCELED: the features
 * changed since they were looked at. */
static int add_to_header(const struct pool *pool, const char *id, const char *snap, struct err *err)
{
	int rc = -ESTALE;

	for (int i = 0; i < RACES_MAX && (rc == -ESTALE || rc == -ECANCELED); i++) {
		uint64_t features;
		const int status = features_read(pool, id, &features, err);

		if (status)
			return status;
		rc = add_once(pool, id, snap, features);
	}
	return rc ? pool_error(pool, err, rc, "made", id, snap) : 0;
}

static int tell_watchers(const struct pool *pool, const char *id, const char *snap, struct err *err)
{
	const int rc = rbd_class_header_changed(pool->cluster, pool->ns, id, NOTIFY_ROUNDS);

	if (rc != -ETIMEDOUT)
		return rc ? pool_error(pool, err, rc, "announced", id, snap) : 0;
	return err_set(err, ERR_FAILED, "the snapshot %s is no good: a client that watches %s/%s/%s does not answer, and may still "
		       "be writing into it; look at `berth status`, then remove it", snap, pool->name, pool->ns, id);
}

int cluster_snap_live_create(struct cluster *c, const char *ns, const char *id, const char *snap, struct err *err)
{
	struct pool pool;
	int status = pool_open(c, ns, &pool, err);

	if (status)
		return status;
	status = add_to_header(&pool, id, snap, err);
	/* An earlier call may have died before it told anybody. */
	if (!status || status == ERR_EXISTS) {
		const int told = tell_watchers(&pool, id, snap, err);

		status = told ? told : status;
	}
	pool_close(&pool);
	return status;
}

static int refuse_with_children(struct opened *image, const char *id, const char *snap, struct err *err)
{
	struct names names = {0};
	char **children;
	size_t count;
	const int rc = snap_read_children(image->handle, snap, &names);
	int status = rc < 0 ? pool_error(&image->pool, err, rc, "asked for its clones", id, snap) : 0;

	names_give(&names, &children, &count);
	if (count)
		status = err_set(err, ERR_REFUSED, "the snapshot %s of %s/%s/%s has %zu clone%s, the first is %s: remove %s first",
				 snap, image->pool.name, image->pool.ns, id, count, count == 1 ? "" : "s", children[0],
				 count == 1 ? "it" : "them");
	cluster_names_free(children, count);
	return status;
}

static int hide_error(struct opened *image, const char *id, const char *snap, int rc, struct err *err)
{
	int status;

	if (rc == -ECANCELED) {
		status = refuse_with_children(image, id, snap, err);
		return status ? status : err_set(err, ERR_REFUSED, "the snapshot %s of %s is being cloned just now: nothing was "
						 "changed", snap, id);
	}
	if (rc == -EBUSY)
		return err_set(err, ERR_REFUSED, "the snapshot %s of %s/%s/%s is protected: somebody wants to keep it; `rbd snap "
			       "unprotect` it first", snap, image->pool.name, image->pool.ns, id);
	return pool_error(&image->pool, err, rc, "removed", id, snap);
}

/* From here on no clone can be made of it, and nobody sees it but librbd. */
static int hide(struct opened *image, const char *id, const char *snap, uint64_t snap_id, struct err *err)
{
	const int status = refuse_with_children(image, id, snap, err);

	if (status)
		return status;
	const int rc = rbd_class_snap_hide(image->pool.io, id, snap_id);
	return rc && rc != -ENOENT && rc != -EEXIST ? hide_error(image, id, snap, rc, err) : 0;
}

/* A hidden one with clones is not ours: librbd removes it with its last clone. */
static int drop_hidden(struct opened *image, const char *id, const char *snap, uint64_t snap_id, struct err *err)
{
	bool cloned;
	int rc = rbd_class_snap_cloned(image->pool.io, id, snap_id, &cloned);

	if (!rc && cloned)
		return 0;
	if (!rc)
		rc = rados_ioctx_selfmanaged_snap_remove(image->pool.io, snap_id);
	if (!rc || rc == -ENOENT)
		rc = rbd_class_snap_remove(image->pool.io, id, snap_id);
	return rc && rc != -ENOENT ? pool_error(&image->pool, err, rc, "removed", id, snap) : 0;
}

/* 1: made by somebody under this name; 2: that, being removed; 0: another. */
static int judge(rbd_image_t image, const rbd_snap_info_t *raw, const char *snap)
{
	char original[256] = "";
	rbd_snap_namespace_type_t type;
	int rc = rbd_snap_get_namespace_type(image, raw->id, &type);

	if (rc < 0)
		return rc == -ENOENT ? 0 : rc;
	if (type == RBD_SNAP_NAMESPACE_TYPE_USER)
		return !strcmp(raw->name, snap);
	if (type != RBD_SNAP_NAMESPACE_TYPE_TRASH)
		return 0;
	rc = rbd_snap_get_trash_namespace(image, raw->id, original, sizeof(original));
	return rc < 0 ? rc : strcmp(original, snap) ? 0 : 2;
}

static int remove_one(struct opened *image, const char *id, const char *snap, const rbd_snap_info_t *raw, bool *changed,
		      struct err *err)
{
	const int verdict = judge(image->handle, raw, snap);
	int status = 0;

	if (verdict <= 0)
		return verdict < 0 ? pool_error(&image->pool, err, verdict, "looked at", id, snap) : 0;
	*changed = true;
	if (verdict == 1)
		status = hide(image, id, snap, raw->id, err);
	return status ? status : drop_hidden(image, id, snap, raw->id, err);
}

static int remove_named(struct opened *image, const char *id, const char *snap, struct err *err)
{
	bool changed = false;
	int count, status = 0;
	rbd_snap_info_t *raw = snaps_list_raw(image->handle, &count);

	if (count < 0)
		status = pool_error(&image->pool, err, count, "asked for its snapshots", id, NULL);
	for (int i = 0; i < count && !status; i++)
		status = remove_one(image, id, snap, &raw[i], &changed, err);
	if (count > 0)
		rbd_snap_list_end(raw);
	free(raw);
	/* Who keeps the old list for a while harms nobody: the OSDs know better. */
	if (!status && changed)
		rbd_class_header_changed(image->pool.cluster, image->pool.ns, id, 1);
	return status;
}

int cluster_snap_live_remove(struct cluster *c, const char *ns, const char *id, const char *snap, struct err *err)
{
	struct opened image;
	uint64_t features;
	int status = image_open_by_id(c, ns, id, &image, err);

	if (status)
		return status;
	status = features_read(&image.pool, id, &features, err);
	if (!status)
		status = remove_named(&image, id, snap, err);
	image_close(&image, status);
	return status;
}

int cluster_snap_live_list(struct cluster *c, const char *ns, const char *id,
			   struct cluster_snap **out, size_t *count, struct err *err)
{
	struct opened image;
	int status = image_open_by_id(c, ns, id, &image, err);

	*out = NULL;
	*count = 0;
	if (status)
		return status;
	const int rc = snaps_read(image.handle, out, count);
	if (rc < 0) {
		status = pool_error(&image.pool, err, rc, "asked for its snapshots", id, NULL);
		free(*out);
		*out = NULL;
		*count = 0;
	}
	image_close(&image, status);
	return status;
}

static int add_length(uint64_t offset, size_t length, int exists, void *context)
{
	int64_t *bytes = context;

	(void)offset;
	*bytes += exists ? (int64_t)length : 0;
	return 0;
}

/* The snapshot and the newest that is older. */
static const struct cluster_snap *find_pair(const struct cluster_snap *snaps, size_t count, const char *name,
					    const struct cluster_snap **older)
{
	const struct cluster_snap *found = NULL;

	*older = NULL;
	for (size_t i = 0; i < count; i++)
		if (!strcmp(snaps[i].name, name))
			found = &snaps[i];
	for (size_t i = 0; found && i < count; i++)
		if (snaps[i].id < found->id && (!*older || snaps[i].id > (*older)->id))
			*older = &snaps[i];
	return found;
}

static int add_up(rbd_image_t image, const char *snap, int64_t *bytes)
{
	const struct cluster_snap *found, *older;
	struct cluster_snap *snaps = NULL;
	size_t count = 0;
	int rc = snaps_read(image, &snaps, &count);

	found = find_pair(snaps, rc < 0 ? 0 : count, snap, &older);
	if (rc >= 0)
		rc = found ? rbd_snap_set_by_id(image, found->id) : -ENOENT;
	if (rc >= 0)
		rc = rbd_diff_iterate2(image, older ? older->name : NULL, 0, (uint64_t)found->size, 0, 1, add_length, bytes);
	free(snaps);
	return rc;
}

int cluster_snap_live_used(struct cluster *c, const char *ns, const char *id, const char *snap, int64_t *bytes, struct err *err)
{
	struct opened image;
	int status = image_open_by_id(c, ns, id, &image, err);

	*bytes = 0;
	if (status)
		return status;
	const int rc = add_up(image.handle, snap, bytes);
	if (rc < 0)
		status = pool_error(&image.pool, err, rc, "measured", id, snap);
	image_close(&image, status);
	return status;
}
