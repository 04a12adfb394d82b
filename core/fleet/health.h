/* How the cluster is, for the faces: what an admin looks at when machines do not
 * boot. Blocks; a worker's thread. */
#ifndef BERTH_FLEET_HEALTH_H
#define BERTH_FLEET_HEALTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/fleet/fleet.h"

/* A client that is cut off. */
struct fleet_fenced {
	char address[80];
	char client[40];       /* client.4298; "" when it never held a root of ours */
	char host[64];         /* whose root it held; "" none of ours */
	int64_t until;         /* Unix seconds */
};

/* One monitor, OSD, mds or pool. */
enum fleet_part_kind { FLEET_MON, FLEET_OSD, FLEET_MDS, FLEET_POOL };
struct fleet_part {
	enum fleet_part_kind kind;
	bool well;
	char name[64];
	char words[200];
};

struct fleet_health {
	char fsid[40];
	char status[32];       /* HEALTH_OK ... */
	int mons, osds, osds_up, mdss;
	int64_t pool_used, pool_free;
	char monitors[512];    /* addresses, comma-separated */
	char **checks;         /* "SEVERITY CODE: summary" */
	size_t check_count;
	struct fleet_part *parts;    /* of the OSDs those that are not well */
	size_t part_count;
	struct fleet_fenced *fenced; /* those of our hosts first */
	size_t fenced_count;
};

int fleet_health_read(struct fleet *fleet, struct fleet_health **out, struct err *err);
void fleet_health_free(struct fleet_health *health); /* NULL is allowed */

#endif
