/*
 * All that belongs to one host, in the cluster and in the inventory, as text:
 * two of them are compared. What differs from run to run (ids, keys, times) is
 * checked here and left out.
 */
#ifndef BERTH_TESTS_CLUSTER_WORLD_H
#define BERTH_TESTS_CLUSTER_WORLD_H

#include "core/ceph/auth.h"
#include "core/ceph/snap_live.h"
#include "db/operation.h"
#include "db/root.h"
#include "tests/cluster/fleet_rig.h"

#define WORLD_PATH 512

static inline void world_images(struct fleet_rig *rig, const char *host, struct text *out)
{
	struct cluster_trash *trash = NULL;
	char **names = NULL;
	size_t count = 0;
	bool exists = false;

	ok(rig, cluster_namespace_exists(rig->cluster, host, &exists, &rig->err));
	text_printf(out, "namespace: %s\n", exists ? "yes" : "no");
	if (!exists)
		return;
	ok(rig, cluster_image_list(rig->cluster, host, &names, &count, &rig->err));
	for (size_t i = 0; i < count; i++) {
		struct cluster_image_info info;

		ok(rig, cluster_image_info(rig->cluster, host, names[i], &info, &rig->err));
		text_printf(out, "image %s: %lld bytes, features %llx, clone of %s/%s@%s\n", names[i], (long long)info.size,
			    (unsigned long long)info.features, info.parent_ns, info.parent, info.parent_snap);
	}
	cluster_names_free(names, count);
	ok(rig, cluster_trash_list(rig->cluster, host, &trash, &count, &rig->err));
	for (size_t i = 0; i < count; i++)
		text_printf(out, "trash: %s\n", trash[i].name);
	free(trash);
}

static inline void world_key(struct fleet_rig *rig, const char *host, char key[CLUSTER_KEY], struct text *out)
{
	struct cluster_caps caps = {0};
	char entity[80];

	snprintf(entity, sizeof(entity), "client.berth.%s", host);
	*key = '\0';
	const int status = cluster_key_get(rig->cluster, entity, key, &caps, &rig->err);
	if (status != ERR_NOT_FOUND)
		ok(rig, status);
	text_printf(out, "key: %s\nmon: %s\nosd: %s\nmds: %s\nmgr: %s\n", *key ? "yes" : "no", caps.mon, caps.osd, caps.mds, caps.mgr);
}

/* An identity holds the key as it is now; any other file is its words. */
static inline void world_file(struct fleet_rig *rig, const char *path, const char *key, struct text *out)
{
	char *bytes;
	size_t length;

	ok(rig, cluster_file_read(rig->cluster, path, &bytes, &length, &rig->err));
	if (strstr(path, "identity.cpio"))
		text_printf(out, " %s\n", *key && memmem(bytes, length, key, strlen(key)) ? "with the key" : "with another key");
	else
		text_printf(out, " \"%s\"\n", bytes);
	free(bytes);
}

static inline void world_tree(struct fleet_rig *rig, const char *path, const char *shown, const char *key, struct text *out)
{
	struct cluster_stat stat;
	char link[WORLD_PATH] = "", ns[WORLD_PATH] = "", inner[WORLD_PATH], inner_shown[WORLD_PATH];
	char **names;
	size_t count;
	const int status = cluster_path_stat(rig->cluster, path, &stat, &rig->err);

	if (status == ERR_NOT_FOUND)
		return;
	ok(rig, status);
	text_printf(out, "%c %04o %s", stat.kind, stat.mode, shown);
	if (stat.kind == 'f') {
		world_file(rig, path, key, out);
		return;
	}
	if (stat.kind == 'l') {
		ok(rig, cluster_link_read(rig->cluster, path, link, sizeof(link), &rig->err));
		text_printf(out, " -> %s\n", link);
		return;
	}
	ok(rig, cluster_dir_namespace(rig->cluster, path, ns, sizeof(ns), &rig->err));
	text_printf(out, " [%s]\n", ns);
	ok(rig, cluster_dir_list(rig->cluster, path, &names, &count, &rig->err));
	for (size_t i = 0; i < count; i++) {
		snprintf(inner, sizeof(inner), "%s/%s", path, names[i]);
		snprintf(inner_shown, sizeof(inner_shown), "%s/%s", shown, names[i]);
		world_tree(rig, inner, inner_shown, key, out);
	}
	cluster_names_free(names, count);
}

/* The names there hold times. */
static inline void world_trash(struct fleet_rig *rig, const char *host, const char *key, struct text *out)
{
	char **names = NULL, path[WORLD_PATH], shown[WORLD_PATH];
	size_t count = 0;

	if (cluster_dir_list(rig->cluster, "trash", &names, &count, &rig->err) == ERR_NOT_FOUND)
		return;
	for (size_t i = 0; i < count; i++) {
		if (strncmp(names[i], host, strlen(host)))
			continue;
		snprintf(path, sizeof(path), "trash/%s", names[i]);
		snprintf(shown, sizeof(shown), "trash/%s-TIME", host);
		world_tree(rig, path, shown, key, out);
	}
	cluster_names_free(names, count);
}

static inline void world_inventory(struct fleet_rig *rig, const char *name, struct text *out)
{
	struct cluster_image_info info;
	struct host host;
	struct root root;

	ok(rig, host_by_name(fleet_db(rig->fleet), name, &host, &rig->err));
	text_printf(out, "host: %s@%s, %lld bytes, hold \"%s\"\n", host.image, host.release, (long long)host.size, host.hold_reason);
	const int status = root_by_host(fleet_db(rig->fleet), host.id, &root, &rig->err);
	if (status == ERR_NOT_FOUND) {
		text_add(out, "root: none\n");
		return;
	}
	ok(rig, status);
	const bool same = !cluster_image_info(rig->cluster, name, "root", &info, &rig->err) && !strcmp(info.id, root.rbd_id);
	text_printf(out, "root: %s@%s, %lld bytes, %s\n", root.image, root.release, (long long)root.size,
		    same ? "the image that is there" : "another image");
}

static inline void world_operations(struct fleet_rig *rig, struct text *out)
{
	struct operation *operations;
	size_t count;

	ok(rig, operation_list(fleet_db(rig->fleet), true, 0, &operations, &count, &rig->err));
	text_printf(out, "open operations: %zu\n", count);
	free(operations);
}

/* Caller frees. */
static inline char *world_of(struct fleet_rig *rig, const char *host, const char *mac_link)
{
	struct text out = {0};
	char key[CLUSTER_KEY], path[WORLD_PATH];

	world_images(rig, host, &out);
	world_key(rig, host, key, &out);
	snprintf(path, sizeof(path), "hosts/%s", host);
	world_tree(rig, path, path, key, &out);
	world_tree(rig, mac_link, mac_link, key, &out);
	world_trash(rig, host, key, &out);
	explicit_bzero(key, sizeof(key));
	world_inventory(rig, host, &out);
	world_operations(rig, &out);
	return text_take(&out);
}

static inline void world_forget_snaps(struct fleet_rig *rig, const char *name, const char *id)
{
	struct cluster_snap *snaps = NULL;
	size_t count = 0;

	ok(rig, cluster_snap_live_list(rig->cluster, name, id, &snaps, &count, &rig->err));
	for (size_t i = 0; i < count; i++)
		ok(rig, cluster_snap_live_remove(rig->cluster, name, id, snaps[i].name, &rig->err));
	free(snaps);
}

static inline void world_forget_dirsnaps(struct fleet_rig *rig, const char *name)
{
	char path[WORLD_PATH], **names = NULL;
	struct err ignored;
	size_t count = 0;

	snprintf(path, sizeof(path), "hosts/%s/boot", name);
	cluster_dirsnap_list(rig->cluster, path, &names, &count, &ignored);
	for (size_t i = 0; i < count; i++)
		ok(rig, cluster_dirsnap_remove(rig->cluster, path, names[i], &rig->err));
	cluster_names_free(names, count);
}

/* As if the host had never been there. */
static inline void world_forget(struct fleet_rig *rig, const char *name, const char *mac_link)
{
	struct cluster_trash *trash = NULL;
	char path[WORLD_PATH], id[64];
	size_t count = 0;
	struct host host;
	struct err ignored;

	cluster_image_trash(rig->cluster, name, "root", id, &ignored);
	cluster_trash_list(rig->cluster, name, &trash, &count, &ignored);
	for (size_t i = 0; i < count; i++) {
		world_forget_snaps(rig, name, trash[i].id);
		ok(rig, cluster_trash_remove(rig->cluster, name, trash[i].id, NULL, &rig->err));
	}
	free(trash);
	ok(rig, cluster_namespace_remove(rig->cluster, name, &rig->err));
	snprintf(path, sizeof(path), "client.berth.%s", name);
	ok(rig, cluster_key_delete(rig->cluster, path, &rig->err));
	snprintf(path, sizeof(path), "hosts/%s", name);
	world_forget_dirsnaps(rig, name);
	ok(rig, cluster_dir_remove(rig->cluster, path, &rig->err));
	ok(rig, cluster_file_remove(rig->cluster, mac_link, &rig->err));
	ok(rig, cluster_dir_remove(rig->cluster, "trash", &rig->err));
	if (host_by_name(fleet_db(rig->fleet), name, &host, &ignored))
		return;
	ok(rig, root_delete(fleet_db(rig->fleet), host.id, &rig->err));
	ok(rig, host_delete(fleet_db(rig->fleet), &host, &rig->err));
}

#endif
