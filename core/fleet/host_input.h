/* What may be typed about a host: looked up, checked, put into a struct host. */
#ifndef BERTH_FLEET_HOST_INPUT_H
#define BERTH_FLEET_HOST_INPUT_H

#include <stddef.h>

#include "core/fleet/fleet.h"
#include "db/host.h"

/* NULL: not given; "": taken away. */
struct host_input {
	const char *macs;        /* "MAC[,MAC]" */
	const char *uuid;
	const char *image;       /* "IMAGE[@RELEASE]" */
	const char *size;        /* "20G" */
	const char *lock;        /* "exclusive" or "cooperative" */
	const char *kernel;      /* "image", "own", or a version that its boot dir holds */
	const char *kernel_args;
	const char *address;     /* the machine's own IP address */
	const char *keep;        /* retention: "last 5, daily 7"; "": the site's */
	const char *reset;       /* "yes" or "no": a fresh root at every boot */
	const char *group;
};

/* By its name as typed: ERR_USAGE for no name, ERR_NOT_FOUND. */
int host_find(struct fleet *fleet, const char *typed, struct host *host, struct err *err);

/* The names that words such as "desk[01-40],@classroom,!desk07" mean (core/boot/
 * name.h), checked, in order, without duplicates. Those that are named need not be
 * in the inventory; ERR_NOT_FOUND for a group without hosts. Words about a field
 * leave only those hosts for which all of them hold, of those that are named or of
 * everyone: "state:down,image:~^deb1[23],!group:lab" (base/match.h). What asks
 * for the state, the watchers or the lock asks the cluster, and blocks.
 * fleet NULL: names and ranges alone. */
int host_expand(struct fleet *fleet, const char *range, char ***names, size_t *count, struct err *err);
void host_expand_free(char **names, size_t count);

/* Parses all of input into *host (which may hold values already); the image
 * must exist and the size hold it. */
int host_input_apply(struct fleet *fleet, const struct host_input *input, struct host *host, struct err *err);

/* A root is a thin image: larger than what is free is allowed, larger than all
 * that the pool could ever hold is a slip of the finger. While the cluster
 * does not answer any size passes: it is asked again when the root is made. */
int host_check_pool(struct fleet *fleet, int64_t size, struct err *err);

/* A new host's name, and any host's MACs and UUID, belong to no other. Found
 * before the plan is shown, not when it runs. */
int host_check_unique(struct fleet *fleet, const struct host *host, struct err *err);

#endif
