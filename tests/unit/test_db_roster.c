/* The roster: one line a host, with its root and who was seen there last. */
#include "tests/unit/test_db.h"

#include "db/roster.h"
#include "db/watcher.h"

/* "name mac image@release hold address rbd-id client@address first-last", one a line. */
static void note_line(void *context, const struct roster_line *line)
{
	text_printf(context, "%s %s %s@%s '%s' '%s' '%s' %s@%s %lld-%lld\n", line->name, line->mac, line->image, line->release,
		    line->hold_reason, line->address, line->rbd_id, line->seen_client, line->seen_address,
		    (long long)line->first_seen, (long long)line->last_seen);
}

static void expect_roster(struct rig *rig, const char *expected)
{
	struct text lines = {0};

	ok(rig, roster_read(rig->db, note_line, &lines, &rig->err));
	assert_string_equal(text_string(&lines), expected);
	text_free(&lines);
}

static void hosts_come_in_natural_order_with_their_first_mac(void **state)
{
	struct rig *const rig = *state;
	struct host host = make_host(10);

	expect_roster(rig, "");
	host.mac_count = 2;
	strcpy(host.macs[1], "52:54:00:00:00:01");
	strcpy(host.hold_reason, "new disk");
	strcpy(host.address, "10.0.4.11");
	ok(rig, host_insert(rig->db, &host, &rig->err));
	add_host(rig, 9);
	expect_roster(rig, "desk9 52:54:00:00:00:09 @ '' '' '' @ 0-0\n"
		      "desk10 52:54:00:00:00:0a @ 'new disk' '10.0.4.11' '' @ 0-0\n");
}

static void the_image_is_that_of_the_root_if_there_is_one(void **state)
{
	struct rig *const rig = *state;
	struct host host = make_host(1);
	struct root root = {.image = "deb12", .release = "old", .rbd_id = "1a2b"};

	add_release(rig, "deb12", "old");
	add_release(rig, "deb12", "new");
	strcpy(host.image, "deb12");
	strcpy(host.release, "new");
	ok(rig, host_insert(rig->db, &host, &rig->err));
	expect_roster(rig, "desk1 52:54:00:00:00:01 deb12@new '' '' '' @ 0-0\n");
	root.host_id = host.id;
	ok(rig, root_put(rig->db, &root, &rig->err));
	expect_roster(rig, "desk1 52:54:00:00:00:01 deb12@old '' '' '1a2b' @ 0-0\n");
}

static void the_watcher_is_the_one_seen_last(void **state)
{
	struct rig *const rig = *state;
	const struct host host = add_host(rig, 1);
	struct watcher_seen seen[] = {
		{.host_id = host.id, .address = "10.0.0.1:0/1", .client = "client.1"},
		{.host_id = host.id, .address = "10.0.0.2:0/2", .client = "client.2"},
	};

	ok(rig, watcher_record(rig->db, &seen[1], 1, 100, &rig->err));
	ok(rig, watcher_record(rig->db, &seen[0], 1, 90, &rig->err));
	ok(rig, watcher_record(rig->db, &seen[1], 1, 130, &rig->err));
	expect_roster(rig, "desk1 52:54:00:00:00:01 @ '' '' '' client.2@10.0.0.2:0/2 100-130\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_open, rig_remove)
		TEST(hosts_come_in_natural_order_with_their_first_mac),
		TEST(the_image_is_that_of_the_root_if_there_is_one),
		TEST(the_watcher_is_the_one_seen_last),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
