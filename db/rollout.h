/*
 * Roll-outs: a release for many hosts, batch by batch, and how far each of them
 * is. A host is in one roll-out at a time that has still to do with it.
 */
#ifndef BERTH_DB_ROLLOUT_H
#define BERTH_DB_ROLLOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db/db.h"

enum rollout_state {
	ROLLOUT_RUNNING,
	ROLLOUT_STOPPED, /* by itself: `why` */
	ROLLOUT_DONE,
	ROLLOUT_BACK,    /* taken back */
};

enum rollout_host_state {
	ROLLOUT_WAITING,   /* for its batch */
	ROLLOUT_HELD,      /* in use; gets its root before its next boot */
	ROLLOUT_CHANGED,   /* has the new root, and may boot */
	ROLLOUT_UP,        /* was seen on it */
	ROLLOUT_NOT_UP,    /* was not, in time */
	ROLLOUT_FAILED,    /* has its old root: `detail` */
	ROLLOUT_RETURNING, /* in use; gets its old root before its next boot */
	ROLLOUT_RETURNED,  /* has its old root, and is none of this any more */
	ROLLOUT_HOST_STATES
};

struct rollout {
	int64_t id;
	char image[64], release[64];
	int batch;             /* hosts in one */
	int64_t wait;          /* seconds until a host has to be up */
	char keep[256];        /* core/fleet/carry.h; "" nothing */
	enum rollout_state state;
	char why[256];         /* "" or why it stopped */
	char user[64], machine[64];
	int64_t created;       /* Unix seconds */
	int hosts;             /* filled by reads */
	int counts[ROLLOUT_HOST_STATES]; /* the same */
};

struct rollout_host {
	int64_t host_id;
	char host[64];         /* filled by reads */
	int position;          /* 0..; its batch is position / batch */
	enum rollout_host_state state;
	char root[64];         /* RBD's id of the root that it had when it came into this state */
	char detail[256];
	int64_t since;         /* Unix seconds */
};

int rollout_next_id(struct db *db, int64_t *id, struct err *err);
/* With all its hosts, which wait; id is set already. ERR_CONFLICT: the id is taken;
 * ERR_REFUSED names a host of another roll-out. */
int rollout_insert(struct db *db, const struct rollout *rollout, const struct rollout_host *hosts, size_t count, struct err *err);
int rollout_delete(struct db *db, int64_t id, struct err *err);
int rollout_by_id(struct db *db, int64_t id, struct rollout *out, struct err *err); /* ERR_NOT_FOUND */
int rollout_list(struct db *db, struct rollout **out, size_t *count, struct err *err); /* newest first; caller frees */
int rollout_hosts(struct db *db, int64_t id, struct rollout_host **out, size_t *count, struct err *err); /* by position */
int rollout_put(struct db *db, int64_t id, enum rollout_state state, const char *why, struct err *err);
/* Both in one: the host's state, and if stop is not NULL, that the roll-out stopped for that. */
int rollout_host_put(struct db *db, int64_t id, const struct rollout_host *host, const char *stop, struct err *err);
/* The roll-out that has still to do with the host: 0 none. */
int rollout_of_host(struct db *db, int64_t host_id, int64_t *id, struct err *err);

const char *rollout_state_word(enum rollout_state state);           /* "running" ... */
const char *rollout_host_state_word(enum rollout_host_state state); /* "waiting" ... */
enum rollout_host_state rollout_host_state_of(const char *word);
bool rollout_host_is_open(enum rollout_host_state state); /* something is still to happen */

#endif
