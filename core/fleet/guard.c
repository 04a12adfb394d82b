#include "core/fleet/guard.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/ceph/watch.h"
#include "core/fleet/fence.h"
#include "core/fleet/internal.h"
#include "core/fleet/owner.h"
#include "core/fleet/peers.h"
#include "db/host.h"

#define GONE_MS 10000

/* What is guarded, in RBD's words and in the admin's. */
struct target { char ns[64], image[64], words[80], remedy[200]; };

struct guard {
	struct fleet *fleet;
	struct cluster_handle *handle;
	struct host host;         /* id 0: an image */
	struct target target;
};

static struct target target_host(const char *host)
{
	struct target target = {.image = ROOT_IMAGE};

	text_copy(target.ns, sizeof(target.ns), host);
	snprintf(target.words, sizeof(target.words), "the root of %s", host);
	snprintf(target.remedy, sizeof(target.remedy), "shut that machine down first; if it is dead, cut it off with `berth host fence %s`",
		 host);
	return target;
}

static struct target target_image(const char *image)
{
	struct target target = {.ns = IMAGES_NAMESPACE, .remedy = "no machine runs from an image: find out who, and end that first"};

	text_copy(target.image, sizeof(target.image), image);
	snprintf(target.words, sizeof(target.words), "image %s", image);
	return target;
}

static int refuse_peer(const struct target *target, const struct peer *peer, struct err *err)
{
	return err_set(err, ERR_REFUSED, "another berth, run by %s on %s, is at work on %s just now (from %s): wait for it; if it "
		       "was killed, it is out of the way within 30 s", peer->user, peer->machine, target->words, peer->address);
}

/* Machines before berths: a machine is what the admin can do something about. */
static int refuse_watchers(struct fleet *fleet, const struct target *target, struct cluster_holders holders, struct err *err)
{
	const struct cluster_watcher first = holders.watchers[0], *machine = &holders.watchers[0];
	struct peers peers;
	int status = holders.watcher_count ? peers_read(fleet, &peers, err) : 0;

	if (status || !holders.watcher_count)
		return status;
	peers_subtract(&peers, &holders);
	if (!holders.watcher_count)
		status = refuse_peer(target, peers_find(&peers, first.address), err);
	else if (holders.watcher_count > 1)
		status = err_set(err, ERR_REFUSED, "%s is in use by %d clients, the first is %s at %s: shut all of them down "
				 "first", target->words, holders.watcher_count, machine->client, machine->address);
	else
		status = err_set(err, ERR_REFUSED, "%s is in use by %s at %s: %s", target->words, machine->client, machine->address,
				 target->remedy);
	peers_free(&peers);
	return status;
}

static int read_holders(struct fleet *fleet, const struct target *target, struct cluster_holders *holders, struct err *err)
{
	struct cluster *cluster;
	int status = fleet_cluster(fleet, &cluster, err);

	*holders = (struct cluster_holders){0};
	text_copy(holders->ns, sizeof(holders->ns), target->ns);
	text_copy(holders->name, sizeof(holders->name), target->image);
	if (!status)
		status = cluster_holders_read(cluster, holders, 1, err);
	if (!status && holders->status)
		status = err_set(err, holders->status, "who holds %s could not be read from the cluster", target->words);
	return status;
}

void plan_add_guard(struct plan *plan, const char *host, const char *reason)
{
	plan_add(plan, "hold-script", json_pack("{ss ss}", "host", host, "reason", reason), "hold the boot of %s meanwhile", host);
	plan_add(plan, "guard", json_pack("{ss}", "host", host), "make sure that nobody holds the root of %s, and that nobody who "
		 "held it can come back", host);
}

static int check(struct fleet *fleet, const struct target *target, struct err *err)
{
	struct cluster_holders holders;
	const int status = read_holders(fleet, target, &holders, err);

	if (status == ERR_NOT_FOUND)
		return 0;
	return status ? status : refuse_watchers(fleet, target, holders, err);
}

int guard_check(struct fleet *fleet, const char *host, struct err *err)
{
	const struct target target = target_host(host);

	return check(fleet, &target, err);
}

int guard_check_image(struct fleet *fleet, const char *image, struct err *err)
{
	const struct target target = target_image(image);

	return check(fleet, &target, err);
}

static bool watches(const struct cluster_holders *holders, const char *address)
{
	for (int i = 0; i < holders->watcher_count && i < WATCHERS_MAX; i++)
		if (!strcmp(holders->watchers[i].address, address))
			return true;
	return false;
}

/* A fenced client's watch goes as soon as the OSD has the map. */
static int wait_until_gone(struct guard *guard, const char *address, struct cluster_holders *holders, struct err *err)
{
	const int64_t end = clock_ms() + GONE_MS;
	int status = cluster_handle_others(guard->handle, holders, err);

	while (!status && watches(holders, address) && clock_ms() < end) {
		poll(NULL, 0, 50);
		status = cluster_handle_others(guard->handle, holders, err);
	}
	return status;
}

/* A berth that was killed still watches for 30 s, and owns the lock. */
static int fence_dead_peers(struct guard *guard, struct cluster_holders *holders, struct err *err)
{
	const struct cluster_holders found = *holders;
	struct peers peers;
	int status = found.watcher_count ? peers_read(guard->fleet, &peers, err) : 0;

	if (status || !found.watcher_count)
		return status;
	for (int i = 0; i < found.watcher_count && i < WATCHERS_MAX && !status; i++) {
		const struct cluster_watcher *who = &found.watchers[i];
		const struct peer *peer = peers_find(&peers, who->address);

		if (!peer || !owner_is_dead(peer->owner))
			continue;
		status = fence_clients(guard->fleet, &guard->host, who, 1, err);
		if (!status)
			status = wait_until_gone(guard, who->address, holders, err);
	}
	peers_free(&peers);
	return status;
}

/* On one open handle, so that nothing can come between look and lock. */
static int guard_secure(struct guard *guard, struct err *err)
{
	struct cluster_holders holders;
	int status = cluster_handle_others(guard->handle, &holders, err);

	if (!status)
		status = fence_dead_peers(guard, &holders, err);
	if (!status)
		status = refuse_watchers(guard->fleet, &guard->target, holders, err);
	if (!status)
		status = fence_former(guard->fleet, &guard->host, &holders.lock_owner, err);
	if (!status)
		status = cluster_handle_lock(guard->handle, err);
	return status ? status : guard_confirm(guard, err);
}

static int take(struct fleet *fleet, const struct host *host, struct target target, struct guard **out, struct err *err)
{
	struct cluster_handle *handle;
	struct cluster *cluster;
	int status;

	fleet->acting = true;
	status = fleet_cluster(fleet, &cluster, err);
	if (!status)
		status = cluster_handle_open(cluster, target.ns, target.image, &handle, err);
	if (status)
		return status;
	struct guard *guard = xcalloc(1, sizeof(*guard));
	*guard = (struct guard){fleet, handle, *host, target};
	status = guard_secure(guard, err);
	if (status)
		guard_release(guard);
	else
		*out = guard;
	return status;
}

int guard_take_next(struct fleet *fleet, const char *name, const char *image, struct guard **out, struct err *err)
{
	struct target target = target_host(name);
	struct host host;
	const int status = host_by_name(fleet->db, name, &host, err);

	text_copy(target.image, sizeof(target.image), image);
	return status ? status : take(fleet, &host, target, out, err);
}

int guard_take(struct fleet *fleet, const char *name, struct guard **out, struct err *err)
{
	return guard_take_next(fleet, name, ROOT_IMAGE, out, err);
}

int guard_take_image(struct fleet *fleet, const char *image, struct guard **out, struct err *err)
{
	const struct host none = {0};

	return take(fleet, &none, target_image(image), out, err);
}

struct cluster_handle *guard_handle(struct guard *guard)
{
	return guard->handle;
}

static int refuse_unlocked(struct guard *guard, struct err *err)
{
	bool owns = false;
	const int status = cluster_handle_owns_lock(guard->handle, &owns, err);

	if (status || owns)
		return status;
	return err_set(err, ERR_REFUSED, "berth lost the lock on %s meanwhile, somebody else broke it: look at `berth "
		       "status`", guard->target.words);
}

int guard_confirm(struct guard *guard, struct err *err)
{
	struct cluster_holders holders;
	int status = cluster_handle_others(guard->handle, &holders, err);

	if (!status)
		status = refuse_watchers(guard->fleet, &guard->target, holders, err);
	return status ? status : refuse_unlocked(guard, err);
}

/* It could not write, but it may have read what was half done, and keeps that. */
int guard_expel(struct guard *guard, struct err *err)
{
	struct cluster_holders holders;
	struct peers peers;
	int status = refuse_unlocked(guard, err);

	if (!status)
		status = cluster_handle_others(guard->handle, &holders, err);
	if (!status)
		status = peers_read(guard->fleet, &peers, err);
	if (status)
		return status;
	peers_subtract(&peers, &holders);
	const int listed = holders.watcher_count < WATCHERS_MAX ? holders.watcher_count : WATCHERS_MAX;
	peers_free(&peers);
	return fence_clients(guard->fleet, &guard->host, holders.watchers, (size_t)listed, err);
}

void guard_release(struct guard *guard)
{
	if (!guard)
		return;
	cluster_handle_close(guard->handle);
	free(guard);
}
