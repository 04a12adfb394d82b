#include "core/fleet/health.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/ceph/cluster.h"
#include "core/ceph/image.h"
#include "core/ceph/parts.h"
#include "core/ceph/watch.h"
#include "core/fleet/internal.h"
#include "db/watcher.h"

static int read_numbers(struct cluster *cluster, struct fleet_health *health, struct err *err)
{
	struct cluster_monitors monitors;
	struct cluster_health now;
	int status = cluster_health(cluster, &now, err);

	if (!status)
		status = cluster_monitors(cluster, &monitors, err);
	if (!status)
		status = cluster_fsid(cluster, health->fsid, err);
	if (status)
		return status;
	text_copy(health->status, sizeof(health->status), now.status);
	text_copy(health->monitors, sizeof(health->monitors), monitors.v2[0] ? monitors.v2 : monitors.v1);
	health->mons = now.mons;
	health->osds = now.osds;
	health->osds_up = now.osds_up;
	health->mdss = now.mdss;
	health->pool_used = now.pool_used;
	health->pool_free = now.pool_free;
	return cluster_health_checks(cluster, &health->checks, &health->check_count, err);
}

static int read_parts(struct cluster *cluster, struct fleet_health *health, struct err *err)
{
	static const enum fleet_part_kind kinds[] = {
		[PART_MON] = FLEET_MON, [PART_OSD] = FLEET_OSD, [PART_MDS] = FLEET_MDS, [PART_POOL] = FLEET_POOL,
	};
	struct cluster_part *parts = NULL;
	const int status = cluster_parts(cluster, &parts, &health->part_count, err);

	if (status)
		return status;
	health->parts = xcalloc(health->part_count + 1, sizeof(*health->parts));
	for (size_t i = 0; i < health->part_count; i++) {
		struct fleet_part *part = &health->parts[i];

		*part = (struct fleet_part){.kind = kinds[parts[i].kind], .well = parts[i].well};
		text_copy(part->name, sizeof(part->name), parts[i].name);
		text_copy(part->words, sizeof(part->words), parts[i].words);
	}
	free(parts);
	return 0;
}

/* Whoever was never seen to hold a root of ours was cut off by somebody else. */
static int find_host(struct fleet *fleet, struct fleet_fenced *fenced, struct err *err)
{
	struct watcher_holder holder;
	const int status = watcher_holder(fleet->db, fenced->address, &holder, err);

	if (status)
		return status == ERR_NOT_FOUND ? 0 : status;
	text_copy(fenced->client, sizeof(fenced->client), holder.client);
	text_copy(fenced->host, sizeof(fenced->host), holder.host);
	return 0;
}

static int compare(const void *a, const void *b)
{
	const struct fleet_fenced *x = a, *y = b;

	if (!x->host[0] != !y->host[0])
		return x->host[0] ? -1 : 1;
	const int host = strverscmp(x->host, y->host);
	return host ? host : strcmp(x->address, y->address);
}

static int read_fenced(struct fleet *fleet, struct cluster *cluster, struct fleet_health *health, struct err *err)
{
	struct cluster_blocked *blocked = NULL;
	size_t count = 0;
	int status = cluster_blocklist_list(cluster, &blocked, &count, err);

	health->fenced = xcalloc(count + 1, sizeof(*health->fenced));
	for (size_t i = 0; i < count && !status; i++) {
		struct fleet_fenced *fenced = &health->fenced[health->fenced_count++];

		text_copy(fenced->address, sizeof(fenced->address), blocked[i].address);
		fenced->until = blocked[i].until;
		status = find_host(fleet, fenced, err);
	}
	free(blocked);
	if (health->fenced_count)
		qsort(health->fenced, health->fenced_count, sizeof(*health->fenced), compare);
	return status;
}

int fleet_health_read(struct fleet *fleet, struct fleet_health **out, struct err *err)
{
	struct fleet_health *health = xcalloc(1, sizeof(*health));
	struct cluster *cluster;
	int status = fleet_cluster(fleet, &cluster, err);

	if (!status)
		status = read_numbers(cluster, health, err);
	if (!status)
		status = read_parts(cluster, health, err);
	if (!status)
		status = read_fenced(fleet, cluster, health, err);
	if (status)
		fleet_health_free(health);
	else
		*out = health;
	return status;
}

void fleet_health_free(struct fleet_health *health)
{
	if (!health)
		return;
	cluster_names_free(health->checks, health->check_count);
	free(health->parts);
	free(health->fenced);
	free(health);
}
