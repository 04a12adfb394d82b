#include "core/fleet/guard.h"

#include <string.h>

#include "base/text.h"
#include "core/ceph/image.h"
#include "core/ceph/watch.h"
#include "core/fleet/internal.h"

static int guard_judge(const char *host, const struct cluster_holders *holders, struct err *err)
{
	const struct cluster_watcher *first = &holders->watchers[0];
	const struct cluster_watcher *owner = &holders->lock_owner;

	if (holders->watcher_count > 1)
		return err_set(err, ERR_REFUSED, "the root of %s is in use by %d clients, the first is %s at %s: "
			       "shut all of them down first", host, holders->watcher_count,
			       first->client, first->address);
	if (holders->watcher_count == 1)
		return err_set(err, ERR_REFUSED, "the root of %s is in use by %s at %s: shut that machine down first",
			       host, first->client, first->address);
	if (owner->client[0])
		return err_set(err, ERR_REFUSED, "the lock on the root of %s still belongs to %s at %s, which is not "
			       "watching any more: it did not shut down cleanly; make sure it is off, then boot and "
			       "shut down %s once, or cut it off with `berth host fence %s`",
			       host, owner->client, owner->address, host, host);
	return 0;
}

int guard_check(struct fleet *fleet, const char *host, struct err *err)
{
	struct cluster_holders holders = {0};
	struct cluster_image_info info;
	struct cluster *cluster;
	int status = fleet_cluster(fleet, &cluster, err);

	if (!status)
		status = cluster_image_info(cluster, host, ROOT_IMAGE, &info, err);
	if (status == ERR_NOT_FOUND)
		return 0;
	if (status)
		return status;
	text_copy(holders.ns, sizeof(holders.ns), host);
	text_copy(holders.id, sizeof(holders.id), info.id);
	status = cluster_holders_read(cluster, &holders, 1, err);
	if (status)
		return status;
	if (holders.status == ERR_NOT_FOUND)
		return 0;
	if (holders.status)
		return err_set(err, holders.status, "who holds the root of %s could not be read from the cluster", host);
	return guard_judge(host, &holders, err);
}
