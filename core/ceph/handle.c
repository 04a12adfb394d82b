#include "core/ceph/handle.h"

#include <errno.h>
#include <inttypes.h>
#include <rbd/features.h>
#include <rbd/librbd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/ceph/mirror.h"
#include "core/ceph/opened.h"

#define HEADER_NAME 96
#define LOCK_NAME "rbd_lock"

int handle_error(struct cluster_handle *handle, struct err *err, int rc, const char *verb, const char *snap)
{
	return handle->status = pool_error(&handle->image.pool, err, rc, verb, handle->name, snap);
}

static int check_lockable(struct cluster_handle *handle, struct err *err)
{
	const struct pool *pool = &handle->image.pool;
	uint64_t features;
	int rc = rbd_get_features(handle->image.handle, &features);

	if (rc >= 0)
		rc = rbd_get_id(handle->image.handle, handle->id, sizeof(handle->id));
	if (rc < 0)
		return handle_error(handle, err, rc, "read", NULL);
	if (features & RBD_FEATURE_EXCLUSIVE_LOCK)
		return 0;
	return err_set(err, ERR_REFUSED, "%s/%s%s%s has not the feature exclusive-lock, so nobody can be kept away from it: "
		       "turn it on with `rbd feature enable %s/%s%s%s exclusive-lock` while no machine uses it",
		       pool->name, pool->ns, *pool->ns ? "/" : "", handle->name, pool->name, pool->ns, *pool->ns ? "/" : "",
		       handle->name);
}

int cluster_handle_open(struct cluster *c, const char *ns, const char *name, struct cluster_handle **out, struct err *err)
{
	struct cluster_handle *handle = xcalloc(1, sizeof(*handle));
	int status = image_open(c, ns, name, IMAGE_WRITE, &handle->image, err);

	if (status) {
		free(handle);
		return status;
	}
	text_copy(handle->name, sizeof(handle->name), name);
	status = check_lockable(handle, err);
	if (status)
		cluster_handle_close(handle);
	else
		*out = handle;
	return status;
}

void cluster_handle_close(struct cluster_handle *handle)
{
	if (!handle)
		return;
	image_close(&handle->image, handle->status);
	free(handle);
}

const char *cluster_handle_id(const struct cluster_handle *handle)
{
	return handle->id;
}

static uint64_t own_number(const struct cluster_handle *handle)
{
	return rados_get_instance_id(handle->image.pool.connection->rados);
}

/* All watches of one connection look alike; of ours, one is this handle's. */
static void add_watchers(const struct cluster_handle *handle, const rbd_image_watcher_t *raw, size_t count,
			 struct cluster_holders *out)
{
	bool own_seen = false;

	for (size_t i = 0; i < count; i++) {
		if ((uint64_t)raw[i].id == own_number(handle) && !own_seen) {
			own_seen = true;
			continue;
		}
		if (out->watcher_count < WATCHERS_MAX) {
			struct cluster_watcher *watcher = &out->watchers[out->watcher_count];

			text_copy(watcher->address, sizeof(watcher->address), raw[i].addr);
			snprintf(watcher->client, sizeof(watcher->client), "client.%" PRId64, raw[i].id);
		}
		out->watcher_count++;
	}
}

static int read_watchers(struct cluster_handle *handle, struct cluster_holders *out)
{
	rbd_image_watcher_t *raw = NULL;
	size_t count = 8;
	int rc;

	do {
		raw = xrealloc(raw, count * sizeof(*raw));
		rc = rbd_watchers_list(handle->image.handle, raw, &count);
	} while (rc == -ERANGE);
	if (rc >= 0) {
		add_watchers(handle, raw, count, out);
		rbd_watchers_list_cleanup(raw, count);
	}
	free(raw);
	return rc < 0 ? rc : 0;
}

/* client "" when nobody owns the lock. */
static int read_owner(const struct cluster_handle *handle, struct cluster_watcher *owner)
{
	char header[HEADER_NAME], tag[64], cookie[64];
	size_t tag_size = sizeof(tag), client_size = sizeof(owner->client), cookie_size = sizeof(cookie);
	size_t address_size = sizeof(owner->address);
	int exclusive;

	snprintf(header, sizeof(header), "rbd_header.%s", handle->id);
	const ssize_t n = rados_list_lockers(handle->image.pool.io, header, LOCK_NAME, &exclusive, tag, &tag_size,
					     owner->client, &client_size, cookie, &cookie_size, owner->address, &address_size);
	if (n == 0 || n == -ENOENT)
		*owner = (struct cluster_watcher){0};
	lock_address_plain(owner->address);
	return n < 0 && n != -ENOENT ? (int)n : 0;
}

static bool is_own(const struct cluster_handle *handle, const char *client)
{
	char own[40];

	snprintf(own, sizeof(own), "client.%" PRIu64, own_number(handle));
	return !strcmp(own, client);
}

int cluster_handle_others(struct cluster_handle *handle, struct cluster_holders *out, struct err *err)
{
	*out = (struct cluster_holders){0};
	text_copy(out->ns, sizeof(out->ns), handle->image.pool.ns);
	text_copy(out->id, sizeof(out->id), handle->id);
	int rc = read_watchers(handle, out);
	if (!rc)
		rc = read_owner(handle, &out->lock_owner);
	if (rc)
		return handle_error(handle, err, rc, "asked for its watchers", NULL);
	if (is_own(handle, out->lock_owner.client))
		out->lock_owner = (struct cluster_watcher){0};
	mirror_subtract(handle->image.pool.cluster, out, 1, 0);
	return 0;
}

static int lock_error(struct cluster_handle *handle, struct err *err, int rc)
{
	const struct pool *pool = &handle->image.pool;
	struct cluster_watcher owner = {0};

	if (rc != -EROFS && rc != -EBUSY && rc != -EAGAIN)
		return handle_error(handle, err, rc, "locked", NULL);
	if (read_owner(handle, &owner) || !owner.client[0])
		return handle_error(handle, err, -EROFS, "locked", NULL);
	return err_set(err, ERR_REFUSED, "%s/%s%s%s can not be locked: %s at %s owns its exclusive lock and does not give it up; "
		       "shut that machine down first", pool->name, pool->ns, *pool->ns ? "/" : "", handle->name, owner.client,
		       owner.address);
}

int cluster_handle_lock(struct cluster_handle *handle, struct err *err)
{
	const int rc = rbd_lock_acquire(handle->image.handle, RBD_LOCK_MODE_EXCLUSIVE);

	return rc < 0 ? lock_error(handle, err, rc) : 0;
}

/* librbd tells what it believes; the header, what is true. */
int cluster_handle_owns_lock(struct cluster_handle *handle, bool *owns, struct err *err)
{
	struct cluster_watcher owner = {0};
	int believed = 0, rc = rbd_is_exclusive_lock_owner(handle->image.handle, &believed);

	*owns = false;
	if (rc >= 0)
		rc = read_owner(handle, &owner);
	if (rc < 0)
		return handle_error(handle, err, rc, "asked for the owner of its lock", NULL);
	*owns = believed && is_own(handle, owner.client);
	return 0;
}

static int refuse_unlocked(struct cluster_handle *handle, struct err *err)
{
	bool owns;
	const int status = cluster_handle_owns_lock(handle, &owns, err);

	if (status || owns)
		return status;
	return err_set(err, ERR_REFUSED, "%s/%s is not locked by this berth (any more): nothing was changed",
		       handle->image.pool.ns, handle->name);
}

static int report(uint64_t done, uint64_t total, void *context)
{
	progress_report(context, (int64_t)done, (int64_t)total);
	return 0;
}

int cluster_handle_rollback(struct cluster_handle *handle, const char *snap, const struct progress *progress, struct err *err)
{
	struct progress copy = progress ? *progress : (struct progress){0};
	const int status = refuse_unlocked(handle, err);

	if (status)
		return status;
	if (progress_cancelled(progress))
		return err_set(err, ERR_CANCELLED, "cancelled before the rollback of %s to %s began", handle->name, snap);
	const int rc = rbd_snap_rollback_with_progress(handle->image.handle, snap, report, &copy);
	return rc < 0 ? handle_error(handle, err, rc, "rolled back", snap) : 0;
}

int cluster_handle_shrink(struct cluster_handle *handle, int64_t size, const struct progress *progress, struct err *err)
{
	struct progress copy = progress ? *progress : (struct progress){0};
	const int status = refuse_unlocked(handle, err);

	if (status)
		return status;
	const int rc = rbd_resize2(handle->image.handle, (uint64_t)size, true, report, &copy);
	return rc < 0 ? handle_error(handle, err, rc, "made smaller", NULL) : 0;
}

int cluster_handle_mark(struct cluster_handle *handle, const char *key, const char *value, struct err *err)
{
	const int status = refuse_unlocked(handle, err);

	if (status)
		return status;
	const int rc = rbd_metadata_set(handle->image.handle, key, value);
	return rc < 0 ? handle_error(handle, err, rc, "marked", NULL) : 0;
}

int cluster_handle_snap_create(struct cluster_handle *handle, const char *snap, struct err *err)
{
	const int status = refuse_unlocked(handle, err);

	if (status)
		return status;
	const int rc = rbd_snap_create(handle->image.handle, snap);
	return rc < 0 ? handle_error(handle, err, rc, "made", snap) : 0;
}
