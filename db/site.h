/* The site's settings: where the fleet lives. One row of key and value each. */
#ifndef BERTH_DB_SITE_H
#define BERTH_DB_SITE_H

#include <stdbool.h>
#include <stdint.h>

#include "db/db.h"

struct site {
	bool present;         /* false until `berth init` was run */
	char pool[64];        /* RBD pool */
	char fs[64];          /* CephFS file system */
	char url[256];        /* http://HOST:PORT, no slash at the end */
	char boot_root[256];  /* absolute path in the file system, e.g. /berth */
	char fsid[40];        /* the cluster's, as seen at init */
	char conf[256];       /* --conf, --name, --keyring as given at init, so that   */
	char name[64];        /* later commands find the cluster by themselves; "" when */
	char keyring[256];    /* not given */
	char keep[64];        /* retention of restore points; "" everything */
	int web_gid;          /* group that may read identities: the web server's */
};

/* When the names of all roots were last looked up in the cluster, and what its list
 * of berths was then (core/fleet/exchange.h). */
struct names_seen {
	uint64_t version;
	int64_t at;           /* Unix seconds; 0 never */
};

int site_load(struct db *db, struct site *out, struct err *err); /* absent: present=false, 0 */
int site_store(struct db *db, const struct site *site, struct err *err); /* present false: forgets all */

int site_names_seen(struct db *db, struct names_seen *out, struct err *err);
int site_note_names_seen(struct db *db, const struct names_seen *seen, struct err *err);

#endif
