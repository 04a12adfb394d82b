#include "core/fleet/pending.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/fleet/guard.h"
#include "core/fleet/host_input.h"
#include "core/fleet/provision.h"
#include "core/fleet/run.h"
#include "core/fleet/step.h"
#include "db/root.h"
#include "db/watcher.h"

int fleet_pending(struct fleet *fleet, struct pending **out, size_t *count, struct err *err)
{
	return pending_list(fleet->db, out, count, err);
}

int pending_is_due(struct fleet *fleet, const char *host, bool *due, struct err *err)
{
	const int status = guard_check(fleet, host, err);

	*due = !status;
	return status == ERR_REFUSED ? 0 : status;
}

int plan_pending(struct fleet *fleet, const char *typed, const char *command, struct plans *out, struct err *err)
{
	struct host host;
	const int status = host_find(fleet, typed, &host, err);

	if (status)
		return status;
	struct plan *plan = plans_add(out, "at-boot", "host %s", host.name);
	plan_add(plan, "pending", json_pack("{ss ss}", "host", host.name, "command", command), "wait until %s is down, then: %s",
		 host.name, command);
	plan_add(plan, "script", json_pack("{ss}", "host", host.name), "hold its next boot until that is done");
	return 0;
}

int plan_pending_drop(struct fleet *fleet, const char *typed, struct plans *out, struct err *err)
{
	struct pending pending;
	struct host host;
	int status = host_find(fleet, typed, &host, err);

	if (!status)
		status = pending_find(fleet->db, host.id, &pending, err);
	if (status)
		return status == ERR_NOT_FOUND ? err_set(err, status, "nothing waits for the next boot of %s", host.name) : status;
	plan_add_pending_done(plans_add(out, "at-boot", "host %s", host.name), host.name);
	return 0;
}

void plan_add_pending_done(struct plan *plan, const char *host)
{
	plan_add(plan, "pending-done", json_pack("{ss}", "host", host), "nothing waits for the boot of %s any more", host);
	plan_add(plan, "script", json_pack("{ss}", "host", host), "write hosts/%s/boot.ipxe", host);
}

static int was_used(struct fleet *fleet, const struct root *root, bool *used, struct err *err)
{
	struct watcher_seen *seen = NULL;
	size_t count = 0;
	const int status = watcher_list(fleet->db, root->host_id, &seen, &count, err);

	*used = !status && count && seen[0].last_seen >= root->created;
	free(seen);
	return status;
}

static int plan_reset(struct fleet *fleet, const struct host *host, struct plans *out, struct err *err)
{
	char release[2 * sizeof(host->image) + 2];
	struct root root;
	bool used = false, due = false;
	int status = root_by_host(fleet->db, host->id, &root, err);

	if (status == ERR_NOT_FOUND)
		return 0;
	if (!status)
		status = was_used(fleet, &root, &used, err);
	if (!status && used)
		status = pending_is_due(fleet, host->name, &due, err);
	if (status || !due)
		return status;
	snprintf(release, sizeof(release), "%s@%s", root.image, root.release);
	const struct assign fresh = {.image = release, .point = ""}; /* what it was used for is not to come back */
	return plan_host_assign(fleet, host->name, &fresh, out, err);
}

int plan_resets(struct fleet *fleet, struct plans *out, struct err *err)
{
	struct host *hosts = NULL;
	size_t count = 0;
	int status = host_list(fleet->db, &hosts, &count, err);

	for (size_t i = 0; i < count && !status; i++)
		if (hosts[i].reset)
			status = plan_reset(fleet, &hosts[i], out, err);
	free(hosts);
	return status;
}

/* pending {host, command} */

static int note_pending(struct step *step, struct err *err)
{
	struct pending pending;
	struct host host;
	int status = host_by_name(step->fleet->db, step_arg(step, "host"), &host, err);

	if (!status)
		status = pending_find(step->fleet->db, host.id, &pending, err);
	if (!status)
		step_note(step, "command", json_string(pending.command));
	return status == ERR_NOT_FOUND ? 0 : status;
}

static int pending_look(struct step *step, bool *kept, struct err *err)
{
	*kept = false;
	return note_pending(step, err);
}

static int put(struct step *step, const char *command, struct err *err)
{
	struct pending pending = {0};
	struct host host;
	const int status = host_by_name(step->fleet->db, step_arg(step, "host"), &host, err);

	if (status)
		return status;
	if (!*command)
		return pending_delete(step->fleet->db, host.id, err);
	pending.host_id = host.id;
	text_copy(pending.command, sizeof(pending.command), command);
	run_who(pending.user, pending.machine);
	return pending_put(step->fleet->db, &pending, err);
}

static int pending_run(struct step *step, struct err *err)
{
	return put(step, step_arg(step, "command"), err);
}

static int pending_undo(struct step *step, struct err *err)
{
	return put(step, step_noted(step, "command"), err);
}

static int pending_done_run(struct step *step, struct err *err)
{
	return put(step, "", err);
}

const struct step_kind pending_steps[] = {
	{"pending", pending_look, pending_run, pending_undo},
	{"pending-done", pending_look, pending_done_run, pending_undo},
	{0},
};
