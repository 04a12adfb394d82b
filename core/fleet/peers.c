#include "core/fleet/peers.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/ceph/cluster.h"
#include "core/fleet/internal.h"
#include "core/fleet/owner.h"
#include "core/fleet/run.h"

#define RENEW_SECONDS 86400

static bool is_noted(struct fleet_link *link, const char *address, int64_t now)
{
	pthread_mutex_lock(&link->lock);
	const bool noted = !strcmp(link->noted, address) && now - link->noted_at < RENEW_SECONDS;
	pthread_mutex_unlock(&link->lock);
	return noted;
}

int peers_note_self(struct fleet *fleet, struct cluster *cluster, struct err *err)
{
	struct peer self = {.seen = time_now()};
	int status = cluster_own_address(cluster, self.address, err);

	if (status || is_noted(fleet->link, self.address, self.seen))
		return status;
	run_who(self.user, self.machine);
	owner_self(self.owner);
	status = peer_put(fleet->db, &self, err);
	if (status)
		return status;
	pthread_mutex_lock(&fleet->link->lock);
	text_copy(fleet->link->noted, sizeof(fleet->link->noted), self.address);
	fleet->link->noted_at = self.seen;
	pthread_mutex_unlock(&fleet->link->lock);
	return 0;
}

int peers_read(struct fleet *fleet, struct peers *out, struct err *err)
{
	*out = (struct peers){0};
	return peer_list(fleet->db, &out->items, &out->count, err);
}

void peers_free(struct peers *peers)
{
	free(peers->items);
	*peers = (struct peers){0};
}

const struct peer *peers_find(const struct peers *peers, const char *address)
{
	for (size_t i = 0; i < peers->count; i++)
		if (!strcmp(peers->items[i].address, address))
			return &peers->items[i];
	return NULL;
}

bool peer_is_dead(const struct peer *peer)
{
	char user[64], machine[64];

	run_who(user, machine);
	return !strcmp(machine, peer->machine) && !owner_lives(peer->owner);
}

void peers_subtract(const struct peers *peers, struct cluster_holders *holders)
{
	const int listed = holders->watcher_count < WATCHERS_MAX ? holders->watcher_count : WATCHERS_MAX;
	int kept = 0;

	for (int i = 0; i < listed; i++) {
		if (!peers_find(peers, holders->watchers[i].address)) {
			holders->watchers[kept++] = holders->watchers[i];
			continue;
		}
		if (!strcmp(holders->watchers[i].client, holders->lock_owner.client))
			holders->lock_owner = (struct cluster_watcher){0};
	}
	holders->watcher_count -= listed - kept;
}

int peers_leave_out(struct fleet *fleet, struct cluster_holders *holders, size_t count, struct err *err)
{
	struct peers peers;
	const int status = peers_read(fleet, &peers, err);

	for (size_t i = 0; i < count && !status; i++)
		peers_subtract(&peers, &holders[i]);
	peers_free(&peers);
	return status;
}
