/*
 * Whether the ids that the inventory has of its roots are surely those of the
 * images that have their names now. Another inventory's berth may have exchanged
 * a root; a look at each name tells, and costs as much as the whole sweep. Every
 * berth stirs the cluster's list of berths when an operation ends (peers_stir), so
 * that while that list stands still, and for a few minutes, one look is enough.
 * Only what is shown rests on this: a guard always asks for the name.
 */
#ifndef BERTH_FLEET_EXCHANGE_H
#define BERTH_FLEET_EXCHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/fleet/fleet.h"

struct exchange {
	bool excluded;       /* the ids are sure */
	uint64_t version;    /* of the cluster's list, before the sweep */
};

/* Asks the cluster, which may not answer. */
int exchange_look(struct fleet *fleet, struct exchange *out, struct err *err);
/* All names were asked for since that look, and each had the id that we know. */
void exchange_excluded(struct fleet *fleet, const struct exchange *look);

#endif
