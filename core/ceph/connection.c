/*
 * The RADOS connection. librados keeps one alive through anything but being
 * fenced itself, so a connection is made once; only a fenced one is replaced.
 */
#include "core/ceph/internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

#define RETRY_MS 1000

static int read_conf(const struct cluster *c, rados_t rados, struct err *err)
{
	const int rc = rados_conf_read_file(rados, c->conf);

	if (rc == 0)
		return 0;
	if (c->conf)
		return err_set(err, ERR_FAILED, "%s can not be read as a ceph.conf: %s; give the right file with --conf",
			       c->conf, strerror(-rc));
	return err_set(err, ERR_FAILED, "no ceph.conf was found (%s); give it with --conf, or put it at /etc/ceph/ceph.conf",
		       strerror(-rc));
}

/* A cluster that is gone must be an error message, and a terminal is ours to
 * draw on. librbd's cache would only be in the way: big sequential writes. */
static int set_options(const struct cluster *c, rados_t rados, struct err *err)
{
	char seconds[16], silence[16];

	snprintf(seconds, sizeof(seconds), "%d", c->timeout);
	/* A client looks for a newer OSD map when a request has no answer for this
	 * long: it must come before the request is given up, or a cluster that has
	 * moved is never found again. */
	snprintf(silence, sizeof(silence), "%.1f", c->timeout / 4.0);
	const struct { const char *name, *value; } options[] = {
		{"client_mount_timeout", seconds},
		{"rados_mon_op_timeout", seconds},
		{"rados_osd_op_timeout", seconds},
		{"objecter_timeout", silence},
		{"objecter_tick_interval", silence},
		{"log_to_stderr", "false"},
		{"err_to_stderr", "false"},
		{"rbd_cache", "false"},
		{"client_oc", "false"},
		{"keyring", c->keyring},
	};

	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++) {
		const int rc = options[i].value ? rados_conf_set(rados, options[i].name, options[i].value) : 0;

		if (rc)
			return err_set(err, ERR_FAILED, "Ceph does not take the option %s = %s: %s",
				       options[i].name, options[i].value, strerror(-rc));
	}
	return 0;
}

static bool option(rados_t rados, const char *name, char *out, size_t size)
{
	return rados_conf_get(rados, name, out, size) == 0 && *out;
}

/* The option `keyring` is a list of files; the first that is there counts. */
static bool find_keyring(rados_t rados, char *out, size_t size)
{
	char list[4096], *rest = NULL;

	text_copy(out, size, "");
	if (!option(rados, "keyring", list, sizeof(list)))
		return false;
	for (char *file = strtok_r(list, ",; ", &rest); file; file = strtok_r(NULL, ",; ", &rest)) {
		text_copy(out, size, file);
		if (access(file, R_OK) == 0)
			return true;
	}
	return false;
}

static bool has_key_of_its_own(rados_t rados)
{
	char value[512];
	const bool found = option(rados, "key", value, sizeof(value)) || option(rados, "keyfile", value, sizeof(value));

	explicit_bzero(value, sizeof(value));
	return found;
}

static int check_keyring(const struct cluster *c, rados_t rados, struct err *err)
{
	char file[512];

	if (has_key_of_its_own(rados) || find_keyring(rados, file, sizeof(file)))
		return 0;
	return err_set(err, ERR_FAILED, "no keyring for %s can be read (the last one looked for is %s): give it with "
		       "--keyring, or name another client with --name", c->name, *file ? file : "none");
}

/* Does the keyring have a [client.X] of ours? Its keys pass through stdio. */
static bool keyring_names(const char *path, const char *name)
{
	char line[512], section[256], buffer[BUFSIZ];
	FILE *file = fopen(path, "re");
	bool found = false;

	if (!file)
		return false;
	setvbuf(file, buffer, _IOFBF, sizeof(buffer));
	snprintf(section, sizeof(section), "[%s]", name);
	while (!found && fgets(line, sizeof(line), file))
		found = !strncmp(line + strspn(line, " \t"), section, strlen(section));
	fclose(file);
	explicit_bzero(line, sizeof(line));
	explicit_bzero(buffer, sizeof(buffer));
	return found;
}

static int refused_error(const struct cluster *c, rados_t rados, struct err *err)
{
	char keyring[512];

	if (has_key_of_its_own(rados))
		return err_set(err, ERR_FAILED, "the monitors refuse %s with the key that the conf gives: compare it with "
			       "`ceph auth get %s`", c->name, c->name);
	find_keyring(rados, keyring, sizeof(keyring));
	if (!keyring_names(keyring, c->name))
		return err_set(err, ERR_FAILED, "%s holds no key for %s: give the right keyring with --keyring, or the "
			       "right client with --name", keyring, c->name);
	return err_set(err, ERR_FAILED, "the monitors refuse %s with the key in %s: compare it with `ceph auth get %s`",
		       c->name, keyring, c->name);
}

static int connect_error(const struct cluster *c, rados_t rados, int rc, struct err *err)
{
	char monitors[512] = "";

	option(rados, "mon_host", monitors, sizeof(monitors));
	if (rc == -ETIMEDOUT)
		return err_set(err, ERR_UNREACHABLE, "no monitor answered within %d s (%s): are the monitors up, and is the "
			       "network?", c->timeout, *monitors ? monitors : "none is named in the conf");
	if (!*monitors)
		return err_set(err, ERR_FAILED, "%s names no monitors (mon_host): give the right conf with --conf",
			       c->conf ? c->conf : "the ceph.conf");
	if (rc == -EACCES || rc == -EPERM || rc == -ENOENT || rc == -EOPNOTSUPP || rc == -EIO)
		return refused_error(c, rados, err);
	return err_set(err, ERR_FAILED, "the connection to the cluster at %s as %s failed: %s",
		       monitors, c->name, strerror(-rc));
}

static int connect_rados(const struct cluster *c, rados_t rados, struct err *err)
{
	int status = read_conf(c, rados, err);

	if (status)
		return status;
	rados_conf_parse_env(rados, NULL);
	status = set_options(c, rados, err);
	if (!status)
		status = check_keyring(c, rados, err);
	if (status)
		return status;
	const int rc = rados_connect(rados);
	return rc ? connect_error(c, rados, rc, err) : 0;
}

int connection_open(const struct cluster *c, struct connection **out, struct err *err)
{
	rados_t rados;
	const int rc = rados_create2(&rados, "ceph", c->name, 0);

	if (rc)
		return err_set(err, ERR_USAGE, "%s is no name of a Ceph client (client.NAME): %s", c->name, strerror(-rc));
	const int status = connect_rados(c, rados, err);
	if (status) {
		rados_shutdown(rados);
		return status;
	}
	struct connection *connection = xcalloc(1, sizeof(*connection));
	connection->rados = rados;
	connection->users = 1;
	*out = connection;
	return 0;
}

/* One try a second, whoever asks: the lock is held while it lasts, and a crowd
 * that waited for it must not try one after the other. */
static int reconnect(struct cluster *c, struct err *err)
{
	if (c->failed_at && clock_ms() - c->failed_at < RETRY_MS) {
		if (err)
			*err = c->failure;
		return c->failure.code;
	}
	const int status = connection_open(c, &c->connection, &c->failure);
	c->failed_at = status ? clock_ms() : 0;
	if (status && err)
		*err = c->failure;
	return status;
}

int connection_get(struct cluster *c, struct connection **out, struct err *err)
{
	pthread_mutex_lock(&c->lock);
	const int status = c->connection ? 0 : reconnect(c, err);
	if (!status) {
		*out = c->connection;
		c->connection->users++;
	}
	pthread_mutex_unlock(&c->lock);
	return status;
}

void connection_put(struct cluster *c, struct connection *connection)
{
	pthread_mutex_lock(&c->lock);
	const int users = --connection->users;
	pthread_mutex_unlock(&c->lock);

	if (users > 0)
		return;
	rados_shutdown(connection->rados);
	free(connection);
}

void connection_forget(struct cluster *c)
{
	pthread_mutex_lock(&c->lock);
	struct connection *connection = c->connection;
	c->connection = NULL;
	pthread_mutex_unlock(&c->lock);
	if (connection)
		connection_put(c, connection);
}
