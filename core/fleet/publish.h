/*
 * What a machine gets over HTTP: its script and its identity, made from the
 * inventory as it is now. Blocks; a worker's thread.
 */
#ifndef BERTH_FLEET_PUBLISH_H
#define BERTH_FLEET_PUBLISH_H

#include <jansson.h>
#include <stddef.h>

#include "base/text.h"
#include "core/fleet/fleet.h"
#include "db/host.h"

/* The exact script. The cluster is asked only for a host that boots its own
 * kernel: the newest in its boot dir. ERR_NOT_FOUND when that holds none. */
int publish_script(struct fleet *fleet, const char *host, struct text *out, struct err *err);

/* What it would be if the host had no settings of its own: not held, its image's
 * kernel, no kernel arguments. */
int publish_plain_script(struct fleet *fleet, const struct host *host, struct text *out, struct err *err);

/* Where the kernel and initrd are that it boots, in the tree; both "" when there
 * are none. Each holds 512 bytes. */
void publish_kernel(struct fleet *fleet, const struct host *host, char *kernel, char *initrd);

/* Holds the host's key: free with identity_free (core/boot/identity.h). */
int publish_identity(struct fleet *fleet, const char *host, unsigned char **out, size_t *length, struct err *err);

/* Writes it to its place in the tree. */
int publish_write_identity(struct fleet *fleet, const char *host, struct err *err);

/* The paths of the links that lead to this host, by MAC and by UUID: a new
 * JSON array. */
json_t *publish_links(const struct host *host);

#endif
