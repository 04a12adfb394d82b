#include "core/ceph/cluster.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "core/ceph/internal.h"
#include "core/ceph/call.h"

static char *given(const char *string)
{
	return string && *string ? xstrdup(string) : NULL;
}

/* "/" is "", so that paths can be put behind it. */
static void copy_root(char out[BOOT_ROOT], const char *root)
{
	text_copy(out, BOOT_ROOT, root ? root : "");
	for (size_t length = strlen(out); length && out[length - 1] == '/'; length--)
		out[length - 1] = '\0';
}

static struct cluster *cluster_new(const struct cluster_options *options)
{
	struct cluster *c = xcalloc(1, sizeof(*c));
	pthread_condattr_t monotonic;

	c->conf = given(options->conf);
	if (!c->conf)
		c->conf = ceph_args_conf();
	c->name = given(options->name);
	if (!c->name)
		c->name = ceph_args_name();
	if (!c->name)
		c->name = xstrdup("client.admin");
	c->keyring = given(options->keyring);
	c->timeout = options->timeout > 0 ? options->timeout : DEFAULT_TIMEOUT;
	text_copy(c->pool, sizeof(c->pool), options->pool ? options->pool : "");
	text_copy(c->fs, sizeof(c->fs), options->fs ? options->fs : "");
	copy_root(c->boot_root, options->boot_root);
	pthread_mutex_init(&c->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&c->changed, &monotonic);
	pthread_condattr_destroy(&monotonic);
	return c;
}

static void cluster_free(struct cluster *c)
{
	pthread_cond_destroy(&c->changed);
	pthread_mutex_destroy(&c->lock);
	free(c->conf);
	free(c->name);
	free(c->keyring);
	free(c->mirrors.numbers);
	free(c->words);
	free(c);
}

int cluster_open(const struct cluster_options *options, struct cluster **out, struct err *err)
{
	struct cluster *c = cluster_new(options);
	const int status = connection_open(c, &c->connection, err);

	if (status) {
		cluster_free(c);
		return status;
	}
	*out = c;
	return 0;
}

void cluster_close(struct cluster *cluster)
{
	if (!cluster)
		return;
	mount_forget(cluster);
	/* A thread that is lost inside Ceph's libraries still uses both. */
	if (!threads_end(cluster))
		return;
	connection_forget(cluster);
	cluster_free(cluster);
}

static int check_pool(struct cluster *c, const char *pool, struct err *err)
{
	struct connection *connection;
	const int status = connection_get(c, &connection, err);

	if (status)
		return status;
	const int64_t id = rados_pool_lookup(connection->rados, pool);
	connection_put(c, connection);
	if (id == -ENOENT)
		return err_set(err, ERR_NOT_FOUND, "the cluster has no pool %s: name another with --pool, or make it with "
			       "`ceph osd pool create %s && rbd pool init %s`", pool, pool, pool);
	return id < 0 ? cluster_error(c, err, (int)id, "osd `profile rbd`", "pool %s can not be looked up", pool) : 0;
}

static int check_fs(struct cluster *c, const char *fs, struct err *err)
{
	json_t *command = json_pack("{ss}", "prefix", "fs ls"), *reply = NULL, *entry;
	int status = cluster_mon_command(c, command, NULL, 0, &reply, err);
	bool found = false;
	size_t i;

	json_array_foreach(reply, i, entry) {
		const char *name = json_string_value(json_object_get(entry, "name"));

		found |= name && !strcmp(name, fs);
	}
	json_decref(reply);
	json_decref(command);
	if (!status && !found)
		status = err_set(err, ERR_NOT_FOUND, "the cluster has no file system %s: name another with --fs, or make it "
				 "with `ceph fs volume create %s`", fs, fs);
	return status;
}

int cluster_use(struct cluster *cluster, const char *pool, const char *fs,
		const char *boot_root, struct err *err)
{
	int status = pool ? check_pool(cluster, pool, err) : 0;

	if (!status && fs)
		status = check_fs(cluster, fs, err);
	if (status)
		return status;
	pthread_mutex_lock(&cluster->lock);
	const bool moved = (fs && strcmp(fs, cluster->fs)) || (boot_root && strcmp(boot_root, cluster->boot_root));
	if (pool)
		text_copy(cluster->pool, sizeof(cluster->pool), pool);
	if (pool && cluster->connection)
		cluster->connection->noted = false;
	if (fs)
		text_copy(cluster->fs, sizeof(cluster->fs), fs);
	if (boot_root)
		copy_root(cluster->boot_root, boot_root);
	pthread_mutex_unlock(&cluster->lock);
	if (moved)
		mount_forget(cluster);
	return 0;
}

int cluster_fsid(struct cluster *cluster, char out[40], struct err *err)
{
	struct connection *connection;
	int status = connection_get(cluster, &connection, err);

	if (status)
		return status;
	const int rc = rados_cluster_fsid(connection->rados, out, 40);
	connection_put(cluster, connection);
	return rc < 0 ? cluster_error(cluster, err, rc, "mon `allow r`", "the cluster's id can not be read") : 0;
}

int cluster_own_client(struct cluster *cluster, char client[40], struct err *err)
{
	struct connection *connection;
	const int status = connection_get(cluster, &connection, err);

	if (status)
		return status;
	snprintf(client, 40, "client.%llu", (unsigned long long)rados_get_instance_id(connection->rados));
	connection_put(cluster, connection);
	return 0;
}

int cluster_own_address(struct cluster *cluster, char address[80], struct err *err)
{
	struct connection *connection;
	char *found = NULL;
	const int status = connection_get(cluster, &connection, err);

	if (status)
		return status;
	const int rc = rados_getaddrs(connection->rados, &found);
	connection_put(cluster, connection);
	text_copy(address, 80, found ? found : "");
	if (found)
		rados_buffer_free(found);
	return rc < 0 ? cluster_error(cluster, err, rc, "mon `allow r`", "our own address can not be read") : 0;
}
