/* What releases hold, as the cluster has it. Blocks, for seconds where images
 * are large; a worker's thread. */
#ifndef BERTH_FLEET_IMAGE_SIZES_H
#define BERTH_FLEET_IMAGE_SIZES_H

#include <stddef.h>
#include <stdint.h>

#include "core/fleet/fleet.h"

struct image_size {
	int64_t release;       /* its id in the inventory */
	int64_t added;         /* bytes written since the release before it, whole objects; -1 not known */
	int64_t used;          /* all that it holds: what each of its roots shares with it */
};

/* One for each release; caller frees. A cluster that does not answer is
 * ERR_UNREACHABLE; an image that is gone has sizes of -1. */
int image_sizes_read(struct fleet *fleet, struct image_size **out, size_t *count, struct err *err);

#endif
