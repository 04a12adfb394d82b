/*
 * Another berth, an OSD that starts again, a removal: at random moments, and what
 * came of it is counted.
 */
#include "tests/cluster/race_rig.h"

static char self[512];

/* Two berths */

/* As another berth: PROGRAM INVENTORY SCENARIO. */
static pid_t begin_elsewhere(const char *inventory, const char *name)
{
	char path[128], word[32];
	pid_t pid;

	text_copy(path, sizeof(path), inventory);
	text_copy(word, sizeof(word), name);
	char *const argv[] = {self, path, word, NULL};
	return posix_spawn(&pid, self, NULL, NULL, argv, environ) ? -1 : pid;
}

static int end_elsewhere(pid_t pid)
{
	int status = -1;

	waitpid(pid, &status, 0);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void two_at_once(const struct scenario *s, bool two_inventories)
{
	int both = 0, one = 0, none = 0;
	char path[128];

	for (int i = 0; i < rounds(1, 100); i++) {
		s->begin();
		const char *second = two_inventories ? rig_second(rig, HOST, path) : rig->inventory;
		const pid_t first = begin_elsewhere(rig->inventory, s->name);
		wait_ms(random_ms(i % 2 ? 50 : 1000));
		const pid_t other = begin_elsewhere(second, s->name);
		const int a = end_elsewhere(first), b = end_elsewhere(other);
		const int done = !a + !b;

		both += done == 2;
		one += done == 1;
		none += !done;
		if (done)
			check_content(1);
		else
			check_content(2);
		assert_true(script_says("identity.cpio"));
		if (!two_inventories)
			check_nothing_open();
	}
	print_message("# %s, %s: %d times one did it, %d times both in turn, %d times neither\n", s->name,
		      two_inventories ? "two inventories" : "one inventory", one, both, none);
	assert_int_equal(none, 0);
}

static void two_berths_roll_back(void **state)
{
	(void)state;
	two_at_once(scenario_of("rollback"), false);
}

static void two_inventories_roll_back(void **state)
{
	(void)state;
	two_at_once(scenario_of("rollback"), true);
}

static int act(char **argv)
{
	struct err err = {0};
	struct fleet *fleet = rig_berth(argv[1], &err);
	const int status = fleet ? run_one(fleet, scenario_of(argv[2])->plan, &err) : -1;

	fleet_close(fleet);
	if (status)
		fprintf(stderr, "%s\n", err.text);
	return status ? 1 : 0;
}

/* A restore point while the OSD starts again */

static void *restart_osd(void *data)
{
	const int *delay = data;

	wait_ms(*delay);
	return (void *)(intptr_t)daemon_restart(OSD);
}

static int plan_snap_at(int number, struct plans *plans)
{
	char name[16];

	snprintf(name, sizeof(name), "p%d", number);
	return plan_snap_create(rig->fleet, HOST, name, NULL, plans, &rig->err);
}

/* Whether the point is there in the end. */
static bool snap_under_restart(int number)
{
	int delay = random_ms(400);
	struct plans plans = {0};
	pthread_t thread;
	void *starter;

	ok(rig, plan_snap_at(number, &plans));
	pthread_create(&thread, NULL, restart_osd, &delay);
	const int status = rig_run(rig->fleet, &plans, &rig->err);
	pthread_join(thread, &starter);
	daemon_is_back((pid_t)(intptr_t)starter);
	cluster_go_on(rig->fleet);
	if (!status)
		return true;
	struct operation *open;
	size_t count;
	assert_int_equal(status, ERR_UNREACHABLE);
	ok(rig, operation_list(fleet_db(rig->fleet), true, 0, &open, &count, &rig->err));
	assert_int_equal(count, 1);
	if (number % 2)
		ok(rig, plan_resume(rig->fleet, open[0].id, NULL, &rig->err));
	else
		ok(rig, plan_undo(rig->fleet, open[0].id, NULL, &rig->err));
	free(open);
	return number % 2;
}

static void a_point_while_the_osd_restarts(void **state)
{
	enum { MANY = 30 };
	const int count = rounds(1, MANY);
	uint64_t least[MANY], most[MANY];
	bool there[MANY];
	int taken = 0;

	(void)state;
	begin_provisioned();
	struct start start = {.machine = machine_new(0), .exclusive = true};
	start_late(&start);
	assert_true(start.up);
	for (int i = 0; i < count; i++) {
		let_it_write(&start);
		least[i] = start.machine->counters->acknowledged;
		there[i] = snap_under_restart(i);
		most[i] = start.machine->counters->issued;
		taken += there[i];
	}
	let_it_write(&start);
	assert_int_equal(client_do(start.machine, "stop"), 0);
	assert_int_equal(start.machine->counters->errors, 0);
	check_records(HOST "/root", start.machine->counters->acknowledged, start.machine->counters->issued);
	for (int i = 0; i < count; i++) {
		char name[64];

		snprintf(name, sizeof(name), HOST "/root@p%d", i);
		if (there[i])
			check_records(name, least[i], most[i]);
	}
	print_message("# %d restarts, %d points, %llu records, no error\n", count, taken,
		      (unsigned long long)start.machine->counters->acknowledged);
	assert_int_equal(count_points(), taken);
	rig_end_clients(rig);
	check_nothing_open();
}

/* A creation against a removal */

static void a_point_is_made_and_removed(void **state)
{
	int early = 0, refused = 0, removed = 0;

	(void)state;
	begin_provisioned();
	for (int i = 0; i < rounds(2, 200); i++) {
		const pid_t first = begin_elsewhere(rig->inventory, "snap");

		wait_ms(random_ms(800));
		const int drop = run_one(rig->fleet, plan_snap_drop, &rig->err);
		const struct err why = rig->err;
		const int make = end_elsewhere(first);
		assert_int_equal(make, 0);
		if (drop && drop != ERR_NOT_FOUND && (drop != ERR_REFUSED || !strstr(why.text, "is at work")))
			fail_msg("%s", why.text);
		assert_int_equal(count_points(), drop ? 1 : 0);
		early += drop == ERR_NOT_FOUND;
		refused += drop == ERR_REFUSED;
		removed += !drop;
		check_nothing_open();
		begin_snap();
	}
	print_message("# the removal: %d came too early, %d while it was made, %d after\n", early, refused, removed);
}

int main(int argc, char **argv)
{
#define TEST(name) cmocka_unit_test_teardown(name, end_one)
	const struct CMUnitTest tests[] = {
		TEST(two_berths_roll_back),
		TEST(two_inventories_roll_back),
		TEST(a_point_while_the_osd_restarts),
		TEST(a_point_is_made_and_removed),
	};

	if (argc == 3)
		return act(argv);
	race_begin();
	if (readlink("/proc/self/exe", self, sizeof(self) - 1) < 0)
		return 1;
	return cmocka_run_group_tests(tests, begin_all, end_all);
}
