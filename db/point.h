/*
 * Restore points: a snapshot of a host's root and one of its boot dir, taken
 * as one, and what the host booted at that moment.
 */
#ifndef BERTH_DB_POINT_H
#define BERTH_DB_POINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db/host.h"

struct point {
	int64_t host_id;
	char name[64];          /* also the name of both snapshots */
	char rbd_id[64];        /* the image that holds it: a former root after a swap */
	char image[64];         /* the release that the root was cloned from */
	char release[64];
	int64_t size;           /* provisioned bytes of the root */
	enum kernel_source kernel;
	char kernel_version[128]; /* as in struct host */
	char kernel_args[512];
	char note[256];
	char user[64];          /* who took it */
	bool pinned;            /* never removed by retention */
	bool safety;            /* taken by berth itself before a rollback */
	int64_t created;        /* Unix seconds */
};

/* ERR_EXISTS when the host has one of that name; ERR_NOT_FOUND when
 * image@release is not in the inventory; `created` 0: now. */
int point_insert(struct db *db, const struct point *point, struct err *err);
int point_delete(struct db *db, int64_t host_id, const char *name, struct err *err); /* absent: 0 */
int point_pin(struct db *db, int64_t host_id, const char *name, bool pinned, struct err *err); /* ERR_NOT_FOUND */
int point_find(struct db *db, int64_t host_id, const char *name, struct point *out, struct err *err); /* ERR_NOT_FOUND */
/* Newest first; caller frees *out. */
int point_list(struct db *db, int64_t host_id, struct point **out, size_t *count, struct err *err);

/* The restore points of any host that were taken of a clone of a release, by host;
 * caller frees *out. */
struct point_user { char host[64], name[64]; };
int point_users(struct db *db, int64_t release_id, struct point_user **out, size_t *count, struct err *err);

#endif
