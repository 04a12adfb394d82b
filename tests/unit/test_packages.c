#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/fleet/packages.h"

static void check_status(const char *status, const char *expected)
{
	struct text list = {0};

	packages_from_status(status, strlen(status), &list);
	assert_string_equal(text_string(&list), expected);
	text_free(&list);
}

static void what_is_installed_is_listed(void **state)
{
	(void)state;
	check_status("", "");
	check_status("Package: zstd\nStatus: install ok installed\nDescription: a\n b\n .\n Version: 9\nVersion: 1.5-2\n\n"
		     "Package: bash\nStatus: hold ok half-configured\nVersion: 5.2~rc1+b1\n\n"
		     "Package: gone\nStatus: deinstall ok config-files\nVersion: 1\n\n"
		     "Package: never\nStatus: unknown ok not-installed\n\n\n"
		     "Package: libc6\nStatus: install ok installed\nMulti-Arch: same\nArchitecture: amd64\nVersion: 1:2.36-9",
		     "bash 5.2~rc1+b1\nlibc6:amd64 1:2.36-9\nzstd 1.5-2\n");
}

static void what_is_no_package_is_left_out(void **state)
{
	(void)state;
	check_status("Package: a b\nStatus: install ok installed\nVersion: 1\n\n"
		     "Package: evil\nStatus: install ok installed\nVersion: 1\033[2J\n\n"
		     "Package\nVersion: 1\nStatus:\n\nStatus: installed\n:\n\n"
		     "Package: fine\nStatus: install ok installed\nVersion: 1\r\n", "fine 1\n");
}

static void note_change(void *context, const char *name, const char *from, const char *to)
{
	text_printf(context, "%s %s %s;", name, from ? from : "-", to ? to : "-");
}

static void lists_are_compared(void **state)
{
	static const struct { const char *from, *to, *changes; } cases[] = {
		{"", "", ""},
		{"a 1\nb 2\n", "a 1\nb 2\n", ""},
		{"a 1\nb 2\nd 4\n", "a 1\nb 3\nc 1\n", "b 2 3;c - 1;d 4 -;"},
		{"", "a 1\n", "a - 1;"},
		{"a 1\n", "", "a 1 -;"},
		{"a", "a 1", "a  1;"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct text changes = {0};

		packages_diff(cases[i].from, cases[i].to, note_change, &changes);
		assert_string_equal(text_string(&changes), cases[i].changes);
		text_free(&changes);
	}
}

static void a_note_is_short(void **state)
{
	char out[PACKAGES_SUMMARY];
	struct text many = {0};

	(void)state;
	assert_string_equal(packages_summary("a 1\n", "a 1\n", out), "the same packages");
	assert_string_equal(packages_summary("a 1\nb 2\n", "a 3\nc 1\n", out), "1 added, 1 removed, 1 changed: a 1 to 3, -b, +c 1");
	for (int i = 100; i < 400; i++)
		text_printf(&many, "package-%d 1.0\n", i);
	packages_summary("", many.data, out);
	assert_memory_equal(out, "300 added: +package-100 1.0, ", 29);
	assert_non_null(strstr(out, ", and 291 more"));
	text_free(&many);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_installed_is_listed),
		cmocka_unit_test(what_is_no_package_is_left_out),
		cmocka_unit_test(lists_are_compared),
		cmocka_unit_test(a_note_is_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
