/* cephx keys and caps, through the monitors. Entities have the form client.X. */
#ifndef BERTH_CEPH_AUTH_H
#define BERTH_CEPH_AUTH_H

#include "base/err.h"
#include "core/ceph/cluster.h"

#define CLUSTER_KEY 64

struct cluster_caps { char mon[256]; char osd[512]; char mds[512]; char mgr[256]; };

/* Makes the entity with exactly these caps and a new key, or sets the caps of
 * one that is there, keeping its key. */
int cluster_key_put(struct cluster *c, const char *entity, const struct cluster_caps *caps, struct err *err);
/* key and caps may be NULL. ERR_NOT_FOUND. The caller wipes the key. */
int cluster_key_get(struct cluster *c, const char *entity, char key[CLUSTER_KEY],
		    struct cluster_caps *caps, struct err *err);
int cluster_key_delete(struct cluster *c, const char *entity, struct err *err); /* absent: 0 */
/* The names of all entities that begin so, sorted; cluster_names_free. */
int cluster_key_list(struct cluster *c, const char *prefix, char ***out, size_t *count, struct err *err);
/* Many at once: a keyring's text, one monitor round. */
int cluster_key_import(struct cluster *c, const char *keyring, size_t length, struct err *err);

#endif
