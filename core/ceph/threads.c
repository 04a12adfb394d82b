#include "core/ceph/internal.h"

#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"

#define LOST_MS 1000

int thread_start(struct cluster *c, void *(*run)(void *), void *data)
{
	pthread_attr_t detached;
	pthread_t thread;
	sigset_t all, old;

	pthread_attr_init(&detached);
	pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
	sigfillset(&all); /* signals are the main thread's */
	pthread_sigmask(SIG_SETMASK, &all, &old);
	const int rc = pthread_create(&thread, &detached, run, data);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	pthread_attr_destroy(&detached);
	c->busy += rc == 0;
	return -rc;
}

void thread_ends(struct cluster *c)
{
	pthread_mutex_lock(&c->lock);
	c->busy--;
	pthread_cond_broadcast(&c->changed);
	pthread_mutex_unlock(&c->lock);
}

void thread_ends_lost(struct cluster *c)
{
	pthread_mutex_lock(&c->lock);
	c->lost--;
	pthread_mutex_unlock(&c->lock);
	thread_ends(c);
}

void threads_wait(struct cluster *c, int64_t until_ms)
{
	const struct timespec until = {.tv_sec = until_ms / 1000, .tv_nsec = until_ms % 1000 * 1000000};

	pthread_cond_timedwait(&c->changed, &c->lock, &until);
}

/* Destructors of Ceph's libraries would run under a thread that is lost in them.
 * Registered last, this comes first. */
static void leave_at_once(int status, void *unused)
{
	(void)unused;
	fflush(NULL);
	_exit(status);
}

bool threads_end(struct cluster *c)
{
	pthread_mutex_lock(&c->lock);
	const int64_t end = clock_ms() + (c->lost ? LOST_MS : 1000 * c->timeout);
	while (c->busy && clock_ms() < end)
		threads_wait(c, end);
	const bool idle = c->busy == 0;
	pthread_mutex_unlock(&c->lock);

	if (!idle)
		on_exit(leave_at_once, NULL);
	return idle;
}
