#include "core/ceph/mount.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "core/ceph/session.h"

#define SETTLE_MS 10

struct mount *mount_new(const struct cluster *c)
{
	struct mount *mount = xcalloc(1, sizeof(*mount));

	text_copy(mount->name, sizeof(mount->name), c->fs);
	text_copy(mount->root, sizeof(mount->root), c->boot_root);
	pthread_mutex_init(&mount->lock, NULL);
	mount->claim = -1;
	mount->users = 1;
	return mount;
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

static int create(struct cluster *c, struct mount *mount)
{
	struct connection *connection;
	struct err ignored;

	if (connection_get(c, &connection, &ignored))
		return -ENOTCONN;
	rados_cluster_fsid(connection->rados, mount->fsid, sizeof(mount->fsid));
	int rc = ceph_create_from_rados(&mount->fs, connection->rados);
	connection_put(c, connection);
	if (rc) {
		mount->fs = NULL;
		return rc;
	}
	rc = ceph_init(mount->fs);
	if (!rc)
		rc = become_root(mount->fs);
	return rc ? rc : ceph_select_filesystem(mount->fs, mount->name);
}

static void destroy(struct mount *mount)
{
	if (mount->fs)
		ceph_release(mount->fs);
	mount->fs = NULL;
	if (mount->claim >= 0)
		close(mount->claim);
	mount->claim = -1;
}

static int mount_at(struct cluster *c, struct mount *mount, const char *where)
{
	int rc = create(c, mount);

	if (!rc) {
		mount->claim = session_claim(mount->fs, mount->fsid);
		rc = ceph_mount(mount->fs, where);
	}
	if (rc)
		destroy(mount);
	return rc;
}

/* The file system's root is the better place: libcephfs needs a second to get
 * rid of a mount of another directory. A key for the tree alone may not. */
static int mount_try(struct cluster *c, struct mount *mount)
{
	const int rc = mount_at(c, mount, "/");

	if ((rc != -EPERM && rc != -EACCES) || !*mount->root)
		return rc;
	mount->skip = strlen(mount->root);
	return mount_at(c, mount, mount->root);
}

int mount_ready(struct cluster *c, struct mount *mount)
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

bool mount_is_ready(struct mount *mount)
{
	if (pthread_mutex_trylock(&mount->lock))
		return false;
	const bool ready = mount->tried && !mount->rc;
	pthread_mutex_unlock(&mount->lock);
	return ready;
}

/* An mds drops a session's last word when that crosses a message of its own, and
 * libcephfs says it again a second later: what is under way arrives first. */
void mount_free(struct mount *mount)
{
	if (mount->fs) {
		usleep(SETTLE_MS * 1000);
		ceph_unmount(mount->fs);
	}
	destroy(mount);
	pthread_mutex_destroy(&mount->lock);
	free(mount);
}
