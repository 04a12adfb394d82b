/* Hosts through plans, with an inventory alone: no cluster is asked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/text.h"
#include "core/fleet/fleet.h"
#include "core/fleet/hosts.h"
#include "core/fleet/run.h"
#include "db/audit.h"
#include "db/host.h"

struct rig {
	char directory[64];
	char path[96];
	struct fleet *fleet;
	struct plans plans;
	struct err err;
};

#define ok(rig, call) do { \
	if ((call) != 0) \
		fail_msg("%s: %s", #call, (rig)->err.text); \
} while (0)

#define refused(rig, call, expected, words) do { \
	(rig)->err = (struct err){0}; \
	assert_int_equal((call), (expected)); \
	if (!strstr((rig)->err.text, (words))) \
		fail_msg("%s: no \"%s\" in \"%s\"", #call, (words), (rig)->err.text); \
} while (0)

static int rig_open(void **state)
{
	struct rig *rig = xcalloc(1, sizeof(*rig));

	strcpy(rig->directory, "/tmp/berth-unit-XXXXXX");
	if (!mkdtemp(rig->directory))
		return -1;
	snprintf(rig->path, sizeof(rig->path), "%s/inventory.db", rig->directory);
	*state = rig;
	return fleet_open(&(struct fleet_options){.inventory = rig->path}, &rig->fleet, &rig->err);
}

static int rig_remove(void **state)
{
	struct rig *rig = *state;
	char command[128];

	plans_free(&rig->plans);
	fleet_close(rig->fleet);
	snprintf(command, sizeof(command), "rm -rf %s", rig->directory);
	free(rig);
	return system(command);
}

static void run_all(struct rig *rig)
{
	for (size_t i = 0; i < rig->plans.count; i++)
		ok(rig, plan_run(rig->fleet, &rig->plans.items[i], NULL, NULL, &rig->err));
	plans_free(&rig->plans);
}

static struct host host_named(struct rig *rig, const char *name)
{
	struct host host;

	ok(rig, host_by_name(fleet_db(rig->fleet), name, &host, &rig->err));
	return host;
}

static int64_t count_hosts(struct rig *rig)
{
	int64_t count;

	ok(rig, host_count(fleet_db(rig->fleet), &count, &rig->err));
	return count;
}

static char *write_csv(struct rig *rig, const char *text)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/hosts.csv", rig->directory);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	return path;
}

static void add(struct rig *rig, const char *name, const char *mac)
{
	const struct host_input input = {.macs = mac};

	ok(rig, plan_host_add(rig->fleet, name, &input, &rig->plans, &rig->err));
	run_all(rig);
}

static void a_host_is_added_changed_and_removed(void **state)
{
	struct rig *rig = *state;
	const struct host_input change = {.macs = "52-54-00-00-00-02,5254.0000.0003", .address = "10.0.4.11", .lock = "cooperative"};
	struct audit *audit;
	size_t count;

	add(rig, "Desk1", "52:54:00:00:00:01");
	ok(rig, plan_host_set(rig->fleet, "desk1", &change, &rig->plans, &rig->err));
	run_all(rig);
	const struct host host = host_named(rig, "desk1");
	assert_int_equal(host.mac_count, 2);
	assert_string_equal(host.macs[1], "52:54:00:00:00:03");
	assert_int_equal(host.lock, LOCK_COOPERATIVE);
	ok(rig, plan_host_set(rig->fleet, "desk1", &change, &rig->plans, &rig->err)); /* like that already */
	assert_int_equal(rig->plans.count, 0);
	ok(rig, plan_host_remove(rig->fleet, "desk1", &rig->plans, &rig->err));
	run_all(rig);
	assert_int_equal(count_hosts(rig), 0);
	ok(rig, audit_list(fleet_db(rig->fleet), "host desk1", 0, &audit, &count, &rig->err));
	assert_int_equal(count, 3);
	for (size_t i = 0; i < count; i++)
		assert_string_equal(audit[i].result, "done");
	free(audit);
}

static void a_group_names_its_hosts(void **state)
{
	struct rig *rig = *state;
	const struct host_input change = {.group = "Class.Room"};
	char **names;
	size_t count;

	ok(rig, plan_host_import(rig->fleet, write_csv(rig, "name,mac,group\nlab10,525400000001,class.room\n"
			"lab2,525400000002,class.room\nkiosk,525400000003,\n"), &rig->plans, &rig->err));
	run_all(rig);
	ok(rig, host_expand(rig->fleet, "kiosk,@CLASS.room", &names, &count, &rig->err));
	assert_int_equal(count, 3);
	assert_string_equal(names[1], "lab2");
	host_expand_free(names, count);
	ok(rig, plan_host_set(rig->fleet, "kiosk", &change, &rig->plans, &rig->err));
	run_all(rig);
	assert_string_equal(host_named(rig, "kiosk").group, "class.room");
	ok(rig, plan_host_set(rig->fleet, "kiosk", &(struct host_input){.group = ""}, &rig->plans, &rig->err));
	run_all(rig);
	assert_string_equal(host_named(rig, "kiosk").group, "");
	refused(rig, host_expand(rig->fleet, "@nobody", &names, &count, &rig->err), ERR_NOT_FOUND, "group nobody");
	refused(rig, plan_host_set(rig->fleet, "kiosk", &(struct host_input){.group = "a b"}, &rig->plans, &rig->err),
		ERR_USAGE, "Group name");
}

static void expect_hosts(struct rig *rig, const char *words, const char *expected)
{
	struct text joined = {0};
	char **names;
	size_t count;

	ok(rig, host_expand(rig->fleet, words, &names, &count, &rig->err));
	for (size_t i = 0; i < count; i++)
		text_printf(&joined, "%s%s", i ? " " : "", names[i]);
	host_expand_free(names, count);
	assert_string_equal(text_string(&joined), expected);
	text_free(&joined);
}

static void hosts_are_chosen_by_what_they_are(void **state)
{
	struct rig *rig = *state;
	char **names = NULL;
	size_t count = 0;

	ok(rig, plan_host_import(rig->fleet, write_csv(rig, "name,mac,group\nlab10,525400000001,lab\nlab2,525400000002,lab\n"
				 "desk1,52540000aa03,\ndesk2,525400000004,classroom\n"), &rig->plans, &rig->err));
	run_all(rig);
	expect_hosts(rig, "group:lab", "lab2 lab10");
	expect_hosts(rig, "!group:lab", "desk1 desk2");
	expect_hosts(rig, "desk[1-2],lab10,group:~^(lab|classroom)$", "desk2 lab10");
	expect_hosts(rig, "!desk2,!group:lab", "desk1");
	expect_hosts(rig, "mac:AA:03", "desk1");
	expect_hosts(rig, "desk[1-2],!desk1,!group:lab", "desk2");
	refused(rig, host_expand(rig->fleet, "group:nobody", &names, &count, &rig->err), ERR_NOT_FOUND, "no host is as");
	refused(rig, host_expand(rig->fleet, "colour:red", &names, &count, &rig->err), ERR_USAGE, "state, image, group");
	refused(rig, host_expand(rig->fleet, "group:~(", &names, &count, &rig->err), ERR_USAGE, "group:~(");
	refused(rig, host_expand(rig->fleet, "group:", &names, &count, &rig->err), ERR_USAGE, "no text");
	refused(rig, host_expand(rig->fleet, "desk9,group:lab", &names, &count, &rig->err), ERR_NOT_FOUND, "desk9");
	refused(rig, host_expand(rig->fleet, "state:down", &names, &count, &rig->err), ERR_USAGE, "depends on the hosts' states");
	assert_null(names);
}

static void the_second_of_two_editors_learns_of_the_first(void **state)
{
	struct rig *rig = *state;
	const struct host_input mine = {.kernel_args = "quiet"}, theirs = {.address = "10.0.4.12"};
	struct plans other = {0};

	add(rig, "desk1", "52:54:00:00:00:01");
	ok(rig, plan_host_set(rig->fleet, "desk1", &mine, &rig->plans, &rig->err));
	ok(rig, plan_host_set(rig->fleet, "desk1", &theirs, &other, &rig->err));
	ok(rig, plan_run(rig->fleet, &other.items[0], NULL, NULL, &rig->err));
	refused(rig, plan_run(rig->fleet, &rig->plans.items[0], NULL, NULL, &rig->err), ERR_CONFLICT, "changed by somebody else");
	plans_free(&other);
	assert_string_equal(host_named(rig, "desk1").kernel_args, "");
	assert_string_equal(host_named(rig, "desk1").address, "10.0.4.12");
}

static void a_csv_file_is_taken_whole(void **state)
{
	struct rig *rig = *state;

	ok(rig, plan_host_import(rig->fleet, write_csv(rig,
		"name,kernel_args,mac,address\r\n"
		"desk1,\"quiet console=ttyS0\",52:54:00:00:00:01;52:54:00:00:00:02,10.0.4.11\r\n"
		"\r\n"
		"desk2,,52:54:00:00:00:03,\r\n"), &rig->plans, &rig->err));
	assert_int_equal(rig->plans.count, 1);
	run_all(rig);
	assert_int_equal(count_hosts(rig), 2);
	const struct host host = host_named(rig, "desk1");
	assert_int_equal(host.mac_count, 2);
	assert_string_equal(host.kernel_args, "quiet console=ttyS0");
	assert_string_equal(host_named(rig, "desk2").address, "");
}

static void a_csv_file_with_one_error_is_not_taken_at_all(void **state)
{
	static const struct { const char *text, *words; } files[] = {
		{"", "names no host"},
		{"name,mac\n", "names no host"},
		{"name\ndesk1\n", "'name' and 'mac'"},
		{"name,mac,colour\ndesk1,52:54:00:00:00:01,red\n", "column 'colour'"},
		{"name,mac,mac\ndesk1,52:54:00:00:00:01,52:54:00:00:00:02\n", "twice"},
		{"name,mac\ndesk1,52:54:00:00:00:01\ndesk_2,52:54:00:00:00:02\n", "row 3"},
		{"name,mac\ndesk1,52:54:00:00:00:01\ndesk2,52:54:00:00:00:0g\n", "row 3"},
		{"name,mac\ndesk1,52:54:00:00:00:01\ndesk1,52:54:00:00:00:02\n", "row 3: name desk1 stands in row 2"},
		{"name,mac\ndesk1,52:54:00:00:00:01\ndesk2,525400000001\n", "row 3: mac 52:54:00:00:00:01 stands in row 2"},
		{"name,mac,uuid\na,52:54:00:00:00:01,11111111-2222-3333-4444-555555555555\n"
		 "b,52:54:00:00:00:02,11111111-2222-3333-4444-555555555555\n", "row 3: uuid"},
		{"name,mac\ndesk1,52:54:00:00:00:01,extra\n", "more fields"},
		{"name,mac\ndesk1,\n", "no MAC"},
		{"name,mac\n\"desk1,52:54:00:00:00:01\n", "quote"},
		{"name,mac\nde\"sk1,52:54:00:00:00:01\n", "quote"},
		{"name,mac,image\ndesk1,52:54:00:00:00:01,deb12\n", "deb12"},
		{"name,mac\nold,52:54:00:00:00:01\n", "old is in the inventory"},
		{"name,mac\ndesk1,52:54:00:00:00:99\n", "belongs to host old"},
	};
	struct rig *rig = *state;

	add(rig, "old", "52:54:00:00:00:99");
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		rig->err = (struct err){0};
		assert_true(plan_host_import(rig->fleet, write_csv(rig, files[i].text), &rig->plans, &rig->err) < 0);
		if (!strstr(rig->err.text, files[i].words))
			fail_msg("file %zu: no \"%s\" in \"%s\"", i, files[i].words, rig->err.text);
		assert_int_equal(rig->plans.count, 0);
	}
	refused(rig, plan_host_import(rig->fleet, "/no/such/file.csv", &rig->plans, &rig->err), ERR_NOT_FOUND, "/no/such/file.csv");
	assert_int_equal(count_hosts(rig), 1);
}

static void kill_after_first(void *context, int number, int count, enum step_state step, const char *words)
{
	bool *stop = context;

	(void)number;
	(void)count;
	(void)words;
	*stop |= step == STEP_DONE;
}

static bool is_stopped(void *context)
{
	return *(bool *)context;
}

/* Removing a host with a step that fails behind it: the row comes back as it was. */
static void a_cancelled_plan_is_taken_back(void **state)
{
	struct rig *rig = *state;
	bool stop = false;
	const struct run_listener listener = {.step = kill_after_first, .progress = {.cancelled = is_stopped, .context = &stop}, .context = &stop};

	add(rig, "desk1", "52:54:00:00:00:01");
	ok(rig, plan_host_remove(rig->fleet, "desk1", &rig->plans, &rig->err));
	plan_add(&rig->plans.items[0], "guard", json_pack("{ss}", "host", "desk1"), "a step that is never begun");
	refused(rig, plan_run(rig->fleet, &rig->plans.items[0], &listener, NULL, &rig->err), ERR_CANCELLED, "cancelled before step 2");
	assert_string_equal(host_named(rig, "desk1").macs[0], "52:54:00:00:00:01");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_open, rig_remove)
	const struct CMUnitTest tests[] = {
		TEST(a_host_is_added_changed_and_removed),
		TEST(a_group_names_its_hosts),
		TEST(hosts_are_chosen_by_what_they_are),
		TEST(the_second_of_two_editors_learns_of_the_first),
		TEST(a_csv_file_is_taken_whole),
		TEST(a_csv_file_with_one_error_is_not_taken_at_all),
		TEST(a_cancelled_plan_is_taken_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
