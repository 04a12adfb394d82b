/*
 * The operations that tests/cluster/test_faults.c puts into trouble, all on one
 * host: how each begins, its plan, and what it leaves when it is carried out.
 */
#ifndef BERTH_TESTS_CLUSTER_FAULT_SCENARIOS_H
#define BERTH_TESTS_CLUSTER_FAULT_SCENARIOS_H

#include "tests/cluster/fault_rig.h"

#include "core/fleet/fence.h"
#include "core/fleet/hosts.h"
#include "core/fleet/images.h"
#include "core/fleet/points.h"

#define HOST "t-fault-a"
#define GOLD "t-fault-gold"
#define BLOCK 5000 /* not one of those that `run` of tests/rig/client.c writes */

static struct fleet_rig *rig;
static char key_before[CLUSTER_KEY];

struct scenario {
	const char *name;
	void (*begin)(void);
	int (*plan)(struct fleet *fleet, struct plans *plans, struct err *err);
	void (*check)(void);                /* after it was carried out; the doctor comes besides */
	bool content;                       /* the root's content is part of what undo brings back */
	bool new_key;                       /* undo makes another key */
	bool one_way;                       /* who is cut off stays so */
	bool rare;                          /* killed in `make proof` alone; test_provision kills the most of them */
	bool guarded;                       /* killed at any moment in `make check` too */
	struct { enum daemon daemon; const char *step; bool undo; } fault; /* of `make check` */
};

static inline struct host host_row(void)
{
	struct host host;

	ok(rig, host_by_name(fleet_db(rig->fleet), HOST, &host, &rig->err));
	return host;
}

static inline bool has_root(void)
{
	struct host host;
	struct root root;

	return !host_by_name(fleet_db(rig->fleet), HOST, &host, &rig->err) &&
	       !root_by_host(fleet_db(rig->fleet), host.id, &root, &rig->err);
}

static inline void run_now(int (*plan)(struct fleet *fleet, struct plans *plans, struct err *err))
{
	struct plans plans = {0};

	ok(rig, plan(rig->fleet, &plans, &rig->err));
	ok(rig, rig_run(rig->fleet, &plans, &rig->err));
}

/* What a machine would have written, in its root and in its /boot. */
static inline void write_content(int number)
{
	uint64_t record[512] = {(uint64_t)number};
	struct cluster_writer *writer;
	char words[32];

	ok(rig, cluster_writer_open(rig->cluster, HOST, "root", &writer, &rig->err));
	ok(rig, cluster_writer_put(writer, BLOCK * (int64_t)sizeof(record), record, sizeof(record), &rig->err));
	ok(rig, cluster_writer_close(writer, &rig->err));
	snprintf(words, sizeof(words), "kernel %d", number);
	ok(rig, cluster_file_write(rig->cluster, "hosts/" HOST "/boot/kernel", words, strlen(words), 0644, 0, &rig->err));
}

static inline void check_content(int number)
{
	char words[32], *bytes;
	size_t length;

	assert_int_equal(rig_read(HOST, BLOCK), number);
	snprintf(words, sizeof(words), "kernel %d", number);
	ok(rig, cluster_file_read(rig->cluster, "hosts/" HOST "/boot/kernel", &bytes, &length, &rig->err));
	assert_string_equal(bytes, words);
	free(bytes);
}

static inline bool script_says(const char *words)
{
	char *text;
	size_t length;

	ok(rig, cluster_file_read(rig->cluster, "hosts/" HOST "/boot.ipxe", &text, &length, &rig->err));
	const bool says = strstr(text, words) != NULL;
	free(text);
	return says;
}

static inline size_t count_points(void)
{
	struct point_row *rows;
	size_t count, there = 0;

	ok(rig, point_rows(rig->fleet, HOST, &rows, &count, &rig->err));
	for (size_t i = 0; i < count; i++)
		there += rows[i].there;
	free(rows);
	assert_int_equal(there, count);
	return count;
}

/* provision */

static inline int plan_provision(struct fleet *fleet, struct plans *plans, struct err *err)
{
	return plan_host_provision(fleet, HOST, plans, err);
}

static inline void begin_draft(void)
{
	struct host host = {.name = HOST, .image = GOLD, .release = "1", .size = 48 * MIB, .macs = {"52:54:00:00:fa:01"}, .mac_count = 1};

	scrub_host(rig, HOST);
	ok(rig, host_insert(fleet_db(rig->fleet), &host, &rig->err));
}

static inline void check_provisioned(void)
{
	assert_true(has_root());
	assert_true(script_says("identity.cpio"));
}

static inline void begin_provisioned(void)
{
	rig_end_clients(rig);
	begin_draft();
	run_now(plan_provision);
}

static inline void begin_any_root(void)
{
	if (!has_root())
		begin_provisioned();
}

/* snap */

static inline int plan_snap(struct fleet *fleet, struct plans *plans, struct err *err)
{
	return plan_snap_create(fleet, HOST, "one", "a note", plans, err);
}

static inline int plan_snap_drop(struct fleet *fleet, struct plans *plans, struct err *err)
{
	return plan_snap_remove(fleet, HOST, "one", plans, err);
}

static inline void begin_snap(void)
{
	begin_any_root();
	if (count_points())
		run_now(plan_snap_drop);
}

static inline void check_snapped(void)
{
	assert_int_equal(count_points(), 1);
}

/* rollback: in place, by swap, to a point of a former root */

static inline int plan_place(struct fleet *fleet, struct plans *plans, struct err *err)
{
	return plan_snap_rollback(fleet, HOST, "one", ROLLBACK_IN_PLACE, plans, err);
}

static inline int plan_swap(struct fleet *fleet, struct plans *plans, struct err *err)
{
	return plan_snap_rollback(fleet, HOST, "one", ROLLBACK_SWAP, plans, err);
}

static inline void begin_rollback(void)
{
	begin_provisioned();
	write_content(1);
	run_now(plan_snap);
	write_content(2);
}

static inline void begin_former(void)
{
	begin_rollback();
	run_now(plan_swap);
	write_content(2);
}

static inline void check_rolled(void)
{
	check_content(1);
	assert_int_equal(count_points(), 2);
	assert_true(script_says("identity.cpio"));
}

static inline void check_rolled_former(void)
{
	check_content(1);
	assert_int_equal(count_points(), 3);
	assert_true(script_says("identity.cpio"));
}

/* assign: to the release that it does not have */

static inline int plan_assign(struct fleet *fleet, struct plans *plans, struct err *err)
{
	struct host host;
	const int status = host_by_name(fleet_db(fleet), HOST, &host, err);
	const struct assign other = {.image = strcmp(host.release, "1") ? GOLD "@1" : GOLD "@2"};

	return status ? status : plan_host_assign(fleet, HOST, &other, plans, err);
}

static inline void check_assigned(void)
{
	struct root root;

	ok(rig, root_by_host(fleet_db(rig->fleet), host_row().id, &root, &rig->err));
	assert_string_equal(root.release, host_row().release);
	assert_string_equal(root.release, "2");
	assert_true(script_says("identity.cpio"));
}

/* retire */

static inline int plan_retire(struct fleet *fleet, struct plans *plans, struct err *err)
{
	return plan_host_retire(fleet, HOST, plans, err);
}

static inline void check_retired(void)
{
	struct cluster_stat stat;

	assert_false(has_root());
	refused(rig, cluster_key_get(rig->cluster, "client.berth." HOST, NULL, NULL, &rig->err), ERR_NOT_FOUND, "");
	refused(rig, cluster_path_stat(rig->cluster, "hosts/" HOST "/identity.cpio", &stat, &rig->err), ERR_NOT_FOUND, "");
	assert_false(script_says("identity.cpio"));
}

/* fence */

static inline int plan_fence(struct fleet *fleet, struct plans *plans, struct err *err)
{
	return plan_host_fence(fleet, HOST, plans, err);
}

static inline void begin_machine(void)
{
	begin_any_root();
	rig_end_clients(rig);
	rig_machine(rig, 0, HOST, true);
	assert_int_equal(client_do(&rig->clients[0], "put 1 1"), 0);
}

static inline void check_fenced(void)
{
	assert_int_not_equal(client_do(&rig->clients[0], "put 1 2"), 0);
	assert_int_equal(rig_read(HOST, 1), 1);
}

/* rotate */

static inline int plan_rotate(struct fleet *fleet, struct plans *plans, struct err *err)
{
	return plan_host_rotate(fleet, HOST, plans, err);
}

static inline void begin_rotate(void)
{
	begin_any_root();
	ok(rig, cluster_key_get(rig->cluster, "client.berth." HOST, key_before, NULL, &rig->err));
}

static inline void check_rotated(void)
{
	char key[CLUSTER_KEY];

	ok(rig, cluster_key_get(rig->cluster, "client.berth." HOST, key, NULL, &rig->err));
	assert_string_not_equal(key, key_before);
}

/* release */

static inline int plan_release(struct fleet *fleet, struct plans *plans, struct err *err)
{
	return plan_image_release(fleet, GOLD, "3", plans, err);
}

static inline int plan_release_drop(struct fleet *fleet, struct plans *plans, struct err *err)
{
	return plan_image_remove(fleet, GOLD "@3", plans, err);
}

static inline void begin_release(void)
{
	struct release release;

	if (!release_find(fleet_db(rig->fleet), GOLD, "3", &release, &rig->err))
		run_now(plan_release_drop);
}

static inline void check_released(void)
{
	struct cluster_stat stat;
	struct release release;

	ok(rig, release_find(fleet_db(rig->fleet), GOLD, "3", &release, &rig->err));
	ok(rig, cluster_path_stat(rig->cluster, "images/" GOLD "/3/vmlinuz", &stat, &rig->err));
	ok(rig, cluster_path_stat(rig->cluster, "images/" GOLD "/3/initrd.img", &stat, &rig->err));
}

/* hold, unhold */

static inline int plan_hold(struct fleet *fleet, struct plans *plans, struct err *err)
{
	return plan_host_hold(fleet, HOST, "new disks", plans, err);
}

static inline int plan_unhold(struct fleet *fleet, struct plans *plans, struct err *err)
{
	return plan_host_unhold(fleet, HOST, plans, err);
}

static inline void begin_held(void)
{
	begin_any_root();
	if (!host_row().hold_reason[0])
		run_now(plan_hold);
}

static inline void begin_free(void)
{
	begin_any_root();
	if (host_row().hold_reason[0])
		run_now(plan_unhold);
}

static inline void check_held(void)
{
	assert_string_equal(host_row().hold_reason, "new disks");
	assert_true(script_says("new disks"));
}

static inline void check_free(void)
{
	assert_string_equal(host_row().hold_reason, "");
	assert_false(script_says("new disks"));
}

static const struct scenario scenarios[] = {
	{"provision", begin_draft, plan_provision, check_provisioned, .rare = true, .fault = {OSD, "root-clone", true}},
	{"snap", begin_snap, plan_snap, check_snapped, .fault = {MDS, "point-boot", true}},
	{"rollback", begin_rollback, plan_place, check_rolled, .content = true, .guarded = true,
	 .fault = {OSD, "root-rollback", false}},
	{"swap", begin_rollback, plan_swap, check_rolled, .content = true, .guarded = true, .fault = {MON, "guard", true}},
	{"former", begin_former, plan_swap, check_rolled_former, .content = true, .rare = true},
	{"assign", begin_provisioned, plan_assign, check_assigned, .rare = true, .fault = {MDS, "hold-script", false}},
	{"retire", begin_provisioned, plan_retire, check_retired, .new_key = true, .rare = true,
	 .fault = {MON, "key-remove", true}},
	{"fence", begin_machine, plan_fence, check_fenced, .one_way = true, .fault = {MON, "fence", true}},
	{"rotate", begin_rotate, plan_rotate, check_rotated, .new_key = true},
	{"release", begin_release, plan_release, check_released, .rare = false},
	{"hold", begin_free, plan_hold, check_held, .rare = false},
	{"unhold", begin_held, plan_unhold, check_free, .rare = true},
};
#define SCENARIOS (sizeof(scenarios) / sizeof(*scenarios))

#endif
