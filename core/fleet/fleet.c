#include "core/fleet/internal.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/ceph/cluster.h"
#include "core/fleet/peers.h"
#include "core/fleet/roster.h"
#include "db/db.h"

static struct fleet_link *link_new(void)
{
	struct fleet_link *link = xcalloc(1, sizeof(*link));

	pthread_mutex_init(&link->lock, NULL);
	link->users = 1;
	return link;
}

static struct fleet_link *link_share(struct fleet_link *link)
{
	link->users++;
	return link;
}

static void link_drop(struct fleet_link *link)
{
	if (--link->users > 0)
		return;
	cluster_close(link->cluster);
	pthread_mutex_destroy(&link->lock);
	free(link);
}

char *fleet_inventory_path(const char *typed)
{
	const char *given = typed ? typed : getenv("BERTH_INVENTORY");
	const char *state = getenv("XDG_STATE_HOME");
	const char *home = getenv("HOME");
	struct text path = {0};

	if (given && *given)
		text_add(&path, given);
	else if (state && *state)
		text_printf(&path, "%s/berth/inventory.db", state);
	else
		text_printf(&path, "%s/.local/state/berth/inventory.db", home && *home ? home : "/root");
	return text_take(&path);
}

static char *copy_or_null(const char *string)
{
	return string && *string ? xstrdup(string) : NULL;
}

static int open_inventory(struct fleet *fleet, struct err *err)
{
	const int status = db_open(fleet->inventory,
				   fleet->read_only ? DB_READ_ONLY : DB_READ_WRITE,
				   &fleet->db, err);

	return status ? status : site_load(fleet->db, &fleet->site, err);
}

int fleet_open(const struct fleet_options *options, struct fleet **out, struct err *err)
{
	struct fleet *fleet = xcalloc(1, sizeof(*fleet));

	fleet->inventory = fleet_inventory_path(options->inventory);
	fleet->conf = copy_or_null(options->conf);
	fleet->name = copy_or_null(options->name);
	fleet->keyring = copy_or_null(options->keyring);
	fleet->read_only = options->read_only;
	fleet->timeout = options->timeout;
	fleet->link = link_new();

	const int status = open_inventory(fleet, err);
	if (status) {
		fleet_close(fleet);
		return status;
	}
	*out = fleet;
	return 0;
}

int fleet_fork(struct fleet *fleet, struct fleet **out, struct err *err)
{
	struct fleet *fork = xcalloc(1, sizeof(*fork));

	fork->inventory = xstrdup(fleet->inventory);
	fork->conf = copy_or_null(fleet->conf);
	fork->name = copy_or_null(fleet->name);
	fork->keyring = copy_or_null(fleet->keyring);
	fork->read_only = fleet->read_only;
	fork->timeout = fleet->timeout;
	fork->link = link_share(fleet->link);

	const int status = open_inventory(fork, err);
	if (status) {
		fleet_close(fork);
		return status;
	}
	*out = fork;
	return 0;
}

void fleet_close(struct fleet *fleet)
{
	if (!fleet)
		return;
	roster_drop(fleet->roster);
	db_close(fleet->db);
	link_drop(fleet->link);
	free(fleet->inventory);
	free(fleet->conf);
	free(fleet->name);
	free(fleet->keyring);
	free(fleet);
}

struct db *fleet_db(struct fleet *fleet)
{
	return fleet->db;
}

const struct site *fleet_site(const struct fleet *fleet)
{
	return &fleet->site;
}

const char *fleet_inventory(const struct fleet *fleet)
{
	return fleet->inventory;
}

bool fleet_is_read_only(const struct fleet *fleet)
{
	return fleet->read_only;
}

void fleet_probe(struct fleet *fleet)
{
	struct fleet_link *link = fleet->link;
	struct err ignored;
	bool may = true;

	pthread_mutex_lock(&link->lock);
	if (link->cluster && !link->probed && !cluster_may_write(link->cluster, &may, &ignored)) {
		if (!may)
			snprintf(link->barred, sizeof(link->barred), "the key of %.60s may only read in pool %.60s, so nothing can be "
				 "changed: start berth with --name and --keyring of one that may (docs/security.md has its caps)",
				 cluster_own_name(link->cluster), fleet->site.pool);
		link->probed = true;
	}
	pthread_mutex_unlock(&link->lock);
}

const char *fleet_why_read_only(const struct fleet *fleet)
{
	if (fleet->read_only)
		return "berth runs read-only and changes nothing: start it without --read-only";
	return fleet->link->probed ? fleet->link->barred : "";
}

struct fleet_options fleet_given(const struct fleet *fleet)
{
	return (struct fleet_options){
		.inventory = fleet->inventory,
		.conf = fleet->conf,
		.name = fleet->name,
		.keyring = fleet->keyring,
		.read_only = fleet->read_only,
		.timeout = fleet->timeout,
	};
}

int fleet_reload_site(struct fleet *fleet, struct err *err)
{
	return site_load(fleet->db, &fleet->site, err);
}

/* What was typed wins over what init remembered, as a whole: a name without its
 * keyring would be a mixture that nobody asked for. */
static struct cluster_options link_options(const struct fleet *fleet)
{
	const struct site *site = &fleet->site;
	const bool typed = fleet->conf || fleet->name || fleet->keyring;

	return (struct cluster_options){
		.conf = typed ? fleet->conf : site->conf,
		.name = typed ? fleet->name : site->name,
		.keyring = typed ? fleet->keyring : site->keyring,
		.pool = site->present ? site->pool : NULL,
		.fs = site->present ? site->fs : NULL,
		.boot_root = site->present ? site->boot_root : NULL,
		.timeout = fleet->timeout,
	};
}

/* A second cluster under the same inventory would be taken for a fleet whose
 * roots are all gone. */
static int check_fsid(const struct fleet *fleet, struct cluster *cluster, struct err *err)
{
	char fsid[40];
	const int status = cluster_fsid(cluster, fsid, err);

	if (status || !fleet->site.present || !strcmp(fsid, fleet->site.fsid))
		return status;
	return err_set(err, ERR_FAILED,
		       "this is cluster %s, but the inventory %s belongs to cluster %s: "
		       "give the right --conf, or the right --inventory",
		       fsid, fleet->inventory, fleet->site.fsid);
}

static int connect_once(struct fleet *fleet, struct cluster **out, struct err *err)
{
	struct fleet_link *link = fleet->link;
	int status = 0;

	pthread_mutex_lock(&link->lock);
	if (!link->cluster) {
		const struct cluster_options options = link_options(fleet);
		struct cluster *cluster = NULL;

		status = cluster_open(&options, &cluster, err);
		if (!status)
			status = check_fsid(fleet, cluster, err);
		if (status)
			cluster_close(cluster);
		else
			link->cluster = cluster;
	}
	*out = link->cluster;
	pthread_mutex_unlock(&link->lock);
	return status;
}

int fleet_connect(struct fleet *fleet, struct cluster **out, struct err *err)
{
	const int status = connect_once(fleet, out, err);

	return status || !fleet->acting ? status : peers_note_self(fleet, *out, err);
}

int fleet_cluster(struct fleet *fleet, struct cluster **out, struct err *err)
{
	if (!fleet->site.present) {
		/* Another berth may have run init since. */
		const int status = fleet_reload_site(fleet, err);

		if (status)
			return status;
	}
	if (!fleet->site.present)
		return err_set(err, ERR_USAGE,
			       "this inventory (%s) has no cluster yet: run "
			       "`berth init --pool POOL --fs FS --url http://HOST:PORT`",
			       fleet->inventory);
	return fleet_connect(fleet, out, err);
}

char *fleet_host_entity(const char *host, char out[ENTITY_SIZE])
{
	snprintf(out, ENTITY_SIZE, "client.berth.%s", host);
	return out;
}
