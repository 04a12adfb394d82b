/* What an admin asked for while the machine was in use: it is done the next
 * time the machine is down. One a host; a new one takes the place of the old. */
#ifndef BERTH_DB_PENDING_H
#define BERTH_DB_PENDING_H

#include <stddef.h>
#include <stdint.h>

#include "db/db.h"

struct pending {
	int64_t host_id;
	char host[64];         /* filled by reads */
	char command[512];     /* as it could be typed, without --at-boot */
	char user[64];
	char machine[64];
	int64_t created;       /* Unix seconds */
};

int pending_put(struct db *db, const struct pending *pending, struct err *err); /* `created` 0: now */
int pending_delete(struct db *db, int64_t host_id, struct err *err); /* absent: 0 */
int pending_find(struct db *db, int64_t host_id, struct pending *out, struct err *err); /* ERR_NOT_FOUND */
int pending_list(struct db *db, struct pending **out, size_t *count, struct err *err); /* by host id; caller frees */

#endif
