/* One host's row of a view, from what is known about it. Pure; for this room. */
#ifndef BERTH_FLEET_ROW_H
#define BERTH_FLEET_ROW_H

#include "core/ceph/watch.h"
#include "core/fleet/view.h"

/* root NULL: none; holders NULL: the cluster was not asked; seen NULL: nobody ever. */
void view_fill_row(struct fleet_row *row, const struct host *host, const struct root *root,
		   const struct cluster_holders *holders, const struct watcher_seen *seen);

#endif
