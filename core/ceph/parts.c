#include "core/ceph/parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/ceph/internal.h"

#define SKEW_MOST 0.05 /* seconds: mon_clock_drift_allowed's default */

struct parts {
	struct cluster_part *items;
	size_t count;
};

static const char *string(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));

	return value ? value : "";
}

static double number(const json_t *object, const char *key)
{
	return json_number_value(json_object_get(object, key));
}

static struct cluster_part *add(struct parts *parts, enum cluster_part_kind kind, const char *name, bool well)
{
	parts->items = xrealloc(parts->items, (parts->count + 1) * sizeof(*parts->items));
	struct cluster_part *part = &parts->items[parts->count++];
	*part = (struct cluster_part){.kind = kind, .well = well};
	text_copy(part->name, sizeof(part->name), name);
	text_harmless(part->name);
	return part;
}

static int ask(struct cluster *c, const char *prefix, json_t **reply, struct err *err)
{
	json_t *command = json_pack("{ss}", "prefix", prefix);
	const int status = cluster_mon_command(c, command, NULL, 0, reply, err);

	json_decref(command);
	return status;
}

static bool in_quorum(const json_t *quorum, const char *name)
{
	const json_t *member;
	size_t i;

	json_array_foreach(json_object_get(quorum, "quorum_names"), i, member)
		if (json_is_string(member) && !strcmp(json_string_value(member), name))
			return true;
	return false;
}

static void add_mon(struct parts *parts, const json_t *mon, const json_t *quorum, const json_t *times)
{
	const char *name = string(mon, "name"), *address = string(mon, "public_addr");
	const json_t *time = json_object_get(json_object_get(times, "time_skew_status"), name);
	const double skew = number(time, "skew");
	const bool there = in_quorum(quorum, name), early = skew > SKEW_MOST, late = skew < -SKEW_MOST;
	struct cluster_part *part = add(parts, PART_MON, name, there && !early && !late);
	const size_t length = strcspn(address, "/");
	int used = snprintf(part->words, sizeof(part->words), "%.*s  %s%s", (int)length, address,
			    there ? "in quorum" : "not in quorum", !strcmp(string(quorum, "quorum_leader_name"), name) ? ", leader" : "");

	if (time && there)
		snprintf(part->words + used, sizeof(part->words) - (size_t)used, ", clock %+.3f s%s", skew,
			 early || late ? ": set it right, keys and leases depend on it" : "");
}

static int read_mons(struct cluster *c, struct parts *parts, struct err *err)
{
	json_t *quorum = NULL, *times = NULL, *mon;
	struct err ignored;
	size_t i;
	const int status = ask(c, "quorum_status", &quorum, err);

	if (!status)
		ask(c, "time-sync-status", &times, &ignored);
	json_array_foreach(json_object_get(json_object_get(quorum, "monmap"), "mons"), i, mon)
		add_mon(parts, mon, quorum, times);
	json_decref(quorum);
	json_decref(times);
	return status;
}

/* The machine that it is on: the node whose children name it. */
static const char *host_of(const json_t *nodes, json_int_t osd)
{
	const json_t *node, *child;
	size_t i, j;

	json_array_foreach(nodes, i, node)
		json_array_foreach(json_object_get(node, "children"), j, child)
			if (!strcmp(string(node, "type"), "host") && json_integer_value(child) == osd)
				return string(node, "name");
	return "no machine";
}

static void add_osd(struct parts *parts, const json_t *nodes, const json_t *node)
{
	const bool up = !strcmp(string(node, "status"), "up"), in = number(node, "reweight") > 0;

	if (strcmp(string(node, "type"), "osd") || (up && in))
		return;
	struct cluster_part *part = add(parts, PART_OSD, string(node, "name"), false);
	snprintf(part->words, sizeof(part->words), "%s, %s, on %.100s", up ? "up" : "down", in ? "in" : "out",
		 host_of(nodes, json_integer_value(json_object_get(node, "id"))));
	text_harmless(part->words);
}

static int read_osds(struct cluster *c, struct parts *parts, struct err *err)
{
	json_t *tree = NULL, *node;
	const int status = ask(c, "osd tree", &tree, err);
	const json_t *nodes = json_object_get(tree, "nodes");
	size_t i;

	json_array_foreach(nodes, i, node)
		add_osd(parts, nodes, node);
	json_decref(tree);
	return status;
}

static void add_mds(struct parts *parts, const json_t *mds, const char *what)
{
	const char *state = string(mds, "state"), *address = string(mds, "addr");
	const bool active = !strcmp(state, "up:active") || !strncmp(state, "up:standby", 10);
	struct cluster_part *part = add(parts, PART_MDS, string(mds, "name"), active);

	snprintf(part->words, sizeof(part->words), "%.*s  %.40s%s", (int)strcspn(address, "/"), address, state, what);
	text_harmless(part->words);
}

/* Of the file system that is called so; NULL when there is none. */
static const json_t *find_fs(const json_t *dump, const char *name)
{
	const json_t *fs;
	size_t i;

	json_array_foreach(json_object_get(dump, "filesystems"), i, fs) {
		const json_t *map = json_object_get(fs, "mdsmap");

		if (!strcmp(string(map, "fs_name"), name))
			return map;
	}
	return NULL;
}

static void add_mdss(struct parts *parts, const json_t *dump, const json_t *map)
{
	const char *key;
	json_t *mds;
	size_t i;

	json_object_foreach(json_object_get((json_t *)(uintptr_t)map, "info"), key, mds)
		add_mds(parts, mds, "");
	json_array_foreach(json_object_get(dump, "standbys"), i, mds)
		add_mds(parts, mds, ", for any file system");
}

static bool is_of_fs(const json_t *map, json_int_t pool)
{
	const json_t *id;
	size_t i;

	json_array_foreach(json_object_get(map, "data_pools"), i, id)
		if (json_integer_value(id) == pool)
			return true;
	return map && json_integer_value(json_object_get(map, "metadata_pool")) == pool;
}

static void add_pool(struct parts *parts, const json_t *pool, const char *what)
{
	const json_t *stats = json_object_get(pool, "stats");
	const double stored = number(stats, "stored"), unused = number(stats, "max_avail");
	const int percent = stored + unused > 0 ? (int)(stored * 100 / (stored + unused)) : 0;
	char used[SIZE_TEXT], left[SIZE_TEXT];
	struct cluster_part *part = add(parts, PART_POOL, string(pool, "name"), percent < 70);

	snprintf(part->words, sizeof(part->words), "%s used, %s can still be written, %d%% full, %.0f objects  %s",
		 size_format((int64_t)stored, used), size_format((int64_t)unused, left), percent, number(stats, "objects"), what);
}

static int read_pools(struct cluster *c, const json_t *map, const char *own, struct parts *parts, struct err *err)
{
	json_t *df = NULL, *pool;
	const int status = ask(c, "df", &df, err);
	size_t i;

	json_array_foreach(json_object_get(df, "pools"), i, pool) {
		if (!strcmp(string(pool, "name"), own))
			add_pool(parts, pool, "(roots)");
		else if (is_of_fs(map, json_integer_value(json_object_get(pool, "id"))))
			add_pool(parts, pool, "(boot tree)");
	}
	json_decref(df);
	return status;
}

int cluster_parts(struct cluster *c, struct cluster_part **out, size_t *count, struct err *err)
{
	struct parts parts = {0};
	char pool[POOL_NAME], fs[sizeof(c->fs)];
	json_t *dump = NULL;

	pthread_mutex_lock(&c->lock);
	text_copy(pool, sizeof(pool), c->pool);
	text_copy(fs, sizeof(fs), c->fs);
	pthread_mutex_unlock(&c->lock);
	int status = read_mons(c, &parts, err);
	if (!status)
		status = read_osds(c, &parts, err);
	if (!status)
		status = ask(c, "fs dump", &dump, err);
	if (!status) {
		add_mdss(&parts, dump, find_fs(dump, fs));
		status = read_pools(c, find_fs(dump, fs), pool, &parts, err);
	}
	json_decref(dump);
	*out = parts.items;
	*count = parts.count;
	if (status)
		free(parts.items);
	return status;
}
