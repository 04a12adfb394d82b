/*
 * Who comes in the wrong moment, for test_race_machine.c and test_race_berths.c:
 * a machine with a host's own key, random moments, and what must be so after.
 * A few times in `make check` and hundreds of times with BERTH_PROOF=1; RACES=words
 * narrows it, BERTH_SEED=number repeats it.
 */
#ifndef BERTH_TESTS_CLUSTER_RACE_RIG_H
#define BERTH_TESTS_CLUSTER_RACE_RIG_H

#include "tests/cluster/fault_scenarios.h"

#include <pthread.h>
#include <time.h>

#include "core/fleet/view.h"

static bool proof;
static unsigned seed;

static inline int rounds(int quick, int many)
{
	return proof ? many : quick;
}

static inline int random_ms(int64_t below)
{
	return below > 0 ? (int)(rand_r(&seed) % below) : 0;
}

static inline const struct scenario *scenario_of(const char *name)
{
	for (size_t i = 0; i < SCENARIOS; i++)
		if (!strcmp(scenarios[i].name, name))
			return &scenarios[i];
	fail_msg("no scenario %s", name);
	return NULL;
}

static inline int run_one(struct fleet *fleet, int (*plan)(struct fleet *, struct plans *, struct err *), struct err *err)
{
	struct plans plans = {0};
	const int status = plan(fleet, &plans, err);

	return status ? status : rig_run(fleet, &plans, err);
}

static inline void check_nothing_open(void)
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
static inline void write_machine_conf(char path[128])
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

static inline struct client *machine_new(int index)
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

static inline bool map_root(struct client *machine, bool exclusive, uint64_t *content)
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

static inline void *start_late(void *data)
{
	struct start *start = data;

	wait_ms(start->delay_ms);
	start->up = map_root(start->machine, start->exclusive, &start->content) && !client_do(start->machine, "run");
	return NULL;
}

/* Until it has written some, or was cut off. */
static inline void let_it_write(struct start *start)
{
	const struct counters *counters = start->machine->counters;
	const uint64_t first = counters->acknowledged;
	const int64_t end = clock_ms() + 30000;

	while (start->up && !counters->errors && counters->acknowledged < first + 5 && clock_ms() < end)
		wait_ms(2);
	assert_true(clock_ms() < end);
}

static inline enum host_state state_now(void)
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
static inline void shut_down(struct start *start)
{
	const struct counters *counters = start->machine->counters;

	if (start->up)
		assert_int_equal(client_do(start->machine, "stop"), 0);
	start->issued = counters->issued;
	start->acknowledged = counters->acknowledged;
	start->errors = counters->errors;
	client_end(start->machine);
}

/* The rig */

static inline int begin_all(void **state)
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

static inline int end_all(void **state)
{
	(void)state;
	rig_end_clients(rig);
	scrub_host(rig, HOST);
	rig_end(rig);
	return 0;
}

static inline int end_one(void **state)
{
	(void)state;
	rig_end_clients(rig);
	return 0;
}

static inline void race_begin(void)
{
	proof = getenv("BERTH_PROOF") != NULL;
	seed = getenv("BERTH_SEED") ? (unsigned)atoi(getenv("BERTH_SEED")) : (unsigned)clock_ms();
	if (getenv("RACES"))
		cmocka_set_test_filter(getenv("RACES"));
}

#endif
