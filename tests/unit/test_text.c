#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/progress.h"
#include "base/text.h"

static void text_grows_and_is_taken(void **state)
{
	struct text text = {0};
	char *taken;

	(void)state;
	assert_string_equal(text_string(&text), "");
	for (int i = 0; i < 1000; i++)
		text_printf(&text, "%d,", i % 10);
	assert_int_equal(text.length, 2000);
	assert_int_equal(strlen(text.data), 2000);
	text_clear(&text);
	assert_string_equal(text_string(&text), "");
	text_add(&text, "ab");
	text_append(&text, "c\0d", 3);
	assert_int_equal(text.length, 5);
	taken = text_take(&text);
	assert_memory_equal(taken, "abc\0d", 6);
	assert_null(text.data);
	free(taken);
	taken = text_take(&text);
	assert_string_equal(taken, "");
	free(taken);
	text_free(&text);
}

static void text_copy_tells_when_it_cuts(void **state)
{
	char out[4];

	(void)state;
	assert_true(text_copy(out, sizeof out, "abc"));
	assert_string_equal(out, "abc");
	assert_false(text_copy(out, sizeof out, "abcd"));
	assert_string_equal(out, "abc");
	assert_false(text_copy(out, sizeof out, "ab\xc3\xbc"));
	assert_string_equal(out, "ab");
	assert_false(text_copy(out, 0, "a"));
}

static void control_bytes_are_found(void **state)
{
	(void)state;
	assert_false(text_has_control("plain \xc3\xbc"));
	assert_true(text_has_control("a\nb"));
	assert_true(text_has_control("a\x7f"));
	assert_true(text_has_control("\x1b[2J"));
}

static void sizes_parse(void **state)
{
	static const struct {
		const char *text;
		int64_t bytes;
	} good[] = {
		{"1", 1}, {"512B", 512}, {"1073741824", 1073741824}, {"20G", INT64_C(20) << 30},
		{"512 MiB", INT64_C(512) << 20}, {"512mb", INT64_C(512) << 20}, {" 4 k ", 4096},
		{"1.5T", INT64_C(3) << 39}, {"0.5K", 512}, {"1.001K", 1025}, {"8191P", INT64_C(8191) << 50},
		{"7E", INT64_C(7) << 60}, {"3.125PiB", INT64_C(3518437208883200)},
	};
	int64_t bytes;

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		assert_int_equal(size_parse(good[i].text, "size", &bytes, NULL), 0);
		assert_int_equal(bytes, good[i].bytes);
	}
}

static void wrong_sizes_are_refused(void **state)
{
	static const char *const bad[] = {
		"", " ", "G", "-1", "+1G", "0", "0.0G", "1..5G", "1.", "1.5", "1.2345G", "20X", "20Gi", "20iB",
		"20GBx", "1 2", "8192P", "8E", "9223372036854775808", "99999999999999999999", "0x10", "1e3",
		"20G\n", "\t1", ".5G",
	};
	struct err err;
	int64_t bytes;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		if (size_parse(bad[i], "size", &bytes, &err) != ERR_USAGE)
			fail_msg("\"%s\" was accepted", bad[i]);
		assert_string_equal(err.field, "size");
		assert_non_null(strstr(err.text, "ize \""));
		assert_non_null(strstr(err.text, "give"));
	}
}

static void sizes_format(void **state)
{
	static const struct {
		int64_t bytes;
		const char *text;
	} cases[] = {
		{0, "0 B"}, {512, "512 B"}, {1023, "1023 B"}, {1024, "1 KiB"}, {1536, "1.5 KiB"},
		{INT64_C(20) << 30, "20 GiB"}, {3328599654, "3.1 GiB"}, {1048575, "1 MiB"},
		{1048524, "1023.9 KiB"}, {1048525, "1 MiB"}, {INT64_MAX, "8 EiB"}, {-1536, "-1.5 KiB"},
		{INT64_MIN, "-8 EiB"}, {1075, "1 KiB"}, {1076, "1.1 KiB"},
	};
	char out[SIZE_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(size_format(cases[i].bytes, out), cases[i].text);
}

static void formatted_sizes_read_back_the_same(void **state)
{
	char first[SIZE_TEXT], second[SIZE_TEXT];
	uint64_t random = 88172645463325252u;
	int64_t bytes;

	(void)state;
	for (int i = 0; i < 100000; i++) {
		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		size_format((int64_t)((random >> 1) >> (i % 62)) + 1, first);
		if (strcmp(first, "8 EiB") == 0)
			continue;
		assert_int_equal(size_parse(first, "size", &bytes, NULL), 0);
		assert_string_equal(size_format(bytes, second), first);
	}
}

static void times_format(void **state)
{
	static const struct {
		int64_t seconds;
		const char *text;
	} cases[] = {
		{-5, "0 s"}, {0, "0 s"}, {40, "40 s"}, {59, "59 s"}, {60, "1 min"}, {3599, "59 min"},
		{3600, "1 h"}, {86399, "23 h"}, {86400, "1 d"}, {INT64_C(86400) * 4000, "4000 d"},
	};
	char out[TIME_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(time_ago(cases[i].seconds, out), cases[i].text);
	assert_string_equal(time_rfc3339(0, out), "1970-01-01T00:00:00Z");
	assert_string_equal(time_rfc3339(1795507200, out), "2026-11-24T08:00:00Z");
	assert_string_equal(time_rfc3339(INT64_MAX, out), "unknown");
	assert_true(time_now() > 1700000000);
	assert_true(clock_ms() > 0);
}

struct seen {
	int64_t done, total;
};

static void note(void *context, int64_t done, int64_t total)
{
	*(struct seen *)context = (struct seen){done, total};
}

static bool always(void *context)
{
	(void)context;
	return true;
}

static void progress_may_be_absent(void **state)
{
	struct seen seen = {0};
	const struct progress full = {.report = note, .cancelled = always, .context = &seen};
	const struct progress none = {0};

	(void)state;
	progress_report(NULL, 1, 2);
	progress_report(&none, 1, 2);
	assert_false(progress_cancelled(NULL));
	assert_false(progress_cancelled(&none));
	progress_report(&full, 3, 7);
	assert_int_equal(seen.done, 3);
	assert_int_equal(seen.total, 7);
	assert_true(progress_cancelled(&full));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_grows_and_is_taken),
		cmocka_unit_test(text_copy_tells_when_it_cuts),
		cmocka_unit_test(control_bytes_are_found),
		cmocka_unit_test(sizes_parse),
		cmocka_unit_test(wrong_sizes_are_refused),
		cmocka_unit_test(sizes_format),
		cmocka_unit_test(formatted_sizes_read_back_the_same),
		cmocka_unit_test(times_format),
		cmocka_unit_test(progress_may_be_absent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
