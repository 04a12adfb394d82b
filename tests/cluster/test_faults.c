/*
 * Trouble at each step of each operation: berth is killed; the monitor, the OSD
 * or the mds stops answering and goes on, or dies and is started again. Then the
 * operation is resumed, or undone, once; after that the doctor finds nothing, and
 * after an undo cluster and inventory are what they were.
 *
 * BERTH_PROOF=1 tries each trouble at each step with both ends; else each step is
 * killed once and each daemon stops a few times. FAULTS=word narrows it to one
 * operation, or to one trouble: killed, stops, dies.
 */
#include "tests/cluster/fault_scenarios.h"

#define TIMEOUT 2
#define KINDS 4 /* of trouble */

struct moment { int step; enum step_state state; };

static char self[512];
static struct fleet *quick; /* gives up on the cluster after TIMEOUT */
static bool proof;
static int ends_resumed, ends_undone, ends_done;

static struct operation last_operation(void)
{
	struct operation *list, found = {0};
	size_t count;

	ok(rig, operation_list(fleet_db(rig->fleet), false, 1, &list, &count, &rig->err));
	if (count)
		found = list[0];
	free(list);
	return found;
}

static struct operation open_operation(void)
{
	struct operation *list, found = {0};
	size_t count;

	ok(rig, operation_list(fleet_db(rig->fleet), true, 0, &list, &count, &rig->err));
	assert_true(count <= 1);
	if (count)
		found = list[0];
	free(list);
	return found;
}

/* A new key makes another identity. */
static void hide_identity(char *text)
{
	for (char *at = text; (at = strstr(at, "identity.cpio ")); at++)
		memset(at, '*', strcspn(at, "\n"));
}

/* A former root that was taken out of the trash goes back under another name. */
static void hide_former(char *text)
{
	static const char former[] = "root.former";

	for (char *at = text; (at = strstr(at, former)); at++)
		memmove(at + 4, at + strlen(former), strlen(at + strlen(former)) + 1);
}

static char *list_before(const struct scenario *s)
{
	struct text text = {0};
	char *all = list_all(rig);

	if (s->new_key)
		hide_identity(all);
	hide_former(all);
	text_add(&text, all);
	if (s->content)
		text_printf(&text, "content %llu\n", (unsigned long long)rig_read(HOST, BLOCK));
	free(all);
	return text_take(&text);
}

/* The first line that differs is enough to know. */
static void check_same(const char *before, const char *after)
{
	while (*before && *before == *after) {
		const size_t a = strcspn(before, "\n"), b = strcspn(after, "\n");

		if (a != b || strncmp(before, after, a))
			break;
		before += a + 1;
		after += a + 1;
	}
	if (strcmp(before, after))
		fail_msg("before: %.*s\nafter: %.*s", (int)strcspn(before, "\n"), before, (int)strcspn(after, "\n"), after);
}

/* What began ready for it is ready again only when it was undone. */
static void end_it(const struct scenario *s, struct fleet *fleet, const char *before, bool undo, const char *what)
{
	struct operation operation = open_operation();
	char *after;

	if (operation.id) {
		const int status = undo ? plan_undo(fleet, operation.id, NULL, &rig->err)
					: plan_resume(fleet, operation.id, NULL, &rig->err);

		if (status)
			fail_msg("%s: %s failed: %s", what, undo ? "undo" : "resume", rig->err.text);
	}
	assert_int_equal(open_operation().id, 0);
	check_doctor(rig);
	ends_undone += undo;
	ends_resumed += !undo;
	if (!undo) {
		s->check();
		s->begin();
		return;
	}
	after = list_before(s);
	check_same(before, after);
	free(after);
	if (s->one_way)
		s->begin();
}

/* As one would type it: by a berth that was not there when the other was killed. */
static void end_elsewhere(const struct scenario *s, const char *before, bool undo, const char *what)
{
	struct fleet *next = rig_berth(rig->inventory, &rig->err);

	assert_non_null(next);
	end_it(s, next, before, undo, what);
	fleet_close(next);
}

/* Killed */

/* what: a scenario's, or "undo". moment NULL: it does not die by itself. */
static pid_t begin_elsewhere(const char *what, const struct moment *moment)
{
	char name[32], step[16], when[16];
	pid_t pid;

	text_copy(name, sizeof(name), what);
	snprintf(step, sizeof(step), "%d", moment ? moment->step : -1);
	snprintf(when, sizeof(when), "%d", moment ? (int)moment->state : 0);
	char *const argv[] = {self, rig->inventory, name, step, when, NULL};
	return posix_spawn(&pid, self, NULL, NULL, argv, environ) ? -1 : pid;
}

static void kill_at(const struct scenario *s, struct moment moment, bool undo)
{
	char *before = list_before(s), what[80];
	int status;

	snprintf(what, sizeof(what), "killed at step %d, %s", moment.step, step_state_word(moment.state));
	waitpid(begin_elsewhere(s->name, &moment), &status, 0);
	if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL || !open_operation().id)
		fail_msg("%s: it ended by itself (%d)", what, status);
	end_elsewhere(s, before, undo, what);
	free(before);
}

static int count_steps(const struct scenario *s)
{
	struct plans plans = {0};

	ok(rig, s->plan(rig->fleet, &plans, &rig->err));
	const int count = plans.items[0].count;
	plans_free(&plans);
	return count;
}

/* Undone as far as that step, it is carried out all the same. */
static void kill_undo(const struct scenario *s, int count, int step)
{
	const struct moment last = {count - 1, STEP_DONE}, undone = {step, STEP_UNDONE};
	char *before = list_before(s);
	int status;

	waitpid(begin_elsewhere(s->name, &last), &status, 0);
	assert_true(WIFSIGNALED(status));
	waitpid(begin_elsewhere("undo", &undone), &status, 0);
	assert_true(WIFSIGNALED(status));
	end_elsewhere(s, before, false, "killed in the middle of its undo");
	free(before);
}

static void killed_at_each_step(void **state)
{
	const struct scenario *s = *state;

	s->begin();
	const int count = count_steps(s);
	for (int step = 0; step < count; step++)
		for (int i = 0; i < 4; i++) /* begun or done, undone or resumed */
			if (proof || i == (step % 2 ? 0 : 3))
				kill_at(s, (struct moment){step, i & 1 ? STEP_DONE : STEP_STARTED}, !(i & 2));
	if (proof)
		kill_undo(s, count, count / 2);
	kill_undo(s, count, 0);
}

static int64_t time_one(const struct scenario *s)
{
	const int64_t begin = clock_ms();
	int status;

	waitpid(begin_elsewhere(s->name, NULL), &status, 0);
	assert_int_equal(status, 0);
	s->check();
	s->begin();
	return clock_ms() - begin;
}

/* Also within a step, and before the first. */
static void killed_at_any_moment(void **state)
{
	const struct scenario *s = *state;
	unsigned seed = (unsigned)clock_ms();

	s->begin();
	const int64_t whole = time_one(s);
	print_message("# seed %u, %lld ms\n", seed, (long long)whole);
	for (int i = 0; i < (proof ? 10 : 2); i++) {
		const int64_t delay = rand_r(&seed) % whole;
		char *before = list_before(s), what[80];
		const int64_t last = last_operation().id;
		const pid_t pid = begin_elsewhere(s->name, NULL);
		int status;

		wait_ms((int)delay);
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
		snprintf(what, sizeof(what), "killed after %lld ms", (long long)delay);
		const struct operation now = last_operation();
		const bool begun = now.id != last, done = begun && now.state == OPERATION_DONE;
		end_it(s, rig->fleet, before, !begun || (!done && i % 2), what);
		free(before);
	}
}

/* Daemons */

struct trouble { enum daemon daemon; struct moment moment; bool dies; pid_t starter; };

static void stop_there(void *context, int number, int count, enum step_state state, const char *words)
{
	struct trouble *trouble = context;

	(void)count;
	(void)words;
	if (number != trouble->moment.step || state != trouble->moment.state)
		return;
	if (trouble->dies)
		trouble->starter = daemon_restart(trouble->daemon);
	else
		kill(daemon_pids[trouble->daemon], SIGSTOP);
}

static void stop_at(const struct scenario *s, struct trouble trouble, bool undo)
{
	const struct run_listener listener = {.step = stop_there, .context = &trouble};
	char *before = list_before(s), what[100];
	struct plans plans = {0};

	snprintf(what, sizeof(what), "%s %s at step %d, %s", daemon_names[trouble.daemon], trouble.dies ? "killed" : "stopped",
		 trouble.moment.step, step_state_word(trouble.moment.state));
	ok(rig, s->plan(quick, &plans, &rig->err));
	const int status = plan_run(quick, &plans.items[0], &listener, NULL, &rig->err);
	const struct err why = rig->err;
	plans_free(&plans);
	daemon_is_back(trouble.starter);
	cluster_go_on(quick);
	if (status && status != ERR_UNREACHABLE)
		fail_msg("%s: %s", what, why.text);
	ends_done += !status;
	end_it(s, quick, before, status && undo, what);
	free(before);
}

static void stopped_at_each_step(const struct scenario *s)
{
	const int count = count_steps(s);

	for (int daemon = 0; daemon < DAEMONS; daemon++)
		for (int step = 0; step < count; step++) {
			stop_at(s, (struct trouble){.daemon = daemon, .moment = {step, STEP_STARTED}}, true);
			stop_at(s, (struct trouble){.daemon = daemon, .moment = {step, STEP_STARTED}}, false);
			stop_at(s, (struct trouble){.daemon = daemon, .moment = {step, STEP_DONE}}, step % 2);
		}
}

static void daemons_die(void **state)
{
	const struct scenario *s = *state;

	s->begin();
	const int count = count_steps(s);
	for (int daemon = 0; daemon < DAEMONS; daemon++)
		for (int step = 0; step < count; step++)
			stop_at(s, (struct trouble){.daemon = daemon, .moment = {step, STEP_STARTED}, .dies = true}, step % 2);
}

static int step_of(const struct scenario *s, const char *kind)
{
	struct plans plans = {0};
	int found = -1;

	ok(rig, s->plan(rig->fleet, &plans, &rig->err));
	for (int i = 0; i < plans.items[0].count && found < 0; i++)
		if (!strcmp(plans.items[0].steps[i].kind, kind))
			found = i;
	plans_free(&plans);
	assert_true(found >= 0);
	return found;
}

static void daemons_stop(void **state)
{
	const struct scenario *s = *state;

	s->begin();
	if (proof) {
		stopped_at_each_step(s);
		return;
	}
	stop_at(s, (struct trouble){.daemon = s->fault.daemon, .moment = {step_of(s, s->fault.step), STEP_STARTED}}, s->fault.undo);
}

/* The rig */

static int begin_all(void **state)
{
	(void)state;
	rig = daemons_find() ? NULL : rig_begin("t-fault");
	if (!rig)
		return -1;
	const struct fleet_options options = {
		.inventory = rig->inventory, .conf = getenv("BERTH_TEST_CONF"), .name = getenv("BERTH_TEST_NAME"), .timeout = TIMEOUT,
	};
	int status = rig_dress_gold(rig);
	if (!status)
		status = cluster_dir_make(rig->cluster, "trash", 0700, &rig->err);
	if (!status)
		status = fleet_open(&options, &quick, &rig->err);
	if (status)
		print_error("%s\n", rig->err.text);
	return status;
}

static int end_all(void **state)
{
	(void)state;
	daemons_wake();
	print_message("# %d resumed, %d undone, %d carried out although a daemon stopped\n", ends_resumed, ends_undone, ends_done);
	fleet_close(quick);
	rig_end_clients(rig);
	scrub_host(rig, HOST);
	rig_end(rig);
	return 0;
}

/* A failed one leaves nothing for the next. */
static int end_one(void **state)
{
	const struct operation operation = open_operation();

	(void)state;
	daemons_wake();
	if (operation.id && plan_undo(rig->fleet, operation.id, NULL, &rig->err))
		operation_end(fleet_db(rig->fleet), operation.id, OPERATION_UNDONE, "", &rig->err);
	rig_end_clients(rig);
	return 0;
}

/* As another berth: PROGRAM INVENTORY WORD STEP STATE. */

static void die_there(void *context, int number, int count, enum step_state state, const char *words)
{
	const struct moment *moment = context;

	(void)count;
	(void)words;
	const bool there = state == STEP_UNDONE ? number <= moment->step : number == moment->step;

	if (there && (state == moment->state || state == STEP_KEPT))
		raise(SIGKILL);
}

static int undo_open(struct fleet *fleet, const struct run_listener *listener, struct err *err)
{
	struct operation *list;
	size_t count;
	int status = operation_list(fleet_db(fleet), true, 0, &list, &count, err);

	if (!status && count)
		status = plan_undo(fleet, list[0].id, listener, err);
	free(list);
	return status;
}

static int act(char **argv)
{
	struct moment moment = {atoi(argv[3]), (enum step_state)atoi(argv[4])};
	const struct run_listener listener = {.step = die_there, .context = &moment};
	struct plans plans = {0};
	struct err err = {0};
	struct fleet *fleet = rig_berth(argv[1], &err);
	int status = fleet ? ERR_USAGE : -1;

	for (size_t i = 0; i < SCENARIOS && fleet; i++)
		if (!strcmp(scenarios[i].name, argv[2]))
			status = scenarios[i].plan(fleet, &plans, &err);
	if (fleet && !strcmp(argv[2], "undo"))
		status = undo_open(fleet, &listener, &err);
	else if (!status)
		status = plan_run(fleet, &plans.items[0], &listener, NULL, &err);
	plans_free(&plans);
	fleet_close(fleet);
	if (status)
		fprintf(stderr, "%s\n", err.text);
	return status ? 1 : 0;
}

static size_t add_tests(const struct scenario *s, struct CMUnitTest *tests)
{
	const struct { const char *words; void (*test)(void **); bool wanted; } kinds[KINDS] = {
		{"killed at each step", killed_at_each_step, proof || !s->rare},
		{"killed at any moment", killed_at_any_moment, proof || s->guarded},
		{"while a daemon stops", daemons_stop, proof || s->fault.step},
		{"while a daemon dies", daemons_die, proof},
	};
	const char *only = getenv("FAULTS");
	struct text name = {0};
	size_t count = 0;

	for (size_t i = 0; i < KINDS; i++) {
		if (!kinds[i].wanted || (only && strcmp(only, s->name) && !strstr(kinds[i].words, only)))
			continue;
		text_printf(&name, "%s: %s", s->name, kinds[i].words);
		tests[count++] = (struct CMUnitTest){
			.name = text_take(&name), .test_func = kinds[i].test, .teardown_func = end_one,
			.initial_state = (void *)(uintptr_t)s,
		};
	}
	return count;
}

int main(int argc, char **argv)
{
	struct CMUnitTest tests[SCENARIOS * KINDS];
	size_t count = 0;

	if (argc == 5)
		return act(argv);
	proof = getenv("BERTH_PROOF") != NULL;
	if (readlink("/proc/self/exe", self, sizeof(self) - 1) < 0)
		return 1;
	for (size_t i = 0; i < SCENARIOS; i++)
		count += add_tests(&scenarios[i], tests + count);
	const int failed = _cmocka_run_group_tests("faults", tests, count, begin_all, end_all);
	for (size_t i = 0; i < count; i++)
		free((char *)(uintptr_t)tests[i].name);
	return failed;
}
