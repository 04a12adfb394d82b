/* Monitor commands. */
#include "core/ceph/internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static char *command_text(json_t *command)
{
	if (json_object_set_new(command, "format", json_string("json")))
		abort();
	char *text = json_dumps(command, JSON_COMPACT);
	if (!text)
		abort();
	return text;
}

/* librados' buffer may hold a key: copied out, then wiped. */
static void take(char *bytes, size_t length, struct reply *reply)
{
	reply->bytes = xcalloc(1, length + 1);
	reply->length = length;
	if (!bytes)
		return;
	memcpy(reply->bytes, bytes, length);
	explicit_bzero(bytes, length);
	rados_buffer_free(bytes);
}

static void take_said(char *said, size_t length, struct reply *reply)
{
	snprintf(reply->said, sizeof(reply->said), "%.*s", (int)length, said ? said : "");
	if (said)
		rados_buffer_free(said);
}

static int mon_error(struct cluster *c, struct err *err, const struct reply *reply, const json_t *command)
{
	const char *prefix = json_string_value(json_object_get(command, "prefix"));
	char cap[96];

	snprintf(cap, sizeof(cap), "mon `allow command \"%s\"`", prefix);
	if (!*reply->said || reply->rc == -EACCES || reply->rc == -EPERM)
		return cluster_error(c, err, reply->rc, cap, "`ceph %s` failed", prefix);
	return cluster_error(c, err, reply->rc, cap, "`ceph %s` failed (%s)", prefix, reply->said);
}

int mon_ask(struct cluster *c, json_t *command, const char *input, size_t input_length,
	    struct reply *reply, struct err *err)
{
	struct connection *connection;
	char *bytes = NULL, *said = NULL;
	size_t length = 0, said_length = 0;
	int status = connection_get(c, &connection, err);

	*reply = (struct reply){0};
	if (status)
		return status;
	char *text = command_text(command);
	const char *texts[] = {text};
	reply->rc = rados_mon_command(connection->rados, texts, 1, input, input_length,
				      &bytes, &length, &said, &said_length);
	free(text);
	connection_put(c, connection);
	take(bytes, length, reply);
	take_said(said, said_length, reply);
	return reply->rc < 0 ? mon_error(c, err, reply, command) : 0;
}

void reply_free(struct reply *reply)
{
	if (reply->bytes)
		explicit_bzero(reply->bytes, reply->length);
	free(reply->bytes);
	reply->bytes = NULL;
}

int cluster_mon_command(struct cluster *cluster, json_t *command, const char *input,
			size_t input_length, json_t **reply, struct err *err)
{
	struct reply raw;
	int status = mon_ask(cluster, command, input, input_length, &raw, err);

	if (!status && reply) {
		json_error_t where;

		/* Ceph 16 puts a second, empty array behind its blocklist. */
		*reply = json_loadb(raw.bytes, raw.length, JSON_DECODE_ANY | JSON_DISABLE_EOF_CHECK, &where);
		if (!*reply)
			status = err_set(err, ERR_FAILED, "`ceph %s` answered with something that is no JSON: %s",
					 json_string_value(json_object_get(command, "prefix")), where.text);
	}
	reply_free(&raw);
	return status;
}
