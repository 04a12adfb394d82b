/*
 * Other berths at work on this inventory's cluster: a handle of theirs watches
 * a root as a machine does, and is none. Blocks only for the inventory.
 */
#ifndef BERTH_FLEET_PEERS_H
#define BERTH_FLEET_PEERS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/ceph/watch.h"
#include "core/fleet/fleet.h"
#include "db/peer.h"

struct peers { struct peer *items; size_t count; };

/* Notes this process's connection, and again when it was replaced by another:
 * before anything is opened for writing. */
int peers_note_self(struct fleet *fleet, struct cluster *cluster, struct err *err);

int peers_read(struct fleet *fleet, struct peers *out, struct err *err);
void peers_free(struct peers *peers);

const struct peer *peers_find(const struct peers *peers, const char *address); /* NULL: no berth */
/* Surely not running any more: it was of this machine, and is gone. */
bool peer_is_dead(const struct peer *peer);

/* Takes berths out of the watchers; and the lock's owner, when that is a berth
 * that still watches. A dead berth's lock stays: it is to be cut off first. */
void peers_subtract(const struct peers *peers, struct cluster_holders *holders);
/* The same for many, with what the inventory knows now. */
int peers_leave_out(struct fleet *fleet, struct cluster_holders *holders, size_t count, struct err *err);

#endif
