#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/boot/tree.h"
#include "core/ceph/image.h"
#include "core/ceph/tree.h"
#include "core/fleet/internal.h"
#include "core/fleet/peers.h"
#include "core/fleet/publish.h"
#include "core/fleet/roster.h"

static void fill_points(struct cluster *cluster, struct host_detail *detail)
{
	struct cluster_snap *snaps = NULL;
	struct err ignored;

	if (cluster_snap_list(cluster, detail->host.name, ROOT_IMAGE, &snaps, &detail->point_count, &ignored)) {
		detail->point_count = 0;
		return;
	}
	detail->points = xcalloc(detail->point_count + 1, sizeof(*detail->points));
	for (size_t i = 0; i < detail->point_count; i++) {
		text_copy(detail->points[i].name, sizeof(detail->points[i].name), snaps[i].name);
		text_harmless(detail->points[i].name);
		detail->points[i].size = snaps[i].size;
		detail->points[i].created = snaps[i].created;
		detail->points[i].protected = snaps[i].protected;
	}
	free(snaps);
}

static void fill_script(struct cluster *cluster, struct host_detail *detail)
{
	char path[TREE_PATH];
	struct err ignored;
	size_t length;

	if (cluster_file_read(cluster, tree_host_script(detail->host.name, path), &detail->script, &length, &ignored))
		detail->script = NULL;
}

static void holder_words(const struct cluster_watcher *who, char out[128])
{
	snprintf(out, 128, "%s  %s", who->client, who->address);
}

static void fill_holders(const struct cluster_holders *holders, struct host_detail *detail)
{
	if (holders->status)
		return;
	detail->watcher_count = holders->watcher_count;
	for (int i = 0; i < holders->watcher_count && i < WATCHERS_MAX; i++)
		holder_words(&holders->watchers[i], detail->watchers[i]);
	if (holders->lock_owner.client[0])
		holder_words(&holders->lock_owner, detail->lock_owner);
}

/* A cluster that does not answer leaves its part empty and says why. */
static int ask_cluster(struct fleet *fleet, struct host_detail *detail, struct cluster_holders *holders)
{
	struct cluster *cluster;
	struct err why = {0};
	int status = fleet_cluster(fleet, &cluster, &why);

	if (!status && detail->has_root) {
		text_copy(holders->ns, sizeof(holders->ns), detail->host.name);
		text_copy(holders->name, sizeof(holders->name), ROOT_IMAGE);
		text_copy(holders->id, sizeof(holders->id), detail->root.rbd_id);
		status = cluster_holders_read(cluster, holders, 1, &why);
		if (!status)
			status = peers_leave_out(fleet, holders, 1, &why);
	}
	if (status) {
		text_copy(detail->link_words, sizeof(detail->link_words), why.text);
		return status;
	}
	if (detail->has_root) {
		fill_holders(holders, detail);
		fill_points(cluster, detail);
	}
	fill_script(cluster, detail);
	return 0;
}

static int read_inventory(struct fleet *fleet, const char *name, struct host_detail *detail, struct err *err)
{
	int status = host_by_name(fleet->db, name, &detail->host, err);

	if (status)
		return status;
	status = root_by_host(fleet->db, detail->host.id, &detail->root, err);
	detail->has_root = !status;
	if (status && status != ERR_NOT_FOUND)
		return status;
	return watcher_list(fleet->db, detail->host.id, &detail->seen, &detail->seen_count, err);
}

static void fill_row(struct host_detail *detail, const struct cluster_holders *holders)
{
	const struct host *host = &detail->host;
	const struct watcher_seen none = {0}, *seen = detail->seen_count ? detail->seen : &none;
	const struct roster_line line = {
		.id = host->id, .name = host->name, .group = host->group, .mac = host->mac_count ? host->macs[0] : "",
		.image = detail->has_root ? detail->root.image : host->image,
		.release = detail->has_root ? detail->root.release : host->release,
		.hold_reason = host->hold_reason, .address = host->address, .rbd_id = detail->root.rbd_id,
		.seen_address = seen->address, .seen_client = seen->client,
		.first_seen = seen->first_seen, .last_seen = seen->last_seen,
	};
	struct roster_host entry;

	roster_fill(&entry, &line, &detail->strings);
	detail->row = entry.row;
	if (holders)
		roster_apply(&entry, holders, &detail->row, &detail->strings);
}

int host_detail_read(struct fleet *fleet, const char *name, struct host_detail **out, struct err *err)
{
	struct host_detail *detail = xcalloc(1, sizeof(*detail));
	struct cluster_holders holders = {0};
	struct text wanted = {0};
	struct err why = {0};
	const int status = read_inventory(fleet, name, detail, err);

	if (status) {
		host_detail_free(detail);
		return status;
	}
	fill_row(detail, ask_cluster(fleet, detail, &holders) || !detail->has_root ? NULL : &holders);
	if (publish_script(fleet, name, &wanted, &why))
		text_printf(&wanted, "# %s\n", why.text);
	detail->script_wanted = text_take(&wanted);
	publish_explain(fleet, &detail->host, detail->kernel_why, detail->template);
	*out = detail;
	return 0;
}

void host_detail_free(struct host_detail *detail)
{
	if (!detail)
		return;
	pool_free(&detail->strings);
	free(detail->seen);
	free(detail->points);
	free(detail->script);
	free(detail->script_wanted);
	free(detail);
}
