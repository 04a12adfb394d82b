/* Nobody's root is taken away, and who had it does not come back. */
#include "tests/cluster/fleet_rig.h"

#include <errno.h>
#include <poll.h>
#include <sys/prctl.h>

#include "core/ceph/watch.h"
#include "core/fleet/fence.h"
#include "core/fleet/guard.h"
#include "core/fleet/view.h"
#include "db/root.h"
#include "db/watcher.h"

#define LONG (300 * 86400)

static struct fleet_rig *rig;
static char host[64];

static int group_begin(void **state)
{
	(void)state;
	rig = rig_begin("t-guard");
	return rig ? 0 : -1;
}

static int group_end(void **state)
{
	(void)state;
	rig_end(rig);
	return 0;
}

static int host_begin(void **state)
{
	static char letter = 'a';

	(void)state;
	rig_add_host(rig, letter++, host);
	return 0;
}

static int host_end(void **state)
{
	(void)state;
	rig_end_clients(rig);
	return 0;
}

static struct cluster_holders holders_now(void)
{
	struct cluster_holders holders = {0};
	struct cluster_image_info info;

	ok(rig, cluster_image_info(rig->cluster, host, "root", &info, &rig->err));
	text_copy(holders.ns, sizeof(holders.ns), host);
	text_copy(holders.id, sizeof(holders.id), info.id);
	ok(rig, cluster_holders_read(rig->cluster, &holders, 1, &rig->err));
	return holders;
}

/* Polls: a watch outlives its client by 30 s, sometimes by 40. */
static void wait_until_unwatched(void)
{
	const int64_t end = clock_ms() + 90000;

	while (holders_now().watcher_count) {
		assert_true(clock_ms() < end);
		poll(NULL, 0, 200);
	}
}

static void take_and_release(void)
{
	struct guard *guard;

	ok(rig, guard_take(rig->fleet, host, &guard, &rig->err));
	guard_release(guard);
}

/* In seconds from now; 0: not at all. */
static int64_t blocked_for(const char *address)
{
	struct cluster_blocked *blocked;
	int64_t seconds = 0;
	size_t count;

	ok(rig, cluster_blocklist_list(rig->cluster, &blocked, &count, &rig->err));
	for (size_t i = 0; i < count; i++)
		if (!strcmp(blocked[i].address, address))
			seconds = blocked[i].until - time_now();
	free(blocked);
	return seconds;
}

static void check_refused_under(bool exclusive)
{
	struct client *machine = rig_machine(rig, 0, host, exclusive);
	struct guard *guard;

	if (!exclusive)
		assert_int_equal(client_do(machine, "put 1 1"), 0);
	refused(rig, guard_check(rig->fleet, host, &rig->err), ERR_REFUSED, machine->address);
	refused(rig, guard_take(rig->fleet, host, &guard, &rig->err), ERR_REFUSED, machine->address);
	assert_int_equal(client_do(machine, "put 2 2"), 0); /* not disturbed */
	assert_int_equal(blocked_for(machine->address), 0);
	client_end(machine);
	ok(rig, guard_check(rig->fleet, host, &rig->err));
	take_and_release();
}

static void a_root_in_use_is_refused(void **state)
{
	(void)state;
	check_refused_under(true);
}

static void a_cooperative_host_is_refused_too(void **state)
{
	(void)state;
	check_refused_under(false);
}

static void two_clients_are_counted(void **state)
{
	(void)state;
	rig_machine(rig, 0, host, false);
	rig_machine(rig, 1, host, false);
	refused(rig, guard_check(rig->fleet, host, &rig->err), ERR_REFUSED, "2 clients");
}

static void no_root_needs_no_guard(void **state)
{
	struct guard *guard;

	(void)state;
	assert_int_equal(admin("rbd rm rbd/%s/root", host), 0);
	ok(rig, guard_check(rig->fleet, host, &rig->err));
	refused(rig, guard_take(rig->fleet, host, &guard, &rig->err), ERR_NOT_FOUND, host);
}

/* A machine that hangs with work in flight: its lock stays, its watch goes. */
static void a_stale_lock_is_fenced(void **state)
{
	struct client *machine = rig_machine(rig, 0, host, true);

	(void)state;
	assert_int_equal(client_do(machine, "put 0 100"), 0);
	assert_int_equal(client_do(machine, "run"), 0);
	while (machine->counters->acknowledged < 20)
		wait_ms(1);
	kill(machine->pid, SIGSTOP);
	wait_until_unwatched();
	assert_string_equal(holders_now().lock_owner.client, machine->name);
	take_and_release();
	assert_true(blocked_for(machine->address) > LONG);
	const uint64_t acknowledged = machine->counters->acknowledged, issued = machine->counters->issued;
	rig_write(rig, host, (int)((issued + 1) % 4096), 7777); /* its next block is ours now */
	kill(machine->pid, SIGCONT);
	const int64_t end = clock_ms() + 60000;
	while (!machine->counters->errors) {
		assert_true(clock_ms() < end);
		wait_ms(10);
	}
	/* The write that it had sent when it stopped may have been done then. */
	assert_true(machine->counters->acknowledged <= acknowledged + 1);
	assert_int_equal(rig_read(host, (issued + 1) % 4096), 7777);
	assert_int_equal(rig_read(host, (issued + 2) % 4096), 0);
}

/* Ceph's own entries end after an hour; who hangs may wake up later. */
static void who_is_fenced_for_an_hour_is_fenced_for_long(void **state)
{
	struct client *machine = rig_machine(rig, 0, host, true);

	(void)state;
	assert_int_equal(admin("ceph osd blocklist add %s 3600", machine->address), 0);
	wait_until_unwatched();
	assert_string_equal(holders_now().lock_owner.client, machine->name);
	take_and_release();
	assert_true(blocked_for(machine->address) > LONG);
}

/* It gave its lock up, so nothing on the header tells of it: the record does. */
static void a_recorded_client_without_lock_is_fenced(void **state)
{
	struct client *machine = rig_machine(rig, 0, host, false), *other;
	struct fleet_view *view;

	(void)state;
	assert_int_equal(client_do(machine, "put 0 1"), 0);
	ok(rig, fleet_view_full(rig->fleet, NULL, &view, &rig->err)); /* records it */
	fleet_view_free(view);
	other = rig_machine(rig, 1, host, false);
	assert_int_equal(client_do(other, "put 0 2"), 0); /* takes the lock over */
	kill(machine->pid, SIGSTOP);
	client_end(other);
	wait_until_unwatched();
	assert_string_equal(holders_now().lock_owner.client, "");
	take_and_release();
	assert_true(blocked_for(machine->address) > LONG);
	kill(machine->pid, SIGCONT);
	assert_int_not_equal(client_do(machine, "put 0 3"), 0);
	assert_int_equal(rig_read(host, 0), 2);
}

/* Clients that come and go as fast as they can, and a guard among them: while it
 * is held nobody writes. */
static void nobody_slips_in(void **state)
{
	enum { ROUNDS = 150 };
	int taken = 0, turned_away = 0;
	char image[80];

	(void)state;
	ok(rig, cluster_snap_create(rig->cluster, host, "root", "zero", &rig->err));
	snprintf(image, sizeof(image), "%s/root", host);
	for (int i = 0; i < 2; i++) {
		client_start(&rig->clients[i], image);
		client_order(&rig->clients[i], "loop 1000000");
	}
	for (int i = 0; i < ROUNDS; i++) {
		struct guard *guard;
		const int status = guard_take(rig->fleet, host, &guard, &rig->err);

		if (status) {
			assert_int_equal(status, ERR_REFUSED);
			turned_away++;
			wait_ms(i % 7);
			continue;
		}
		const uint64_t before = rig->clients[0].counters->acknowledged + rig->clients[1].counters->acknowledged;
		ok(rig, cluster_handle_rollback(guard_handle(guard), "zero", NULL, &rig->err));
		assert_int_equal(rig_read(host, 0), 0);
		const uint64_t after = rig->clients[0].counters->acknowledged + rig->clients[1].counters->acknowledged;
		assert_int_equal(before, after);
		ok(rig, guard_expel(guard, &rig->err));
		guard_release(guard);
		taken++;
	}
	const uint64_t written = rig->clients[0].counters->acknowledged + rig->clients[1].counters->acknowledged;
	print_message("# %d guards taken, %d turned away, %llu client writes, %llu client rounds\n", taken, turned_away,
		      (unsigned long long)written,
		      (unsigned long long)(rig->clients[0].counters->rounds + rig->clients[1].counters->rounds));
	client_kill(&rig->clients[0]);
	client_kill(&rig->clients[1]);
	assert_true(taken > 2);
	assert_true(written > 5);
}

/* Who begins to watch under the guard has read what is half done. */
static void a_newcomer_is_cut_off_after_the_act(void **state)
{
	struct client *machine = &rig->clients[0];
	struct guard *guard;
	char image[80];

	(void)state;
	snprintf(image, sizeof(image), "%s/root", host);
	client_start(machine, image);
	ok(rig, guard_take(rig->fleet, host, &guard, &rig->err));
	assert_int_equal(client_do(machine, "open"), 0);
	assert_int_equal(client_do(machine, "put 0 5"), EROFS);
	refused(rig, guard_confirm(guard, &rig->err), ERR_REFUSED, machine->address);
	ok(rig, guard_expel(guard, &rig->err));
	guard_release(guard);
	assert_int_not_equal(client_do(machine, "put 0 5"), 0);
	assert_int_equal(rig_read(host, 0), 0);
}

static void fence_makes_it_true_and_can_be_lifted(void **state)
{
	struct client *machine = rig_machine(rig, 0, host, true);
	struct watcher_seen *seen;
	struct plans plans = {0};
	struct host row;
	size_t count;

	(void)state;
	assert_int_equal(client_do(machine, "run"), 0);
	while (machine->counters->acknowledged < 5)
		wait_ms(1);
	ok(rig, plan_host_fence(rig->fleet, host, &plans, &rig->err));
	assert_int_equal(plans.items[0].count, 2);
	assert_non_null(strstr(plans.items[0].steps[0].words, machine->address));
	ok(rig, rig_run(rig->fleet, &plans, &rig->err));
	assert_int_equal(holders_now().watcher_count, 0);
	const int64_t end = clock_ms() + 30000;
	while (!machine->counters->errors) {
		assert_true(clock_ms() < end);
		wait_ms(10);
	}
	const uint64_t last = machine->counters->acknowledged;
	assert_int_equal(rig_read(host, last % 4096), last); /* what was acknowledged is there */
	assert_true(blocked_for(machine->address) > LONG);
	take_and_release();
	ok(rig, host_by_name(fleet_db(rig->fleet), host, &row, &rig->err));
	ok(rig, watcher_list(fleet_db(rig->fleet), row.id, &seen, &count, &rig->err));
	assert_int_equal(count, 1);
	assert_true(seen[0].fenced_until > time_now() + 300 * 86400);
	free(seen);
	refused(rig, plan_host_fence(rig->fleet, host, &plans, &rig->err), ERR_REFUSED, "nobody");
	ok(rig, plan_host_unfence(rig->fleet, host, &plans, &rig->err));
	ok(rig, rig_run(rig->fleet, &plans, &rig->err));
	assert_int_equal(blocked_for(machine->address), 0);
	refused(rig, plan_host_unfence(rig->fleet, host, &plans, &rig->err), ERR_REFUSED, "nobody");
}

static size_t count_recorded(void)
{
	struct watcher_seen *seen;
	struct host row;
	size_t count;

	ok(rig, host_by_name(fleet_db(rig->fleet), host, &row, &rig->err));
	ok(rig, watcher_list(fleet_db(rig->fleet), row.id, &seen, &count, &rig->err));
	free(seen);
	return count;
}

/* Another berth's guard is refused in its own words, and is no machine to anybody. */
static void check_no_machine(const char *inventory)
{
	struct fleet *other = rig_berth(inventory, &rig->err);
	struct fleet_options options = {.inventory = rig->inventory, .read_only = true};
	struct fleet *reader;
	struct fleet_view *view;
	struct guard *guard, *second;

	ok(rig, guard_take(other, host, &guard, &rig->err));
	refused(rig, guard_check(rig->fleet, host, &rig->err), ERR_REFUSED, "another berth");
	refused(rig, guard_take(rig->fleet, host, &second, &rig->err), ERR_REFUSED, "another berth");
	ok(rig, guard_confirm(guard, &rig->err)); /* it was not disturbed */
	ok(rig, fleet_open(&options, &reader, &rig->err));
	for (int i = 0; i < 2; i++) {
		ok(rig, fleet_view_full(i ? rig->fleet : reader, NULL, &view, &rig->err));
		for (size_t r = 0; r < view->count; r++)
			if (!strcmp(view->rows[r].name, host))
				assert_int_equal(view->rows[r].state, HOST_DOWN);
		fleet_view_free(view);
	}
	fleet_close(reader);
	assert_int_equal(count_recorded(), 0);
	struct plans plans = {0};
	refused(rig, plan_host_fence(rig->fleet, host, &plans, &rig->err), ERR_REFUSED, "nobody");
	guard_release(guard);
	take_and_release();
	fleet_close(other);
}

static void another_berth_is_no_machine(void **state)
{
	(void)state;
	check_no_machine(rig->inventory);
}

static void nor_is_one_of_another_inventory(void **state)
{
	char path[128];

	(void)state;
	check_no_machine(rig_second(rig, host, path));
}

static char self[512];

/* A berth that was killed under its own guard is cut off, not waited for. */
static void check_cut_off_at_once(const char *inventory)
{
	int out[2];
	pid_t pid;
	char line[16] = "";
	posix_spawn_file_actions_t actions;
	char hold[] = "hold", *path = xstrdup(inventory);

	assert_int_equal(pipe(out), 0);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, out[1], 1);
	char *const argv[] = {self, hold, path, host, NULL};
	assert_int_equal(posix_spawn(&pid, self, &actions, NULL, argv, environ), 0);
	posix_spawn_file_actions_destroy(&actions);
	free(path);
	close(out[1]);
	assert_true(read(out[0], line, sizeof(line) - 1) > 0);
	close(out[0]);
	struct guard *guard;
	refused(rig, guard_take(rig->fleet, host, &guard, &rig->err), ERR_REFUSED, "another berth");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	const int64_t began = clock_ms();
	take_and_release();
	assert_true(clock_ms() - began < 10000);
}

static void a_killed_berth_is_cut_off_at_once(void **state)
{
	char path[128];

	(void)state;
	check_cut_off_at_once(rig->inventory);
	check_cut_off_at_once(rig_second(rig, host, path));
	assert_int_equal(count_recorded(), 0);
}

static int hold(const char *inventory, const char *name)
{
	struct err err;
	struct fleet *fleet = rig_berth(inventory, &err);
	struct guard *guard;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (!fleet || guard_take(fleet, name, &guard, &err)) {
		fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	if (write(1, "held\n", 5) == 5)
		pause();
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, host_begin, host_end)
		TEST(a_root_in_use_is_refused),
		TEST(a_cooperative_host_is_refused_too),
		TEST(two_clients_are_counted),
		TEST(no_root_needs_no_guard),
		TEST(a_stale_lock_is_fenced),
		TEST(who_is_fenced_for_an_hour_is_fenced_for_long),
		TEST(a_recorded_client_without_lock_is_fenced),
		TEST(nobody_slips_in),
		TEST(a_newcomer_is_cut_off_after_the_act),
		TEST(fence_makes_it_true_and_can_be_lifted),
		TEST(another_berth_is_no_machine),
		TEST(nor_is_one_of_another_inventory),
		TEST(a_killed_berth_is_cut_off_at_once),
	};

	if (argc == 4 && !strcmp(argv[1], "hold"))
		return hold(argv[2], argv[3]);
	if (readlink("/proc/self/exe", self, sizeof(self) - 1) < 0)
		return 1;
	if (getenv("GUARD"))
		cmocka_set_test_filter(getenv("GUARD"));
	return cmocka_run_group_tests(tests, group_begin, group_end);
}
