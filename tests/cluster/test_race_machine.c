/*
 * A machine that runs, starts or comes twice while berth works on its root: at
 * random moments, and what came of it is counted.
 */
#include "tests/cluster/race_rig.h"

struct tally { int rounds, refused, done, up, turned_away, interrupted, former; };

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

/* It was refused the root, or cut off before it wrote a thing. A cooperative one
 * that takes the lock between berth's last look and its lock gives it up, and its
 * next write is refused: what it wrote is there, and so is its root. */
static void check_turned_away(const struct start *start, int status, struct tally *tally)
{
	char why[256] = "";

	if (!start->acknowledged) {
		tally->turned_away++;
		return;
	}
	if (start->exclusive || !status || !has_records(HOST "/root", start->acknowledged, start->issued, why))
		fail_msg("LOST: a machine (%s) that came after %d ms wrote %llu records and was cut off, the operation ended with %d; %s",
			 start->exclusive ? "exclusive" : "cooperative", start->delay_ms, (unsigned long long)start->acknowledged,
			 status, why);
	tally->interrupted++;
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
		check_turned_away(&start, status, tally);
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
	print_message("# %s: %d rounds, %d refused, %d done; the machine: %d at work, %d turned away, %d of them after they wrote, %d on the former root\n",
		      s->name, tally.rounds, tally.refused, tally.done, tally.up, tally.turned_away + tally.interrupted,
		      tally.interrupted, tally.former);
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

int main(void)
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
	};

	race_begin();
	return cmocka_run_group_tests(tests, begin_all, end_all);
}
