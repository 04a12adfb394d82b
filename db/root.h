/* Roots: the RBD image that a host boots from. At most one a host. */
#ifndef BERTH_DB_ROOT_H
#define BERTH_DB_ROOT_H

#include <stddef.h>
#include <stdint.h>

#include "db/db.h"

struct root {
	int64_t host_id;
	char host[64];     /* filled by reads: the host's name = the RBD namespace */
	char image[64];    /* the release it was cloned from */
	char release[64];
	char rbd_id[64];   /* RBD's internal id: the header object is rbd_header.<id> */
	int64_t size;      /* provisioned bytes */
	int64_t created;
};

/* Insert or replace the host's root row; `created` 0: now. ERR_NOT_FOUND when
 * image@release is not in the inventory. */
int root_put(struct db *db, const struct root *root, struct err *err);
int root_delete(struct db *db, int64_t host_id, struct err *err); /* absent: 0 */
int root_by_host(struct db *db, int64_t host_id, struct root *out, struct err *err); /* ERR_NOT_FOUND */
int root_list(struct db *db, struct root **out, size_t *count, struct err *err); /* by host id; caller frees */

#endif
