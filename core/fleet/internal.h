/* What the files of core/fleet share; nobody else includes this. */
#ifndef BERTH_FLEET_INTERNAL_H
#define BERTH_FLEET_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#include "core/fleet/fleet.h"
#include "db/site.h"

#define IMAGES_NAMESPACE "images"
#define ROOT_IMAGE "root"

/* client.berth.<host>: a host called "admin" must not become client.admin. */
#define ENTITY_SIZE 96
char *fleet_host_entity(const char *host, char out[ENTITY_SIZE]);

/* The connection lives as long as a fork of the fleet that made it. The lock is
 * held while it is made, which may take long: who only forks does not wait for it. */
struct fleet_link {
	atomic_int users;
	pthread_mutex_t lock;
	struct cluster *cluster;
	bool noted;          /* peers.h: other berths know of this one */
	_Atomic bool probed; /* fleet_probe: then `barred` stands */
	char barred[256];    /* why the key may not write; "" it may */
};

struct fleet {
	struct db *db;
	struct roster *roster;  /* as last read (roster.h), or NULL */
	struct site site;
	struct fleet_link *link;
	char *inventory, *conf, *name, *keyring;
	struct names_seen names; /* exchange.h */
	bool read_only;
	bool acting;         /* a plan runs: what it opens must not be taken for a machine */
	int timeout;
};

#endif
