/*
 * Which kernel a host boots, which one is tried when that one can not be booted,
 * and why. Blocks: the cluster is asked for a host with kernels of its own; a
 * worker's thread.
 *
 * A root must have the modules of its kernel. What is in a machine's own /boot
 * came with them, from its package manager. Of other releases' kernels only one of
 * the same version is sure to suit a root, so that no other is offered.
 */
#ifndef BERTH_FLEET_KERNELS_H
#define BERTH_FLEET_KERNELS_H

#include <stdbool.h>

#include "core/boot/kernel.h"
#include "core/boot/tree.h"
#include "core/fleet/fleet.h"
#include "db/host.h"
#include "db/root.h"

struct kernel_files {
	char kernel[2 * TREE_PATH]; /* path in the tree; "" there is none */
	char initrd[2 * TREE_PATH];
	char words[200];            /* for the machine's menu: "6.1.0-26-amd64" */
};

struct kernels {
	struct kernel_files first, other;
	bool pin_is_gone;           /* the pinned one is not in the boot dir: first is the newest */
	char why[500];              /* "own kernel 6.1.0-26-amd64: the newest of 2 in its /boot; older: 6.1.0-25-amd64" */
};

/* A release without a kernel is no error: both are "". ERR_NOT_FOUND: it is to boot
 * its own, and has none. */
int kernels_find(struct fleet *fleet, const struct host *host, const struct root *root, struct kernels *out, struct err *err);

/* Whether a host can boot this version of its own, or ("") any: ERR_USAGE and
 * the list of what there is, or ERR_NOT_FOUND; field is "kernel". A draft may be going to boot its own. */
int kernels_check(struct fleet *fleet, const struct host *host, const char *version, struct err *err);

#endif
