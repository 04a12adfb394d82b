/* Snapshots of an image that another client has locked and writes to. */
#include "tests/cluster/ceph_rig.h"

#include <errno.h>
#include <pthread.h>

#include "core/ceph/internal.h"
#include "core/ceph/rbd_class.h"
#include "core/ceph/snap_live.h"

#define NS "t-live"
#define IMAGE NS "/root"

static int rig_open(void **state)
{
	struct rig *rig = rig_new(NS, "/t-live");

	*state = rig;
	if (!rig)
		return -1;
	cluster_namespace_create(rig->cluster, NS, NULL);
	rig_clear(rig);
	return 0;
}

static int rig_close(void **state)
{
	rig_free(*state);
	return 0;
}

/* As a host's root: a clone, so that first writes copy from the parent. */
static int root_make(void **state)
{
	struct rig *rig = *state;
	int status = cluster_image_create(rig->cluster, NS, "gold", 32 * MIB, &rig->err);

	if (!status)
		status = cluster_snap_create(rig->cluster, NS, "gold", "1", &rig->err);
	return status ? status : cluster_image_clone(rig->cluster, NS, "gold", "1", NS, "root", &rig->err);
}

static int root_drop(void **state)
{
	rig_clear(*state);
	return 0;
}

static const char *root_id(struct rig *rig, char id[64])
{
	struct cluster_image_info info;

	ok(rig, cluster_image_info(rig->cluster, NS, "root", &info, &rig->err));
	strcpy(id, info.id);
	return id;
}

static void start_writer(struct rig *rig, bool exclusive)
{
	struct client *machine = &rig->clients[0];

	client_start(machine, IMAGE);
	assert_int_equal(client_do(machine, "open"), 0);
	if (exclusive)
		assert_int_equal(client_do(machine, "lock"), 0);
	assert_int_equal(client_do(machine, "run"), 0);
	while (machine->counters->acknowledged < 50)
		wait_ms(1);
}

static void stop_writer(struct rig *rig)
{
	assert_int_equal(client_do(&rig->clients[0], "stop"), 0);
	assert_int_equal(rig->clients[0].counters->errors, 0);
}

static void take_many(struct rig *rig, bool exclusive)
{
	enum { COUNT = 50 };
	uint64_t least[COUNT], most[COUNT];
	char id[64], name[32];

	start_writer(rig, exclusive);
	root_id(rig, id);
	for (int i = 0; i < COUNT; i++) {
		snprintf(name, sizeof(name), "s%d", i);
		least[i] = rig->clients[0].counters->acknowledged;
		ok(rig, cluster_snap_live_create(rig->cluster, NS, id, name, &rig->err));
		most[i] = rig->clients[0].counters->issued;
	}
	const uint64_t end = rig->clients[0].counters->acknowledged;
	while (rig->clients[0].counters->acknowledged < end + 100)
		wait_ms(1);
	stop_writer(rig);
	for (int i = 0; i < COUNT; i++) {
		snprintf(name, sizeof(name), IMAGE "@s%d", i);
		check_records(name, least[i], most[i]);
	}
	assert_true(most[COUNT - 1] > least[0] + COUNT); /* it did write meanwhile */
}

static void snapshots_hold_what_was_written_before(void **state)
{
	take_many(*state, true);
}

static void also_under_a_cooperative_client(void **state)
{
	take_many(*state, false);
}

/* Killed between header and notify: the call that is repeated makes it good. */
static void a_half_done_creation_is_made_good(void **state)
{
	struct rig *rig = *state;
	uint64_t features, snap_id;
	struct pool pool;
	char id[64];

	start_writer(rig, true);
	root_id(rig, id);
	ok(rig, pool_open(rig->cluster, NS, &pool, &rig->err));
	assert_int_equal(rados_ioctx_selfmanaged_snap_create(pool.io, &snap_id), 0);
	assert_int_equal(rbd_class_features(pool.io, id, &features), 0);
	assert_int_equal(rbd_class_snap_add(pool.io, id, features ^ 8, "half", snap_id), -ECANCELED);
	assert_int_equal(rbd_class_snap_add(pool.io, id, features, "half", snap_id), 0);
	pool_close(&pool);
	const uint64_t least = rig->clients[0].counters->acknowledged;
	while (rig->clients[0].counters->acknowledged < least + 50) /* all of this goes into it */
		wait_ms(1);
	refused(rig, cluster_snap_live_create(rig->cluster, NS, id, "half", &rig->err), ERR_EXISTS, "half");
	const uint64_t most = rig->clients[0].counters->issued;
	while (rig->clients[0].counters->acknowledged < most + 50)
		wait_ms(1);
	stop_writer(rig);
	check_records(IMAGE "@half", least, most);
}

static size_t count_all(const char *image)
{
	char line[512];
	unsigned count = 99;

	snprintf(line, sizeof(line), "CEPH_CONF='%s' rbd snap ls --all rbd/%s --format json | jq length",
		 getenv("BERTH_TEST_CONF"), image);
	FILE *pipe = popen(line, "r");
	assert_int_equal(fscanf(pipe, "%u", &count), 1);
	pclose(pipe);
	return count;
}

static void removal_frees_the_name_under_a_writer(void **state)
{
	struct rig *rig = *state;
	struct cluster_snap *snaps;
	size_t count;
	char id[64];

	start_writer(rig, true);
	root_id(rig, id);
	for (int i = 0; i < 10; i++) {
		const uint64_t least = rig->clients[0].counters->acknowledged;

		ok(rig, cluster_snap_live_create(rig->cluster, NS, id, "again", &rig->err));
		const uint64_t most = rig->clients[0].counters->issued;
		check_records(IMAGE "@again", least, most);
		ok(rig, cluster_snap_live_remove(rig->cluster, NS, id, "again", &rig->err));
		ok(rig, cluster_snap_live_remove(rig->cluster, NS, id, "again", &rig->err));
		ok(rig, cluster_snap_live_list(rig->cluster, NS, id, &snaps, &count, &rig->err));
		free(snaps);
		assert_int_equal(count, 0);
	}
	stop_writer(rig);
	assert_int_equal(count_all(IMAGE), 0);
}

static void a_half_done_removal_is_finished(void **state)
{
	struct rig *rig = *state;
	struct cluster_snap *snaps;
	struct pool pool;
	size_t count;
	char id[64];

	root_id(rig, id);
	for (int freed = 0; freed < 2; freed++) {
		ok(rig, cluster_snap_live_create(rig->cluster, NS, id, "half", &rig->err));
		ok(rig, cluster_snap_live_list(rig->cluster, NS, id, &snaps, &count, &rig->err));
		assert_int_equal(count, 1);
		assert_string_equal(snaps[0].name, "half");
		assert_int_equal(snaps[0].size, 32 * MIB);
		ok(rig, pool_open(rig->cluster, NS, &pool, &rig->err));
		assert_int_equal(rbd_class_snap_hide(pool.io, id, snaps[0].id), 0);
		if (freed)
			assert_int_equal(rados_ioctx_selfmanaged_snap_remove(pool.io, snaps[0].id), 0);
		pool_close(&pool);
		free(snaps);
		ok(rig, cluster_snap_live_list(rig->cluster, NS, id, &snaps, &count, &rig->err));
		free(snaps);
		assert_int_equal(count, 0);
		assert_int_equal(count_all(IMAGE), 1);
		ok(rig, cluster_snap_live_remove(rig->cluster, NS, id, "half", &rig->err));
		assert_int_equal(count_all(IMAGE), 0);
	}
}

static void a_clone_keeps_its_snapshot(void **state)
{
	struct rig *rig = *state;
	char id[64];

	root_id(rig, id);
	ok(rig, cluster_snap_live_create(rig->cluster, NS, id, "base", &rig->err));
	ok(rig, cluster_image_clone(rig->cluster, NS, "root", "base", NS, "child", &rig->err));
	refused(rig, cluster_snap_live_remove(rig->cluster, NS, id, "base", &rig->err), ERR_REFUSED, NS "/child");
	assert_int_equal(count_all(IMAGE), 1);
	assert_int_equal(admin("rbd rm rbd/" NS "/child"), 0);
	assert_int_equal(admin("rbd snap protect rbd/" IMAGE "@base"), 0);
	refused(rig, cluster_snap_live_remove(rig->cluster, NS, id, "base", &rig->err), ERR_REFUSED, "protected");
	assert_int_equal(admin("rbd snap unprotect rbd/" IMAGE "@base"), 0);
	ok(rig, cluster_snap_live_remove(rig->cluster, NS, id, "base", &rig->err));
	assert_int_equal(count_all(IMAGE), 0);
}

static void *clone_now(void *data)
{
	struct rig *rig = data;
	struct err err;

	return (void *)(intptr_t)cluster_image_clone(rig->cluster, NS, "root", "base", NS, "child", &err);
}

static void of_a_clone_and_a_removal_one_wins(void **state)
{
	enum { ROUNDS = 40 };
	struct rig *rig = *state;
	struct cluster_image_info info;
	int clones = 0, removals = 0;
	char id[64];

	root_id(rig, id);
	for (int i = 0; i < ROUNDS; i++) {
		pthread_t thread;
		void *cloned;

		ok(rig, cluster_snap_live_create(rig->cluster, NS, id, "base", &rig->err));
		pthread_create(&thread, NULL, clone_now, rig);
		usleep((useconds_t)(i * 2500)); /* from the clone's first steps to past its last */
		const int removed = cluster_snap_live_remove(rig->cluster, NS, id, "base", &rig->err);
		pthread_join(thread, &cloned);
		if (!cloned) {
			assert_int_equal(removed, ERR_REFUSED);
			ok(rig, cluster_image_info(rig->cluster, NS, "child", &info, &rig->err));
			assert_string_equal(info.parent_snap, "base");
			assert_int_equal(admin("rbd rm rbd/" NS "/child"), 0);
			ok(rig, cluster_snap_live_remove(rig->cluster, NS, id, "base", &rig->err));
			clones++;
		} else {
			ok(rig, removed);
			removals++;
		}
		assert_int_equal(count_all(IMAGE), 0);
	}
	print_message("# %d clones, %d removals won\n", clones, removals);
	assert_true(clones > 0 && removals > 0);
}

struct maker { struct rig *rig; const char *id; char prefix; int status; struct err err; };

static void *make_ten(void *data)
{
	struct maker *maker = data;
	char name[16];

	for (int i = 0; i < 10 && !maker->status; i++) {
		snprintf(name, sizeof(name), "%c%d", maker->prefix, i);
		maker->status = cluster_snap_live_create(maker->rig->cluster, NS, maker->id, name, &maker->err);
	}
	return NULL;
}

static void two_admins_take_snapshots_at_once(void **state)
{
	struct rig *rig = *state;
	char id[64];
	struct maker a = {.rig = rig, .id = root_id(rig, id), .prefix = 'a'}, b = {.rig = rig, .id = id, .prefix = 'b'};
	pthread_t thread;

	pthread_create(&thread, NULL, make_ten, &a);
	make_ten(&b);
	pthread_join(thread, NULL);
	assert_string_equal(a.err.text, "");
	assert_string_equal(b.err.text, "");
	assert_int_equal(count_all(IMAGE), 20);
}

static void an_image_in_the_trash_will_do(void **state)
{
	struct rig *rig = *state;
	struct cluster_snap *snaps;
	char id[64], trashed[64];
	size_t count;

	root_id(rig, id);
	ok(rig, cluster_snap_live_create(rig->cluster, NS, id, "one", &rig->err));
	ok(rig, cluster_image_trash(rig->cluster, NS, "root", trashed, &rig->err));
	assert_string_equal(id, trashed);
	ok(rig, cluster_snap_live_create(rig->cluster, NS, id, "two", &rig->err));
	ok(rig, cluster_snap_live_remove(rig->cluster, NS, id, "one", &rig->err));
	ok(rig, cluster_snap_live_list(rig->cluster, NS, id, &snaps, &count, &rig->err));
	assert_int_equal(count, 1);
	assert_string_equal(snaps[0].name, "two");
	assert_true(snaps[0].created > 1700000000);
	free(snaps);
	refused(rig, cluster_snap_live_list(rig->cluster, NS, "123abc", &snaps, &count, &rig->err), ERR_NOT_FOUND, "123abc");
	refused(rig, cluster_snap_live_create(rig->cluster, NS, "123abc", "x", &rig->err), ERR_NOT_FOUND, "123abc");
}

static void other_features_are_refused(void **state)
{
	struct rig *rig = *state;
	char id[64];

	root_id(rig, id);
	assert_int_equal(admin("rbd feature enable rbd/" IMAGE " object-map fast-diff"), 0);
	refused(rig, cluster_snap_live_create(rig->cluster, NS, id, "x", &rig->err), ERR_REFUSED, "object-map,fast-diff");
	refused(rig, cluster_snap_live_remove(rig->cluster, NS, id, "x", &rig->err), ERR_REFUSED, "rbd feature disable");
	assert_int_equal(admin("rbd feature disable rbd/" IMAGE " fast-diff object-map exclusive-lock"), 0);
	refused(rig, cluster_snap_live_create(rig->cluster, NS, id, "x", &rig->err), ERR_REFUSED, "rbd feature enable");
	assert_int_equal(count_all(IMAGE), 0);
}

static void what_a_point_costs_is_told(void **state)
{
	struct rig *rig = *state;
	struct client *machine = &rig->clients[0];
	int64_t bytes;
	char id[64];

	root_id(rig, id);
	client_start(machine, IMAGE);
	assert_int_equal(client_do(machine, "open"), 0);
	assert_int_equal(client_do(machine, "put 0 1"), 0);
	assert_int_equal(client_do(machine, "put 1024 1"), 0); /* the second object of 4 MiB */
	ok(rig, cluster_snap_live_create(rig->cluster, NS, id, "a", &rig->err));
	ok(rig, cluster_snap_live_create(rig->cluster, NS, id, "b", &rig->err));
	assert_int_equal(client_do(machine, "put 2048 1"), 0);
	ok(rig, cluster_snap_live_create(rig->cluster, NS, id, "c", &rig->err));
	ok(rig, cluster_snap_live_used(rig->cluster, NS, id, "a", &bytes, &rig->err));
	assert_int_equal(bytes, 8 * MIB);
	ok(rig, cluster_snap_live_used(rig->cluster, NS, id, "b", &bytes, &rig->err));
	assert_int_equal(bytes, 0);
	ok(rig, cluster_snap_live_used(rig->cluster, NS, id, "c", &bytes, &rig->err));
	assert_int_equal(bytes, 4 * MIB);
	refused(rig, cluster_snap_live_used(rig->cluster, NS, id, "d", &bytes, &rig->err), ERR_NOT_FOUND, "d");
}

/* A client that hangs is waited for until its watch has run out. */
static void a_silent_client_is_waited_out(void **state)
{
	struct rig *rig = *state;
	struct client *machine = &rig->clients[0];
	char id[64];

	root_id(rig, id);
	client_start(machine, IMAGE);
	assert_int_equal(client_do(machine, "open"), 0);
	assert_int_equal(client_do(machine, "lock"), 0);
	kill(machine->pid, SIGSTOP);
	const int64_t began = clock_ms();
	ok(rig, cluster_snap_live_create(rig->cluster, NS, id, "x", &rig->err));
	assert_true(clock_ms() - began > 5000);
	kill(machine->pid, SIGCONT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, root_make, root_drop)
		TEST(snapshots_hold_what_was_written_before),
		TEST(also_under_a_cooperative_client),
		TEST(a_half_done_creation_is_made_good),
		TEST(removal_frees_the_name_under_a_writer),
		TEST(a_half_done_removal_is_finished),
		TEST(a_clone_keeps_its_snapshot),
		TEST(of_a_clone_and_a_removal_one_wins),
		TEST(two_admins_take_snapshots_at_once),
		TEST(an_image_in_the_trash_will_do),
		TEST(other_features_are_refused),
		TEST(what_a_point_costs_is_told),
		TEST(a_silent_client_is_waited_out),
	};

	return cmocka_run_group_tests(tests, rig_open, rig_close);
}
