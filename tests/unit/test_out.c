#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "tui/out.h"

/* The same calls, both ways. */
static void expect(void (*put)(struct out *), const char *text, const char *json)
{
	struct out *out = out_new(false);
	char *document;

	put(out);
	document = out_finish(out);
	assert_string_equal(document, text);
	free(document);
	out = out_new(true);
	assert_true(out_is_json(out));
	put(out);
	document = out_finish(out);
	assert_string_equal(document, json);
	free(document);
}

static void put_table(struct out *out)
{
	static const char *const macs[] = {"aa", "bb"};

	out_list(out, NULL);
	for (int i = 0; i < 2; i++) {
		out_record(out, NULL);
		out_string(out, "host", i ? "front-desk" : "a");
		out_strings(out, "macs", macs, i ? 0 : 2);
		out_size(out, "size", i ? -1 : 1536);
		out_int(out, "root_count", i ? 7 : 1234);
		out_bool(out, "held", i);
		out_end(out);
	}
	out_end(out);
	out_line(out, "%d hosts", 2);
}

static void a_list_is_a_table(void **state)
{
	(void)state;
	expect(put_table,
	       "HOST        MACS       SIZE  ROOT COUNT  HELD\n"
	       "a           aa, bb  1.5 KiB        1234  no\n"
	       "front-desk  -             -           7  yes\n"
	       "2 hosts\n",
	       "[\n"
	       "  {\n"
	       "    \"host\": \"a\",\n"
	       "    \"macs\": [\n      \"aa\",\n      \"bb\"\n    ],\n"
	       "    \"size\": 1536,\n"
	       "    \"root_count\": 1234,\n"
	       "    \"held\": false\n"
	       "  },\n"
	       "  {\n"
	       "    \"host\": \"front-desk\",\n"
	       "    \"macs\": [],\n"
	       "    \"size\": null,\n"
	       "    \"root_count\": 7,\n"
	       "    \"held\": true\n"
	       "  }\n"
	       "]\n");
}

static void put_record(struct out *out)
{
	out_record(out, NULL);
	out_string(out, "host", "desk1");
	out_string(out, "last_seen", NULL);
	out_time(out, "created", 0);
	out_list(out, "points");
	out_record(out, NULL);
	out_string(out, "name", "daily");
	out_list(out, "hidden");
	out_end(out);
	out_end(out);
	out_end(out);
	out_list(out, "seen");
	out_end(out);
	out_record(out, "cluster");
	out_int(out, "mons", 3);
	out_end(out);
	out_end(out);
}

static void what_is_nested_stands_below_its_name(void **state)
{
	(void)state;
	expect(put_record,
	       "host:       desk1\n"
	       "last seen:  -\n"
	       "created:    -\n"
	       "points:\n"
	       "  NAME\n"
	       "  daily\n"
	       "seen:       -\n"
	       "cluster:\n"
	       "  mons:  3\n",
	       "{\n"
	       "  \"host\": \"desk1\",\n"
	       "  \"last_seen\": null,\n"
	       "  \"created\": null,\n"
	       "  \"points\": [\n    {\n      \"name\": \"daily\",\n      \"hidden\": []\n    }\n  ],\n"
	       "  \"seen\": [],\n"
	       "  \"cluster\": {\n    \"mons\": 3\n  }\n"
	       "}\n");
}

/* An image of this name must not clear the admin's screen. */
static void put_hostile(struct out *out)
{
	out_record(out, NULL);
	out_string(out, "name", "a\x1b[2J\nb\xff");
	out_block(out, "script", "#!ipxe\n\x1b]0;x\x07\nend");
	out_end(out);
}

static void control_characters_never_reach_the_terminal(void **state)
{
	(void)state;
	expect(put_hostile,
	       "name:  a?[2J?b?\n"
	       "#!ipxe\n?]0;x?\nend\n",
	       "{\n"
	       "  \"name\": \"a\\u001B[2J\\nb?\",\n"
	       "  \"script\": \"#!ipxe\\n\\u001B]0;x\\u0007\\nend\"\n"
	       "}\n");
}

static void put_wide(struct out *out)
{
	out_list(out, NULL);
	for (int i = 0; i < 2; i++) {
		out_record(out, NULL);
		out_string(out, "note", i ? "Größe" : "plain");
		out_string(out, "end", "x");
		out_end(out);
	}
	out_end(out);
}

static void columns_count_characters_not_bytes(void **state)
{
	struct out *out = out_new(false);
	char *document;

	(void)state;
	put_wide(out);
	document = out_finish(out);
	assert_string_equal(document, "NOTE   END\nplain  x\nGröße  x\n");
	free(document);
}

static char *time_text(int64_t seconds, bool table)
{
	struct out *out = out_new(false);

	if (table)
		out_list(out, NULL);
	out_record(out, NULL);
	out_time(out, "at", seconds);
	out_end(out);
	if (table)
		out_end(out);
	return out_finish(out);
}

static void times_are_local_and_relative(void **state)
{
	char *text;

	(void)state;
	setenv("TZ", "UTC-2", 1);
	tzset();
	text = time_text(time_now() - 125, true);
	assert_string_equal(text, "AT\n2 min ago\n");
	free(text);
	text = time_text(1763971200, true); /* 2025-11-24T08:00:00Z */
	assert_string_equal(text, "AT\n2025-11-24 10:00\n");
	free(text);
	text = time_text(1763971200, false);
	assert_memory_equal(text, "at:  2025-11-24 10:00 (", 23);
	free(text);
}

static void put_time(struct out *out)
{
	out_record(out, NULL);
	out_time(out, "at", 1763971200);
	out_end(out);
}

static void json_has_times_in_utc(void **state)
{
	struct out *out = out_new(true);
	char *document;

	(void)state;
	put_time(out);
	document = out_finish(out);
	assert_string_equal(document, "{\n  \"at\": \"2025-11-24T08:00:00Z\"\n}\n");
	free(document);
}

static void put_nothing(struct out *out)
{
	(void)out;
}

static void nothing_is_nothing(void **state)
{
	(void)state;
	expect(put_nothing, "", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_is_a_table),
		cmocka_unit_test(what_is_nested_stands_below_its_name),
		cmocka_unit_test(control_characters_never_reach_the_terminal),
		cmocka_unit_test(columns_count_characters_not_bytes),
		cmocka_unit_test(times_are_local_and_relative),
		cmocka_unit_test(json_has_times_in_utc),
		cmocka_unit_test(nothing_is_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
