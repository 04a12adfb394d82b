/* Templates of boot scripts, as they were given. */
#ifndef BERTH_DB_TEMPLATE_H
#define BERTH_DB_TEMPLATE_H

#include <stddef.h>
#include <stdint.h>

#include "db/db.h"

#define TEMPLATE_SCOPE 66

struct template {
	char scope[TEMPLATE_SCOPE]; /* "" the site, "@classroom" a group, "desk1" a host */
	int64_t size;               /* bytes */
	int64_t changed;            /* Unix seconds */
};

/* Absent: *text is NULL, and 0. Caller frees. */
int template_find(struct db *db, const char *scope, char **text, struct err *err);
int template_put(struct db *db, const char *scope, const char *text, struct err *err); /* replaces */
int template_delete(struct db *db, const char *scope, struct err *err);                /* absent: 0 */
/* The site's first, then groups, then hosts. Caller frees *out. */
int template_list(struct db *db, struct template **out, size_t *count, struct err *err);

#endif
