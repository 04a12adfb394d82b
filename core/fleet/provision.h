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

struct assign {
	const char *image;  /* IMAGE[@RELEASE] */
	const char *keep;   /* what is copied from the old root: core/fleet/carry.h; NULL: nothing */
	const char *point;  /* the name of the old root's restore point; NULL: before-assign-TIME; "": it gets none */
};
/* Another root: a fresh clone; the old one goes to the trash, with a restore point
 * that brings it back. It is the host's root until the new one is whole. Refused
 * while the root is in use. A draft only notes the image. */
int plan_host_assign(struct fleet *fleet, const char *host, const struct assign *assign,
		     struct plans *out, struct err *err);
/* The same as a command line, with a release that is named: for core/fleet/pending.h. */
int assign_line(struct fleet *fleet, const char *host, const struct assign *assign, char line[512], struct err *err);

/* The reverse of provision: root and boot dir to the trash, key and identity
 * gone; the host stays in the inventory as a draft. Refused while in use. */
int plan_host_retire(struct fleet *fleet, const char *host, struct plans *out, struct err *err);

/* A new key for the host: a running machine goes on until it connects anew, its
 * next boot has the new one. */
int plan_host_rotate(struct fleet *fleet, const char *host, struct plans *out, struct err *err);

#endif
