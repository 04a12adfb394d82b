#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/fleet/carry.h"

static void words_become_paths(void **state)
{
	static const struct { const char *typed, *paths; } pairs[] = {
		{"home", "/home"}, {"/home", "/home"}, {"home/", "/home"}, {"/srv/data//", "/srv/data"},
		{"identity,home,/etc/ssh/ssh_config", "identity,/home,/etc/ssh/ssh_config"},
		{"/identity", "/identity"}, {"identity/x", "/identity/x"}, {"etc/.hidden", "/etc/.hidden"}, {"a b", "/a b"},
		{"bootstrap", "/bootstrap"}, {"...", "/..."},
	};
	char out[CARRY_SIZE];
	struct err err;

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		assert_int_equal(carry_parse(pairs[i].typed, out, &err), 0);
		assert_string_equal(out, pairs[i].paths);
	}
}

static void what_is_no_data_is_refused(void **state)
{
	static const char *const typed[] = {
		"", ",", "home,", ",home", "/", "//", "..", "../etc", "home/../etc", "home/./x", "srv//data", "boot", "/boot/grub",
		"proc/1", "/dev", "sys", "run/x", "ho\nme", "home\x1b[2J",
	};
	char out[CARRY_SIZE];
	struct err err;

	(void)state;
	for (size_t i = 0; i < sizeof(typed) / sizeof(*typed); i++) {
		assert_int_equal(carry_parse(typed[i], out, &err), ERR_USAGE);
		assert_string_equal(err.field, "keep");
		assert_string_equal(out, "");
	}
}

static void too_many_are_refused(void **state)
{
	char typed[2 * CARRY_SIZE], out[CARRY_SIZE];
	struct err err;

	(void)state;
	memset(typed, 'a', sizeof(typed));
	for (size_t i = 9; i < sizeof(typed); i += 10)
		typed[i] = ',';
	typed[sizeof(typed) - 1] = '\0';
	assert_int_equal(carry_parse(typed, out, &err), ERR_USAGE);
	memset(typed, 'a', sizeof(typed) - 1);
	assert_int_equal(carry_parse(typed, out, &err), ERR_USAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_become_paths),
		cmocka_unit_test(what_is_no_data_is_refused),
		cmocka_unit_test(too_many_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
