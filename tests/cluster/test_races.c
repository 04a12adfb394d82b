/*
 * Who comes in the wrong moment: a machine that maps its root while berth takes
 * it away, another berth, an OSD that starts again, a removal. At random moments,
 * a few times in `make check` and hundreds of times with BERTH_PROOF=1; what came
 * of it is counted. RACES=words narrows it, BERTH_SEED=number repeats it.
 */
#include "tests/cluster/fault_scenarios.h"

#include <pthread.h>
#include <time.h>

#include "core/fleet/view.h"

static bool proof;
static unsigned seed;
static char self[512];

static int rounds(int quick, int many)
{
	return proof ? many : quick;
}

static int random_ms(int64_t below)
{
	return below > 0 ? (int)(rand_r(&seed) % below) : 0;
}

static const struct scenario *scenario_of(const char *name)
{
	for (size_t i = 0; i < SCENARIOS; i++)
		if (!strcmp(scenarios[i].name, name))
			return &scenarios[i];
	fail_msg("no scenario %s", name);
	return NULL;
}

static int run_one(struct fleet *fleet, int (*plan)(struct fleet *, struct plans *, struct err *), struct err *err)
{
	struct plans plans = {0};
	const int status = plan(fleet, &plans, err);

	return status ? status : rig_run(fleet, &plans, err);
}

static void check_nothing_open(void)
{
	struct operation *list;
	size_t count;

	ok(rig, operation_list(fleet_db(rig->fleet), true, 0, &list, &count, &rig->err));
	free(list);
	assert_int_equal(count, 0);
	check_doctor(rig);
}

/* A machine that starts */

/* Its own key, as its identity has it. */
static void write_machine_conf(char path[128])
{
	struct text text = {0};
	char key[CLUSTER_KEY];

	ok(rig, cluster_key_get(rig->cluster, "client.berth." HOST, key, NULL, &rig->err));
	snprintf(path, 128, "%s/machine.conf", rig->directory);
	text_printf(&text, "umask 077; { cat '%s'; printf '[client.berth." HOST "]\\nkey = %s\\n'; } >'%s'", getenv("BERTH_TEST_CONF"),
		    key, path);
	explicit_bzero(key, sizeof(key));
	assert_int_equal(system(text.data), 0);
	text_free(&text);
}

static struct client *machine_new(int index)
{
	char conf[128];

	write_machine_conf(conf);
	client_start_with(&rig->clients[index], conf, "client.berth." HOST, HOST "/root");
	return &rig->clients[index];
}

struct start {
	struct client *machine;
	bool exclusive;
	int delay_ms;
	bool up;                /* it has mapped its root, and writes */
	uint64_t content;       /* that it found */
	uint64_t issued, acknowledged, errors; /* in the end */
};

static bool map_root(struct client *machine, bool exclusive, uint64_t *content)
{
	char line[32], words[256];

	snprintf(line, sizeof(line), "get %d", BLOCK);
	if (client_do(machine, "open") || (exclusive && client_do(machine, "lock")))
		return false;
	client_order(machine, line);
	if (client_answer(machine, words))
		return false;
	*content = strtoull(words, NULL, 10);
	return true;
}

static void *start_late(void *data)
{
	struct start *start = data;

	wait_ms(start->delay_ms);
	start->up = map_root(start->machine, start->exclusive, &start->content) && !client_do(start->machine, "run");
	return NULL;
}

/* Until it has written some, or was cut off. */
static void let_it_write(struct start *start)
{
	const struct counters *counters = start->machine->counters;
	const uint64_t first = counters->acknowledged;
	const int64_t end = clock_ms() + 30000;

	while (start->up && !counters->errors && counters->acknowledged < first + 5 && clock_ms() < end)
		wait_ms(2);
	assert_true(clock_ms() < end);
}

static enum host_state state_now(void)
{
	enum host_state state = HOST_STATES;
	struct fleet_view *view;

	ok(rig, fleet_view_full(rig->fleet, NULL, &view, &rig->err));
	for (size_t i = 0; i < view->count; i++)
		if (!strcmp(view->rows[i].name, HOST))
			state = view->rows[i].state;
	fleet_view_free(view);
	return state;
}

/* Lets go cleanly. */
static void shut_down(struct start *start)
{
	const struct counters *counters = start->machine->counters;

	if (start->up)
		assert_int_equal(client_do(start->machine, "stop"), 0);
	start->issued = counters->issued;
	start->acknowledged = counters->acknowledged;
	start->errors = counters->errors;
	client_end(start->machine);
}

struct tally { int rounds, refused, done, up, turned_away, former; };

/* A machine that looked the name up before and opens the image after the last
 * look has the former root: docs/safety.md names it. Not one write may be missing there. */
static bool on_former_root(const struct start *start)
{
	struct cluster_trash *trash = NULL;
	size_t count = 0;
	bool found = false;
	char why[256];

	ok(rig, cluster_trash_list(rig->cluster, HOST, &trash, &count, &rig->err));
	for (size_t i = 0; i < count && !found; i++) {
		assert_int_equal(admin("rbd trash restore rbd/" HOST "/%s --image looked.at", trash[i].id), 0);
		found = has_records(HOST "/looked.at", start->acknowledged, start->issued, why);
		assert_int_equal(admin("rbd trash mv rbd/" HOST "/looked.at"), 0);
	}
	free(trash);
	return found;
}

/* It works: then nothing was done to it, or all was done before it came. */
static void check_worker(const struct start *start, const struct scenario *s, int status, struct tally *tally)
{
	char why[256];

	if (has_records(HOST "/root", start->acknowledged, start->issued, why)) {
		if (s->content)
			assert_int_equal(start->content, status ? 2 : 1);
		tally->up++;
		return;
	}
	if (status || !on_former_root(start))
		fail_msg("LOST: %s", why);
	tally->former++;
}

/* It was refused the root, or cut off before it wrote a thing. */
static void check_turned_away(const struct start *start, struct tally *tally)
{
	if (start->acknowledged)
		fail_msg("LOST: a machine wrote %llu records and was cut off", (unsigned long long)start->acknowledged);
	tally->turned_away++;
}

/* Whoever boots now has the root, and what it should hold. */
static void check_next_boot(const struct scenario *s, int status)
{
	uint64_t content = 0;

	rig_end_clients(rig);
	if (!status && !strcmp(s->name, "retire")) {
		s->check();
		return;
	}
	struct client *machine = machine_new(1);
	assert_true(map_root(machine, true, &content));
	if (s->content)
		assert_int_equal(content, status ? 2 : 1);
	client_end(machine);
}

static void join_in_time(pthread_t thread, struct client *machine)
{
	struct timespec end;

	clock_gettime(CLOCK_REALTIME, &end);
	end.tv_sec += 60;
	if (pthread_timedjoin_np(thread, NULL, &end)) {
		kill(machine->pid, SIGKILL);
		pthread_join(thread, NULL);
		fail_msg("a machine hung for a minute");
	}
}

static void race_once(const struct scenario *s, bool exclusive, int64_t whole, struct tally *tally)
{
	struct start start = {.exclusive = exclusive, .delay_ms = random_ms(whole * (1 + tally->rounds % 4))};
	const int former = tally->former;
	pthread_t thread;

	s->begin();
	start.machine = machine_new(0);
	pthread_create(&thread, NULL, start_late, &start);
	const int status = run_one(rig->fleet, s->plan, &rig->err);
	const struct err why = rig->err;
	join_in_time(thread, start.machine);
	if (status && status != ERR_REFUSED)
		fail_msg("after %d ms: %s", start.delay_ms, why.text);
	let_it_write(&start);
	const enum host_state state = state_now();
	let_it_write(&start); /* it had the root all the time */
	shut_down(&start);
	tally->refused += status != 0;
	tally->done += !status;
	if (start.up && !start.errors)
		check_worker(&start, s, status, tally);
	else
		check_turned_away(&start, tally);
	if (start.up && !start.errors && tally->former == former)
		assert_int_equal(state, HOST_UP); /* never a wrong "free" */
	check_next_boot(s, status);
	check_nothing_open();
}

static int64_t time_once(const struct scenario *s)
{
	s->begin();
	const int64_t begin = clock_ms();
	ok(rig, run_one(rig->fleet, s->plan, &rig->err));
	return clock_ms() - begin;
}

static void a_machine_starts(void **state)
{
	const struct scenario *s = *state;
	struct tally tally = {0};

	const int64_t whole = time_once(s);
	print_message("# seed %u, %lld ms\n", seed, (long long)whole);
	for (int i = 0; i < rounds(1, 100); i++, tally.rounds++)
		race_once(s, (seed + (unsigned)i) % 2, whole, &tally);
	print_message("# %s: %d rounds, %d refused, %d done; the machine: %d at work, %d turned away, %d on the former root\n",
		      s->name, tally.rounds, tally.refused, tally.done, tally.up, tally.turned_away, tally.former);
}

/* A machine that runs, however it has mapped its root. */
static void check_refused(struct client *machine, const char *name)
{
	const struct scenario *s = scenario_of(name);
	struct plans plans = {0};

	refused(rig, s->plan(rig->fleet, &plans, &rig->err), ERR_REFUSED, machine->address);
	plans_free(&plans);
}

static void nothing_goes_under_a_running_machine(void **state)
{
	const char *const names[] = {"rollback", "swap", "assign", "retire"};

	(void)state;
	for (int exclusive = 0; exclusive < 2; exclusive++) {
		begin_rollback();
		struct start start = {.machine = machine_new(0), .exclusive = exclusive};
		start_late(&start);
		assert_true(start.up);
		for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
			check_refused(start.machine, names[i]);
			let_it_write(&start);
		}
		assert_int_equal(state_now(), HOST_UP);
		shut_down(&start);
		assert_int_equal(start.errors, 0);
		check_records(HOST "/root", start.acknowledged, start.issued);
		check_nothing_open();
	}
}

static void two_machines_with_one_identity(void **state)
{
	uint64_t content;

	(void)state;
	begin_provisioned();
	struct client *first = machine_new(0), *second = machine_new(1);
	assert_true(map_root(first, true, &content));
	assert_false(map_root(second, true, &content));
	assert_int_not_equal(client_do(second, "put 1 2"), 0);
	assert_int_equal(client_do(first, "put 1 1"), 0);
	client_end(second);
	assert_int_equal(state_now(), HOST_UP);
	client_end(first);
	assert_int_equal(state_now(), HOST_DOWN);
	for (int i = 0; i < 2; i++) /* nothing but the admin's eye is there for these */
		assert_true(map_root(machine_new(i), false, &content));
	assert_int_equal(state_now(), HOST_DOUBLE);
	rig_end_clients(rig);
}

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

/* The rig */

static int begin_all(void **state)
{
	(void)state;
	rig = daemons_find() ? NULL : rig_begin("t-fault");
	if (!rig)
		return -1;
	int status = rig_dress_gold(rig);
	if (!status)
		status = cluster_dir_make(rig->cluster, "trash", 0700, &rig->err);
	if (status)
		print_error("%s\n", rig->err.text);
	return status;
}

static int end_all(void **state)
{
	(void)state;
	rig_end_clients(rig);
	scrub_host(rig, HOST);
	rig_end(rig);
	return 0;
}

static int end_one(void **state)
{
	(void)state;
	rig_end_clients(rig);
	return 0;
}

int main(int argc, char **argv)
{
#define RACE(name) {"a machine starts: " name, a_machine_starts, NULL, end_one, (void *)(uintptr_t)scenario_of(name)}
#define TEST(name) cmocka_unit_test_teardown(name, end_one)
	const struct CMUnitTest tests[] = {
		TEST(nothing_goes_under_a_running_machine),
		TEST(two_machines_with_one_identity),
		RACE("rollback"),
		RACE("swap"),
		RACE("assign"),
		RACE("retire"),
		TEST(two_berths_roll_back),
		TEST(two_inventories_roll_back),
		TEST(a_point_while_the_osd_restarts),
		TEST(a_point_is_made_and_removed),
	};

	if (argc == 3)
		return act(argv);
	proof = getenv("BERTH_PROOF") != NULL;
	seed = getenv("BERTH_SEED") ? (unsigned)atoi(getenv("BERTH_SEED")) : (unsigned)clock_ms();
	if (readlink("/proc/self/exe", self, sizeof(self) - 1) < 0)
		return 1;
	if (getenv("RACES"))
		cmocka_set_test_filter(getenv("RACES"));
	return cmocka_run_group_tests(tests, begin_all, end_all);
}
