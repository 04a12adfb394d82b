/* The tree as a whole: its root, and where its data goes. */
#include "core/ceph/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/text.h"
#include "core/ceph/aside.h"
#include "core/ceph/call.h"

int cluster_tree_init(struct cluster *c, struct err *err)
{
	return cluster_dir_make(c, "", 0755, err);
}

/* Only a file knows for certain: a directory may inherit its layout from one
 * above our root, and does not tell. */
static int probe_pool(struct call *call)
{
	char aside[TREE_NAME], pool[POOL_NAME] = "";
	int rc = aside_name(call->path, aside, sizeof(aside));

	if (rc)
		return rc;
	const int fd = ceph_open(call->fs, aside, O_CREAT | O_EXCL | O_WRONLY, 0600);
	if (fd < 0)
		return fd;
	rc = ceph_get_file_pool_name(call->fs, fd, pool, sizeof(pool));
	ceph_close(call->fs, fd);
	ceph_unlink(call->fs, aside);
	text_copy(call->text, sizeof(call->text), pool);
	return rc < 0 ? rc : 0;
}

int cluster_tree_data_pool(struct cluster *c, char *out, size_t size, struct err *err)
{
	pthread_mutex_lock(&c->lock);
	text_copy(out, size, c->data_pool);
	pthread_mutex_unlock(&c->lock);
	if (*out)
		return 0;

	struct call *call = call_new_change(c, probe_pool, "pool");
	const int status = call_run(&call, "asked for its data pool", NULL, err);
	if (!status) {
		text_copy(out, size, call->text);
		pthread_mutex_lock(&c->lock);
		text_copy(c->data_pool, sizeof(c->data_pool), call->text);
		pthread_mutex_unlock(&c->lock);
	}
	call_free(call);
	return status;
}
