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
#include "core/fleet/kernels.h"
#include "core/fleet/templates.h"
#include "db/host.h"

/* The exact script. The cluster is asked only for a host that boots its own
 * kernel (core/fleet/kernels.h). ERR_NOT_FOUND when it has none. */
int publish_script(struct fleet *fleet, const char *host, struct text *out, struct err *err);
/* As it would be with that template (NULL: none). */
int publish_script_trial(struct fleet *fleet, const struct host *host, const struct template_trial *trial,
			 struct text *out, struct err *err);

/* What it would be if the host had no settings of its own: not held, its image's
 * kernel, no kernel arguments, berth's own template. */
int publish_plain_script(struct fleet *fleet, const struct host *host, struct text *out, struct err *err);

/* What it boots when it is not held, and why. A draft boots nothing: no error. */
int publish_kernels(struct fleet *fleet, const struct host *host, struct kernels *out, struct err *err);

/* The same in words, an error too, and whose template its script is made from. */
void publish_explain(struct fleet *fleet, const struct host *host, char why[512], char template[TEMPLATE_WORDS]);

/* Holds the host's key: free with identity_free (core/boot/identity.h). */
int publish_identity(struct fleet *fleet, const char *host, unsigned char **out, size_t *length, struct err *err);

/* Writes it to its place in the tree. */
int publish_write_identity(struct fleet *fleet, const char *host, struct err *err);

/* The paths of the links that lead to this host, by MAC and by UUID: a new
 * JSON array. */
json_t *publish_links(const struct host *host);

#endif
