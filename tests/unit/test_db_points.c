/* Restore points, what waits for the next boot, who was cut off. */
#include "tests/unit/test_db.h"

#include "db/pending.h"
#include "db/point.h"
#include "db/watcher.h"

static struct point make_point(int64_t host_id, const char *name, int64_t created)
{
	struct point point = {
		.host_id = host_id, .rbd_id = "10ab", .image = "deb12", .release = "2026-11-23", .size = 5,
		.kernel = KERNEL_OWN, .kernel_version = "6.1.0-25-amd64", .kernel_args = "quiet", .note = "before the upgrade", .user = "root", .created = created,
	};

	text_copy(point.name, sizeof point.name, name);
	return point;
}

static void a_point_comes_back_as_it_was_written(void **state)
{
	struct rig *const rig = *state;
	struct point found = {0}, point;

	add_release(rig, "deb12", "2026-11-23");
	point = make_point(add_host(rig, 1).id, "before-upgrade", 1000);
	point.safety = true;
	ok(rig, point_insert(rig->db, &point, &rig->err));
	ok(rig, point_find(rig->db, point.host_id, "before-upgrade", &found, &rig->err));
	assert_memory_equal(&found, &point, sizeof point);
	refused(rig, point_insert(rig->db, &point, &rig->err), ERR_EXISTS, "\"before-upgrade\" is there already");
	refused(rig, point_find(rig->db, point.host_id, "x", &found, &rig->err), ERR_NOT_FOUND, "\"x\"");
	text_copy(point.name, sizeof point.name, "other");
	text_copy(point.release, sizeof point.release, "2020-01-01");
	refused(rig, point_insert(rig->db, &point, &rig->err), ERR_NOT_FOUND, "2020-01-01");
}

static void points_are_listed_newest_first_and_pinned(void **state)
{
	struct rig *const rig = *state;
	struct point point, *list;
	size_t count;
	int64_t id;

	add_release(rig, "deb12", "2026-11-23");
	id = add_host(rig, 1).id;
	point = make_point(id, "a", 1000);
	ok(rig, point_insert(rig->db, &point, &rig->err));
	point = make_point(id, "b", 2000);
	ok(rig, point_insert(rig->db, &point, &rig->err));
	ok(rig, point_pin(rig->db, id, "a", true, &rig->err));
	refused(rig, point_pin(rig->db, id, "c", true, &rig->err), ERR_NOT_FOUND, "\"c\"");
	ok(rig, point_list(rig->db, id, &list, &count, &rig->err));
	assert_int_equal(count, 2);
	assert_string_equal(list[0].name, "b");
	assert_false(list[0].pinned);
	assert_string_equal(list[1].name, "a");
	assert_true(list[1].pinned);
	free(list);
	ok(rig, point_delete(rig->db, id, "b", &rig->err));
	ok(rig, point_delete(rig->db, id, "b", &rig->err));
	ok(rig, point_list(rig->db, id, &list, &count, &rig->err));
	assert_int_equal(count, 1);
	free(list);
}

static void one_request_waits_for_a_host(void **state)
{
	struct rig *const rig = *state;
	struct pending *list, pending = {.command = "berth snap rollback desk1 a", .user = "root", .machine = "m", .created = 5};
	size_t count;

	pending.host_id = add_host(rig, 1).id;
	ok(rig, pending_put(rig->db, &pending, &rig->err));
	text_copy(pending.command, sizeof pending.command, "berth snap rollback desk1 b");
	ok(rig, pending_put(rig->db, &pending, &rig->err));
	ok(rig, pending_list(rig->db, &list, &count, &rig->err));
	assert_int_equal(count, 1);
	assert_string_equal(list[0].host, "desk1");
	assert_string_equal(list[0].command, "berth snap rollback desk1 b");
	free(list);
	ok(rig, pending_delete(rig->db, pending.host_id, &rig->err));
	ok(rig, pending_list(rig->db, &list, &count, &rig->err));
	assert_int_equal(count, 0);
}

static void a_fence_is_noted_for_its_address_alone(void **state)
{
	struct rig *const rig = *state;
	struct watcher_seen *list, seen[2] = {
		{.address = "10.0.4.11:0/1", .client = "client.1"}, {.address = "10.0.4.11:0/2", .client = "client.2"},
	};
	size_t count;

	seen[0].host_id = seen[1].host_id = add_host(rig, 1).id;
	ok(rig, watcher_record(rig->db, &seen[0], 1, 100, &rig->err));
	ok(rig, watcher_record(rig->db, &seen[1], 1, 200, &rig->err));
	ok(rig, watcher_fence(rig->db, (const char *[]){"10.0.4.11:0/1"}, 1, 9000, &rig->err));
	ok(rig, watcher_list(rig->db, seen[0].host_id, &list, &count, &rig->err));
	assert_int_equal(count, 2);
	assert_int_equal(list[0].fenced_until, 0);
	assert_int_equal(list[1].fenced_until, 9000);
	free(list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_open, rig_remove)
		TEST(a_point_comes_back_as_it_was_written),
		TEST(points_are_listed_newest_first_and_pinned),
		TEST(one_request_waits_for_a_host),
		TEST(a_fence_is_noted_for_its_address_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
