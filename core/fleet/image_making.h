/* What building and importing an image share: from a file on this machine to an
 * image with its first release. */
#ifndef BERTH_FLEET_IMAGE_MAKING_H
#define BERTH_FLEET_IMAGE_MAKING_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/boot/name.h"
#include "core/fleet/fleet.h"
#include "core/fleet/plan.h"
#include "core/fleet/recipe.h"

#define GIB (1024LL * 1024 * 1024)
#define MIB (1024LL * 1024)

struct making {
	char image[NAME_SIZE];
	char release[NAME_SIZE];
	char dir[512];         /* work directory */
	int64_t size;
	char file[600];        /* the disk that has the content, where on it, and in what form */
	int64_t start, length; /* length 0: to its end */
	bool qcow2;
	char recipe[RECIPE_TEXT]; /* "" it was not built */
};

/* Names it, its first release and its work directory. ERR_EXISTS: inventory or
 * cluster has an image of that name. */
int making_name(struct fleet *fleet, const char *typed, struct making *making, struct err *err);
/* ERR_USAGE: not even the whole pool could hold so much. */
int making_check_room(struct fleet *fleet, int64_t size, struct err *err);
json_t *making_dir_args(const struct making *making);
/* The steps from making->file to the first release, noted with its source. */
void making_add_image(struct fleet *fleet, struct plan *plan, const struct making *making, const char *source);

#endif
