/*
 * Workers: a bounded pool of threads, jobs that report and can be cancelled,
 * and one pipe that wakes whoever listens (the console's poll loop).
 *
 * jobs_open, jobs_add, jobs_cancel, jobs_drain, jobs_close: one thread, the
 * owner's (the UI thread). job_post and job_cancelled: the job's own thread.
 * This room knows no other room.
 */
#ifndef BERTH_JOB_JOB_H
#define BERTH_JOB_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct jobs;
struct job;

struct job_spec {
	/* Runs on a worker. */
	int (*run)(struct job *job, void *data, struct err *err);
	/* Called by jobs_drain in the owner's thread for each posted message, in
	 * order; it frees the message. May be NULL if nothing is posted. */
	void (*message)(void *data, void *message);
	/* Called by jobs_drain in the owner's thread once, after the last
	 * message; it frees data. status is what run returned. Also called,
	 * with ERR_CANCELLED, for jobs that never ran. */
	void (*done)(void *data, int status, const struct err *err);
	void *data;
};

int jobs_open(int workers, struct jobs **out, struct err *err);
/* Asks all jobs to stop, waits for them, delivers what they posted, calls their
 * done functions. A job added by one of these never runs: its done function is
 * called as well, so one that adds again must stop at ERR_CANCELLED. */
void jobs_close(struct jobs *jobs);

/* Readable when jobs_drain has something to do. Workers block all signals. */
int jobs_fd(const struct jobs *jobs);
void jobs_drain(struct jobs *jobs);

int64_t jobs_add(struct jobs *jobs, const struct job_spec *spec); /* returns the job's number */
void jobs_cancel(struct jobs *jobs, int64_t number); /* asks; unknown numbers are ignored */
int jobs_count(const struct jobs *jobs); /* waiting, running, or not yet told as done */

void job_post(struct job *job, void *message);
bool job_cancelled(const struct job *job);

#endif
