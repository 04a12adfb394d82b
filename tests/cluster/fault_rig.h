/*
 * Trouble, and what must be so after it: daemons that stop and go on, a host
 * that is taken away without a trace, everything that berth may have made as one
 * text, and a doctor that finds nothing.
 */
#ifndef BERTH_TESTS_CLUSTER_FAULT_RIG_H
#define BERTH_TESTS_CLUSTER_FAULT_RIG_H

#include "tests/cluster/fleet_rig.h"

#include <sys/time.h>

#include "core/ceph/auth.h"
#include "core/ceph/snap_live.h"
#include "core/fleet/doctor.h"
#include "core/fleet/guard.h"
#include "core/fleet/record.h"
#include "db/operation.h"
#include "db/point.h"
#include "db/root.h"
#include "tests/rig/listing.h"

#define BACK_MS 60000
#define LAGGY_MS 5000

/* Daemons */

enum daemon { MON, OSD, MDS, DAEMONS };
static const char *const daemon_names[DAEMONS] = {"mon.a", "osd.0", "mds.a"};
static pid_t daemon_pids[DAEMONS];

static inline void daemons_wake(void)
{
	for (int i = 0; i < DAEMONS; i++)
		if (daemon_pids[i] > 0)
			kill(daemon_pids[i], SIGCONT);
}

static void wake_and_die(int number)
{
	daemons_wake();
	signal(number, SIG_DFL);
	raise(number);
}

static inline int daemons_read(void)
{
	for (int i = 0; i < DAEMONS; i++) {
		char path[512];

		snprintf(path, sizeof(path), "%s/run/%s.pid", getenv("BERTH_TEST_CLUSTER"), daemon_names[i]);
		FILE *file = fopen(path, "re");
		const int read = file ? fscanf(file, "%d", &daemon_pids[i]) : 0;
		if (file)
			fclose(file);
		if (read != 1)
			return -1;
	}
	return 0;
}

/* No way out of this program leaves a daemon stopped. */
static inline int daemons_find(void)
{
	const int deaths[] = {SIGTERM, SIGINT, SIGHUP, SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGALRM};

	if (daemons_read())
		return -1;
	for (size_t i = 0; i < sizeof(deaths) / sizeof(*deaths); i++)
		signal(deaths[i], wake_and_die);
	return atexit(daemons_wake);
}

/* A zombie has no command line. */
static inline void wait_until_dead(pid_t pid)
{
	const int64_t end = clock_ms() + BACK_MS;
	char path[64], byte;
	int there = 1;

	snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)pid);
	while (there && clock_ms() < end) {
		FILE *file = fopen(path, "re");

		there = file && fread(&byte, 1, 1, file) == 1;
		if (file)
			fclose(file);
		wait_ms(there ? 5 : 0);
	}
}

/* Kills it; who starts it again is to be waited for with daemon_is_back. */
static inline pid_t daemon_restart(enum daemon daemon)
{
	char shell[] = "sh", option[] = "-c", line[] = "exec tests/rig/cluster start \"$BERTH_TEST_CLUSTER\" >/dev/null";
	char *const argv[] = {shell, option, line, NULL};
	pid_t starter;

	kill(daemon_pids[daemon], SIGKILL);
	wait_until_dead(daemon_pids[daemon]);
	return posix_spawnp(&starter, "sh", NULL, NULL, argv, environ) ? -1 : starter;
}

static inline void daemon_is_back(pid_t starter)
{
	int status = 0;

	if (!starter)
		return;
	assert_int_equal(waitpid(starter, &status, 0), starter);
	assert_int_equal(status, 0);
	assert_int_equal(daemons_read(), 0);
}

/* Answers of all three: to a question, to a read and to a write, of the tree as well. */
static inline int cluster_try(struct fleet *fleet, struct err *err)
{
	struct cluster_health health;
	struct cluster *cluster;
	char *bytes = NULL;
	size_t length;
	bool exists;
	int status = fleet_cluster(fleet, &cluster, err);

	if (!status)
		status = cluster_health(cluster, &health, err);
	if (!status)
		status = cluster_namespace_exists(cluster, "images", &exists, err);
	if (!status)
		status = cluster_dir_make(cluster, "trash", 0700, err);
	if (!status)
		status = cluster_file_read(cluster, "boot.ipxe", &bytes, &length, err);
	free(bytes);
	return status;
}

/* An OSD that was stopped for longer than its lease has nobody to renew it, and
 * stays "laggy" until it has peered again. */
static inline void cluster_go_on(struct fleet *fleet)
{
	const int64_t begin = clock_ms();
	bool told = false;
	struct err err;

	daemons_wake();
	while (cluster_try(fleet, &err)) {
		const int64_t waited = clock_ms() - begin;

		if (waited > BACK_MS)
			fail_msg("the cluster did not come back in %d s: %s", BACK_MS / 1000, err.text);
		if (waited > LAGGY_MS && !told)
			told = !admin("ceph osd down 0");
		wait_ms(50);
	}
}

/* What there is */

static inline void list_row(json_t *row, struct text *out)
{
	char *line = json_dumps(row, JSON_COMPACT | JSON_SORT_KEYS);

	text_printf(out, "row %s\n", line);
	free(line);
	json_decref(row);
}

static inline void list_host(struct fleet_rig *rig, const struct host *host, struct text *out)
{
	struct point *points;
	struct root root;
	size_t count;

	list_row(record_of_host(host), out);
	const int status = root_by_host(fleet_db(rig->fleet), host->id, &root, &rig->err);
	root.host_id = 0;
	if (!status)
		list_row(record_of_root(&root), out);
	ok(rig, point_list(fleet_db(rig->fleet), host->id, &points, &count, &rig->err));
	for (size_t i = 0; i < count; i++)
		list_row(record_of_point(&points[i]), out);
	free(points);
}

static inline void list_inventory(struct fleet_rig *rig, struct text *out)
{
	struct release *releases;
	struct host *hosts;
	size_t count;

	ok(rig, host_list(fleet_db(rig->fleet), &hosts, &count, &rig->err));
	for (size_t i = 0; i < count; i++)
		list_host(rig, &hosts[i], out);
	free(hosts);
	ok(rig, release_list(fleet_db(rig->fleet), NULL, &releases, &count, &rig->err));
	for (size_t i = 0; i < count; i++)
		text_printf(out, "release %s@%s %s\n", releases[i].image, releases[i].name, releases[i].kernel);
	free(releases);
}

/* Cluster and inventory. */
static inline char *list_all(struct fleet_rig *rig)
{
	struct text text = {0};

	ok(rig, site_listing(rig->cluster, rig->prefix, &text, &rig->err));
	list_inventory(rig, &text);
	return text_take(&text);
}

/* Of this site's hosts and images, its tree, its operations: other tests share the cluster. */
static inline bool finding_is_ours(const struct fleet_rig *rig, const struct finding *finding)
{
	const char *space = strchr(finding->target, ' ');

	if (!space)
		return !strcmp(finding->target, "site");
	return !strncmp(finding->target, "operation ", 10) || !strncmp(space + 1, rig->prefix, strlen(rig->prefix));
}

/* Nothing that needs an admin. */
static inline void check_doctor(struct fleet_rig *rig)
{
	struct diagnosis diagnosis = {0};

	ok(rig, doctor_examine(rig->fleet, NULL, &diagnosis, &rig->err));
	for (size_t i = 0; i < diagnosis.count; i++) {
		const struct finding *finding = &diagnosis.items[i];

		if (finding_is_ours(rig, finding) && finding->level >= FINDING_WARNING)
			fail_msg("the doctor finds on %s: %s", finding->target, finding->words);
	}
	diagnosis_free(&diagnosis);
}

/* A golden image with two releases, as berth would have left it */

static inline int rig_put_file(struct fleet_rig *rig, const char *release, const char *name)
{
	static const char kernel[] = "a kernel";
	char path[96];

	snprintf(path, sizeof(path), "images/%s-gold/%s", rig->prefix, release);
	const int status = cluster_dir_make(rig->cluster, path, 0755, &rig->err);
	snprintf(path, sizeof(path), "images/%s-gold/%s/%s", rig->prefix, release, name);
	return status ? status : cluster_file_write(rig->cluster, path, kernel, strlen(kernel), 0644, 0, &rig->err);
}

static inline int rig_dress_release(struct fleet_rig *rig, const struct image *image, const char *name)
{
	struct release release = {.image_id = image->id, .kernel = "6.1", .size = 32 * MIB}, found;
	int status = rig_put_file(rig, name, "vmlinuz");

	text_copy(release.name, sizeof(release.name), name);
	if (!status)
		status = rig_put_file(rig, name, "initrd.img");
	if (!status)
		status = cluster_snap_create(rig->cluster, "images", image->name, name, &rig->err);
	if (status && status != ERR_EXISTS)
		return status;
	if (!release_find(fleet_db(rig->fleet), image->name, name, &found, &rig->err))
		status = release_delete(fleet_db(rig->fleet), found.id, &rig->err);
	else
		status = 0;
	return status ? status : release_insert(fleet_db(rig->fleet), &release, &rig->err);
}

/* Two releases with a kernel, and what `doctor --repair` does for them. */
static inline int rig_dress_gold(struct fleet_rig *rig)
{
	struct diagnosis diagnosis = {0};
	struct plans plans = {0};
	struct image image;
	char name[64];

	snprintf(name, sizeof(name), "%s-gold", rig->prefix);
	int status = image_by_name(fleet_db(rig->fleet), name, &image, &rig->err);

	for (int i = 0; i < 2 && !status; i++)
		status = rig_dress_release(rig, &image, i ? "2" : "1");
	if (!status)
		status = doctor_examine(rig->fleet, NULL, &diagnosis, &rig->err);
	for (size_t i = 0; i < diagnosis.count; i++)
		if (!finding_is_ours(rig, &diagnosis.items[i])) {
			json_decref(diagnosis.items[i].steps);
			diagnosis.items[i].steps = NULL;
		}
	if (!status) {
		plan_doctor_repair(&diagnosis, &plans);
		status = rig_run(rig->fleet, &plans, &rig->err);
	}
	diagnosis_free(&diagnosis);
	return status;
}

/* A host without a trace */

static inline void scrub_snaps(struct fleet_rig *rig, const char *host, const char *id)
{
	struct cluster_snap *snaps = NULL;
	size_t count = 0;

	if (cluster_snap_live_list(rig->cluster, host, id, &snaps, &count, &rig->err))
		return;
	for (size_t i = 0; i < count; i++)
		cluster_snap_live_remove(rig->cluster, host, id, snaps[i].name, &rig->err);
	free(snaps);
}

/* One more round for each clone of a clone. */
static inline void scrub_images(struct fleet_rig *rig, const char *host)
{
	for (int round = 0; round < 8; round++) {
		struct cluster_trash *trash = NULL;
		char **names = NULL, id[64];
		size_t count = 0;

		if (!cluster_image_list(rig->cluster, host, &names, &count, &rig->err)) {
			for (size_t i = 0; i < count; i++)
				cluster_image_trash(rig->cluster, host, names[i], id, &rig->err);
			cluster_names_free(names, count);
		}
		if (cluster_trash_list(rig->cluster, host, &trash, &count, &rig->err) || !count) {
			free(trash);
			return;
		}
		for (size_t i = 0; i < count; i++) {
			scrub_snaps(rig, host, trash[i].id);
			cluster_trash_remove(rig->cluster, host, trash[i].id, NULL, &rig->err);
		}
		free(trash);
	}
}

static inline void scrub_dir(struct fleet_rig *rig, const char *path)
{
	char **names = NULL;
	size_t count = 0;

	if (!cluster_dirsnap_list(rig->cluster, path, &names, &count, &rig->err)) {
		for (size_t i = 0; i < count; i++)
			cluster_dirsnap_remove(rig->cluster, path, names[i], &rig->err);
		cluster_names_free(names, count);
	}
	ok(rig, cluster_dir_remove(rig->cluster, path, &rig->err));
}

static inline void scrub_tree(struct fleet_rig *rig, const char *host)
{
	char **names = NULL, path[256];
	size_t count = 0;

	snprintf(path, sizeof(path), "hosts/%s/boot", host);
	scrub_dir(rig, path);
	snprintf(path, sizeof(path), "hosts/%s", host);
	ok(rig, cluster_dir_remove(rig->cluster, path, &rig->err));
	if (cluster_dir_list(rig->cluster, "trash", &names, &count, &rig->err))
		return;
	for (size_t i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "trash/%s", names[i]);
		scrub_dir(rig, path);
	}
	cluster_names_free(names, count);
}

static inline void scrub_host(struct fleet_rig *rig, const char *name)
{
	char entity[96], path[64] = "by-mac/";
	struct guard *guard = NULL;
	struct host host;

	/* Who was killed on it is out of the way. */
	guard_take(rig->fleet, name, &guard, &rig->err);
	guard_release(guard);
	scrub_images(rig, name);
	ok(rig, cluster_namespace_remove(rig->cluster, name, &rig->err));
	snprintf(entity, sizeof(entity), "client.berth.%s", name);
	ok(rig, cluster_key_delete(rig->cluster, entity, &rig->err));
	scrub_tree(rig, name);
	if (host_by_name(fleet_db(rig->fleet), name, &host, &rig->err))
		return;
	for (char *at = strcat(path, host.macs[0]); *at; at++)
		*at = *at == ':' ? '-' : *at;
	ok(rig, cluster_file_remove(rig->cluster, path, &rig->err));
	root_delete(fleet_db(rig->fleet), host.id, &rig->err);
	ok(rig, host_delete(fleet_db(rig->fleet), &host, &rig->err));
}

#endif
