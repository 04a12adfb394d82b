/*
 * What the inventory knows, kept with the images themselves as RBD image
 * metadata, so that a lost inventory can be made again from the cluster:
 * "berth" on a root holds its host, its release and its restore points; "berth"
 * on a golden image its source and its releases. JSON, never a secret.
 * Blocks; a worker's thread.
 */
#ifndef BERTH_FLEET_META_H
#define BERTH_FLEET_META_H

#include <jansson.h>
#include <stdbool.h>

#include "core/fleet/fleet.h"
#include "core/fleet/plan.h"

#define META_KEY "berth"

json_t *meta_of_host(struct fleet *fleet, const char *host, struct err *err);   /* new; NULL on error */
json_t *meta_of_image(struct fleet *fleet, const char *image, struct err *err); /* new; NULL on error */

/* The step that writes it; the last of each plan that changes what it holds. */
void plan_add_host_meta(struct plan *plan, const char *host);
void plan_add_image_meta(struct plan *plan, const char *image);

/* Puts what an image's metadata holds into the inventory, where that has none
 * of it yet. ERR_NOT_FOUND when the image carries none. */
int meta_take_image(struct fleet *fleet, const char *image, struct err *err);
int meta_take_host(struct fleet *fleet, const char *ns, struct err *err);
/* Whether another inventory's berth made that image the host's root, and said so. */
bool meta_knows_root(struct fleet *fleet, const char *host, const char *rbd_id);

#endif
