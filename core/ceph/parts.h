/* The parts of the cluster, one by one: what to look at when it is not well. */
#ifndef BERTH_CEPH_PARTS_H
#define BERTH_CEPH_PARTS_H

#include "core/ceph/cluster.h"

enum cluster_part_kind { PART_MON, PART_OSD, PART_MDS, PART_POOL };

struct cluster_part {
	enum cluster_part_kind kind;
	char name[64];         /* "a", "osd.3", the pool's name */
	bool well;
	char words[200];       /* for people */
};

/* Monitors with the skew of their clocks; of the OSDs those that are down or out;
 * the mds of the file system and its standbys; the pools that berth uses. New. */
int cluster_parts(struct cluster *cluster, struct cluster_part **out, size_t *count, struct err *err);

#endif
