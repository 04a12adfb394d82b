/*
 * A small fleet on the real cluster, with an inventory of its own: an image
 * PREFIX-gold with release "1", and hosts that are provisioned from it. Records
 * (tests/rig/client.c) stand for what a machine wrote.
 */
#ifndef BERTH_TESTS_CLUSTER_FLEET_RIG_H
#define BERTH_TESTS_CLUSTER_FLEET_RIG_H

#include <dirent.h>

#include "core/ceph/cluster.h"
#include "core/ceph/image.h"
#include "core/ceph/tree.h"
#include "core/fleet/fleet.h"
#include "core/fleet/meta.h"
#include "core/fleet/plan.h"
#include "core/fleet/provision.h"
#include "core/fleet/run.h"
#include "core/fleet/site.h"
#include "db/host.h"
#include "db/image.h"
#include "tests/cluster/client.h"
#include "tests/cluster/expect.h"

struct fleet_rig {
	const char *prefix;
	char directory[64], inventory[96], boot_root[64];
	struct fleet *fleet;
	struct cluster *cluster;
	struct err err;
	int inventories;          /* more of them, in the directory */
	struct client clients[4]; /* ended by rig_end_clients, when a test fails too */
};

/* A berth of its own on the same inventory: another connection. */
static inline struct fleet *rig_berth(const char *inventory, struct err *err)
{
	const struct fleet_options options = {
		.inventory = inventory, .conf = getenv("BERTH_TEST_CONF"), .name = getenv("BERTH_TEST_NAME"),
	};
	struct fleet *fleet = NULL;

	if (fleet_open(&options, &fleet, err))
		print_error("%s\n", err->text);
	return fleet;
}

/* Runs all plans and frees them. */
static inline int rig_run(struct fleet *fleet, struct plans *plans, struct err *err)
{
	int status = 0;

	for (size_t i = 0; i < plans->count && !status; i++)
		status = plan_run(fleet, &plans->items[i], NULL, NULL, err);
	plans_free(plans);
	return status;
}

static inline void rig_end_clients(struct fleet_rig *rig)
{
	for (size_t i = 0; i < sizeof(rig->clients) / sizeof(*rig->clients); i++)
		client_end(&rig->clients[i]);
}

/* All of the prefix: roots first, since an image goes when nothing needs it. */
static inline void rig_clean_images(const char *prefix)
{
	admin("wipe() { for round in 1 2 3 4; do "
	      "rbd trash ls rbd/$1 | while read id name; do rbd trash restore rbd/$1/$id --image $name.$id; done; "
	      "for i in $(rbd ls rbd/$1); do rbd snap purge rbd/$1/$i; rbd rm rbd/$1/$i; done; done; rbd namespace rm rbd/$1; }; "
	      "for ns in $(rbd namespace ls rbd --format json | jq -r '.[].name'); do case $ns in %s*) wipe $ns; "
	      "ceph auth rm client.berth.$ns;; esac; done; "
	      "rbd trash ls rbd/images | while read id name; do case $name in %s*) "
	      "rbd trash restore rbd/images/$id --image $name.$id;; esac; done; "
	      "for i in $(rbd ls rbd/images); do case $i in %s*) "
	      "for s in $(rbd snap ls rbd/images/$i --format json | jq -r '.[].name'); do rbd snap unprotect rbd/images/$i@$s; done; "
	      "rbd snap purge rbd/images/$i; rbd rm rbd/images/$i;; esac; done", prefix, prefix, prefix);
}

static inline void rig_clean_tree(struct fleet_rig *rig)
{
	char **hosts, **snaps, path[256];
	size_t host_count, snap_count;
	struct err ignored;

	if (!cluster_dir_list(rig->cluster, "hosts", &hosts, &host_count, &ignored)) {
		for (size_t i = 0; i < host_count; i++) {
			snprintf(path, sizeof(path), "hosts/%s/boot", hosts[i]);
			if (cluster_dirsnap_list(rig->cluster, path, &snaps, &snap_count, &ignored))
				continue;
			for (size_t n = 0; n < snap_count; n++)
				cluster_dirsnap_remove(rig->cluster, path, snaps[n], &ignored);
			cluster_names_free(snaps, snap_count);
		}
		cluster_names_free(hosts, host_count);
	}
	if (!cluster_dir_list(rig->cluster, "", &hosts, &host_count, &ignored)) {
		for (size_t i = 0; i < host_count; i++)
			if (cluster_file_remove(rig->cluster, hosts[i], &ignored))
				cluster_dir_remove(rig->cluster, hosts[i], &ignored);
		cluster_names_free(hosts, host_count);
	}
}

static inline int rig_make_gold(struct fleet_rig *rig)
{
	struct image image = {.size = 32 * MIB, .source = "test"};
	struct release release = {.name = "1", .size = 32 * MIB};
	int status;

	snprintf(image.name, sizeof(image.name), "%s-gold", rig->prefix);
	status = cluster_image_create(rig->cluster, "images", image.name, image.size, &rig->err);
	if (!status)
		status = cluster_snap_create(rig->cluster, "images", image.name, "1", &rig->err);
	if (!status)
		status = image_insert(fleet_db(rig->fleet), &image, &rig->err);
	release.image_id = image.id;
	return status ? status : release_insert(fleet_db(rig->fleet), &release, &rig->err);
}

static inline int rig_init_site(struct fleet_rig *rig, struct fleet *fleet)
{
	const struct site_input site = {
		.pool = "rbd", .fs = "cephfs", .url = "http://127.0.0.1:8080", .boot_root = rig->boot_root,
		.conf = getenv("BERTH_TEST_CONF"), .name = getenv("BERTH_TEST_NAME"),
	};
	struct plans plans = {0};
	int status = plan_init(fleet, &site, &plans, &rig->err);

	if (!status)
		status = rig_run(fleet, &plans, &rig->err);
	return status ? status : fleet_reload_site(fleet, &rig->err);
}

static inline struct fleet_rig *rig_begin(const char *prefix)
{
	struct fleet_rig *rig = xcalloc(1, sizeof(*rig));

	rig->prefix = prefix;
	strcpy(rig->directory, "/tmp/berth-fleet-XXXXXX");
	if (!mkdtemp(rig->directory))
		return NULL;
	snprintf(rig->inventory, sizeof(rig->inventory), "%s/inventory.db", rig->directory);
	snprintf(rig->boot_root, sizeof(rig->boot_root), "/%s", prefix);
	rig_clean_images(prefix);
	rig->fleet = rig_berth(rig->inventory, &rig->err);
	int status = rig->fleet ? 0 : -1;
	for (int i = 0; i < 2 && !status; i++) { /* the second after what an earlier run left was swept */
		status = rig_init_site(rig, rig->fleet);
		if (!status)
			status = fleet_cluster(rig->fleet, &rig->cluster, &rig->err);
		if (!status && !i)
			rig_clean_tree(rig);
	}
	if (!status)
		status = rig_make_gold(rig);
	if (!status)
		return rig;
	print_error("%s\n", rig->err.text);
	return NULL;
}

static inline void rig_end(struct fleet_rig *rig)
{
	if (!rig)
		return;
	rig_end_clients(rig);
	rig_clean_tree(rig);
	fleet_close(rig->fleet);
	rig_clean_images(rig->prefix);
	char line[128];
	snprintf(line, sizeof(line), "rm -rf '%s'", rig->directory);
	if (system(line))
		print_error("%s stays\n", rig->directory);
	free(rig);
}

/* A provisioned host PREFIX-LETTER. */
static inline void rig_add_host(struct fleet_rig *rig, char letter, char name[64])
{
	struct host host = {.release = "1", .mac_count = 1};
	struct plans plans = {0};

	snprintf(name, 64, "%s-%c", rig->prefix, letter);
	text_copy(host.name, sizeof(host.name), name);
	snprintf(host.image, sizeof(host.image), "%s-gold", rig->prefix);
	snprintf(host.macs[0], sizeof(host.macs[0]), "52:54:00:00:%02x:%02x", rig->prefix[2], letter);
	ok(rig, host_insert(fleet_db(rig->fleet), &host, &rig->err));
	ok(rig, plan_host_provision(rig->fleet, name, &plans, &rig->err));
	ok(rig, rig_run(rig->fleet, &plans, &rig->err));
}

/* Another inventory of the same host, made from the cluster as `berth init` and
 * `berth doctor --repair` would. */
static inline const char *rig_second(struct fleet_rig *rig, const char *host, char path[128])
{
	struct plans plans = {0};
	char gold[64];

	snprintf(gold, sizeof(gold), "%s-gold", rig->prefix);
	snprintf(path, 128, "%s/second-%d.db", rig->directory, rig->inventories++);
	struct fleet *second = rig_berth(path, &rig->err);
	assert_non_null(second);
	plan_add_image_meta(plans_add(&plans, "repair", "image %s", gold), gold);
	ok(rig, rig_run(rig->fleet, &plans, &rig->err));
	ok(rig, rig_init_site(rig, second));
	ok(rig, meta_take_image(second, gold, &rig->err));
	ok(rig, meta_take_host(second, host, &rig->err));
	fleet_close(second);
	return path;
}

/* As the machine would: opens its root and writes. */
static inline struct client *rig_machine(struct fleet_rig *rig, int index, const char *host, bool exclusive)
{
	struct client *machine = &rig->clients[index];
	char image[80];

	snprintf(image, sizeof(image), "%s/root", host);
	client_start(machine, image);
	assert_int_equal(client_do(machine, "open"), 0);
	if (exclusive)
		assert_int_equal(client_do(machine, "lock"), 0);
	return machine;
}

static inline void rig_write(struct fleet_rig *rig, const char *host, int block, int number)
{
	struct client *machine = rig_machine(rig, 3, host, false);
	char line[64];

	snprintf(line, sizeof(line), "put %d %d", block, number);
	assert_int_equal(client_do(machine, line), 0);
	client_end(machine);
}

static inline uint64_t rig_read(const char *host, uint64_t block)
{
	char image[80];

	snprintf(image, sizeof(image), "%s/root", host);
	return read_record(image, block);
}

#endif
