/* rbd-mirror's daemons, which watch an image without being a machine. */
#ifndef BERTH_CEPH_MIRROR_H
#define BERTH_CEPH_MIRROR_H

#include "core/ceph/watch.h"

/* Takes the daemons that the cluster's service map names out of holders'
 * watchers. Asks only when there is a watcher to be judged and the last answer is
 * older than that; when the map can not be had, each counts as a machine. */
void mirror_subtract(struct cluster *c, struct cluster_holders *holders, size_t count, int age_ms);

#endif
