/*
 * Roll-outs: a release for many hosts, batch by batch. Each host gets it by
 * `host assign`, its old root kept as a restore point; a host that is in use gets
 * it before its next boot (core/fleet/pending.h). A batch has to come up before the
 * next one begins; one that does not stops the roll-out.
 *
 * What is so of a host is read from its root, never believed: any berth can go on
 * with a roll-out, wherever another one was killed. Blocks; a worker's thread.
 */
#ifndef BERTH_FLEET_ROLLOUT_H
#define BERTH_FLEET_ROLLOUT_H

#include <stddef.h>
#include <stdint.h>

#include "core/fleet/fleet.h"
#include "core/fleet/plan.h"
#include "core/fleet/run.h"
#include "db/rollout.h"

/* As typed; NULL: not given. */
struct rollout_input {
	const char *image;  /* IMAGE[@RELEASE] */
	const char *hosts;  /* "desk[1-40],@classroom" */
	const char *batch;  /* default 10 */
	const char *wait;   /* "10m", the default */
	const char *keep;   /* core/fleet/carry.h */
};

/* Hosts that have that release already are left out; ERR_REFUSED when all have. */
int plan_rollout(struct fleet *fleet, const struct rollout_input *input, struct plans *out, struct err *err);
/* The old root for each host that got the new one: now, or when it is in use before its
 * next boot. The others stay as they are. May be asked again. */
int plan_rollout_back(struct fleet *fleet, int64_t id, struct plans *out, struct err *err);
/* Goes on with one that was left, was killed, or stopped: those that failed are passed over. */
int rollout_resume(struct fleet *fleet, int64_t id, const struct run_listener *listener, struct err *err);
/* What can be done now, without waiting, for each that runs and nobody carries: for a timer. */
int plan_rollouts_due(struct fleet *fleet, struct plans *out, struct err *err);

/* As it is now, by the inventory alone. Caller frees *hosts. */
int rollout_read(struct fleet *fleet, int64_t id, struct rollout *out, struct rollout_host **hosts, size_t *count, struct err *err);

/* All hosts of the newest roll-outs, at most `most` of those; caller frees. */
struct rollout_row { struct rollout rollout; struct rollout_host host; };
int rollout_rows(struct fleet *fleet, int most, struct rollout_row **out, size_t *count, struct err *err);

/* For core/fleet/rollout*.c: does what can be done now for a batch; *open: more is to come of it. */
struct step;
int rollout_advance(struct step *step, int64_t id, int batch, bool *open, struct err *err);
/* What the host's root tells; the cluster is asked only for who is to come up, if at all. */
int rollout_look(struct fleet *fleet, const struct rollout *rollout, struct rollout_host *host, bool ask, struct err *err);
/* Notes of who was to be taken back that it is. */
int rollout_settle(struct fleet *fleet, struct err *err);
void rollout_point_name(int64_t id, char out[64]);
void rollout_target(int64_t id, char out[80]);
int rollout_batch_count(const struct rollout *rollout);

#endif
