/*
 * A room to work on a root in: the root mounted on this machine, /boot, proc,
 * sys, dev in place, and a shell or a command in it. It is a process with
 * namespaces of its own (core/fleet/room.sh), which the kernel clears away
 * whatever way it ends. Needs root. Blocks until it has ended.
 */
#ifndef BERTH_FLEET_ROOM_H
#define BERTH_FLEET_ROOM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/progress.h"
#include "core/ceph/handle.h"
#include "core/fleet/carry.h"

struct room {
	struct cluster_handle *handle; /* holds the lock; unlocked, if encrypted */
	const char *dir;               /* a directory of this room's own, absolute */
	const char *name;              /* of the host or image: its host name in there */
	bool has_boot;                 /* DIR/boot is what it sees as /boot; else its own kernels are copied to DIR/kept/boot */
	const char *command;           /* "": a shell */
	/* Instead of all that, when not NULL: of this root, locked as well, what `command`
	 * names (core/fleet/carry.h) is copied to the other. */
	struct cluster_handle *old;
	int64_t shrink;                /* instead of all that: its ext4, unmounted, is made so many bytes large; 0: no */
	int output;                    /* the descriptor that takes its stdout */
};

struct room_end {
	bool written;   /* something was written to the root */
	bool begun;     /* the command was started */
	bool cancelled; /* and ended by us */
	char missing[CARRY_SIZE]; /* what was to be copied and is not there, with commas */
	int status;     /* its exit status, 128 + N for signal N */
};

/* Whether one could be made here: root, FUSE, loop devices. ERR_FAILED says what
 * is missing. */
int room_check(struct err *err);

/* *end is filled in any case. An error: there was no room, or it did not end in
 * order, or what was written did not all arrive. */
int room_run(const struct room *room, const struct progress *progress, struct room_end *end, struct err *err);

#endif
