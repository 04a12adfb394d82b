/*
 * Hosts: diskless machines. Values arrive here validated and normalised by
 * core/boot (names, MACs, UUIDs); the table's CHECKs are the second line.
 */
#ifndef BERTH_DB_HOST_H
#define BERTH_DB_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db/db.h"

#define HOST_MACS_MAX 8

enum lock_policy { LOCK_EXCLUSIVE, LOCK_COOPERATIVE };
enum kernel_source { KERNEL_IMAGE, KERNEL_OWN }; /* boots its image's kernel, or its own from boot/ */

struct host {
	int64_t id;             /* 0 before insert */
	int64_t version;        /* row version, moves with every update */
	char name[64];
	char uuid[37];          /* lower case, "" when not known */
	int mac_count;
	char macs[HOST_MACS_MAX][18]; /* aa:bb:cc:dd:ee:ff, in the order given */
	char image[64];         /* what it should have; "" none */
	char release[64];       /* "" together with image, or the release's name */
	int64_t size;           /* bytes of its root; 0: as large as the image */
	enum lock_policy lock;
	enum kernel_source kernel;
	char kernel_version[128]; /* for KERNEL_OWN: the one it is pinned to; "" the newest */
	char kernel_args[512];
	char hold_reason[160];  /* "" when not held */
	char address[64];       /* the address it is known by, without port; "" not known */
	char keep[64];          /* retention of its restore points; "": the site's */
	bool reset;             /* a fresh clone before each boot */
	char group[64];         /* "" none */
	int64_t created;        /* Unix seconds */
	int64_t changed;
};

/* Sets id, version, created, changed. ERR_EXISTS names the field (name, mac,
 * uuid), the value and the host that has it; the field is in err->field too.
 * image@release must be in the inventory: ERR_NOT_FOUND otherwise. */
int host_insert(struct db *db, struct host *host, struct err *err);

/* Writes all fields of a row that was read before; ERR_CONFLICT if its version
 * has moved on since (somebody else changed it: read again, then decide).
 * Sets version and changed. ERR_EXISTS and
 * ERR_NOT_FOUND as above, ERR_NOT_FOUND also when somebody removed the row. */
int host_update(struct db *db, struct host *host, struct err *err);

/* Removes the row and its MACs; ERR_CONFLICT as above. Refused with
 * ERR_REFUSED while the host still has a root row. */
int host_delete(struct db *db, const struct host *host, struct err *err);

int host_by_name(struct db *db, const char *name, struct host *out, struct err *err);
int host_by_mac(struct db *db, const char *mac, struct host *out, struct err *err);
int host_by_uuid(struct db *db, const char *uuid, struct host *out, struct err *err);

/* All hosts in natural name order (desk2 before desk10). Caller frees *out. */
int host_list(struct db *db, struct host **out, size_t *count, struct err *err);
/* In that order too; none is no error. Caller frees each and *out. */
int host_names_in_group(struct db *db, const char *group, char ***out, size_t *count, struct err *err);
int host_count(struct db *db, int64_t *count, struct err *err);

#endif
