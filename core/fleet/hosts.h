/*
 * Plans for hosts in the inventory and on the boot tree. Each adds plans to
 * *out and changes nothing. Errors name the field, the value and the remedy.
 */
#ifndef BERTH_FLEET_HOSTS_H
#define BERTH_FLEET_HOSTS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/fleet/fleet.h"
#include "core/fleet/host_input.h"
#include "core/fleet/plan.h"
#include "db/host.h"

int plan_host_add(struct fleet *fleet, const char *name, const struct host_input *input,
		  struct plans *out, struct err *err);
/* No plan when the host is like that already. */
int plan_host_set(struct fleet *fleet, const char *name, const struct host_input *input,
		  struct plans *out, struct err *err);
/* Only a host without a root; takes it out of the inventory and the boot tree. */
int plan_host_remove(struct fleet *fleet, const char *name, struct plans *out, struct err *err);
int plan_host_hold(struct fleet *fleet, const char *name, const char *reason, struct plans *out, struct err *err);
int plan_host_unhold(struct fleet *fleet, const char *name, struct plans *out, struct err *err);
int plan_host_publish(struct fleet *fleet, const char *name, struct plans *out, struct err *err);

/* A CSV file: one plan for all of them. Its first row names the columns:
 * name,mac,uuid,image,size,lock,kernel,kernel_args,address,group in any order, name
 * and mac required; several MACs in one field are separated by spaces or ';'.
 * An error names the row; a file with one is not taken at all. */
int plan_host_import(struct fleet *fleet, const char *path, struct plans *out, struct err *err);

/* The steps that put script and links of a host as the inventory has it. */
void plan_publish_steps(struct plan *plan, const struct host *host, json_t *links_to_drop);
/* The step that notes why a host is held; "": that it is not. version 0: whatever
 * it is by then. */
void plan_add_reason(struct plan *plan, const struct host *host, int64_t version, const char *reason);

#endif
