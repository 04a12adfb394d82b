#include "core/fleet/guard.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/ceph/image.h"
#include "core/ceph/watch.h"
#include "core/fleet/fence.h"
#include "core/fleet/internal.h"
#include "db/host.h"
#include "db/watcher.h"

struct guard {
	struct cluster_handle *handle;
	char host[64];
};

static int refuse_watchers(const char *host, const struct cluster_holders *holders, struct err *err)
{
	const struct cluster_watcher *first = &holders->watchers[0];

	if (holders->watcher_count > 1)
		return err_set(err, ERR_REFUSED, "the root of %s is in use by %d clients, the first is %s at %s: shut all of "
			       "them down first", host, holders->watcher_count, first->client, first->address);
	if (holders->watcher_count == 1)
		return err_set(err, ERR_REFUSED, "the root of %s is in use by %s at %s: shut that machine down first; if it is "
			       "dead, cut it off with `berth host fence %s`", host, first->client, first->address, host);
	return 0;
}

static int read_holders(struct fleet *fleet, const char *host, struct cluster_holders *holders, struct err *err)
{
	struct cluster_image_info info;
	struct cluster *cluster;
	int status = fleet_cluster(fleet, &cluster, err);

	*holders = (struct cluster_holders){0};
	if (!status)
		status = cluster_image_info(cluster, host, ROOT_IMAGE, &info, err);
	if (status)
		return status;
	text_copy(holders->ns, sizeof(holders->ns), host);
	text_copy(holders->id, sizeof(holders->id), info.id);
	status = cluster_holders_read(cluster, holders, 1, err);
	if (!status && holders->status)
		status = err_set(err, holders->status, "who holds the root of %s could not be read from the cluster", host);
	return status;
}

int guard_check(struct fleet *fleet, const char *host, struct err *err)
{
	struct cluster_holders holders;
	const int status = read_holders(fleet, host, &holders, err);

	if (status == ERR_NOT_FOUND)
		return 0;
	return status ? status : refuse_watchers(host, &holders, err);
}

/* Recorded clients may have dirty pages although their watch is gone: a lock
 * can be yielded, a watch runs out. To cut off one that is off harms nobody. */
static int fence_recorded(struct fleet *fleet, const char *host, struct err *err)
{
	struct watcher_seen *seen = NULL;
	size_t count = 0;
	struct host row;
	int status = host_by_name(fleet->db, host, &row, err);

	if (!status)
		status = watcher_list(fleet->db, row.id, &seen, &count, err);
	for (size_t i = 0; i < count && !status; i++)
		if (!seen[i].fenced_until)
			status = fence_client(fleet, seen[i].address, err);
	free(seen);
	return status;
}

static int fence_lock_owner(struct fleet *fleet, const struct cluster_holders *holders, struct err *err)
{
	return holders->lock_owner.client[0] ? fence_client(fleet, holders->lock_owner.address, err) : 0;
}

/* On one open handle, so that nothing can come between look and lock. */
static int guard_secure(struct fleet *fleet, struct guard *guard, struct err *err)
{
	struct cluster_holders holders;
	int status = cluster_handle_others(guard->handle, &holders, err);

	if (!status)
		status = refuse_watchers(guard->host, &holders, err);
	if (!status)
		status = fence_recorded(fleet, guard->host, err);
	if (!status)
		status = fence_lock_owner(fleet, &holders, err);
	if (!status)
		status = cluster_handle_lock(guard->handle, err);
	return status ? status : guard_confirm(guard, err);
}

int guard_take(struct fleet *fleet, const char *host, struct guard **out, struct err *err)
{
	struct cluster_handle *handle;
	struct cluster *cluster;
	int status = fleet_cluster(fleet, &cluster, err);

	if (!status)
		status = cluster_handle_open(cluster, host, ROOT_IMAGE, &handle, err);
	if (status)
		return status;
	struct guard *guard = xcalloc(1, sizeof(*guard));
	guard->handle = handle;
	text_copy(guard->host, sizeof(guard->host), host);
	status = guard_secure(fleet, guard, err);
	if (status)
		guard_release(guard);
	else
		*out = guard;
	return status;
}

struct cluster_handle *guard_handle(struct guard *guard)
{
	return guard->handle;
}

int guard_confirm(struct guard *guard, struct err *err)
{
	struct cluster_holders holders;
	bool owns = false;
	int status = cluster_handle_others(guard->handle, &holders, err);

	if (!status)
		status = refuse_watchers(guard->host, &holders, err);
	if (!status)
		status = cluster_handle_owns_lock(guard->handle, &owns, err);
	if (!status && !owns)
		status = err_set(err, ERR_REFUSED, "berth lost the lock on the root of %s meanwhile, somebody else broke it: "
				 "look at `berth status %s`", guard->host, guard->host);
	return status;
}

void guard_release(struct guard *guard)
{
	if (!guard)
		return;
	cluster_handle_close(guard->handle);
	free(guard);
}
