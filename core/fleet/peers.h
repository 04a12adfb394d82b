/*
 * Other berths at work on this cluster, of this inventory or another one: a
 * handle of theirs watches a root as a machine does, and is none. Blocks; a
 * worker's thread.
 */
#ifndef BERTH_FLEET_PEERS_H
#define BERTH_FLEET_PEERS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/ceph/watch.h"
#include "core/fleet/fleet.h"
#include "core/fleet/owner.h"

struct peer {
	char address[80];
	char user[64];
	char machine[64];
	char owner[OWNER_SIZE];
	int64_t ended;       /* Unix seconds: found dead then; else 0 */
};
struct peers { struct peer *items; size_t count; };

/* Notes this process before anything is opened for writing. Once, it also puts
 * the list in order: what is dead for an hour is forgotten. */
int peers_note_self(struct fleet *fleet, struct cluster *cluster, struct err *err);

int peers_read(struct fleet *fleet, struct peers *out, struct err *err);
void peers_free(struct peers *peers);

const struct peer *peers_find(const struct peers *peers, const char *address); /* NULL: no berth */

/* Nobody else works on that target ("host desk1") until it is released, whichever
 * inventory they have. ERR_REFUSED names who does. A claim is taken over from who
 * is dead, and from the owner `former`, whose operation this was. */
int peers_claim(struct fleet *fleet, const char *target, const char *former, struct err *err);
int peers_release(struct fleet *fleet, const char *target, struct err *err);
/* Something may be otherwise than others know it (exchange.h). Costs nothing when
 * the cluster was not changed. */
int peers_stir(struct fleet *fleet, struct err *err);

/* Takes berths out of the watchers; and the lock's owner, when that is a berth
 * that still watches. A dead berth's lock stays: it is to be cut off first. */
void peers_subtract(const struct peers *peers, struct cluster_holders *holders);
/* The same for many, with what the cluster knows now. */
int peers_leave_out(struct fleet *fleet, struct cluster_holders *holders, size_t count, struct err *err);

#endif
