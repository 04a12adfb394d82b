#include "core/fleet/peers.h"

#include <jansson.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/ceph/peer.h"
#include "core/fleet/internal.h"
#include "core/fleet/run.h"

/* A dead client's watch goes within a minute. */
#define KEEP_SECONDS 3600

static void peer_pack(const struct peer *peer, struct cluster_peer *out)
{
	json_t *json = json_pack("{ss ss ss sI}", "user", peer->user, "machine", peer->machine, "owner", peer->owner,
				 "ended", (json_int_t)peer->ended);
	char *words = json_dumps(json, JSON_COMPACT);

	text_copy(out->address, sizeof(out->address), peer->address);
	text_copy(out->words, sizeof(out->words), words);
	free(words);
	json_decref(json);
}

static void take_string(const json_t *json, const char *key, char *out, size_t size)
{
	const char *value = json_string_value(json_object_get(json, key));

	text_copy(out, size, value ? value : "");
}

static void peer_unpack(const struct cluster_peer *from, struct peer *out)
{
	json_t *json = json_loads(from->words, 0, NULL);

	text_copy(out->address, sizeof(out->address), from->address);
	take_string(json, "user", out->user, sizeof(out->user));
	take_string(json, "machine", out->machine, sizeof(out->machine));
	take_string(json, "owner", out->owner, sizeof(out->owner));
	out->ended = json_integer_value(json_object_get(json, "ended"));
	json_decref(json);
}

/* From when a peer was found dead, since nobody knows when it died. */
static int put_in_order(struct fleet *fleet, struct cluster *cluster, struct err *err)
{
	const int64_t now = time_now();
	size_t changed = 0;
	struct peers peers;
	int status = peers_read(fleet, &peers, err);

	struct cluster_peer *changes = xcalloc(peers.count + 1, sizeof(*changes));
	for (size_t i = 0; i < peers.count; i++) {
		struct peer *peer = &peers.items[i];
		const bool forget = peer->ended && now - peer->ended > KEEP_SECONDS;

		if (!forget && (peer->ended || !owner_is_dead(peer->owner)))
			continue;
		peer->ended = now;
		peer_pack(peer, &changes[changed]);
		if (forget)
			changes[changed].words[0] = '\0';
		changed++;
	}
	if (!status && changed)
		status = cluster_peers_change(cluster, changes, changed, err);
	free(changes);
	peers_free(&peers);
	return status;
}

int peers_note_self(struct fleet *fleet, struct cluster *cluster, struct err *err)
{
	struct fleet_link *link = fleet->link;
	struct cluster_peer packed;
	struct peer self = {0};

	run_who(self.user, self.machine);
	owner_self(self.owner);
	peer_pack(&self, &packed);
	const int status = cluster_peer_note(cluster, packed.words, err);
	pthread_mutex_lock(&link->lock);
	const bool first = !status && fleet->site.present && !link->noted;
	link->noted |= first;
	pthread_mutex_unlock(&link->lock);
	return first ? put_in_order(fleet, cluster, err) : status;
}

int peers_read(struct fleet *fleet, struct peers *out, struct err *err)
{
	struct cluster_peer *found = NULL;
	struct cluster *cluster;
	size_t count = 0;
	int status = fleet_cluster(fleet, &cluster, err);

	if (!status)
		status = cluster_peers_read(cluster, &found, &count, err);
	*out = (struct peers){.items = xcalloc(count + 1, sizeof(*out->items)), .count = count};
	for (size_t i = 0; i < count; i++)
		peer_unpack(&found[i], &out->items[i]);
	free(found);
	return status;
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

/* Ours may be of a connection that was replaced. */
static int take_over(struct fleet *fleet, const char *target, const char *former, const char *holder, struct err *err)
{
	struct cluster *cluster;
	char self[OWNER_SIZE];
	struct peers peers;
	int status = peers_read(fleet, &peers, err);
	const struct peer *peer = peers_find(&peers, holder);

	owner_self(self);
	if (!status)
		status = fleet_cluster(fleet, &cluster, err);
	if (!status && (!peer || owner_is_dead(peer->owner) || !strcmp(peer->owner, self) || !strcmp(peer->owner, former)))
		status = cluster_claim_break(cluster, target, holder, err);
	else if (!status)
		status = err_set(err, ERR_REFUSED, "another berth, run by %s on %s, is at work on %s just now (from %s): wait for it; if "
				 "it was killed, it is out of the way within an hour", peer->user, peer->machine, target, holder);
	peers_free(&peers);
	return status;
}

int peers_claim(struct fleet *fleet, const char *target, const char *former, struct err *err)
{
	struct cluster *cluster;
	char holder[80];
	int status = fleet_cluster(fleet, &cluster, err);

	if (!status)
		status = cluster_claim(cluster, target, holder, err);
	if (status != ERR_REFUSED)
		return status;
	status = take_over(fleet, target, former, holder, err);
	return status ? status : cluster_claim(cluster, target, holder, err);
}

int peers_release(struct fleet *fleet, const char *target, struct err *err)
{
	struct cluster *cluster;
	const int status = fleet_cluster(fleet, &cluster, err);

	return status ? status : cluster_claim_release(cluster, target, err);
}

int peers_stir(struct fleet *fleet, struct err *err)
{
	struct fleet_link *link = fleet->link;
	struct cluster *cluster;

	pthread_mutex_lock(&link->lock);
	const bool acted = link->noted;
	pthread_mutex_unlock(&link->lock);
	if (!acted)
		return 0;
	const int status = fleet_cluster(fleet, &cluster, err);
	return status ? status : cluster_peers_stir(cluster, err);
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
