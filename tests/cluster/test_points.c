/* Restore points: both halves or none, under a running machine; rollback both ways. */
#include "tests/cluster/fleet_rig.h"

#include "core/ceph/snap_live.h"
#include "core/fleet/doctor.h"
#include "core/fleet/points.h"
#include "core/fleet/view.h"
#include "db/operation.h"
#include "db/point.h"
#include "db/root.h"

static struct fleet_rig *rig;
static char host[64];

static int group_begin(void **state)
{
	(void)state;
	rig = rig_begin("t-point");
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

static char *boot_path(const char *name, char out[256])
{
	snprintf(out, 256, "hosts/%s/boot/%s", host, name);
	return out;
}

static void write_boot(const char *words)
{
	char path[256];

	ok(rig, cluster_file_write(rig->cluster, boot_path("kernel", path), words, strlen(words), 0644, 0, &rig->err));
}

static void check_boot(const char *words)
{
	char path[256], *bytes;
	size_t length;

	ok(rig, cluster_file_read(rig->cluster, boot_path("kernel", path), &bytes, &length, &rig->err));
	assert_string_equal(bytes, words);
	free(bytes);
}

static int64_t host_number(void)
{
	struct host row;

	ok(rig, host_by_name(fleet_db(rig->fleet), host, &row, &rig->err));
	return row.id;
}

static char *root_id(char out[64])
{
	struct cluster_image_info info;
	struct root root;

	ok(rig, cluster_image_info(rig->cluster, host, "root", &info, &rig->err));
	ok(rig, root_by_host(fleet_db(rig->fleet), host_number(), &root, &rig->err));
	assert_string_equal(info.id, root.rbd_id); /* the inventory knows */
	strcpy(out, info.id);
	return out;
}

static int take(const char *name, const char *note)
{
	struct plans plans = {0};
	const int status = plan_snap_create(rig->fleet, host, name, note, &plans, &rig->err);

	return status ? status : rig_run(rig->fleet, &plans, &rig->err);
}

static int roll_back(const char *name, enum rollback_way way)
{
	struct plans plans = {0};
	const int status = plan_snap_rollback(rig->fleet, host, name, way, &plans, &rig->err);

	return status ? status : rig_run(rig->fleet, &plans, &rig->err);
}

static int drop(const char *name)
{
	struct plans plans = {0};
	const int status = plan_snap_remove(rig->fleet, host, name, &plans, &rig->err);

	return status ? status : rig_run(rig->fleet, &plans, &rig->err);
}

static struct point_row row_of(const char *name)
{
	struct point_row *rows, found = {0};
	size_t count;

	ok(rig, point_rows(rig->fleet, host, &rows, &count, &rig->err));
	for (size_t i = 0; i < count; i++)
		if (!name || !strcmp(rows[i].point.name, name))
			found = rows[i];
	free(rows);
	return found;
}

static size_t count_points(void)
{
	struct point_row *rows;
	size_t count;

	ok(rig, point_rows(rig->fleet, host, &rows, &count, &rig->err));
	free(rows);
	return count;
}

/* The script leads to a boot again: nothing is held. */
static void check_script(void)
{
	char path[256], *bytes;
	size_t length;

	snprintf(path, sizeof(path), "hosts/%s/boot.ipxe", host);
	ok(rig, cluster_file_read(rig->cluster, path, &bytes, &length, &rig->err));
	assert_null(strstr(bytes, "rolled back"));
	free(bytes);
}

static void a_point_of_a_running_machine(void **state)
{
	struct client *machine = rig_machine(rig, 0, host, true);
	struct point_row row;

	(void)state;
	write_boot("kernel 1");
	assert_int_equal(client_do(machine, "put 9 90"), 0);
	ok(rig, take("before-upgrade", "the note"));
	assert_int_equal(client_do(machine, "put 9 91"), 0);
	row = row_of("before-upgrade");
	assert_true(row.there);
	assert_false(row.former);
	assert_int_equal(row.used, 4 * MIB);
	assert_string_equal(row.point.note, "the note");
	assert_true(row.point.created > time_now() - 60);
	refused(rig, take("before-upgrade", NULL), ERR_EXISTS, "before-upgrade");
	refused(rig, take("bad/name", NULL), ERR_USAGE, "bad/name");
	refused(rig, take("x", "two\nlines"), ERR_USAGE, "note");
	refused(rig, roll_back("before-upgrade", ROLLBACK_IN_PLACE), ERR_REFUSED, machine->address);
	refused(rig, roll_back("none", ROLLBACK_SWAP), ERR_NOT_FOUND, "none");
	assert_int_equal(client_do(machine, "put 9 92"), 0); /* not disturbed */
}

/* A snapshot of that name that is no point: nothing of it is kept or taken. */
static void both_halves_or_none(void **state)
{
	char path[256], **names, id[64];
	struct cluster_snap *snaps;
	size_t count;

	(void)state;
	snprintf(path, sizeof(path), "hosts/%s/boot", host);
	ok(rig, cluster_dirsnap_create(rig->cluster, path, "half", &rig->err));
	refused(rig, take("half", NULL), ERR_EXISTS, "half");
	ok(rig, cluster_snap_live_list(rig->cluster, host, root_id(id), &snaps, &count, &rig->err));
	free(snaps);
	assert_int_equal(count, 0);
	ok(rig, cluster_dirsnap_list(rig->cluster, path, &names, &count, &rig->err));
	cluster_names_free(names, count);
	assert_int_equal(count, 1); /* not ours, not touched */
	assert_int_equal(count_points(), 0);
}

static void points_are_pinned_removed_and_pruned(void **state)
{
	struct plans plans = {0};
	struct host row;
	char name[16];

	(void)state;
	for (int i = 0; i < 5; i++) {
		snprintf(name, sizeof(name), "p%d", i);
		ok(rig, take(name, NULL));
	}
	ok(rig, plan_snap_pin(rig->fleet, host, "p0", true, &plans, &rig->err));
	ok(rig, rig_run(rig->fleet, &plans, &rig->err));
	refused(rig, drop("p0"), ERR_REFUSED, "pinned");
	ok(rig, drop("p1"));
	refused(rig, drop("p1"), ERR_NOT_FOUND, "p1");
	assert_int_equal(count_points(), 4);
	ok(rig, host_by_name(fleet_db(rig->fleet), host, &row, &rig->err));
	text_copy(row.keep, sizeof(row.keep), "last 2");
	ok(rig, host_update(fleet_db(rig->fleet), &row, &rig->err));
	ok(rig, plan_snap_prune(rig->fleet, host, &plans, &rig->err));
	assert_int_equal(plans.count, 1);
	ok(rig, rig_run(rig->fleet, &plans, &rig->err));
	assert_true(row_of("p0").there); /* pinned */
	assert_int_equal(count_points(), 3);
	ok(rig, plan_snap_prune(rig->fleet, host, &plans, &rig->err));
	assert_int_equal(plans.count, 0);
}

/* Forth, and back by the safety point. */
static void roll_forth_and_back(enum rollback_way way)
{
	char before[64], after[64], safety[64];

	write_boot("kernel 1");
	rig_write(rig, host, 9, 1);
	ok(rig, take("one", NULL));
	write_boot("kernel 2");
	rig_write(rig, host, 9, 2);
	root_id(before);
	ok(rig, roll_back("one", way));
	assert_int_equal(rig_read(host, 9), 1);
	check_boot("kernel 1");
	check_script();
	root_id(after);
	assert_int_equal(strcmp(before, after) == 0, way == ROLLBACK_IN_PLACE);
	assert_int_equal(count_points(), 2);
	text_copy(safety, sizeof(safety), row_of(NULL).point.safety ? row_of(NULL).point.name : "");
	if (!*safety) { /* rows are newest first; created in one second they may stand either way */
		struct point_row *rows;
		size_t count;

		ok(rig, point_rows(rig->fleet, host, &rows, &count, &rig->err));
		for (size_t i = 0; i < count; i++)
			if (rows[i].point.safety)
				text_copy(safety, sizeof(safety), rows[i].point.name);
		free(rows);
	}
	assert_true(row_of(safety).there);
	assert_int_equal(row_of(safety).former, way == ROLLBACK_SWAP);
	ok(rig, roll_back(safety, way));
	assert_int_equal(rig_read(host, 9), 2);
	check_boot("kernel 2");
	check_script();
	assert_int_equal(count_points(), 3);
}

static void in_place_and_back(void **state)
{
	(void)state;
	roll_forth_and_back(ROLLBACK_IN_PLACE);
}

static void by_swap_and_back(void **state)
{
	(void)state;
	roll_forth_and_back(ROLLBACK_SWAP);
}

/* Points stay on their root when that goes to the trash, and a clone keeps its point. */
static void a_former_root_keeps_its_points(void **state)
{
	(void)state;
	rig_write(rig, host, 9, 1);
	ok(rig, take("one", NULL));
	rig_write(rig, host, 9, 2);
	ok(rig, take("two", NULL));
	ok(rig, roll_back("one", ROLLBACK_SWAP));
	assert_int_equal(rig_read(host, 9), 1);
	assert_true(row_of("two").there && row_of("two").former);
	assert_true(row_of("two").used >= 0);
	refused(rig, drop("one"), ERR_REFUSED, "clone"); /* the root is one of it */
	ok(rig, drop("two"));
	rig_write(rig, host, 9, 3);
	ok(rig, take("three", NULL));
	ok(rig, roll_back("one", ROLLBACK_IN_PLACE)); /* it is on a former root: a swap all the same */
	assert_int_equal(rig_read(host, 9), 1);
	assert_true(row_of("three").former);
	ok(rig, roll_back("three", ROLLBACK_SWAP));
	assert_int_equal(rig_read(host, 9), 3);
}

static enum host_state state_by(struct fleet *fleet)
{
	enum host_state state = HOST_STATES;
	struct fleet_view *view;

	ok(rig, fleet_view_full(fleet, NULL, &view, &rig->err));
	for (size_t i = 0; i < view->count; i++)
		if (!strcmp(view->rows[i].name, host))
			state = view->rows[i].state;
	fleet_view_free(view);
	return state;
}

static int take_by(struct fleet *fleet, const char *name)
{
	struct plans plans = {0};
	const int status = plan_snap_create(fleet, host, name, NULL, &plans, &rig->err);

	return status ? status : rig_run(fleet, &plans, &rig->err);
}

/* Other tests share the cluster. */
static void repair_host(struct fleet *fleet)
{
	struct diagnosis diagnosis = {0};
	struct plans plans = {0};
	char target[80];

	snprintf(target, sizeof(target), "host %s", host);
	ok(rig, doctor_examine(fleet, NULL, &diagnosis, &rig->err));
	for (size_t i = 0; i < diagnosis.count; i++)
		if (strcmp(diagnosis.items[i].target, target)) {
			json_decref(diagnosis.items[i].steps);
			diagnosis.items[i].steps = NULL;
		}
	plan_doctor_repair(&diagnosis, &plans);
	ok(rig, rig_run(fleet, &plans, &rig->err));
	diagnosis_free(&diagnosis);
}

/* The other inventory knows the former root: it must not say that the host is
 * down, nor take points of what is in the trash. */
static void a_root_that_another_inventory_exchanged(void **state)
{
	char path[128];

	(void)state;
	struct fleet *other = rig_berth(rig_second(rig, host, path), &rig->err);
	assert_non_null(other);
	ok(rig, take("one", NULL));
	assert_int_equal(state_by(other), HOST_DOWN);
	assert_int_equal(state_by(other), HOST_DOWN); /* it is sure of the names by now */
	ok(rig, roll_back("one", ROLLBACK_SWAP));
	struct client *machine = rig_machine(rig, 0, host, true);
	assert_int_equal(state_by(other), HOST_UP);
	refused(rig, take_by(other, "two"), ERR_CONFLICT, "another image");
	repair_host(other);
	ok(rig, take_by(other, "two"));
	refused(rig, take_by(other, "one"), ERR_EXISTS, "one"); /* it has learned of all there is */
	assert_int_equal(client_do(machine, "put 9 1"), 0);
	fleet_close(other);
}

struct late { int step; struct client *machine; char order[80]; };

static void boot_late(void *context, int number, int count, enum step_state state, const char *words)
{
	struct late *late = context;

	(void)count;
	(void)words;
	if (number == late->step && state == STEP_STARTED)
		assert_int_equal(client_do(late->machine, late->order), 0);
}

static int step_of(const struct plan *plan, const char *kind)
{
	for (int i = 0; i < plan->count; i++)
		if (!strcmp(plan->steps[i].kind, kind))
			return i;
	fail_msg("no step %s", kind);
	return -1;
}

/* A machine that comes up between plan and act is not disturbed, and what was
 * done until then is taken back. */
static void meet_a_late_machine(enum rollback_way way, const char *kind, bool former)
{
	struct late late = {.machine = &rig->clients[0], .order = "open"};
	const struct run_listener listener = {.step = boot_late, .context = &late};
	struct plans plans = {0};
	struct operation *open;
	char image[80], id[64];
	size_t count;

	write_boot("kernel 1");
	rig_write(rig, host, 9, 1);
	ok(rig, take("one", NULL));
	write_boot("kernel 2");
	rig_write(rig, host, 9, 2);
	if (former)
		snprintf(late.order, sizeof(late.order), "open %s", root_id(id));
	snprintf(image, sizeof(image), "%s/root", host);
	client_start(late.machine, image);
	ok(rig, plan_snap_rollback(rig->fleet, host, "one", way, &plans, &rig->err));
	late.step = step_of(&plans.items[0], kind);
	refused(rig, plan_run(rig->fleet, &plans.items[0], &listener, NULL, &rig->err), ERR_REFUSED, late.machine->address);
	plans_free(&plans);
	ok(rig, operation_list(fleet_db(rig->fleet), true, 0, &open, &count, &rig->err));
	free(open);
	assert_int_equal(count, 0); /* undone, not left open */
	assert_int_equal(client_do(late.machine, "put 10 10"), 0);
	assert_int_equal(rig_read(host, 9), 2);
	check_boot("kernel 2");
	check_script();
	assert_int_equal(count_points(), 1);
	client_end(late.machine);
	ok(rig, roll_back("one", way));
	assert_int_equal(rig_read(host, 9), 1);
}

static void a_late_machine_stops_a_rollback(void **state)
{
	(void)state;
	meet_a_late_machine(ROLLBACK_IN_PLACE, "root-rollback", false);
}

static void a_late_machine_stops_a_swap(void **state)
{
	(void)state;
	meet_a_late_machine(ROLLBACK_SWAP, "root-trash", false);
}

/* It had looked the name up before. */
static void a_machine_on_the_former_root_stops_a_swap(void **state)
{
	(void)state;
	meet_a_late_machine(ROLLBACK_SWAP, "root-rename", true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, host_begin, host_end)
		TEST(a_point_of_a_running_machine),
		TEST(both_halves_or_none),
		TEST(points_are_pinned_removed_and_pruned),
		TEST(in_place_and_back),
		TEST(by_swap_and_back),
		TEST(a_former_root_keeps_its_points),
		TEST(a_root_that_another_inventory_exchanged),
		TEST(a_late_machine_stops_a_rollback),
		TEST(a_late_machine_stops_a_swap),
		TEST(a_machine_on_the_former_root_stops_a_swap),
	};

	return cmocka_run_group_tests(tests, group_begin, group_end);
}
