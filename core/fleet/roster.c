#include "core/fleet/roster.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/fleet/internal.h"

static enum host_state derive(const struct roster_host *host, const struct cluster_holders *holders)
{
	const struct state_input input = {
		.has_root = host->rbd_id[0] != '\0',
		.held = host->row.hold_reason[0] != '\0',
		.answered = holders && (!holders->status || holders->status == ERR_NOT_FOUND),
		.exists = holders && !holders->status,
		.watchers = holders ? holders->watcher_count : 0,
		.lock_owned = holders && holders->lock_owner.client[0],
		.watcher_address = holders ? holders->watchers[0].address : "",
		.known_address = host->address,
	};

	return host_state_of(&input);
}

static const char *add_image(const struct roster_line *line, struct pool *strings)
{
	char image[130];

	snprintf(image, sizeof(image), "%s%s%s", line->image, *line->release ? "@" : "", line->release);
	return pool_add(strings, image);
}

void roster_fill(struct roster_host *host, const struct roster_line *line, struct pool *strings)
{
	*host = (struct roster_host){
		.row = {
			.id = line->id,
			.name = pool_add(strings, line->name),
			.group = pool_add(strings, line->group),
			.mac = pool_add(strings, line->mac),
			.image = add_image(line, strings),
			.hold_reason = pool_add(strings, line->hold_reason),
			.holder = "", .client = "", .lock = "",
			.last_seen = line->last_seen,
		},
		.address = pool_add(strings, line->address),
		.rbd_id = pool_add(strings, line->rbd_id),
		.seen_address = pool_add(strings, line->seen_address),
		.seen_client = pool_add(strings, line->seen_client),
		.first_seen = line->first_seen,
	};
	host->row.state = derive(host, NULL);
}

static const char *lock_word(const struct cluster_holders *holders)
{
	if (!holders->lock_owner.client[0])
		return "free";
	for (int i = 0; i < holders->watcher_count && i < WATCHERS_MAX; i++)
		if (!strcmp(holders->watchers[i].client, holders->lock_owner.client))
			return "owned";
	return "stale";
}

static void apply_holder(const struct roster_host *host, const struct cluster_holders *holders,
			 struct fleet_row *row, struct pool *strings)
{
	const struct cluster_watcher *who = holders->watcher_count ? &holders->watchers[0] : &holders->lock_owner;
	char ip[64];

	if (!who->client[0])
		return;
	row->holder = pool_add(strings, state_address_ip(who->address, ip));
	row->client = pool_add(strings, who->client);
	if (!strcmp(who->client, host->seen_client))
		row->since = host->first_seen;
}

void roster_apply(const struct roster_host *host, const struct cluster_holders *holders,
		  struct fleet_row *row, struct pool *strings)
{
	*row = host->row;
	row->state = derive(host, holders);
	if (holders->status)
		return;
	row->lock = lock_word(holders);
	apply_holder(host, holders, row, strings);
}

static void take_line(void *context, const struct roster_line *line)
{
	struct roster *roster = context;

	if (roster->count == roster->room) {
		roster->room = roster->room ? 2 * roster->room : 64;
		roster->hosts = xrealloc(roster->hosts, roster->room * sizeof(*roster->hosts));
	}
	roster_fill(&roster->hosts[roster->count++], line, &roster->strings);
}

static int read_anew(struct fleet *fleet, int64_t version, struct roster **out, struct err *err)
{
	struct roster *roster = xcalloc(1, sizeof(*roster));
	const int status = roster_read(fleet->db, take_line, roster, err);

	roster->users = 1;
	roster->version = version;
	if (status)
		roster_drop(roster);
	else
		*out = roster;
	return status;
}

/* The version is asked first: what is written meanwhile is read next time. */
int roster_get(struct fleet *fleet, struct roster **out, struct err *err)
{
	const int64_t version = db_data_version(fleet->db);
	struct roster *roster = fleet->roster;

	if (!roster || roster->version != version) {
		const int status = read_anew(fleet, version, &roster, err);

		if (status)
			return status;
		roster_drop(fleet->roster);
		fleet->roster = roster;
	}
	roster->users++;
	*out = roster;
	return 0;
}

void roster_drop(struct roster *roster)
{
	if (!roster || --roster->users > 0)
		return;
	free(roster->hosts);
	pool_free(&roster->strings);
	free(roster);
}
