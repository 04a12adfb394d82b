/* The caps of a host's key (docs/security.md says what each is for). For this room. */
#ifndef BERTH_FLEET_CAPS_H
#define BERTH_FLEET_CAPS_H

#include <stdbool.h>

#include "core/ceph/auth.h"
#include "core/fleet/fleet.h"

int host_caps(struct fleet *fleet, const char *host, struct cluster_caps *caps, struct err *err);
bool caps_equal(const struct cluster_caps *a, const struct cluster_caps *b);

/* Calls `missing` for each clause of wanted that found does not have, with what
 * a machine without it can not do, and `excess` for each that found has beyond. */
struct caps_listener {
	void (*missing)(void *context, const char *service, const char *clause, const char *effect);
	void (*excess)(void *context, const char *service, const char *clause);
	void *context;
};
void caps_compare(const struct cluster_caps *wanted, const struct cluster_caps *found, const struct caps_listener *listener);

#endif
