/*
 * The state of a host, derived from what the inventory knows and what the
 * cluster says; never stored. Pure; any thread.
 */
#ifndef BERTH_FLEET_STATE_H
#define BERTH_FLEET_STATE_H

#include <stdbool.h>
#include <stdint.h>

enum host_state {
	HOST_DRAFT,    /* no root yet */
	HOST_DOWN,
	HOST_UP,       /* one watcher */
	HOST_HELD,     /* boot blocked on purpose, and not running */
	HOST_STALE,    /* a lock without a live client */
	HOST_FOREIGN,  /* watched from an address that is not this host's */
	HOST_DOUBLE,   /* two read-write clients */
	HOST_MISSING,  /* the inventory has a root, the cluster has none */
	HOST_UNKNOWN,  /* the cluster does not answer */
	HOST_STATES
};

const char *host_state_word(enum host_state state);  /* "draft" ... "FOREIGN", "DOUBLE" */
const char *host_state_sign(enum host_state state);  /* one column, UTF-8: ● ○ ◐ ◌ ▲ ‼ */
const char *host_state_ascii(enum host_state state); /* the same in ASCII */

struct state_input {
	bool has_root;
	bool held;
	bool answered;          /* the cluster answered for this root */
	bool exists;            /* and the header object is there */
	int watchers;           /* others than us */
	bool lock_owned;
	bool lock_owner_watches;/* the lock's owner is among the watchers */
	const char *watcher_address; /* the first watcher's IP:PORT/NONCE, or NULL */
	const char *known_address;   /* the host's own address, "" not known */
};
enum host_state host_state_of(const struct state_input *input);

/* "10.0.4.11" from "10.0.4.11:0/181311", "fd00::1" from "[fd00::1]:0/5". */
char *state_address_ip(const char *address, char out[64]);

#endif
