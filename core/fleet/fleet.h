/*
 * The fleet: the inventory and the cluster together. A struct fleet belongs to
 * one thread; fleet_fork gives another thread its own, with its own inventory
 * connection and the same cluster connection.
 */
#ifndef BERTH_FLEET_FLEET_H
#define BERTH_FLEET_FLEET_H

#include <stdbool.h>

#include "base/err.h"
#include "db/site.h"

struct fleet;
struct cluster;

struct fleet_options {
	const char *inventory;  /* NULL: $BERTH_INVENTORY, else $XDG_STATE_HOME/berth/inventory.db */
	const char *conf, *name, *keyring; /* NULL: as at init, else Ceph's own search */
	bool read_only;
	int timeout;            /* seconds for each answer of the cluster; 0: 15 */
};

/* The path that `given` (NULL: none) means; caller frees. */
char *fleet_inventory_path(const char *given);

/* Opens the inventory; the cluster is connected to when first needed. */
int fleet_open(const struct fleet_options *options, struct fleet **out, struct err *err);
int fleet_fork(struct fleet *fleet, struct fleet **out, struct err *err);
void fleet_close(struct fleet *fleet); /* NULL is allowed */

struct db *fleet_db(struct fleet *fleet);
const struct site *fleet_site(const struct fleet *fleet);
const char *fleet_inventory(const struct fleet *fleet); /* path */
bool fleet_is_read_only(const struct fleet *fleet); /* as it was opened */
/* Asks once for each connection whether the key may write; blocks. Without a
 * connection nothing is asked. */
void fleet_probe(struct fleet *fleet);
/* Why nothing can be changed: it was opened so, or fleet_probe found that the key
 * may only read. "" it can. Never waits. */
const char *fleet_why_read_only(const struct fleet *fleet);
/* How the cluster was named when this fleet was opened: for `berth init`. */
struct fleet_options fleet_given(const struct fleet *fleet);
int fleet_reload_site(struct fleet *fleet, struct err *err);

/* The connection, made when needed; blocks at most the timeout. ERR_USAGE with
 * the remedy (`berth init`) when the site is not set up. */
int fleet_cluster(struct fleet *fleet, struct cluster **out, struct err *err);
/* The same without a site: for `berth init`. */
int fleet_connect(struct fleet *fleet, struct cluster **out, struct err *err);

#endif
