/* Views without a cluster, and the roster that they share. */
#include "tests/unit/test_db.h"

#include "core/fleet/internal.h"
#include "core/fleet/roster.h"
#include "db/watcher.h"

static struct fleet *open_fleet(struct rig *rig)
{
	const struct fleet_options options = {.inventory = rig->path};
	struct fleet *fleet;

	ok(rig, fleet_open(&options, &fleet, &rig->err));
	return fleet;
}

static struct roster *get(struct rig *rig, struct fleet *fleet)
{
	struct roster *roster;

	ok(rig, roster_get(fleet, &roster, &rig->err));
	return roster;
}

static void a_roster_is_read_again_only_after_a_change(void **state)
{
	struct rig *const rig = *state;
	struct fleet *fleet = open_fleet(rig);
	struct roster *first = get(rig, fleet), *again = get(rig, fleet), *other, *own;
	struct host host = make_host(2);

	assert_ptr_equal(first, again);
	add_host(rig, 1); /* by another connection */
	other = get(rig, fleet);
	assert_ptr_not_equal(first, other);
	assert_int_equal(first->count, 0);
	assert_int_equal(other->count, 1);
	ok(rig, host_insert(fleet_db(fleet), &host, &rig->err)); /* by its own */
	own = get(rig, fleet);
	assert_int_equal(own->count, 2);
	assert_string_equal(other->hosts[0].row.name, "desk1"); /* as it was */
	fleet_close(fleet);
	roster_drop(first);
	roster_drop(again);
	roster_drop(other);
	roster_drop(own);
}

static void a_view_outlives_its_fleet(void **state)
{
	struct rig *const rig = *state;
	struct fleet *fleet = open_fleet(rig);
	struct fleet_view *view;

	add_host(rig, 1);
	ok(rig, fleet_view_full(fleet, NULL, &view, &rig->err));
	fleet_close(fleet);
	assert_int_equal(view->link, LINK_OFF);
	assert_non_null(strstr(view->link_words, "berth init"));
	assert_int_equal(view->count, 1);
	assert_string_equal(view->rows[0].name, "desk1");
	assert_string_equal(view->rows[0].holder, "");
	assert_int_equal(view->counts[HOST_DRAFT], 1);
	fleet_view_free(view);
}

static const struct roster_line line = {
	.id = 7, .name = "desk1", .group = "lab", .mac = "", .image = "", .release = "", .hold_reason = "", .address = "10.0.4.11",
	.rbd_id = "1a2b", .seen_address = "10.0.4.11:0/1", .seen_client = "client.1", .first_seen = 50, .last_seen = 90,
};

static void answers_are_applied_to_a_row(void **state)
{
	struct cluster_holders holders = {.watcher_count = 1};
	struct pool strings = {0};
	struct roster_host host;
	struct fleet_row row;

	(void)state;
	roster_fill(&host, &line, &strings);
	assert_int_equal(host.row.state, HOST_UNKNOWN);
	strcpy(holders.watchers[0].address, "10.0.4.11:0/1");
	strcpy(holders.watchers[0].client, "client.1");
	holders.lock_owner = holders.watchers[0];
	roster_apply(&host, &holders, &row, &strings);
	assert_int_equal(row.state, HOST_UP);
	assert_string_equal(row.holder, "10.0.4.11");
	assert_string_equal(row.lock, "owned");
	assert_int_equal(row.since, 50);
	strcpy(holders.watchers[0].client, "client.2"); /* another one, without the lock */
	roster_apply(&host, &holders, &row, &strings);
	assert_string_equal(row.lock, "stale");
	assert_int_equal(row.since, 0);
	holders.watcher_count = 0;
	roster_apply(&host, &holders, &row, &strings);
	assert_int_equal(row.state, HOST_STALE);
	assert_string_equal(row.client, "client.1");
	holders.status = ERR_UNREACHABLE;
	roster_apply(&host, &holders, &row, &strings);
	assert_int_equal(row.state, HOST_UNKNOWN);
	assert_string_equal(row.client, "");
	pool_free(&strings);
}

static void a_pool_keeps_strings_of_any_length_in_their_place(void **state)
{
	struct pool pool = {0};
	char *long_one = xcalloc(1, 40001);
	const char *kept[2000], *large;
	char word[16];

	(void)state;
	memset(long_one, 'x', 40000);
	assert_string_equal(pool_add(&pool, ""), "");
	for (int i = 0; i < 2000; i++) {
		snprintf(word, sizeof(word), "string %d", i);
		kept[i] = pool_add(&pool, word);
	}
	large = pool_add(&pool, long_one);
	assert_string_equal(large, long_one);
	for (int i = 0; i < 2000; i++) {
		snprintf(word, sizeof(word), "string %d", i);
		assert_string_equal(kept[i], word);
	}
	pool_free(&pool);
	free(long_one);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_open, rig_remove)
		TEST(a_roster_is_read_again_only_after_a_change),
		TEST(a_view_outlives_its_fleet),
		cmocka_unit_test(answers_are_applied_to_a_row),
		cmocka_unit_test(a_pool_keeps_strings_of_any_length_in_their_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
