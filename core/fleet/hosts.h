/*
 * Plans for hosts in the inventory and on the boot tree. Each adds plans to
 * *out and changes nothing. Errors name the field, the value and the remedy.
 */
#ifndef BERTH_FLEET_HOSTS_H
#define BERTH_FLEET_HOSTS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/fleet/fleet.h"
#include "core/fleet/plan.h"
#include "db/host.h"

/* What may be typed about a host. NULL: not given; "": taken away. */
struct host_input {
	const char *macs;        /* "MAC[,MAC]" */
	const char *uuid;
	const char *image;       /* "IMAGE[@RELEASE]" */
	const char *size;        /* "20G" */
	const char *lock;        /* "exclusive" or "cooperative" */
	const char *kernel;      /* "image" or "own" */
	const char *kernel_args;
	const char *address;     /* the machine's own IP address */
};

int plan_host_add(struct fleet *fleet, const char *name, const struct host_input *input,
		  struct plans *out, struct err *err);
int plan_host_set(struct fleet *fleet, const char *name, const struct host_input *input,
		  struct plans *out, struct err *err);
/* Only a host without a root; takes it out of the inventory and the boot tree. */
int plan_host_remove(struct fleet *fleet, const char *name, struct plans *out, struct err *err);
int plan_host_hold(struct fleet *fleet, const char *name, const char *reason, struct plans *out, struct err *err);
int plan_host_unhold(struct fleet *fleet, const char *name, struct plans *out, struct err *err);
int plan_host_publish(struct fleet *fleet, const char *name, struct plans *out, struct err *err);

/* A CSV file: one plan for all of them. The first line names the columns:
 * name,mac,uuid,image,size,lock,kernel,kernel_args,address in any order, name
 * required; several MACs in one field are separated by spaces or ';'. */
int plan_host_import(struct fleet *fleet, const char *path, struct plans *out, struct err *err);

/* The steps that put script and links of a host as the inventory has it. */
void plan_publish_steps(struct plan *plan, const struct host *host, json_t *links_to_drop);

/* Parses all of input into *host (which may hold values already); the image
 * must exist and the size hold it. */
int host_input_apply(struct fleet *fleet, const struct host_input *input, struct host *host, struct err *err);

#endif
