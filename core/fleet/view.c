#include "core/fleet/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/ceph/cluster.h"
#include "core/ceph/watch.h"
#include "core/fleet/internal.h"
#include "core/fleet/peers.h"
#include "core/fleet/row.h"

/* All that a view is made from; freed together. */
struct material {
	struct host *hosts;
	struct root *roots;           /* by host id */
	struct watcher_seen *seen;    /* by host id */
	size_t host_count, root_count, seen_count;
	struct cluster_holders *holders; /* one a root, NULL when not asked */
};

static void material_free(struct material *m)
{
	free(m->hosts);
	free(m->roots);
	free(m->seen);
	free(m->holders);
}

static int material_read(struct fleet *fleet, struct material *m, struct err *err)
{
	int status = host_list(fleet->db, &m->hosts, &m->host_count, err);

	if (!status)
		status = root_list(fleet->db, &m->roots, &m->root_count, err);
	if (!status)
		status = watcher_latest(fleet->db, &m->seen, &m->seen_count, err);
	return status;
}

static int compare_id(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

_Static_assert(offsetof(struct root, host_id) == 0, "bsearch compares the first member");
_Static_assert(offsetof(struct watcher_seen, host_id) == 0, "bsearch compares the first member");

static const void *find_id(const void *items, size_t count, size_t size, int64_t id)
{
	return count ? bsearch(&id, items, count, size, compare_id) : NULL;
}

static int ask_holders(struct cluster *cluster, struct material *m, struct err *err)
{
	m->holders = xcalloc(m->root_count + 1, sizeof(*m->holders));
	for (size_t i = 0; i < m->root_count; i++) {
		text_copy(m->holders[i].ns, sizeof(m->holders[i].ns), m->roots[i].host);
		text_copy(m->holders[i].id, sizeof(m->holders[i].id), m->roots[i].rbd_id);
	}
	return cluster_holders_read(cluster, m->holders, m->root_count, err);
}

static enum host_state derive(const struct host *host, const struct cluster_holders *holders, bool has_root)
{
	const struct state_input input = {
		.has_root = has_root,
		.held = host->hold_reason[0] != '\0',
		.answered = holders && (!holders->status || holders->status == ERR_NOT_FOUND),
		.exists = holders && !holders->status,
		.watchers = holders ? holders->watcher_count : 0,
		.lock_owned = holders && holders->lock_owner.client[0],
		.watcher_address = holders ? holders->watchers[0].address : "",
		.known_address = host->address,
	};

	return host_state_of(&input);
}

static const char *lock_word(const struct cluster_holders *holders)
{
	if (!holders || holders->status)
		return "";
	if (!holders->lock_owner.client[0])
		return "free";
	for (int i = 0; i < holders->watcher_count && i < WATCHERS_MAX; i++)
		if (!strcmp(holders->watchers[i].client, holders->lock_owner.client))
			return "owned";
	return "stale";
}

static void fill_holder(struct fleet_row *row, const struct cluster_holders *holders)
{
	if (!holders || holders->status)
		return;
	const struct cluster_watcher *who = holders->watcher_count ? &holders->watchers[0] : &holders->lock_owner;
	if (!who->client[0])
		return;
	state_address_ip(who->address, row->holder);
	text_copy(row->client, sizeof(row->client), who->client);
}

static void fill_image(struct fleet_row *row, const struct host *host, const struct root *root)
{
	const char *image = root ? root->image : host->image;
	const char *release = root ? root->release : host->release;

	if (*image)
		snprintf(row->image, sizeof(row->image), "%s%s%s", image, *release ? "@" : "", release);
}

void view_fill_row(struct fleet_row *row, const struct host *host, const struct root *root,
		   const struct cluster_holders *holders, const struct watcher_seen *seen)
{
	*row = (struct fleet_row){.id = host->id, .state = derive(host, holders, root != NULL), .lock = lock_word(holders)};
	text_copy(row->name, sizeof(row->name), host->name);
	text_copy(row->group, sizeof(row->group), host->group);
	text_copy(row->mac, sizeof(row->mac), host->mac_count ? host->macs[0] : "");
	text_copy(row->hold_reason, sizeof(row->hold_reason), host->hold_reason);
	fill_image(row, host, root);
	fill_holder(row, holders);
	if (!seen)
		return;
	row->last_seen = seen->last_seen;
	if (!strcmp(seen->client, row->client))
		row->since = seen->first_seen;
}

static void fill_rows(struct fleet_view *view, const struct material *m)
{
	view->rows = xcalloc(m->host_count + 1, sizeof(*view->rows));
	view->count = m->host_count;
	for (size_t i = 0; i < m->host_count; i++) {
		const struct host *host = &m->hosts[i];
		const struct root *root = find_id(m->roots, m->root_count, sizeof(*root), host->id);
		const struct watcher_seen *seen = find_id(m->seen, m->seen_count, sizeof(*seen), host->id);
		const struct cluster_holders *holders = root && m->holders ? &m->holders[root - m->roots] : NULL;

		view_fill_row(&view->rows[i], host, root, holders, seen);
		view->counts[view->rows[i].state]++;
	}
}

/* What was just seen goes into the inventory, and into this view as well. */
static int record_watchers(struct fleet *fleet, struct material *m, int64_t now, struct err *err)
{
	struct watcher_seen *list = xcalloc(m->root_count * WATCHERS_MAX + 1, sizeof(*list));
	size_t count = 0;
	int status = 0;

	for (size_t i = 0; i < m->root_count; i++)
		for (int w = 0; !m->holders[i].status && w < m->holders[i].watcher_count && w < WATCHERS_MAX; w++) {
			struct watcher_seen *seen = &list[count++];

			seen->host_id = m->roots[i].host_id;
			text_copy(seen->address, sizeof(seen->address), m->holders[i].watchers[w].address);
			text_copy(seen->client, sizeof(seen->client), m->holders[i].watchers[w].client);
		}
	if (count && !fleet->read_only) {
		status = watcher_record(fleet->db, list, count, now, err);
		if (!status) {
			free(m->seen);
			m->seen = NULL;
			status = watcher_latest(fleet->db, &m->seen, &m->seen_count, err);
		}
	}
	free(list);
	return status;
}

static void fill_health(struct fleet_view *view, struct cluster *cluster)
{
	struct cluster_health health;
	struct err err = {0};

	if (cluster_health(cluster, &health, &err)) {
		text_copy(view->link_words, sizeof(view->link_words), err.text);
		return;
	}
	text_copy(view->health, sizeof(view->health), health.status);
	view->mons = health.mons;
	view->osds = health.osds;
	view->mdss = health.mdss;
	view->pool_used = health.pool_used;
	view->pool_free = health.pool_free;
}

static void lose_link(struct fleet_view *view, const struct fleet_view *previous, const struct err *err)
{
	view->link = err->code == ERR_USAGE ? LINK_OFF : LINK_LOST;
	text_copy(view->link_words, sizeof(view->link_words), err->text);
	if (previous)
		view->taken = previous->taken;
}

int fleet_view_inventory(struct fleet *fleet, struct fleet_view **out, struct err *err)
{
	struct fleet_view *view = xcalloc(1, sizeof(*view));
	struct material m = {0};
	const int status = material_read(fleet, &m, err);

	if (!status)
		fill_rows(view, &m);
	material_free(&m);
	if (status)
		fleet_view_free(view);
	else
		*out = view;
	return status;
}

/* Only trouble with the inventory is this function's own error. */
static int ask_cluster(struct fleet *fleet, const struct fleet_view *previous, struct fleet_view *view,
		       struct material *m, struct err *err)
{
	struct cluster *cluster;
	struct err why = {0};
	int status = fleet_cluster(fleet, &cluster, &why);

	if (!status)
		status = ask_holders(cluster, m, &why);
	if (status) {
		free(m->holders);
		m->holders = NULL;
		lose_link(view, previous, &why);
		return 0;
	}
	view->link = LINK_UP;
	view->taken = time_now();
	fill_health(view, cluster);
	status = peers_leave_out(fleet, m->holders, m->root_count, err);
	return status ? status : record_watchers(fleet, m, view->taken, err);
}

int fleet_view_full(struct fleet *fleet, const struct fleet_view *previous,
		    struct fleet_view **out, struct err *err)
{
	struct fleet_view *view = xcalloc(1, sizeof(*view));
	struct material m = {0};
	int status = material_read(fleet, &m, err);

	if (!status)
		status = ask_cluster(fleet, previous, view, &m, err);
	if (!status)
		fill_rows(view, &m);
	material_free(&m);
	if (status)
		fleet_view_free(view);
	else
		*out = view;
	return status;
}

void fleet_view_free(struct fleet_view *view)
{
	if (!view)
		return;
	free(view->rows);
	free(view);
}
