/* What became of a host in a roll-out: read from its root, whoever changed it. */
#include "core/fleet/rollout.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/ceph/watch.h"
#include "core/fleet/internal.h"
#include "core/fleet/peers.h"
#include "core/fleet/state.h"
#include "db/host.h"
#include "db/pending.h"
#include "db/root.h"
#include "db/watcher.h"

void rollout_point_name(int64_t id, char out[64])
{
	snprintf(out, 64, "before-rollout-%lld", (long long)id);
}

void rollout_target(int64_t id, char out[80])
{
	snprintf(out, 80, "rollout %lld", (long long)id);
}

int rollout_batch_count(const struct rollout *rollout)
{
	return (rollout->hosts + rollout->batch - 1) / rollout->batch;
}

#define NOTED_SECONDS 30

static void become(struct rollout_host *host, enum rollout_host_state state, const char *root, int64_t since, const char *detail)
{
	host->state = state;
	host->since = since;
	text_copy(host->root, sizeof(host->root), root);
	text_copy(host->detail, sizeof(host->detail), detail);
}

static bool is_own(const struct host *host, const char *address)
{
	char ip[64];

	return !host->address[0] || !strcmp(state_address_ip(address, ip), host->address);
}

/* It may have come and gone between two looks. */
static int was_seen(struct fleet *fleet, const struct host *host, int64_t since, bool *up, struct err *err)
{
	struct watcher_seen *seen = NULL;
	size_t count = 0;
	const int status = watcher_list(fleet->db, host->id, &seen, &count, err);

	for (size_t i = 0; i < count && !status; i++)
		*up |= seen[i].first_seen > since && is_own(host, seen[i].address);
	free(seen);
	return status;
}

static int is_there(struct fleet *fleet, const struct host *host, bool *up, struct err *err)
{
	struct cluster_holders holders = {0};
	struct cluster *cluster;
	int status = fleet_cluster(fleet, &cluster, err);

	text_copy(holders.ns, sizeof(holders.ns), host->name);
	text_copy(holders.name, sizeof(holders.name), ROOT_IMAGE);
	if (!status)
		status = cluster_holders_read(cluster, &holders, 1, err);
	if (!status && !holders.status)
		status = peers_leave_out(fleet, &holders, 1, err);
	for (int i = 0; i < holders.watcher_count && i < WATCHERS_MAX && !status; i++)
		*up |= is_own(host, holders.watchers[i].address);
	return status;
}

static int look_for_boot(struct fleet *fleet, const struct rollout *rollout, struct rollout_host *it, bool ask, struct err *err)
{
	bool up = false;
	struct host host;
	int status = host_by_name(fleet->db, it->host, &host, err);

	if (!status)
		status = was_seen(fleet, &host, it->since, &up, err);
	if (!status && !up && ask)
		status = is_there(fleet, &host, &up, err);
	if (status)
		return status;
	if (up)
		become(it, ROLLOUT_UP, it->root, time_now(), "");
	else if (host.hold_reason[0] && it->state == ROLLOUT_CHANGED)
		it->since = time_now() - it->since < NOTED_SECONDS ? it->since : time_now(); /* until then it could not boot */
	else if (it->state == ROLLOUT_CHANGED && ask && time_now() >= it->since + rollout->wait)
		become(it, ROLLOUT_NOT_UP, it->root, it->since, "nobody took its new root in time");
	return 0;
}

static void look_at_root(const struct rollout *rollout, const struct root *root, bool waits, struct rollout_host *it)
{
	const bool other = strcmp(root->rbd_id, it->root) != 0;
	const bool new = !strcmp(root->image, rollout->image) && !strcmp(root->release, rollout->release);

	if (it->state == ROLLOUT_RETURNING && other)
		become(it, ROLLOUT_RETURNED, root->rbd_id, time_now(), "");
	else if (it->state == ROLLOUT_RETURNING && !waits)
		become(it, ROLLOUT_UP, it->root, time_now(), "its return was dropped");
	else if (it->state <= ROLLOUT_HELD && other && new)
		become(it, ROLLOUT_CHANGED, root->rbd_id, root->created, "");
	else if (it->state <= ROLLOUT_HELD && other)
		become(it, ROLLOUT_FAILED, root->rbd_id, time_now(), "it was given another root meanwhile");
	else if (it->state == ROLLOUT_HELD && !waits)
		become(it, ROLLOUT_FAILED, it->root, time_now(), "what waited for its boot was dropped");
}

int rollout_look(struct fleet *fleet, const struct rollout *rollout, struct rollout_host *it, bool ask, struct err *err)
{
	struct pending pending;
	struct root root;
	int status;

	if (!rollout_host_is_open(it->state) && it->state != ROLLOUT_NOT_UP)
		return 0;
	status = root_by_host(fleet->db, it->host_id, &root, err);
	if (status == ERR_NOT_FOUND) {
		become(it, ROLLOUT_FAILED, "", time_now(), "it has no root any more");
		return 0;
	}
	if (!status)
		status = pending_find(fleet->db, it->host_id, &pending, err);
	const bool waits = !status;
	if (status && status != ERR_NOT_FOUND)
		return status;
	look_at_root(rollout, &root, waits, it);
	return it->state == ROLLOUT_CHANGED || it->state == ROLLOUT_NOT_UP ? look_for_boot(fleet, rollout, it, ask, err) : 0;
}

int rollout_read(struct fleet *fleet, int64_t id, struct rollout *out, struct rollout_host **hosts, size_t *count, struct err *err)
{
	int status = rollout_by_id(fleet->db, id, out, err);

	*hosts = NULL;
	*count = 0;
	if (!status)
		status = rollout_hosts(fleet->db, id, hosts, count, err);
	memset(out->counts, 0, status ? 0 : sizeof(out->counts));
	for (size_t i = 0; i < *count && !status; i++) {
		status = rollout_look(fleet, out, &(*hosts)[i], false, err);
		out->counts[(*hosts)[i].state]++;
	}
	return status;
}

static int add_rows(struct fleet *fleet, const struct rollout *rollout, struct rollout_row **out, size_t *count, struct err *err)
{
	struct rollout_host *hosts = NULL;
	struct rollout now;
	size_t added = 0;
	const int status = rollout_read(fleet, rollout->id, &now, &hosts, &added, err);

	*out = xrealloc(*out, (*count + added + 1) * sizeof(**out));
	for (size_t i = 0; i < added && !status; i++)
		(*out)[(*count)++] = (struct rollout_row){now, hosts[i]};
	free(hosts);
	return status;
}

int rollout_rows(struct fleet *fleet, int most, struct rollout_row **out, size_t *count, struct err *err)
{
	struct rollout *rollouts = NULL;
	size_t there = 0;
	int status = rollout_list(fleet->db, &rollouts, &there, err);

	*out = NULL;
	*count = 0;
	for (size_t i = 0; i < there && (int)i < most && !status; i++)
		status = add_rows(fleet, &rollouts[i], out, count, err);
	free(rollouts);
	return status;
}
