#include "core/fleet/view.h"

#include <stdlib.h>
#include <string.h>

#include "core/ceph/cluster.h"
#include "core/ceph/watch.h"
#include "core/fleet/exchange.h"
#include "core/fleet/internal.h"
#include "core/fleet/peers.h"
#include "core/fleet/roster.h"

/* How many roots are asked for at a time: enough to keep the cluster busy, few
 * enough that their answers need no memory to speak of. */
#define BATCH 512
/* How long the inventory may lag behind in when a watcher was last seen. */
#define RECORD_SECONDS 30

/* A round of questions to the cluster. */
struct survey {
	struct fleet *fleet;
	struct cluster *cluster;
	struct fleet_view *view;
	size_t asked[BATCH];                  /* their rows */
	struct cluster_holders holders[BATCH];
	size_t count;
	struct exchange exchange;
	bool uncertain;                       /* no answer, or another id than we know */
	struct watcher_seen *seen;            /* to be recorded */
	size_t seen_count, seen_room;
};

static struct fleet_view *view_new(struct roster *roster)
{
	struct fleet_view *view = xcalloc(1, sizeof(*view));

	view->roster = roster;
	view->count = roster->count;
	view->rows = xcalloc(roster->count + 1, sizeof(*view->rows));
	return view;
}

static void forget_answers(struct fleet_view *view)
{
	for (size_t i = 0; i < view->count; i++)
		view->rows[i] = view->roster->hosts[i].row;
}

static void count_states(struct fleet_view *view)
{
	for (size_t i = 0; i < view->count; i++)
		view->counts[view->rows[i].state]++;
}

static void note_seen(struct survey *survey, int64_t host, const struct cluster_watcher *watcher)
{
	if (survey->seen_count == survey->seen_room) {
		survey->seen_room = survey->seen_room ? 2 * survey->seen_room : 16;
		survey->seen = xrealloc(survey->seen, survey->seen_room * sizeof(*survey->seen));
	}
	struct watcher_seen *seen = &survey->seen[survey->seen_count++];
	*seen = (struct watcher_seen){.host_id = host};
	text_copy(seen->address, sizeof(seen->address), watcher->address);
	text_copy(seen->client, sizeof(seen->client), watcher->client);
}

/* The one watcher that the inventory knows, and knows to have been there lately. */
static bool is_known(const struct roster_host *host, const struct cluster_holders *holders, int64_t now)
{
	return holders->watcher_count == 1 && now - host->row.last_seen < RECORD_SECONDS &&
	       !strcmp(holders->watchers[0].address, host->seen_address) &&
	       !strcmp(holders->watchers[0].client, host->seen_client);
}

static void take_answer(struct survey *survey, size_t index, const struct cluster_holders *holders)
{
	const struct roster_host *host = &survey->view->roster->hosts[index];
	struct fleet_row *row = &survey->view->rows[index];
	const int64_t now = survey->view->taken;

	if (holders->status != ERR_NOT_FOUND)
		survey->uncertain |= holders->status || strcmp(holders->id, host->rbd_id) != 0;
	roster_apply(host, holders, row, &survey->view->strings);
	if (holders->status || !holders->watcher_count || survey->fleet->read_only)
		return;
	row->last_seen = now;
	if (!row->since)
		row->since = now;
	if (is_known(host, holders, now))
		return;
	for (int i = 0; i < holders->watcher_count && i < WATCHERS_MAX; i++)
		note_seen(survey, host->row.id, &holders->watchers[i]);
}

static void clear_questions(struct survey *survey)
{
	memset(survey->holders, 0, survey->count * sizeof(*survey->holders));
	survey->count = 0;
}

/* Peers are read after the answers: a berth that opens an image says so first. */
static int ask_batch(struct survey *survey, struct err *why)
{
	int status = cluster_holders_read(survey->cluster, survey->holders, survey->count, why);

	if (!status)
		status = peers_leave_out(survey->fleet, survey->holders, survey->count, why);
	for (size_t i = 0; i < survey->count && !status; i++)
		take_answer(survey, survey->asked[i], &survey->holders[i]);
	clear_questions(survey);
	return status;
}

/* An error tells that the cluster does not answer. */
static int ask_all(struct survey *survey, struct err *why)
{
	const struct roster *roster = survey->view->roster;
	int status = 0;

	for (size_t i = 0; i < roster->count && !status; i++) {
		struct cluster_holders *question = &survey->holders[survey->count];

		if (!roster->hosts[i].rbd_id[0])
			continue;
		text_copy(question->ns, sizeof(question->ns), roster->hosts[i].row.name);
		text_copy(question->name, sizeof(question->name), ROOT_IMAGE);
		text_copy(question->id, sizeof(question->id), roster->hosts[i].rbd_id);
		question->sure = survey->exchange.excluded;
		survey->asked[survey->count++] = i;
		if (survey->count == BATCH)
			status = ask_batch(survey, why);
	}
	return status || !survey->count ? status : ask_batch(survey, why);
}

static int record(struct survey *survey, struct err *err)
{
	return watcher_record(survey->fleet->db, survey->seen, survey->seen_count, survey->view->taken, err);
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
	view->taken = previous ? previous->taken : 0;
}

int fleet_view_inventory(struct fleet *fleet, struct fleet_view **out, struct err *err)
{
	struct roster *roster;
	const int status = roster_get(fleet, &roster, err);

	if (status)
		return status;
	*out = view_new(roster);
	forget_answers(*out);
	count_states(*out);
	return 0;
}

/* `why` tells that the cluster does not answer; only trouble with the inventory is an error. */
static int ask_cluster(struct survey *survey, struct err *why, struct err *err)
{
	if (fleet_cluster(survey->fleet, &survey->cluster, why))
		return 0;
	survey->view->taken = time_now();
	if (exchange_look(survey->fleet, &survey->exchange, why) || ask_all(survey, why))
		return 0;
	if (!survey->exchange.excluded && !survey->uncertain)
		exchange_excluded(survey->fleet, &survey->exchange);
	survey->view->link = LINK_UP;
	fill_health(survey->view, survey->cluster);
	return record(survey, err);
}

static int fill(struct fleet *fleet, const struct fleet_view *previous, struct fleet_view *view, struct err *err)
{
	struct survey *survey = xcalloc(1, sizeof(*survey));
	struct err why = {0};

	survey->fleet = fleet;
	survey->view = view;
	forget_answers(view);
	const int status = ask_cluster(survey, &why, err);
	if (why.code) {
		forget_answers(view);
		lose_link(view, previous, &why);
	}
	count_states(view);
	free(survey->seen);
	free(survey);
	return status;
}

int fleet_view_full(struct fleet *fleet, const struct fleet_view *previous,
		    struct fleet_view **out, struct err *err)
{
	struct roster *roster;
	int status = roster_get(fleet, &roster, err);

	if (status)
		return status;
	struct fleet_view *view = view_new(roster);
	status = fill(fleet, previous, view, err);
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
	roster_drop(view->roster);
	pool_free(&view->strings);
	free(view->rows);
	free(view);
}

static int compare_names(const void *a, const void *b)
{
	return strcmp((*(const struct fleet_row *const *)a)->name, (*(const struct fleet_row *const *)b)->name);
}

const struct fleet_row **fleet_view_index(const struct fleet_view *view)
{
	const struct fleet_row **index = xcalloc(view->count + 1, sizeof(*index));

	for (size_t i = 0; i < view->count; i++)
		index[i] = &view->rows[i];
	qsort(index, view->count, sizeof(*index), compare_names);
	return index;
}

const struct fleet_row *fleet_view_find(const struct fleet_view *view, const struct fleet_row *const *index, const char *name)
{
	const struct fleet_row wanted = {.name = name}, *key = &wanted;
	const struct fleet_row *const *found = bsearch(&key, index, view->count, sizeof(*index), compare_names);

	return found ? *found : NULL;
}
