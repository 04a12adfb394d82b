/*
 * Restore points: the snapshot of a root and of its boot dir, taken as one,
 * also while the machine runs. Each plan_ function adds one plan to *out and
 * changes nothing. Blocks; a worker's thread.
 */
#ifndef BERTH_FLEET_POINTS_H
#define BERTH_FLEET_POINTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/boot/name.h"
#include "core/fleet/fleet.h"
#include "core/fleet/plan.h"
#include "db/host.h"
#include "db/point.h"
#include "db/root.h"

enum rollback_way {
	/* The root's own blocks go back: takes as long as there is data, and the
	 * points that are newer stay. */
	ROLLBACK_IN_PLACE,
	/* A clone of the point becomes the root, the old root goes to the trash:
	 * takes no time, whatever the size; the space of both is used. */
	ROLLBACK_SWAP,
};

/* name NULL: the time. note NULL: none. */
int plan_snap_create(struct fleet *fleet, const char *host, const char *name, const char *note,
		     struct plans *out, struct err *err);
/* Refused while the root is in use. Takes a restore point of what is there
 * first, so that a rollback to that one undoes it. */
int plan_snap_rollback(struct fleet *fleet, const char *host, const char *name, enum rollback_way way,
		       struct plans *out, struct err *err);
/* Refused for a pinned one, and while a clone depends on it. */
int plan_snap_remove(struct fleet *fleet, const char *host, const char *name, struct plans *out, struct err *err);
int plan_snap_pin(struct fleet *fleet, const char *host, const char *name, bool pinned, struct plans *out, struct err *err);
/* What the host's retention, or the site's, does not keep; no plan when that is nothing. */
int plan_snap_prune(struct fleet *fleet, const char *host, struct plans *out, struct err *err);

/* For plans that take a point on their way: the host with its root (ERR_REFUSED when
 * it has none), a free name, the steps. */
int point_find_root(struct fleet *fleet, const char *typed, struct host *host, struct root *root, struct err *err);
void point_name_by_time(struct fleet *fleet, const struct host *host, const char *prefix, char out[NAME_SIZE]);
void plan_add_point(struct plan *plan, const struct host *host, const struct root *root, const char *name,
		    const char *note, bool safety);

/* For one that an admin names: ERR_USAGE, ERR_EXISTS. */
int point_parse_new(struct fleet *fleet, const struct host *host, const char *typed, char out[NAME_SIZE], struct err *err);
/* The last steps before another root is noted: NEXT_IMAGE, whole, becomes the root,
 * which goes to the trash. */
#define NEXT_IMAGE "root.next"
void plan_add_swap(struct plan *plan, const struct host *host);

struct point_row {
	struct point point;
	bool there;           /* the cluster has its snapshot */
	bool former;          /* on a former root, in the trash */
	int64_t used;         /* bytes written since the point before it; -1 not known */
	bool kept;            /* retention would keep it */
};
/* Newest first; caller frees *out. A cluster that does not answer is ERR_UNREACHABLE. */
int point_rows(struct fleet *fleet, const char *host, struct point_row **out, size_t *count, struct err *err);

#endif
