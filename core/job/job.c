#include "core/job/job.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/text.h"

/* Keys come first: also the threads that Ceph starts from a worker are as nice. */
#define WORKER_NICE 10

struct job {
	struct jobs *jobs;
	int64_t number;
	struct job_spec spec;
	atomic_bool cancelled;
	int status;
	struct err err;
	struct job *next; /* in the list that it is in: waiting or running */
};

/* What jobs_drain hands to the owner: a message, or the end of a job. */
struct event {
	struct job *job;
	void *message;
	bool ended;
	struct event *next;
};

struct jobs {
	pthread_mutex_t lock;
	pthread_cond_t work;      /* something waits, or the pool closes */
	struct job *waiting;      /* oldest first */
	struct job *running;
	struct event *events;     /* oldest first; the pipe holds a byte while there are any */
	struct event **events_end;
	int pipe[2];
	bool closing;
	pthread_t *threads;
	int thread_count;
	int count;                /* the owner's alone, as is number */
	int64_t number;
};

static void list_append(struct job **list, struct job *job)
{
	while (*list)
		list = &(*list)->next;
	job->next = NULL;
	*list = job;
}

static void list_remove(struct job **list, const struct job *job)
{
	while (*list != job)
		list = &(*list)->next;
	*list = job->next;
}

/* With the lock held. */
static void event_put(struct jobs *jobs, struct event *event)
{
	if (!jobs->events)
		while (write(jobs->pipe[1], "", 1) < 0 && errno == EINTR)
			;
	*jobs->events_end = event;
	jobs->events_end = &event->next;
}

static struct event *event_new(struct job *job, void *message, bool ended)
{
	struct event *event = xcalloc(1, sizeof(*event));

	*event = (struct event){.job = job, .message = message, .ended = ended};
	return event;
}

/* With the lock held: the job never ran and never will. */
static void job_drop(struct jobs *jobs, struct job *job)
{
	job->status = err_set(&job->err, ERR_CANCELLED, "cancelled before it began");
	event_put(jobs, event_new(job, NULL, true));
}

/* With the lock held; gives it up while the job runs. */
static void job_run(struct jobs *jobs, struct job *job)
{
	list_append(&jobs->running, job);
	pthread_mutex_unlock(&jobs->lock);
	job->status = job->spec.run(job, job->spec.data, &job->err);
	pthread_mutex_lock(&jobs->lock);
	list_remove(&jobs->running, job);
	event_put(jobs, event_new(job, NULL, true));
}

static void *worker_main(void *data)
{
	struct jobs *jobs = data;

	setpriority(PRIO_PROCESS, (id_t)gettid(), WORKER_NICE); /* on Linux a thread's own */
	pthread_mutex_lock(&jobs->lock);
	while (!jobs->closing) {
		struct job *job = jobs->waiting;

		if (!job) {
			pthread_cond_wait(&jobs->work, &jobs->lock);
			continue;
		}
		jobs->waiting = job->next;
		job_run(jobs, job);
	}
	pthread_mutex_unlock(&jobs->lock);
	return NULL;
}

/* Workers inherit a full signal mask: ^C and a resize are the owner's. */
static int workers_start(struct jobs *jobs, int workers, struct err *err)
{
	sigset_t all, before;
	int failed = 0;

	jobs->threads = xcalloc((size_t)workers, sizeof(*jobs->threads));
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	while (jobs->thread_count < workers && !failed) {
		failed = pthread_create(&jobs->threads[jobs->thread_count], NULL, worker_main, jobs);
		jobs->thread_count += failed ? 0 : 1;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (failed)
		return err_set(err, ERR_FAILED, "cannot start a worker thread: %s", strerror(failed));
	return 0;
}

int jobs_open(int workers, struct jobs **out, struct err *err)
{
	struct jobs *jobs = xcalloc(1, sizeof(*jobs));

	if (pipe2(jobs->pipe, O_CLOEXEC | O_NONBLOCK)) {
		free(jobs);
		return err_set(err, ERR_FAILED, "cannot make a pipe for the workers: %s", strerror(errno));
	}
	jobs->events_end = &jobs->events;
	pthread_mutex_init(&jobs->lock, NULL);
	pthread_cond_init(&jobs->work, NULL);
	const int status = workers_start(jobs, workers, err);
	if (status) {
		jobs_close(jobs);
		return status;
	}
	*out = jobs;
	return 0;
}

static void jobs_stop(struct jobs *jobs)
{
	pthread_mutex_lock(&jobs->lock);
	jobs->closing = true;
	while (jobs->waiting) {
		struct job *job = jobs->waiting;

		jobs->waiting = job->next;
		job_drop(jobs, job);
	}
	for (struct job *job = jobs->running; job; job = job->next)
		atomic_store(&job->cancelled, true);
	pthread_cond_broadcast(&jobs->work);
	pthread_mutex_unlock(&jobs->lock);
}

void jobs_close(struct jobs *jobs)
{
	jobs_stop(jobs);
	for (int i = 0; i < jobs->thread_count; i++)
		pthread_join(jobs->threads[i], NULL);
	while (jobs->count > 0)
		jobs_drain(jobs);
	pthread_cond_destroy(&jobs->work);
	pthread_mutex_destroy(&jobs->lock);
	close(jobs->pipe[0]);
	close(jobs->pipe[1]);
	free(jobs->threads);
	free(jobs);
}

int jobs_fd(const struct jobs *jobs)
{
	return jobs->pipe[0];
}

static void event_deliver(struct jobs *jobs, struct event *event)
{
	struct job *job = event->job;

	if (event->ended) {
		jobs->count--;
		job->spec.done(job->spec.data, job->status, &job->err);
		free(job);
	} else {
		job->spec.message(job->spec.data, event->message);
	}
	free(event);
}

void jobs_drain(struct jobs *jobs)
{
	struct event *event, *next;
	char byte;

	pthread_mutex_lock(&jobs->lock);
	event = jobs->events;
	jobs->events = NULL;
	jobs->events_end = &jobs->events;
	while (read(jobs->pipe[0], &byte, 1) > 0)
		;
	pthread_mutex_unlock(&jobs->lock);

	for (; event; event = next) {
		next = event->next;
		event_deliver(jobs, event);
	}
}

int64_t jobs_add(struct jobs *jobs, const struct job_spec *spec)
{
	struct job *job = xcalloc(1, sizeof(*job));

	job->jobs = jobs;
	job->spec = *spec;
	job->number = ++jobs->number;
	jobs->count++;
	pthread_mutex_lock(&jobs->lock);
	if (jobs->closing)
		job_drop(jobs, job);
	else
		list_append(&jobs->waiting, job);
	pthread_cond_signal(&jobs->work);
	pthread_mutex_unlock(&jobs->lock);
	return jobs->number;
}

void jobs_cancel(struct jobs *jobs, int64_t number)
{
	struct job *job;

	pthread_mutex_lock(&jobs->lock);
	for (job = jobs->running; job; job = job->next)
		if (job->number == number)
			atomic_store(&job->cancelled, true);
	for (job = jobs->waiting; job && job->number != number; job = job->next)
		;
	if (job) {
		list_remove(&jobs->waiting, job);
		job_drop(jobs, job);
	}
	pthread_mutex_unlock(&jobs->lock);
}

int jobs_count(const struct jobs *jobs)
{
	return jobs->count;
}

void job_post(struct job *job, void *message)
{
	struct event *event = event_new(job, message, false);

	pthread_mutex_lock(&job->jobs->lock);
	event_put(job->jobs, event);
	pthread_mutex_unlock(&job->jobs->lock);
}

bool job_cancelled(const struct job *job)
{
	return atomic_load(&job->cancelled);
}
