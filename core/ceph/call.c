#include "core/ceph/call.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/ceph/mount.h"
#include "core/ceph/session.h"

#define REPORT_MS 100
#define PATIENCE_MS 500

static const char *tree_path(struct call *call, const char *path, char out[TREE_NAME])
{
	pthread_mutex_lock(&call->cluster->lock);
	const int length = snprintf(out, TREE_NAME, "%s/%s", call->cluster->boot_root, path);
	pthread_mutex_unlock(&call->cluster->lock);
	if (length >= TREE_NAME)
		call->rc = -ENAMETOOLONG;
	return out;
}

struct call *call_new(struct cluster *c, call_function *run, const char *path)
{
	struct call *call = xcalloc(1, sizeof(*call));

	call->run = run;
	call->cluster = c;
	call->path = tree_path(call, path, call->whole);
	return call;
}

struct call *call_new_change(struct cluster *c, call_function *run, const char *path)
{
	struct call *call = call_new(c, run, path);

	call->changes = true;
	return call;
}

void call_set_other(struct call *call, const char *path)
{
	call->other = tree_path(call, path, call->other_whole);
}

void call_free(struct call *call)
{
	if (!call)
		return;
	if (call->bytes)
		explicit_bzero(call->bytes, call->length);
	free(call->bytes);
	names_clear(&call->names);
	free(call);
}

int call_beat(struct call *call)
{
	call->beat = clock_ms();
	return call->stop ? -ECANCELED : 0;
}

/* With the lock held: the caller then owns the cluster's reference. */
static struct mount *mount_detach(struct cluster *c)
{
	struct mount *mount = c->mount;

	c->mount = NULL;
	c->data_pool[0] = '\0';
	return mount;
}

/* Unmounting may block as any call may; a client that was thrown out seems to
 * wait for ever. */
static void mount_put(struct cluster *c, struct mount *mount)
{
	pthread_mutex_lock(&c->lock);
	const bool last = --mount->users == 0, lost = last && mount->broken;
	c->lost += lost;
	pthread_mutex_unlock(&c->lock);
	if (!last)
		return;

	mount_free(mount);
	pthread_mutex_lock(&c->lock);
	c->lost -= lost;
	pthread_mutex_unlock(&c->lock);
}

static bool is_broken(int rc)
{
	return rc == -ENOTCONN || rc == -ESHUTDOWN;
}

/* Paths as the mount sees them. */
static void localise(struct call *call, const struct mount *mount)
{
	call->fs = mount->fs;
	call->path = call->whole + mount->skip;
	if (call->other)
		call->other = call->other_whole + mount->skip;
}

/* Done means safe, and seen by other clients at once: until the mds writes its
 * journal, which a sync makes it do, they wait for seconds. */
static void sync_directory(struct call *call)
{
	char directory[TREE_NAME];

	text_copy(directory, sizeof(directory), call->path);
	char *slash = strrchr(directory, '/');
	slash[slash == directory] = '\0';
	const int fd = ceph_open(call->fs, directory, O_RDONLY | O_DIRECTORY, 0);
	if (fd < 0)
		return;
	ceph_fsync(call->fs, fd, 0);
	ceph_close(call->fs, fd);
}

static int run_call(struct call *call)
{
	int rc = call_beat(call);

	if (!rc)
		rc = call->run(call);
	if (!rc && call->changes && !call_beat(call))
		sync_directory(call);
	return rc;
}

static void *call_thread(void *data)
{
	struct call *call = data;
	struct cluster *c = call->cluster;
	struct mount *mount = call->mount, *given_up = NULL;
	int rc = mount_ready(c, mount);
	const bool mounted = rc == 0;

	if (mounted) {
		localise(call, mount);
		rc = run_call(call);
	}

	pthread_mutex_lock(&c->lock);
	call->rc = rc;
	call->mounted = mounted;
	mount->broken |= mounted && is_broken(rc);
	if ((!mounted || mount->broken) && c->mount == mount)
		given_up = mount_detach(c);
	const bool left = call->left;
	mount->left -= left;
	c->lost -= left;
	call->ended = true;
	pthread_cond_broadcast(&c->changed);
	pthread_mutex_unlock(&c->lock);

	if (left)
		call_free(call);
	if (given_up)
		mount_put(c, given_up);
	mount_put(c, mount);
	thread_ends(c);
	return NULL;
}

/* With the lock held. What a call left behind has still to do comes first. */
static int wait_for_left(struct cluster *c)
{
	const int64_t end = clock_ms() + 1000 * c->timeout;

	while (c->mount && c->mount->left) {
		if (clock_ms() >= end)
			return -ETIMEDOUT;
		threads_wait(c, end);
	}
	return 0;
}

static int start(struct cluster *c, struct call *call)
{
	int rc = wait_for_left(c);

	if (rc)
		return rc;
	if (!c->mount)
		c->mount = mount_new(c);
	call->mount = c->mount;
	call->beat = clock_ms();
	rc = thread_start(c, call_thread, call);
	if (!rc)
		c->mount->users++;
	return rc;
}

/* With the lock held, which is let go of while the caller hears of progress. */
static void report(struct cluster *c, struct call *call, const struct progress *progress)
{
	pthread_mutex_unlock(&c->lock);
	progress_report_bytes(progress, call->done, call->total);
	if (progress_cancelled(progress))
		call->stop = true;
	pthread_mutex_lock(&c->lock);
}

struct ending { struct cluster *cluster; struct mount *mount; };

static void *end_dead_thread(void *data)
{
	struct ending *ending = data;
	struct cluster *c = ending->cluster;

	session_end_dead(ending->mount->fs, ending->mount->fsid);
	pthread_mutex_lock(&c->lock);
	c->ending_dead = false;
	pthread_mutex_unlock(&c->lock);
	mount_put(c, ending->mount);
	free(ending);
	thread_ends_lost(c);
	return NULL;
}

/* With the lock held. An mds that makes us wait may itself wait for a berth that
 * was killed, which it would do for a minute. If it is gone itself, so is this
 * thread until it comes back. */
static void end_dead(struct cluster *c, struct mount *mount)
{
	struct ending *ending;

	if (c->ending_dead)
		return;
	ending = xcalloc(1, sizeof(*ending));
	*ending = (struct ending){c, mount};
	if (thread_start(c, end_dead_thread, ending)) {
		free(ending);
		return;
	}
	c->ending_dead = true;
	c->lost++;
	mount->users++;
}

static int wait_for_end(struct cluster *c, struct call *call, const struct progress *progress)
{
	int64_t patience = PATIENCE_MS;

	while (!call->ended) {
		const int64_t now = clock_ms(), limit = call->beat + 1000 * c->timeout;
		const int64_t end = patience && call->beat + patience < limit ? call->beat + patience : limit;

		if (patience && now >= call->beat + patience) {
			patience = 0;
			if (mount_is_ready(call->mount))
				end_dead(c, call->mount);
			continue;
		}
		if (now >= end) {
			call->left = true;
			call->stop = true;
			call->mount->left++;
			c->lost++;
			return -ETIMEDOUT;
		}
		threads_wait(c, progress && now + REPORT_MS < end ? now + REPORT_MS : end);
		if (progress)
			report(c, call, progress);
	}
	return call->rc;
}

/* With the lock held. A call that finds its mount thrown out of the cluster, as
 * the mds does with clients that were asleep, is made again with a new one: all
 * calls can be. */
static int run_locked(struct cluster *c, struct call **given, const struct progress *progress, bool *mounted)
{
	struct call *call = *given;
	int rc = call->rc, tries = 2;

	do {
		*mounted = true;
		call->ended = false;
		rc = call->rc ? call->rc : start(c, call);
		if (rc)
			return rc;
		rc = wait_for_end(c, call, progress);
		if (!call->ended) {
			*given = NULL;
			return rc;
		}
		*mounted = call->mounted;
		call->rc = 0;
	} while (is_broken(rc) && *mounted && --tries);
	return rc;
}

int call_run(struct call **given, const char *verb, const struct progress *progress, struct err *err)
{
	struct cluster *c = (*given)->cluster;
	char path[TREE_NAME], fs[POOL_NAME];
	bool mounted;

	text_copy(path, sizeof(path), (*given)->whole);
	pthread_mutex_lock(&c->lock);
	text_copy(fs, sizeof(fs), c->fs);
	const int rc = run_locked(c, given, progress, &mounted);
	pthread_mutex_unlock(&c->lock);

	if (!rc)
		return 0;
	if (*given && (*given)->err.code) {
		if (err)
			*err = (*given)->err;
		return (*given)->err.code;
	}
	return cluster_error(c, err, rc, "mds `allow rwps`", mounted ? "%s:%s can not be %s" : "file system %s (for %s to be %s) "
			     "can not be mounted", fs, path, verb);
}

static void *put_thread(void *data)
{
	struct ending *ending = data;
	struct cluster *c = ending->cluster;

	mount_put(c, ending->mount);
	free(ending);
	thread_ends(c);
	return NULL;
}

/* With the lock held. */
static void put_aside(struct cluster *c, struct mount *mount)
{
	struct ending *ending = xcalloc(1, sizeof(*ending));

	*ending = (struct ending){c, mount};
	if (thread_start(c, put_thread, ending))
		free(ending); /* no thread to be had: the mount is lost, and no more */
}

void mount_forget(struct cluster *c)
{
	pthread_mutex_lock(&c->lock);
	struct mount *mount = mount_detach(c);
	if (mount)
		put_aside(c, mount);
	pthread_mutex_unlock(&c->lock);
}
