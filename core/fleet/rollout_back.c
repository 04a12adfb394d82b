/* The way back of a roll-out: each host by a rollback to the point that was taken of its old root. */
#include "core/fleet/rollout.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/fleet/internal.h"
#include "core/fleet/pending.h"
#include "core/fleet/points.h"
#include "db/root.h"

static void add_state(struct plan *plan, int64_t id, const struct rollout_host *host, enum rollout_host_state state)
{
	plan_add(plan, "rollout-host", json_pack("{sI ss ss}", "rollout", (json_int_t)id, "host", host->host, "state",
						 rollout_host_state_word(state)),
		 "note in roll-out %lld that %s is %s", (long long)id, host->host, rollout_host_state_word(state));
}

static int plan_drop(struct fleet *fleet, int64_t id, const struct rollout_host *host, struct plans *out, struct err *err)
{
	const int status = plan_pending_drop(fleet, host->host, out, err);

	if (status == ERR_NOT_FOUND)
		return 0;
	if (!status)
		add_state(&out->items[out->count - 1], id, host, ROLLOUT_RETURNED);
	return status;
}

static int plan_return(struct fleet *fleet, int64_t id, const struct rollout_host *host, struct plans *out, struct err *err)
{
	char point[64], line[512];
	bool due;
	int status = pending_is_due(fleet, host->host, &due, err);

	rollout_point_name(id, point);
	if (status || (!due && host->state == ROLLOUT_RETURNING))
		return status;
	snprintf(line, sizeof(line), "berth snap rollback %s %s --swap", host->host, point);
	status = due ? plan_snap_rollback(fleet, host->host, point, ROLLBACK_SWAP, out, err)
		     : plan_pending(fleet, host->host, line, out, err);
	if (status)
		return status;
	struct plan *plan = &out->items[out->count - 1];
	if (due)
		plan_add_pending_done(plan, host->host);
	add_state(plan, id, host, due ? ROLLOUT_RETURNED : ROLLOUT_RETURNING);
	return 0;
}

/* Of another root than the roll-out's nothing is to be taken back. */
static int plan_host(struct fleet *fleet, int64_t id, const struct rollout_host *host, struct plans *out, struct err *err)
{
	struct root root;
	int status;

	if (host->state == ROLLOUT_HELD)
		return plan_drop(fleet, id, host, out, err);
	if (host->state == ROLLOUT_WAITING || host->state == ROLLOUT_FAILED || host->state == ROLLOUT_RETURNED)
		return 0;
	status = root_by_host(fleet->db, host->host_id, &root, err);
	if (status)
		return status == ERR_NOT_FOUND ? 0 : status;
	return strcmp(root.rbd_id, host->root) ? 0 : plan_return(fleet, id, host, out, err);
}

int plan_rollout_back(struct fleet *fleet, int64_t id, struct plans *out, struct err *err)
{
	struct rollout_host *hosts = NULL;
	struct rollout rollout;
	size_t count = 0;
	char target[80];
	int status = rollout_read(fleet, id, &rollout, &hosts, &count, err);

	rollout_target(id, target);
	if (!status)
		plan_add(plans_add(out, "back", "%s", target), "rollout-end", json_pack("{sI}", "rollout", (json_int_t)id),
			 "end roll-out %lld: who still waits keeps its root", (long long)id);
	for (size_t i = 0; i < count && !status; i++)
		status = plan_host(fleet, id, &hosts[i], out, err);
	free(hosts);
	return status;
}
