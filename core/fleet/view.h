/*
 * What the faces show: immutable snapshots of the fleet, built on a worker and
 * handed to whoever draws. No face asks Ceph or SQL for anything itself.
 */
#ifndef BERTH_FLEET_VIEW_H
#define BERTH_FLEET_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/pool.h"
#include "base/text.h"
#include "core/fleet/fleet.h"
#include "core/fleet/state.h"
#include "core/fleet/templates.h"
#include "db/host.h"
#include "db/operation.h"
#include "db/root.h"
#include "db/watcher.h"

/* No string is NULL. */
struct fleet_row {
	int64_t id;
	const char *name;
	const char *group;       /* "" none */
	enum host_state state;
	const char *mac;         /* the first; "" none */
	const char *image;       /* IMAGE@RELEASE of the root it has; else the one it should have; "" */
	const char *holder;      /* IP of the first watcher, else of the lock owner; "" */
	const char *client;      /* client.4298 */
	const char *lock;        /* "free", "owned", "stale", "" */
	int64_t since;           /* Unix seconds: when this holder was first seen; 0 */
	int64_t last_seen;       /* when any holder was last seen; 0 never */
	const char *hold_reason;
};

enum view_link { LINK_OFF, LINK_UP, LINK_LOST }; /* not set up; answering; not reachable */

struct roster;

struct fleet_view {
	struct fleet_row *rows;  /* natural name order */
	size_t count;
	int counts[HOST_STATES];
	enum view_link link;
	char link_words[256];    /* for LINK_LOST and LINK_OFF: why, and what to do */
	char health[32];         /* HEALTH_OK ...; "" when not known */
	int mons, osds, mdss;
	int64_t pool_used, pool_free;
	int64_t taken;           /* Unix seconds: when the cluster answered; of the last answer when it is lost */
	struct roster *roster;   /* the rows' strings are in these two */
	struct pool strings;
};

/* Inventory alone: never touches the cluster, so it is quick; states of hosts
 * with a root are `unknown`. For the first paint. */
int fleet_view_inventory(struct fleet *fleet, struct fleet_view **out, struct err *err);
/* Inventory and cluster. A cluster that does not answer is no error: link is
 * LINK_LOST. Records the watchers seen (unless read-only), those that it knows at
 * most every half minute. A fleet that is asked again reads the inventory only
 * when that has changed. previous (may be NULL)
 * gives `taken` when the cluster is lost; it is only read. */
int fleet_view_full(struct fleet *fleet, const struct fleet_view *previous,
		    struct fleet_view **out, struct err *err);
void fleet_view_free(struct fleet_view *view);

/* For many looks by name: the rows in the order that fleet_view_find wants. To be freed. */
const struct fleet_row **fleet_view_index(const struct fleet_view *view);
const struct fleet_row *fleet_view_find(const struct fleet_view *view, const struct fleet_row *const *index, const char *name); /* or NULL */

/* One host, everything. */
struct host_point { char name[128]; int64_t size, created; bool protected; };
struct host_detail {
	struct host host;
	bool has_root;
	struct root root;
	struct fleet_row row;          /* state and holder as above */
	struct pool strings;           /* the row's */
	int watcher_count;
	char watchers[8][128];         /* "client.4298  10.0.4.11:0/181311" */
	char lock_owner[128];          /* the same, or "" */
	struct watcher_seen *seen;     /* history, newest first */
	size_t seen_count;
	struct host_point *points;     /* snapshots of the root */
	size_t point_count;
	char *script;                  /* as it is in the tree now, or NULL */
	char *script_wanted;           /* as berth would write it */
	char kernel_why[512];          /* which kernel it boots when it is not held, and why */
	char template[TEMPLATE_WORDS]; /* whose its script is made from */
	char link_words[256];          /* "" or why the cluster was not asked */
};
int host_detail_read(struct fleet *fleet, const char *name, struct host_detail **out, struct err *err);
void host_detail_free(struct host_detail *detail);

#endif
