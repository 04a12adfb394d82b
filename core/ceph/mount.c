#include "core/ceph/mount.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "core/ceph/image.h"

#define REPORT_MS 100
#define ABORT_MS 5000
#define SETTLE_MS 10

/* One CephFS client. It is mounted by the first call that needs it, on that
 * call's thread. */
struct mount {
	struct ceph_mount_info *fs;
	char name[POOL_NAME];      /* of the file system */
	char root[BOOT_ROOT];
	pthread_mutex_t lock;      /* held while it is being mounted */
	bool tried;
	int rc;
	/* guarded by the cluster's lock */
	int users;
	int left;                  /* calls that nobody waits for any more */
};

struct call *call_new(call_function *run, const char *path)
{
	struct call *call = xcalloc(1, sizeof(*call));

	call->run = run;
	if (snprintf(call->path, sizeof(call->path), "/%s", path) >= (int)sizeof(call->path))
		call->rc = -ENAMETOOLONG;
	return call;
}

void call_free(struct call *call)
{
	if (!call)
		return;
	if (call->bytes)
		explicit_bzero(call->bytes, call->length);
	free(call->bytes);
	cluster_names_free(call->names.names, call->names.count);
	free(call);
}

int call_beat(struct call *call)
{
	call->beat = clock_ms();
	return call->stop ? -ECANCELED : 0;
}

static struct mount *mount_new(const struct cluster *c)
{
	struct mount *mount = xcalloc(1, sizeof(*mount));

	text_copy(mount->name, sizeof(mount->name), c->fs);
	text_copy(mount->root, sizeof(mount->root), c->boot_root);
	pthread_mutex_init(&mount->lock, NULL);
	mount->users = 1;
	return mount;
}

/* An mds drops a session's last word when that crosses a message of its own, and
 * libcephfs says it again a second later: let what is under way arrive first. */
static void mount_free(struct mount *mount)
{
	if (mount->fs) {
		usleep(SETTLE_MS * 1000);
		ceph_unmount(mount->fs);
		ceph_release(mount->fs);
	}
	pthread_mutex_destroy(&mount->lock);
	free(mount);
}

/* Everything in the tree is root's, whoever runs berth. */
static int become_root(struct ceph_mount_info *fs)
{
	UserPerm *root = ceph_userperm_new(0, 0, 0, NULL);

	if (!root)
		return -ENOMEM;
	const int rc = ceph_mount_perms_set(fs, root);
	ceph_userperm_destroy(root);
	return rc;
}

static int mount_try(struct cluster *c, struct mount *mount)
{
	struct connection *connection;
	struct err ignored;

	if (connection_get(c, &connection, &ignored))
		return -ENOTCONN;
	int rc = ceph_create_from_rados(&mount->fs, connection->rados);
	connection_put(c, connection);
	if (rc) {
		mount->fs = NULL;
		return rc;
	}
	rc = ceph_init(mount->fs);
	if (!rc)
		rc = become_root(mount->fs);
	if (!rc && *mount->name)
		rc = ceph_select_filesystem(mount->fs, mount->name);
	return rc ? rc : ceph_mount(mount->fs, mount->root);
}

static int mount_ready(struct cluster *c, struct mount *mount)
{
	pthread_mutex_lock(&mount->lock);
	if (!mount->tried) {
		mount->rc = mount_try(c, mount);
		mount->tried = true;
	}
	const int rc = mount->rc;
	pthread_mutex_unlock(&mount->lock);
	return rc;
}

/* With the lock held: the caller then owns the cluster's reference. */
static struct mount *mount_detach(struct cluster *c)
{
	struct mount *mount = c->mount;

	c->mount = NULL;
	c->data_pool[0] = '\0';
	return mount;
}

/* Unmounting may block as any call may. */
static void mount_put(struct cluster *c, struct mount *mount)
{
	pthread_mutex_lock(&c->lock);
	const int users = --mount->users;
	pthread_mutex_unlock(&c->lock);

	if (users == 0)
		mount_free(mount);
}

static bool is_broken(int rc)
{
	return rc == -ENOTCONN || rc == -ESHUTDOWN;
}

static void thread_ends(struct cluster *c)
{
	pthread_mutex_lock(&c->lock);
	c->busy--;
	pthread_cond_broadcast(&c->changed);
	pthread_mutex_unlock(&c->lock);
}

static void *call_thread(void *data)
{
	struct call *call = data;
	struct cluster *c = call->cluster;
	struct mount *mount = call->mount, *given_up = NULL;
	int rc = mount_ready(c, mount);
	const bool mounted = rc == 0;

	call->fs = mount->fs;
	if (mounted && !(rc = call_beat(call)))
		rc = call->run(call);

	pthread_mutex_lock(&c->lock);
	call->rc = rc;
	call->mounted = mounted;
	if ((!mounted || is_broken(rc)) && c->mount == mount)
		given_up = mount_detach(c);
	const bool left = call->left;
	mount->left -= left;
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

/* With the lock held: busy counts the thread. Signals are the main thread's. */
static int start_thread(struct cluster *c, void *(*run)(void *), void *data)
{
	pthread_attr_t detached;
	pthread_t thread;
	sigset_t all, old;

	pthread_attr_init(&detached);
	pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	const int rc = pthread_create(&thread, &detached, run, data);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	pthread_attr_destroy(&detached);
	c->busy += rc == 0;
	return -rc;
}

static void wait_until(struct cluster *c, int64_t ms)
{
	const struct timespec until = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

	pthread_cond_timedwait(&c->changed, &c->lock, &until);
}

/* With the lock held. What a call left behind has still to do comes first. */
static int wait_for_left(struct cluster *c)
{
	const int64_t end = clock_ms() + 1000 * c->timeout;

	while (c->mount && c->mount->left) {
		if (clock_ms() >= end)
			return -ETIMEDOUT;
		wait_until(c, end);
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
	call->cluster = c;
	call->mount = c->mount;
	call->beat = clock_ms();
	rc = start_thread(c, call_thread, call);
	if (!rc)
		c->mount->users++;
	return rc;
}

/* With the lock held, which is let go of while the caller hears of progress. */
static void report(struct cluster *c, struct call *call, const struct progress *progress)
{
	pthread_mutex_unlock(&c->lock);
	progress_report(progress, call->done, call->total);
	if (progress_cancelled(progress))
		call->stop = true;
	pthread_mutex_lock(&c->lock);
}

static int wait_for_end(struct cluster *c, struct call *call, const struct progress *progress)
{
	while (!call->ended) {
		const int64_t now = clock_ms(), end = call->beat + 1000 * c->timeout;

		if (now >= end) {
			call->left = true;
			call->stop = true;
			call->mount->left++;
			return -ETIMEDOUT;
		}
		wait_until(c, progress && now + REPORT_MS < end ? now + REPORT_MS : end);
		if (progress)
			report(c, call, progress);
	}
	return call->rc;
}

static int mount_error(struct cluster *c, int rc, const char *fs, const char *root, struct err *err)
{
	if (rc == -ENOENT)
		return err_set(err, ERR_NOT_FOUND, "the file system %s has no directory %s, or there is no such file system: "
			       "run `berth init`, or look at `ceph fs ls`", fs, root);
	return cluster_error(c, err, rc, "mds `allow rwps`", "%s:%s can not be mounted", fs, root);
}

int call_run(struct cluster *c, struct call **given, const char *verb, const struct progress *progress, struct err *err)
{
	struct call *call = *given;
	char path[TREE_NAME], fs[POOL_NAME], root[BOOT_ROOT];
	bool mounted = true;

	text_copy(path, sizeof(path), call->path);
	pthread_mutex_lock(&c->lock);
	text_copy(fs, sizeof(fs), c->fs);
	text_copy(root, sizeof(root), c->boot_root);
	int rc = call->rc ? call->rc : start(c, call);
	if (!rc) {
		rc = wait_for_end(c, call, progress);
		if (call->ended)
			mounted = call->mounted;
		else
			*given = NULL;
	}
	pthread_mutex_unlock(&c->lock);

	if (!rc)
		return 0;
	if (*given && call->err.code) {
		if (err)
			*err = call->err;
		return call->err.code;
	}
	if (!mounted)
		return mount_error(c, rc, fs, root, err);
	return cluster_error(c, err, rc, "mds `allow rwps`", "%s:%s%s can not be %s", fs,
			     strcmp(root, "/") ? root : "", path, verb);
}

struct ending { struct cluster *cluster; struct mount *mount; };

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
	if (start_thread(c, put_thread, ending))
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

/* With the lock held. */
static bool wait_idle(struct cluster *c, int64_t ms)
{
	const int64_t end = clock_ms() + ms;

	while (c->busy && clock_ms() < end)
		wait_until(c, end);
	return c->busy == 0;
}

static void *abort_thread(void *data)
{
	struct ending *ending = data;
	struct cluster *c = ending->cluster;

	ceph_abort_conn(ending->mount->fs);
	mount_put(c, ending->mount);
	free(ending);
	thread_ends(c);
	return NULL;
}

bool mounts_end(struct cluster *c)
{
	pthread_mutex_lock(&c->lock);
	struct mount *mount = mount_detach(c);
	const bool stuck = mount && mount->left;
	if (stuck) {
		struct ending *ending = xcalloc(1, sizeof(*ending));

		*ending = (struct ending){c, mount};
		if (start_thread(c, abort_thread, ending))
			free(ending);
	} else if (mount) {
		put_aside(c, mount);
	}
	const bool idle = wait_idle(c, stuck ? ABORT_MS : 1000 * c->timeout);
	pthread_mutex_unlock(&c->lock);
	return idle;
}
