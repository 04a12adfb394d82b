/* What the monitors say of the cluster as a whole. */
#include "core/ceph/cluster.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/ceph/internal.h"

static int ask(struct cluster *c, const char *prefix, json_t **reply, struct err *err)
{
	json_t *command = json_pack("{ss}", "prefix", prefix);
	const int status = cluster_mon_command(c, command, NULL, 0, reply, err);

	json_decref(command);
	return status;
}

static void append_address(char *list, size_t size, const char *address)
{
	const size_t used = strlen(list);

	snprintf(list + used, size - used, "%s%s", used ? "," : "", address);
}

static void add_monitor(const json_t *mon, struct cluster_monitors *out)
{
	const json_t *entry;
	size_t i;

	json_array_foreach(json_object_get(json_object_get(mon, "public_addrs"), "addrvec"), i, entry) {
		const char *type = json_string_value(json_object_get(entry, "type"));
		const char *address = json_string_value(json_object_get(entry, "addr"));

		if (!type || !address)
			continue;
		if (!strcmp(type, "v2"))
			append_address(out->v2, sizeof(out->v2), address);
		else if (!strcmp(type, "v1"))
			append_address(out->v1, sizeof(out->v1), address);
	}
}

int cluster_monitors(struct cluster *cluster, struct cluster_monitors *out, struct err *err)
{
	json_t *map = NULL, *mon;
	const int status = ask(cluster, "mon dump", &map, err);
	size_t i;

	*out = (struct cluster_monitors){0};
	json_array_foreach(json_object_get(map, "mons"), i, mon)
		add_monitor(mon, out);
	json_decref(map);
	if (!status && !*out->v2 && !*out->v1)
		return err_set(err, ERR_FAILED, "the monitor map names no address; look at `ceph mon dump`");
	return status;
}

static int64_t integer(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_number(value) ? (int64_t)json_number_value(value) : 0;
}

static void read_status(const json_t *map, struct cluster_health *out)
{
	const json_t *osdmap = json_object_get(map, "osdmap");
	const char *status = json_string_value(json_object_get(json_object_get(map, "health"), "status"));

	text_copy(out->status, sizeof(out->status), status ? status : "");
	out->mons = (int)json_array_size(json_object_get(map, "quorum"));
	out->osds = (int)integer(osdmap, "num_osds");
	out->osds_up = (int)integer(osdmap, "num_up_osds");
	out->mdss = (int)integer(json_object_get(map, "fsmap"), "up");
}

static void read_pool(const json_t *df, const char *name, struct cluster_health *out)
{
	const json_t *pool;
	size_t i;

	json_array_foreach(json_object_get(df, "pools"), i, pool) {
		const json_t *stats = json_object_get(pool, "stats");
		const char *found = json_string_value(json_object_get(pool, "name"));

		if (!found || strcmp(found, name))
			continue;
		out->pool_used = integer(stats, "stored");
		out->pool_free = integer(stats, "max_avail");
	}
}

int cluster_health(struct cluster *cluster, struct cluster_health *out, struct err *err)
{
	char pool[POOL_NAME];
	json_t *map = NULL, *df = NULL;
	int status = ask(cluster, "status", &map, err);

	*out = (struct cluster_health){0};
	if (!status)
		status = ask(cluster, "df", &df, err);
	if (!status) {
		pthread_mutex_lock(&cluster->lock);
		text_copy(pool, sizeof(pool), cluster->pool);
		pthread_mutex_unlock(&cluster->lock);
		read_status(map, out);
		read_pool(df, pool, out);
	}
	json_decref(map);
	json_decref(df);
	return status;
}

int cluster_health_checks(struct cluster *cluster, char ***out, size_t *count, struct err *err)
{
	json_t *health = NULL, *check;
	struct names names = {0};
	const int status = ask(cluster, "health", &health, err);
	const char *code;

	json_object_foreach(json_object_get(health, "checks"), code, check) {
		const char *severity = json_string_value(json_object_get(check, "severity"));
		const char *message = json_string_value(json_object_get(json_object_get(check, "summary"), "message"));
		struct text line = {0};

		text_printf(&line, "%s %s: %s", severity ? severity : "HEALTH_WARN", code, message ? message : "");
		text_harmless(line.data);
		names_add(&names, line.data);
		text_free(&line);
	}
	json_decref(health);
	names_give(&names, out, count);
	return status;
}
