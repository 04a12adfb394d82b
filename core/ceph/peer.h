/*
 * Berths at work on the cluster, whichever inventory they have: each notes the
 * connections that it opens images with, in the omap of the object berth_peers in
 * the pool's default namespace, where no host's key can write. So that no berth
 * takes another one's handle for a machine.
 */
#ifndef BERTH_CEPH_PEER_H
#define BERTH_CEPH_PEER_H

#include <stddef.h>
#include <stdint.h>

#include "core/ceph/cluster.h"

#define PEER_WORDS 320

struct cluster_peer {
	char address[80];        /* IP:PORT/NONCE, as a watcher's; a nonce is not used twice */
	char words[PEER_WORDS];  /* what that berth says of itself */
};

/* Notes the connection there is, and from then on each that replaces it, before
 * anything else is done with it. Costs nothing when it is noted already. */
int cluster_peer_note(struct cluster *c, const char *words, struct err *err);
/* By address; caller frees *out. */
int cluster_peers_read(struct cluster *c, struct cluster_peer **out, size_t *count, struct err *err);
/* One berth at a time works on `what`: a lock of this connection, which runs out
 * after an hour. ERR_REFUSED: `holder` has it (a peer's address). Ours already: 0. */
int cluster_claim(struct cluster *c, const char *what, char holder[80], struct err *err);
/* Takes it away from that one, who has died; gone already: 0. */
int cluster_claim_break(struct cluster *c, const char *what, const char *holder, struct err *err);
int cluster_claim_release(struct cluster *c, const char *what, struct err *err); /* not ours: 0 */

/* Moves with every word and claim of any berth; 0: there was none yet. RADOS's own
 * count of the object's changes. */
int cluster_peers_version(struct cluster *c, uint64_t *version, struct err *err);
/* Moves it, once we have noted ourselves: something was changed that others may know. */
int cluster_peers_stir(struct cluster *c, struct err *err);

/* Other words for those addresses; "": the entry goes. */
int cluster_peers_change(struct cluster *c, const struct cluster_peer *peers, size_t count, struct err *err);

#endif
