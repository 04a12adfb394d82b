/* Who did what, when, with what result. Rows are only ever added. */
#ifndef BERTH_DB_AUDIT_H
#define BERTH_DB_AUDIT_H

#include <stddef.h>
#include <stdint.h>

#include "db/db.h"

struct audit {
	int64_t id;
	int64_t at;            /* Unix seconds */
	char user[64];
	char machine[64];
	char command[512];     /* as it could be typed */
	char target[80];
	char result[16];       /* done, failed, refused, cancelled, undone */
	char detail[1024];     /* the error's sentence; for refusals it names the holder */
	int64_t operation_id;  /* 0: none */
};

int audit_add(struct db *db, const struct audit *audit, struct err *err); /* `at` 0: now */
int audit_list(struct db *db, const char *target /* NULL: all */, int limit /* 0: all */,
	       struct audit **out, size_t *count, struct err *err); /* newest first; caller frees */

#endif
