/* The tree as a whole: its root, and where its data goes. */
#include "core/ceph/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/text.h"
#include "core/ceph/aside.h"
#include "core/ceph/mount.h"

static int look_at_root(struct call *call)
{
	struct ceph_statx stat;

	return ceph_statx(call->fs, "/", &stat, 0, 0);
}

static int make_root(struct call *call)
{
	const int rc = ceph_mkdirs(call->fs, call->path, 0755);

	return rc == -EEXIST ? 0 : rc;
}

static void set_boot_root(struct cluster *c, const char *boot_root)
{
	pthread_mutex_lock(&c->lock);
	text_copy(c->boot_root, sizeof(c->boot_root), boot_root);
	pthread_mutex_unlock(&c->lock);
	mount_forget(c);
}

static int run(struct cluster *c, call_function *function, const char *path, const char *verb, struct err *err)
{
	struct call *call = call_new(function, path);
	const int status = call_run(c, &call, verb, NULL, err);

	call_free(call);
	return status;
}

/* A key that may not see the file system's root will do when somebody else made
 * the boot root: so that is looked for first. */
int cluster_tree_init(struct cluster *c, struct err *err)
{
	char boot_root[BOOT_ROOT];
	int status = run(c, look_at_root, "", "looked at", err);

	if (status != ERR_NOT_FOUND)
		return status;
	pthread_mutex_lock(&c->lock);
	text_copy(boot_root, sizeof(boot_root), c->boot_root);
	pthread_mutex_unlock(&c->lock);
	set_boot_root(c, "/");
	status = run(c, make_root, boot_root + 1, "made", err);
	set_boot_root(c, boot_root);
	return status;
}

/* Only a file knows for certain: a directory may inherit its layout from one
 * above our root, and does not tell. */
static int probe_pool(struct call *call)
{
	char aside[TREE_NAME], pool[POOL_NAME] = "";
	int rc = aside_name("/pool", aside, sizeof(aside));

	if (!rc)
		rc = call_beat(call);
	if (rc)
		return rc;
	const int fd = ceph_open(call->fs, aside, O_CREAT | O_EXCL | O_WRONLY, 0600);
	if (fd < 0)
		return fd;
	rc = ceph_get_file_pool_name(call->fs, fd, pool, sizeof(pool));
	ceph_close(call->fs, fd);
	ceph_unlink(call->fs, aside);
	text_copy(call->other, sizeof(call->other), pool);
	return rc < 0 ? rc : 0;
}

int cluster_tree_data_pool(struct cluster *c, char *out, size_t size, struct err *err)
{
	pthread_mutex_lock(&c->lock);
	text_copy(out, size, c->data_pool);
	pthread_mutex_unlock(&c->lock);
	if (*out)
		return 0;

	struct call *call = call_new(probe_pool, "");
	const int status = call_run(c, &call, "asked for its data pool", NULL, err);
	if (!status) {
		text_copy(out, size, call->other);
		pthread_mutex_lock(&c->lock);
		text_copy(c->data_pool, sizeof(c->data_pool), call->other);
		pthread_mutex_unlock(&c->lock);
	}
	call_free(call);
	return status;
}
