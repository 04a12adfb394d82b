/* The guard's handle: who else has the image, and that nobody gets it meanwhile. */
#include "tests/cluster/ceph_rig.h"

#include <errno.h>

#include "core/ceph/handle.h"
#include "core/ceph/watch.h"

#define NS "t-handle"
#define IMAGE NS "/root"

static int rig_open(void **state)
{
	struct rig *rig = rig_new(NS, "/t-handle");

	*state = rig;
	if (!rig)
		return -1;
	cluster_namespace_create(rig->cluster, NS, NULL);
	rig_clear(rig);
	return 0;
}

static int rig_close(void **state)
{
	struct rig *rig = *state;

	rig_free(rig);
	return 0;
}

static int image_make(void **state)
{
	struct rig *rig = *state;

	return cluster_image_create(rig->cluster, NS, "root", 64 * MIB, &rig->err);
}

static int image_drop(void **state)
{
	rig_clear(*state);
	return 0;
}

static void a_handle_does_not_see_itself(void **state)
{
	struct rig *rig = *state;
	struct cluster_holders others;
	struct cluster_handle *handle;
	bool owns;

	ok(rig, cluster_handle_open(rig->cluster, NS, "root", &handle, &rig->err));
	ok(rig, cluster_handle_others(handle, &others, &rig->err));
	assert_int_equal(others.watcher_count, 0);
	assert_string_equal(others.lock_owner.client, "");
	ok(rig, cluster_handle_owns_lock(handle, &owns, &rig->err));
	assert_false(owns);
	ok(rig, cluster_handle_lock(handle, &rig->err));
	ok(rig, cluster_handle_owns_lock(handle, &owns, &rig->err));
	assert_true(owns);
	ok(rig, cluster_handle_others(handle, &others, &rig->err));
	assert_int_equal(others.watcher_count, 0);
	assert_string_equal(others.lock_owner.client, "");
	cluster_handle_close(handle);
}

static void another_handle_of_this_process_is_another(void **state)
{
	struct rig *rig = *state;
	struct cluster_handle *first, *second;
	struct cluster_holders others;
	char address[80], client[40];

	ok(rig, cluster_own_address(rig->cluster, address, &rig->err));
	ok(rig, cluster_own_client(rig->cluster, client, &rig->err));
	ok(rig, cluster_handle_open(rig->cluster, NS, "root", &first, &rig->err));
	ok(rig, cluster_handle_open(rig->cluster, NS, "root", &second, &rig->err));
	ok(rig, cluster_handle_lock(second, &rig->err));
	ok(rig, cluster_handle_others(first, &others, &rig->err));
	assert_int_equal(others.watcher_count, 1);
	/* The address is the one that RADOS lists. */
	assert_string_equal(others.watchers[0].address, address);
	assert_string_equal(others.watchers[0].client, client);
	cluster_handle_close(second);
	ok(rig, cluster_handle_others(first, &others, &rig->err));
	assert_int_equal(others.watcher_count, 0);
	cluster_handle_close(first);
}

static void another_client_is_named_by_its_address(void **state)
{
	struct rig *rig = *state;
	struct client *machine = &rig->clients[0];
	struct cluster_holders others;
	struct cluster_handle *handle;

	client_start(machine, IMAGE);
	assert_int_equal(client_do(machine, "open"), 0);
	assert_int_equal(client_do(machine, "lock"), 0);
	ok(rig, cluster_handle_open(rig->cluster, NS, "root", &handle, &rig->err));
	ok(rig, cluster_handle_others(handle, &others, &rig->err));
	assert_int_equal(others.watcher_count, 1);
	assert_string_equal(others.watchers[0].address, machine->address);
	assert_string_equal(others.watchers[0].client, machine->name);
	assert_string_equal(others.lock_owner.client, machine->name);
	assert_string_equal(others.lock_owner.address, machine->address);
	refused(rig, cluster_handle_lock(handle, &rig->err), ERR_REFUSED, machine->address);
	refused(rig, cluster_handle_rollback(handle, "x", NULL, &rig->err), ERR_REFUSED, "not locked by this berth");
	cluster_handle_close(handle);
}

static void a_mirror_daemon_is_no_machine(void **state)
{
	struct rig *rig = *state;
	struct client *daemon = &rig->clients[0];
	struct cluster_holders others;
	struct cluster_handle *handle;

	client_start_as(daemon, "client.admin", IMAGE);
	assert_int_equal(client_do(daemon, "open"), 0);
	ok(rig, cluster_handle_open(rig->cluster, NS, "root", &handle, &rig->err));
	ok(rig, cluster_handle_others(handle, &others, &rig->err));
	assert_int_equal(others.watcher_count, 1);
	assert_int_equal(client_do(daemon, "mirror"), 0);
	const int64_t end = clock_ms() + 30000; /* the manager learns of it with its next beacon */
	do {
		ok(rig, cluster_handle_others(handle, &others, &rig->err));
		wait_ms(100);
	} while (others.watcher_count && clock_ms() < end);
	assert_int_equal(others.watcher_count, 0);
	others.watcher_count = -1;
	ok(rig, cluster_holders_read(rig->cluster, &others, 1, &rig->err));
	assert_int_equal(others.watcher_count, 0);
	cluster_handle_close(handle);
}

static void an_image_without_lock_is_refused_with_the_command(void **state)
{
	struct rig *rig = *state;
	struct cluster_handle *handle;

	assert_int_equal(admin("rbd feature disable rbd/" IMAGE " exclusive-lock"), 0);
	refused(rig, cluster_handle_open(rig->cluster, NS, "root", &handle, &rig->err), ERR_REFUSED,
		"rbd feature enable rbd/" IMAGE " exclusive-lock");
	assert_int_equal(admin("rbd feature enable rbd/" IMAGE " exclusive-lock"), 0);
	ok(rig, cluster_handle_open(rig->cluster, NS, "root", &handle, &rig->err));
	cluster_handle_close(handle);
	refused(rig, cluster_handle_open(rig->cluster, NS, "none", &handle, &rig->err), ERR_NOT_FOUND, "none");
}

static void count_reports(void *context, int64_t done, int64_t total)
{
	int64_t *seen = context;

	if (total && done >= *seen)
		*seen = done;
}

static bool always(void *context)
{
	(void)context;
	return true;
}

static void a_rollback_brings_the_snapshot_back(void **state)
{
	struct rig *rig = *state;
	struct client *machine = &rig->clients[0];
	struct cluster_handle *handle;
	int64_t seen = 0;
	const struct progress progress = {.report = count_reports, .context = &seen};
	const struct progress stopped = {.cancelled = always};

	client_start(machine, IMAGE);
	assert_int_equal(client_do(machine, "open"), 0);
	assert_int_equal(client_do(machine, "put 3 33"), 0);
	assert_int_equal(client_do(machine, "close"), 0);
	ok(rig, cluster_handle_open(rig->cluster, NS, "root", &handle, &rig->err));
	ok(rig, cluster_handle_lock(handle, &rig->err));
	ok(rig, cluster_handle_snap_create(handle, "before", &rig->err));
	refused(rig, cluster_handle_snap_create(handle, "before", &rig->err), ERR_EXISTS, "before");
	cluster_handle_close(handle);
	assert_int_equal(client_do(machine, "open"), 0);
	assert_int_equal(client_do(machine, "put 3 34"), 0);
	assert_int_equal(client_do(machine, "close"), 0);
	assert_int_equal(read_record(IMAGE, 3), 34);

	ok(rig, cluster_handle_open(rig->cluster, NS, "root", &handle, &rig->err));
	ok(rig, cluster_handle_lock(handle, &rig->err));
	refused(rig, cluster_handle_rollback(handle, "before", &stopped, &rig->err), ERR_CANCELLED, "before");
	assert_int_equal(read_record(IMAGE, 3), 34);
	refused(rig, cluster_handle_rollback(handle, "none", NULL, &rig->err), ERR_NOT_FOUND, "none");
	ok(rig, cluster_handle_rollback(handle, "before", &progress, &rig->err));
	assert_true(seen > 0);
	cluster_handle_close(handle);
	assert_int_equal(read_record(IMAGE, 3), 33);
}

/* While the handle has the lock no client gets in: it opens, but neither locks nor writes. */
static void nobody_gets_in_meanwhile(void **state)
{
	struct rig *rig = *state;
	struct client *loops = &rig->clients[0], *writes = &rig->clients[1];
	struct cluster_handle *handle;

	ok(rig, cluster_snap_create(rig->cluster, NS, "root", "before", &rig->err));
	client_start(loops, IMAGE);
	client_start(writes, IMAGE);
	ok(rig, cluster_handle_open(rig->cluster, NS, "root", &handle, &rig->err));
	ok(rig, cluster_handle_lock(handle, &rig->err));
	client_order(loops, "loop 100");
	assert_int_equal(client_do(writes, "open"), 0);
	assert_int_equal(client_do(writes, "put 7 7"), EROFS);
	for (int i = 0; i < 5; i++)
		ok(rig, cluster_handle_rollback(handle, "before", NULL, &rig->err));
	assert_int_equal(client_answer(loops, NULL), 0);
	assert_int_equal(loops->counters->rounds, 100);
	assert_int_equal(loops->counters->issued, 0);
	assert_int_equal(loops->counters->errors, 100);
	cluster_handle_close(handle);
	assert_int_equal(client_do(writes, "put 7 7"), 0);
	assert_int_equal(read_record(IMAGE, 7), 7);
}

/* A killed client's lock goes to us, and the client is on the blocklist then. */
static void a_dead_owners_lock_is_broken_behind_a_fence(void **state)
{
	struct rig *rig = *state;
	struct client *machine = &rig->clients[0];
	struct cluster_handle *handle;
	struct cluster_blocked *blocked;
	size_t count, found = 0;
	char address[80];

	client_start(machine, IMAGE);
	strcpy(address, machine->address);
	assert_int_equal(client_do(machine, "open"), 0);
	assert_int_equal(client_do(machine, "lock"), 0);
	client_kill(machine);
	ok(rig, cluster_handle_open(rig->cluster, NS, "root", &handle, &rig->err));
	ok(rig, cluster_handle_lock(handle, &rig->err)); /* waits for the watch to run out */
	ok(rig, cluster_blocklist_list(rig->cluster, &blocked, &count, &rig->err));
	for (size_t i = 0; i < count; i++)
		found += !strcmp(blocked[i].address, address);
	free(blocked);
	assert_int_equal(found, 1);
	cluster_handle_close(handle);
}

static void a_half_done_rename_is_finished(void **state)
{
	struct rig *rig = *state;
	struct cluster_image_info info;

	ok(rig, cluster_image_create(rig->cluster, NS, "other", MIB, &rig->err));
	refused(rig, cluster_image_rename(rig->cluster, NS, "root", "other", &rig->err), ERR_EXISTS, "other");
	/* Killed after the new name was written. */
	assert_int_equal(admin("rados -p rbd -N " NS " get rbd_id.root /tmp/t-handle.id && "
			       "rados -p rbd -N " NS " put rbd_id.next /tmp/t-handle.id"), 0);
	ok(rig, cluster_image_rename(rig->cluster, NS, "root", "next", &rig->err));
	refused(rig, cluster_image_info(rig->cluster, NS, "root", &info, &rig->err), ERR_NOT_FOUND, "root");
	ok(rig, cluster_image_info(rig->cluster, NS, "next", &info, &rig->err));
	/* Killed before the old name was removed. */
	assert_int_equal(admin("rados -p rbd -N " NS " put rbd_id.root /tmp/t-handle.id; rm /tmp/t-handle.id"), 0);
	ok(rig, cluster_image_rename(rig->cluster, NS, "root", "next", &rig->err));
	refused(rig, cluster_image_info(rig->cluster, NS, "root", &info, &rig->err), ERR_NOT_FOUND, "root");
	refused(rig, cluster_image_rename(rig->cluster, NS, "root", "third", &rig->err), ERR_NOT_FOUND, "root");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, image_make, image_drop)
		TEST(a_handle_does_not_see_itself),
		TEST(another_handle_of_this_process_is_another),
		TEST(another_client_is_named_by_its_address),
		TEST(a_mirror_daemon_is_no_machine),
		TEST(an_image_without_lock_is_refused_with_the_command),
		TEST(a_rollback_brings_the_snapshot_back),
		TEST(nobody_gets_in_meanwhile),
		TEST(a_dead_owners_lock_is_broken_behind_a_fence),
		TEST(a_half_done_rename_is_finished),
	};

	return cmocka_run_group_tests(tests, rig_open, rig_close);
}
