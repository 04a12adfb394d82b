/* What the inventory holds, for the faces. Nothing here asks the cluster. */
#ifndef BERTH_FLEET_READ_H
#define BERTH_FLEET_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "core/fleet/fleet.h"
#include "db/audit.h"
#include "db/host.h"
#include "db/image.h"
#include "db/operation.h"
#include "db/rollout.h"
#include "db/root.h"

/* All hosts in natural name order. roots[i] belongs to hosts[i]; its host_id is
 * 0 when that host has no root. Caller frees both. */
int fleet_hosts(struct fleet *fleet, struct host **hosts, struct root **roots, size_t *count, struct err *err);

int fleet_images(struct fleet *fleet, struct image **out, size_t *count, struct err *err); /* by name; caller frees */
int fleet_image(struct fleet *fleet, const char *name, struct image *out, struct err *err);
/* Newest first; image NULL: of all images. Caller frees. */
int fleet_releases(struct fleet *fleet, const char *image, struct release **out, size_t *count, struct err *err);

/* Newest first; limit 0: all. open_only: those that are not at an end. */
int fleet_operations(struct fleet *fleet, bool open_only, int limit, struct operation **out, size_t *count, struct err *err);
/* With its steps, to be freed with operation_steps_free. */
int fleet_operation(struct fleet *fleet, int64_t id, struct operation *out, struct operation_step **steps,
		    int *count, struct err *err);
/* Newest first, as noted; caller frees. */
int fleet_rollouts(struct fleet *fleet, struct rollout **out, size_t *count, struct err *err);
/* Newest first; target as in struct audit, NULL: all; limit 0: all. Caller frees. */
int fleet_audit(struct fleet *fleet, const char *target, int limit, struct audit **out, size_t *count, struct err *err);

#endif
