/*
 * cephx keys. A key passes through our own buffers only, which are wiped: it is
 * cut out of the monitor's answer before a JSON parser sees that.
 */
#include "core/ceph/auth.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/ceph/internal.h"

static void add_cap(json_t *caps, const char *service, const char *cap)
{
	if (!*cap)
		return;
	if (json_array_append_new(caps, json_string(service)) || json_array_append_new(caps, json_string(cap)))
		abort();
}

static json_t *key_command(const char *prefix, const char *entity, const struct cluster_caps *caps)
{
	json_t *command = json_pack("{ss ss}", "prefix", prefix, "entity", entity);

	if (!command)
		abort();
	if (!caps)
		return command;
	json_t *list = json_array();
	add_cap(list, "mon", caps->mon);
	add_cap(list, "osd", caps->osd);
	add_cap(list, "mds", caps->mds);
	add_cap(list, "mgr", caps->mgr);
	if (json_object_set_new(command, "caps", list))
		abort();
	return command;
}

static int key_ask(struct cluster *c, const char *prefix, const char *entity, const struct cluster_caps *caps,
		   struct reply *reply, struct err *err)
{
	json_t *command = key_command(prefix, entity, caps);
	const int status = mon_ask(c, command, NULL, 0, reply, err);

	json_decref(command);
	return status;
}

int cluster_key_put(struct cluster *c, const char *entity, const struct cluster_caps *caps, struct err *err)
{
	struct reply reply;
	int status = key_ask(c, "auth get-or-create", entity, caps, &reply, err);
	const bool other_caps = reply.rc == -EINVAL;

	reply_free(&reply);
	if (other_caps) {
		status = key_ask(c, "auth caps", entity, caps, &reply, err);
		reply_free(&reply);
	}
	return status ? err_prefix(err, "the key of %s can not be made", entity) : 0;
}

/* Moves the value of "key":"..." out of the reply and blanks it there. */
static bool cut_key(struct reply *reply, char key[CLUSTER_KEY])
{
	char *start = strstr(reply->bytes, "\"key\":\"");

	*key = '\0';
	if (!start)
		return false;
	start += strlen("\"key\":\"");
	const size_t length = strcspn(start, "\"");
	if (length >= CLUSTER_KEY)
		return false;
	memcpy(key, start, length);
	key[length] = '\0';
	memset(start, 'x', length);
	return true;
}

static void copy_cap(const json_t *caps, const char *service, char *out, size_t size)
{
	const char *cap = json_string_value(json_object_get(caps, service));

	text_copy(out, size, cap ? cap : "");
}

static bool read_caps(const struct reply *reply, struct cluster_caps *out)
{
	json_t *answer = json_loadb(reply->bytes, reply->length, 0, NULL);
	const json_t *caps = json_object_get(json_array_get(answer, 0), "caps");

	copy_cap(caps, "mon", out->mon, sizeof(out->mon));
	copy_cap(caps, "osd", out->osd, sizeof(out->osd));
	copy_cap(caps, "mds", out->mds, sizeof(out->mds));
	copy_cap(caps, "mgr", out->mgr, sizeof(out->mgr));
	const bool found = caps != NULL;
	json_decref(answer);
	return found;
}

int cluster_key_get(struct cluster *c, const char *entity, char key[CLUSTER_KEY],
		    struct cluster_caps *caps, struct err *err)
{
	struct reply reply;
	char cut[CLUSTER_KEY] = "";
	int status = key_ask(c, "auth get", entity, NULL, &reply, err);

	if (status)
		err_prefix(err, "the key of %s can not be read", entity);
	else if (!cut_key(&reply, cut) || (caps && !read_caps(&reply, caps)))
		status = err_set(err, ERR_FAILED, "the monitors' answer for the key of %s is not understood", entity);
	if (!status && key)
		memcpy(key, cut, CLUSTER_KEY);
	explicit_bzero(cut, sizeof(cut));
	reply_free(&reply);
	return status;
}

/* The answer holds every key of the cluster: names are cut out, all is wiped. */
int cluster_key_list(struct cluster *c, const char *prefix, char ***out, size_t *count, struct err *err)
{
	json_t *command = json_pack("{ss}", "prefix", "auth ls");
	struct names names = {0};
	struct reply reply;
	const int status = mon_ask(c, command, NULL, 0, &reply, err);
	const char *at = status ? NULL : reply.bytes;

	json_decref(command);
	while (at && (at = strstr(at, "\"entity\":\""))) {
		char name[256];

		at += strlen("\"entity\":\"");
		snprintf(name, sizeof(name), "%.*s", (int)strcspn(at, "\""), at);
		if (!strncmp(name, prefix, strlen(prefix)))
			names_add(&names, name);
	}
	reply_free(&reply);
	names_give(&names, out, count);
	return status ? err_prefix(err, "the keys can not be listed") : 0;
}

int cluster_key_delete(struct cluster *c, const char *entity, struct err *err)
{
	struct reply reply;
	const int status = key_ask(c, "auth rm", entity, NULL, &reply, err);
	const bool absent = reply.rc == -ENOENT;

	reply_free(&reply);
	return absent || !status ? 0 : err_prefix(err, "the key of %s can not be deleted", entity);
}

int cluster_key_import(struct cluster *c, const char *keyring, size_t length, struct err *err)
{
	json_t *command = json_pack("{ss}", "prefix", "auth import");
	struct reply reply;
	const int status = mon_ask(c, command, keyring, length, &reply, err);

	reply_free(&reply);
	json_decref(command);
	return status;
}
