/* The root file system on a disk image: the whole of it, or one of its
 * partitions, told by what is in them. Blocks. */
#ifndef BERTH_FLEET_SOURCE_DISK_H
#define BERTH_FLEET_SOURCE_DISK_H

#include "core/fleet/disk.h"
#include "core/fleet/source.h"

/* Fills content, start, partition and size. */
int source_disk_inspect(struct disk *disk, const char *path, struct source *out, struct err *err);

#endif
