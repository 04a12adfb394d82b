/*
 * Plans that give a host its root, another root, or take it away. Each adds
 * one plan to *out and changes nothing.
 */
#ifndef BERTH_FLEET_PROVISION_H
#define BERTH_FLEET_PROVISION_H

#include "core/fleet/fleet.h"
#include "core/fleet/host_input.h"
#include "core/fleet/plan.h"

/* Namespace, root cloned from the host's release, key, boot dir, identity,
 * script, links. Safe to repeat: what is there already is kept. */
int plan_host_provision(struct fleet *fleet, const char *host, struct plans *out, struct err *err);

/* A host that is not in the inventory yet, and its root: one plan for both.
 * After an error *out may hold the half of it. */
int plan_host_add_provision(struct fleet *fleet, const char *host, const struct host_input *input,
			    struct plans *out, struct err *err);

/* Another root: a fresh clone of IMAGE[@RELEASE]; the old root goes to the
 * trash. Refused while the root is in use. A draft only notes the image. */
int plan_host_assign(struct fleet *fleet, const char *host, const char *image,
		     struct plans *out, struct err *err);

/* The reverse of provision: root and boot dir to the trash, key and identity
 * gone; the host stays in the inventory as a draft. Refused while in use. */
int plan_host_retire(struct fleet *fleet, const char *host, struct plans *out, struct err *err);

/* A new key for the host: a running machine goes on until it connects anew, its
 * next boot has the new one. */
int plan_host_rotate(struct fleet *fleet, const char *host, struct plans *out, struct err *err);

#endif
