/* Which kernel of a boot dir is booted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/boot/kernel.h"

static int sign(int value)
{
	return (value > 0) - (value < 0);
}

/* Oldest first. */
static const char *const ordered[] = {
	"5.10.0-30-amd64", "6.1~rc1", "6.1-rc2", "6.1", "6.1.0-9-amd64", "6.1.0-10-amd64", "6.1.0-10-amd64.own",
	"6.1.0-26-amd64", "6.1.0-26-cloud-amd64", "6.1.12-1-amd64", "6.10.1+deb12", "6.10.11+bpo-amd64",
	"123456789012345678901", "123456789012345678902",
};

static void versions_are_in_debians_order(void **state)
{
	const int count = sizeof ordered / sizeof *ordered;

	(void)state;
	for (int a = 0; a < count; a++)
		for (int b = 0; b < count; b++)
			if (sign(kernel_version_compare(ordered[a], ordered[b])) != sign(a - b))
				fail_msg("%s and %s are out of order", ordered[a], ordered[b]);
	assert_int_equal(kernel_version_compare("6.01", "6.1"), 0);
}

/* What dpkg says of the same, but for "-rc". */
static void dpkg_agrees(void **state)
{
	const size_t count = sizeof ordered / sizeof *ordered;
	char command[256];

	(void)state;
	for (size_t i = 1; i < count; i++) {
		if (strstr(ordered[i], "-rc") || strstr(ordered[i - 1], "-rc"))
			continue;
		snprintf(command, sizeof command, "dpkg --compare-versions %s-1 lt %s-1", ordered[i - 1], ordered[i]);
		assert_int_equal(system(command), 0);
	}
}

static void versions_that_could_mean_more_are_not_allowed(void **state)
{
	char longest[KERNEL_VERSION + 1];

	(void)state;
	assert_true(kernel_version_is_allowed("6.1.0-26-amd64"));
	assert_true(kernel_version_is_allowed("6.10.11+bpo~1_x"));
	assert_false(kernel_version_is_allowed(""));
	assert_false(kernel_version_is_allowed("-6"));
	assert_false(kernel_version_is_allowed(".."));
	assert_false(kernel_version_is_allowed("6 || shell"));
	assert_false(kernel_version_is_allowed("6\nshell"));
	assert_false(kernel_version_is_allowed("6/../../x"));
	assert_false(kernel_version_is_allowed("6${net0/mac}"));
	assert_false(kernel_version_is_allowed("6\xc3\xa4"));
	memset(longest, '6', sizeof longest);
	longest[KERNEL_VERSION] = '\0';
	assert_false(kernel_version_is_allowed(longest));
	longest[KERNEL_VERSION - 1] = '\0';
	assert_true(kernel_version_is_allowed(longest));
}

static char copies[16][64], *pointers[16]; /* found points into them */

static size_t versions_of(const char *const *names, size_t count, const char **found)
{
	for (size_t i = 0; i < count; i++) {
		snprintf(copies[i], sizeof copies[i], "%s", names[i]);
		pointers[i] = copies[i];
	}
	return kernel_versions(pointers, count, found);
}

static void only_kernels_with_their_initrd_count(void **state)
{
	static const char *const names[] = {
		"initrd.img", "vmlinuz", "vmlinuz-6.1.0-9", "initrd.img-6.1.0-9", "vmlinuz-6.1.0-11", "initrd.img-6.1.0-10",
		"vmlinuz-6.1.0-10", "config-6.1.0-9", "vmlinuz-", "initrd.img-", "vmlinuz-x; shell", "initrd.img-x; shell",
	};
	const size_t count = sizeof names / sizeof *names;
	const char *found[sizeof names / sizeof *names];

	(void)state;
	assert_int_equal(versions_of(names, count, found), 2);
	assert_string_equal(found[0], "6.1.0-10");
	assert_string_equal(found[1], "6.1.0-9");
	assert_int_equal(versions_of(names, 3, found), 0);
	assert_int_equal(versions_of(NULL, 0, found), 0);
}

static void expect_choice(size_t count, const char *pin, const char *first, const char *other, bool gone)
{
	static const char *const versions[] = {"6.1.0-26", "6.1.0-25", "6.1.0-9"};
	const struct kernel_choice choice = kernel_choose(versions, count, pin);

	assert_string_equal(choice.first ? choice.first : "none", first);
	assert_string_equal(choice.other ? choice.other : "none", other);
	assert_int_equal(choice.pin_is_gone, gone);
}

static void the_newest_or_the_pinned_one_and_the_one_before(void **state)
{
	(void)state;
	expect_choice(3, "", "6.1.0-26", "6.1.0-25", false);
	expect_choice(3, "6.1.0-25", "6.1.0-25", "6.1.0-9", false);
	expect_choice(3, "6.1.0-9", "6.1.0-9", "6.1.0-26", false);
	expect_choice(3, "6.1.0-1", "6.1.0-26", "6.1.0-25", true);
	expect_choice(1, "", "6.1.0-26", "none", false);
	expect_choice(1, "6.1.0-26", "6.1.0-26", "none", false);
	expect_choice(0, "", "none", "none", false);
	expect_choice(0, "6.1.0-9", "none", "none", true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(versions_are_in_debians_order),
		cmocka_unit_test(dpkg_agrees),
		cmocka_unit_test(versions_that_could_mean_more_are_not_allowed),
		cmocka_unit_test(only_kernels_with_their_initrd_count),
		cmocka_unit_test(the_newest_or_the_pinned_one_and_the_one_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
