#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/fleet/retention.h"

#define DAY INT64_C(86400)
#define MONDAY (INT64_C(20780) * 86400) /* 2026-11-23 */

static void what_is_typed_comes_back(void **state)
{
	static const struct { const char *typed, *text; } pairs[] = {
		{"last 5, daily 7, weekly 4", "last 5, daily 7, weekly 4"},
		{"weekly 4,last 5", "last 5, weekly 4"},
		{"daily   3 ", "daily 3"},
		{"", "everything"}, {"everything", "everything"}, {"last 0", "everything"},
	};
	struct retention retention;
	char out[RETENTION_TEXT];
	struct err err;

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		assert_int_equal(retention_parse(pairs[i].typed, &retention, &err), 0);
		assert_string_equal(retention_format(&retention, out), pairs[i].text);
	}
}

static void nonsense_is_refused(void **state)
{
	static const char *const typed[] = {
		"5", "last", "last -1", "last 1001", "last 5 last 6", "last 5, last 6", "monthly 3", "last 5; daily 1", "last 99999999999999999999",
	};
	struct retention retention;

	(void)state;
	for (size_t i = 0; i < sizeof(typed) / sizeof(*typed); i++) {
		struct err err = {0};

		assert_int_equal(retention_parse(typed[i], &retention, &err), ERR_USAGE);
		assert_string_equal(err.field, "keep");
		assert_non_null(strstr(err.text, typed[i]));
	}
}

static void check(struct retention retention, const int64_t *created, size_t count, const char *expected, size_t pinned)
{
	struct point points[16] = {0};
	char kept[17] = "";
	bool keep[16];

	for (size_t i = 0; i < count; i++)
		points[i].created = created[i];
	if (pinned < count)
		points[pinned].pinned = true;
	retention_choose(&retention, points, count, keep);
	for (size_t i = 0; i < count; i++)
		kept[i] = keep[i] ? 'k' : '.';
	assert_string_equal(kept, expected);
}

static void the_newest_of_each_period_stays(void **state)
{
	/* newest first: two on Tuesday, two on Monday, Sunday, Friday of the week before, the Friday before that */
	static const int64_t created[] = {
		MONDAY + DAY + 7200, MONDAY + DAY + 3600, MONDAY + 80000, MONDAY, MONDAY - 1, MONDAY - 3 * DAY, MONDAY - 10 * DAY,
	};

	(void)state;
	check((struct retention){0}, created, 7, "kkkkkkk", 99);
	check((struct retention){.last = 2}, created, 7, "kk.....", 99);
	check((struct retention){.last = 1, .daily = 3}, created, 7, "k.k.k..", 99);
	check((struct retention){.weekly = 2}, created, 7, "k...k..", 99);
	check((struct retention){.weekly = 3}, created, 7, "k...k.k", 99);
	check((struct retention){.daily = 1}, created, 7, "k....k.", 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_typed_comes_back),
		cmocka_unit_test(nonsense_is_refused),
		cmocka_unit_test(the_newest_of_each_period_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
