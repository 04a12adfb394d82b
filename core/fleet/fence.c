#include "core/fleet/fence.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/fleet/host_input.h"
#include "core/fleet/internal.h"
#include "core/fleet/peers.h"
#include "core/fleet/step.h"
#include "db/root.h"
#include "db/watcher.h"

#define WATCH_GONE_MS 40000
#define LASTING_SECONDS (30 * 86400)

static void add_target(struct cluster_watcher **list, size_t *count, const char *client, const char *address)
{
	for (size_t i = 0; i < *count; i++)
		if (!strcmp((*list)[i].address, address))
			return;
	*list = xrealloc(*list, (*count + 1) * sizeof(**list));
	struct cluster_watcher *target = &(*list)[(*count)++];
	text_copy(target->client, sizeof(target->client), client);
	text_copy(target->address, sizeof(target->address), address);
}

static int read_holders(struct fleet *fleet, const struct host *host, struct cluster_holders *holders, struct err *err)
{
	struct cluster *cluster;
	struct root root;
	int status = root_by_host(fleet->db, host->id, &root, err);

	*holders = (struct cluster_holders){0};
	if (status == ERR_NOT_FOUND)
		return err_set(err, ERR_REFUSED, "host %s has no root, so nobody to cut off from it", host->name);
	if (!status)
		status = fleet_cluster(fleet, &cluster, err);
	if (status)
		return status;
	text_copy(holders->ns, sizeof(holders->ns), host->name);
	text_copy(holders->name, sizeof(holders->name), ROOT_IMAGE);
	text_copy(holders->id, sizeof(holders->id), root.rbd_id);
	status = cluster_holders_read(cluster, holders, 1, err);
	if (!status && holders->status && holders->status != ERR_NOT_FOUND)
		status = err_set(err, holders->status, "who holds the root of %s could not be read from the cluster", host->name);
	return status ? status : peers_leave_out(fleet, holders, 1, err);
}

struct blocklist { struct cluster_blocked *items; size_t count; };

static int blocklist_read(struct fleet *fleet, struct blocklist *out, struct err *err)
{
	struct cluster *cluster;
	const int status = fleet_cluster(fleet, &cluster, err);

	*out = (struct blocklist){0};
	return status ? status : cluster_blocklist_list(cluster, &out->items, &out->count, err);
}

/* 0: not cut off, or not for long. An entry that librbd or a kernel made ends
 * after an hour, and a machine that hangs may wake up later. */
static int64_t blocked_until(const struct blocklist *list, const char *address)
{
	for (size_t i = 0; i < list->count; i++)
		if (!strcmp(list->items[i].address, address))
			return list->items[i].until > time_now() + LASTING_SECONDS ? list->items[i].until : 0;
	return 0;
}

/* The inventory does not know it when berth was killed right after. */
int fence_is_active(struct fleet *fleet, const char *address, bool *active, struct err *err)
{
	struct blocklist list;
	const int status = blocklist_read(fleet, &list, err);
	const int64_t until = status ? 0 : blocked_until(&list, address);

	free(list.items);
	*active = until != 0;
	return status || !until || fleet->read_only ? status : watcher_fence(fleet->db, &address, 1, until, err);
}

/* A lock outlives the fence of its owner; that one need not be cut off twice. */
static int add_owner(struct fleet *fleet, const struct cluster_watcher *owner, struct cluster_watcher **list, size_t *count,
		     struct err *err)
{
	bool active = false;
	const int status = owner->client[0] ? fence_is_active(fleet, owner->address, &active, err) : 0;

	if (!status && owner->client[0] && !active)
		add_target(list, count, owner->client, owner->address);
	return status;
}

/* The cluster is asked who is cut off: somebody may have let them in past berth. */
static int add_recorded(struct fleet *fleet, const struct host *host, struct cluster_watcher **list, size_t *count,
			struct err *err)
{
	struct watcher_seen *seen = NULL;
	struct blocklist blocked = {0};
	size_t seen_count = 0;
	int status = watcher_list(fleet->db, host->id, &seen, &seen_count, err);

	if (!status && seen_count)
		status = blocklist_read(fleet, &blocked, err);
	for (size_t i = 0; i < seen_count && !status; i++)
		if (!blocked_until(&blocked, seen[i].address))
			add_target(list, count, seen[i].client, seen[i].address);
	free(blocked.items);
	free(seen);
	return status;
}

int fence_targets(struct fleet *fleet, const char *typed, struct cluster_watcher **out, size_t *count, struct err *err)
{
	struct cluster_holders holders;
	struct host host;
	int status = host_find(fleet, typed, &host, err);

	*out = NULL;
	*count = 0;
	if (!status)
		status = read_holders(fleet, &host, &holders, err);
	if (status)
		return status;
	for (int i = 0; i < holders.watcher_count && i < WATCHERS_MAX; i++)
		add_target(out, count, holders.watchers[i].client, holders.watchers[i].address);
	status = add_owner(fleet, &holders.lock_owner, out, count, err);
	return status || *count ? status : add_recorded(fleet, &host, out, count, err);
}

/* A berth that was killed is no machine that somebody might want to let in again. */
static int record_clients(struct fleet *fleet, const struct host *host, const struct cluster_watcher *clients, size_t count,
			  struct err *err)
{
	struct watcher_seen *seen = xcalloc(count + 1, sizeof(*seen));
	struct peers peers;
	size_t machines = 0;
	int status = peers_read(fleet, &peers, err);

	for (size_t i = 0; i < count; i++) {
		if (!host->id || peers_find(&peers, clients[i].address))
			continue;
		seen[machines].host_id = host->id;
		text_copy(seen[machines].address, sizeof(seen->address), clients[i].address);
		text_copy(seen[machines++].client, sizeof(seen->client), clients[i].client);
	}
	if (!status)
		status = watcher_record(fleet->db, seen, machines, time_now(), err);
	peers_free(&peers);
	free(seen);
	return status;
}

/* Noted first: who was cut off is to be let in again also when we die right after. */
int fence_clients(struct fleet *fleet, const struct host *host, const struct cluster_watcher *clients, size_t count,
		  struct err *err)
{
	const char **addresses = xcalloc(count + 1, sizeof(*addresses));
	struct cluster *cluster;
	int status = fleet_cluster(fleet, &cluster, err);

	for (size_t i = 0; i < count; i++)
		addresses[i] = clients[i].address;
	if (!status)
		status = record_clients(fleet, host, clients, count, err);
	if (!status)
		status = cluster_blocklist_add(cluster, addresses, count, FENCE_SECONDS, err);
	if (!status)
		status = watcher_fence(fleet->db, addresses, count, time_now() + FENCE_SECONDS, err);
	free(addresses);
	return status;
}

int fence_former(struct fleet *fleet, const struct host *host, const struct cluster_watcher *owner, struct err *err)
{
	struct cluster_watcher *former = NULL;
	size_t count = 0;
	int status = add_recorded(fleet, host, &former, &count, err);

	if (!status)
		status = add_owner(fleet, owner, &former, &count, err);
	if (!status)
		status = fence_clients(fleet, host, former, count, err);
	free(former);
	return status;
}

int plan_host_fence(struct fleet *fleet, const char *typed, struct plans *out, struct err *err)
{
	struct cluster_watcher *targets;
	struct host host;
	size_t count;
	int status = host_find(fleet, typed, &host, err);

	if (!status)
		status = fence_targets(fleet, host.name, &targets, &count, err);
	if (status)
		return status;
	if (!count)
		return err_set(err, ERR_REFUSED, "nobody holds the root of %s, and nobody who held it is still let in: there is "
			       "nobody to cut off", host.name);
	struct plan *plan = plans_add(out, "fence", "host %s", host.name);
	for (size_t i = 0; i < count; i++)
		plan_add(plan, "fence", json_pack("{ss ss ss}", "host", host.name, "client", targets[i].client,
						  "address", targets[i].address),
			 "cut %s off at %s for a year: what it still has to write is lost", targets[i].client,
			 targets[i].address);
	plan_add(plan, "fence-wait", json_pack("{ss}", "host", host.name), "wait until its watch is gone");
	free(targets);
	return 0;
}

int plan_host_unfence(struct fleet *fleet, const char *typed, struct plans *out, struct err *err)
{
	struct watcher_seen *seen = NULL;
	struct plan *plan = NULL;
	size_t count = 0;
	struct host host;
	int status = host_find(fleet, typed, &host, err);

	if (!status)
		status = watcher_list(fleet->db, host.id, &seen, &count, err);
	for (size_t i = 0; i < count && !status; i++) {
		if (seen[i].fenced_until <= time_now())
			continue;
		if (!plan)
			plan = plans_add(out, "unfence", "host %s", host.name);
		plan_add(plan, "unfence", json_pack("{ss ss ss}", "host", host.name, "client", seen[i].client, "address", seen[i].address),
			 "let %s at %s back in", seen[i].client, seen[i].address);
	}
	free(seen);
	if (!status && !plan)
		status = err_set(err, ERR_REFUSED, "nobody is cut off for host %s", host.name);
	return status;
}

/* fence {host, client, address}: who was cut off stays so, for what was lost does
 * not come back; `berth host fence HOST --lift` lets the client in again. Undo
 * sees to it that the inventory knows of whom. */

static int fence_run(struct step *step, struct err *err)
{
	struct host host;
	struct cluster_watcher client;
	const int status = host_by_name(step->fleet->db, step_arg(step, "host"), &host, err);

	text_copy(client.client, sizeof(client.client), step_arg(step, "client"));
	text_copy(client.address, sizeof(client.address), step_arg(step, "address"));
	return status ? status : fence_clients(step->fleet, &host, &client, 1, err);
}

static int fence_undo(struct step *step, struct err *err)
{
	bool active;

	return fence_is_active(step->fleet, step_arg(step, "address"), &active, err);
}

/* fence-wait {host} */

static int watchers_now(struct step *step, int *watchers, struct err *err)
{
	struct cluster_holders holders;
	struct host host;
	int status = host_by_name(step->fleet->db, step_arg(step, "host"), &host, err);

	if (!status)
		status = read_holders(step->fleet, &host, &holders, err);
	*watchers = status ? 0 : holders.watcher_count;
	return status;
}

static int fence_wait_run(struct step *step, struct err *err)
{
	const int64_t until = clock_ms() + WATCH_GONE_MS;
	int watchers = 1;

	while (watchers) {
		const int status = watchers_now(step, &watchers, err);

		if (status)
			return status;
		if (watchers && clock_ms() > until)
			return err_set(err, ERR_REFUSED, "%s is still watched by %d client%s: another machine holds it; look at "
				       "`berth status %s`, then fence again", step_arg(step, "host"), watchers,
				       watchers == 1 ? "" : "s", step_arg(step, "host"));
		if (watchers && progress_cancelled(step->progress))
			return err_set(err, ERR_CANCELLED, "cancelled while waiting; the client stays cut off");
		if (watchers)
			poll(NULL, 0, 200);
	}
	return 0;
}

/* unfence {host, client, address} */

static int unfence_run(struct step *step, struct err *err)
{
	const char *address = step_arg(step, "address");
	struct cluster *cluster;
	int status = fleet_cluster(step->fleet, &cluster, err);

	if (!status)
		status = cluster_blocklist_remove(cluster, address, err);
	return status ? status : watcher_fence(step->fleet->db, &address, 1, 0, err);
}

const struct step_kind fence_steps[] = {
	{"fence", NULL, fence_run, fence_undo},
	{"fence-wait", NULL, fence_wait_run, NULL},
	{"unfence", NULL, unfence_run, fence_run},
	{0},
};
