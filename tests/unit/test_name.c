#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "core/boot/name.h"

#define L63 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz01234567890"

typedef int parser(const char *string, char *out, struct err *err);

static void expect_good(parser *parse, const char *const cases[][2], size_t count)
{
	struct err err = {0};
	char out[URL_SIZE];

	for (size_t i = 0; i < count; i++) {
		if (parse(cases[i][0], out, &err) != 0)
			fail_msg("\"%s\" was refused: %s", cases[i][0], err.text);
		assert_string_equal(out, cases[i][1]);
	}
}

static void expect_bad(parser *parse, const char *field, const char *const *cases, size_t count)
{
	struct err err;
	char out[URL_SIZE];

	for (size_t i = 0; i < count; i++) {
		if (parse(cases[i], out, &err) != ERR_USAGE)
			fail_msg("\"%s\" was accepted", cases[i]);
		assert_string_equal(err.field, field);
		assert_null(strchr(err.text, '\n'));
	}
}

#define GOOD(parse, ...) do { \
	static const char *const cases[][2] = {__VA_ARGS__}; \
	expect_good(parse, cases, sizeof cases / sizeof *cases); \
} while (0)
#define BAD(parse, field, ...) do { \
	static const char *const cases[] = {__VA_ARGS__}; \
	expect_bad(parse, field, cases, sizeof cases / sizeof *cases); \
} while (0)

static void host_names(void **state)
{
	(void)state;
	GOOD(name_parse_host, {"desk1", "desk1"}, {"A-b-9", "a-b-9"}, {"x", "x"}, {"7", "7"}, {L63, L63});
	BAD(name_parse_host, "name", "", "-a", "a-", "a.b", "a_b", "a b", "a/b", "..", "desk1\n", "d\xc3\xbc",
	    L63 "x", "images", "IMAGES", "a@b", "a=b", "$a");
}

static void image_names(void **state)
{
	(void)state;
	GOOD(name_parse_image, {"deb12", "deb12"}, {"Deb_12.3-a", "Deb_12.3-a"}, {"2026-11-23", "2026-11-23"});
	BAD(name_parse_image, "image", "", ".", "..", ".a", "a.", "-a", "a/b", "a@b", "a b", L63 "x", "a\n");
}

static void images_with_releases(void **state)
{
	char image[NAME_SIZE], release[NAME_SIZE];

	(void)state;
	assert_int_equal(name_parse_image_release("deb12@2026-11-23", image, release, NULL), 0);
	assert_string_equal(image, "deb12");
	assert_string_equal(release, "2026-11-23");
	assert_int_equal(name_parse_image_release("deb12", image, release, NULL), 0);
	assert_string_equal(release, "");
	assert_int_equal(name_parse_image_release("deb12@", image, release, NULL), ERR_USAGE);
	assert_int_equal(name_parse_image_release("@r", image, release, NULL), ERR_USAGE);
	assert_int_equal(name_parse_image_release("a@b@c", image, release, NULL), ERR_USAGE);
	assert_int_equal(name_parse_image_release(L63 "xyz@b", image, release, NULL), ERR_USAGE);
}

static void macs(void **state)
{
	(void)state;
	GOOD(name_parse_mac, {"52:54:00:11:22:33", "52:54:00:11:22:33"}, {"52-54-00-AA-bb-Cc", "52:54:00:aa:bb:cc"},
	     {"5254.0011.2233", "52:54:00:11:22:33"}, {"525400112233", "52:54:00:11:22:33"});
	BAD(name_parse_mac, "mac", "", "52:54:00:11:22", "52:54:00:11:22:33:44", "52:54-00:11:22:33", "52540011223g",
	    "00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:01", "33:33:00:00:00:01", "0b:00:00:00:00:01",
	    " 525400112233", "525400112233 ", "52:54:00:11:22:33\n", "hh:hh:hh:hh:hh:hh", "5254:0011:2233");
}

static void uuids(void **state)
{
	(void)state;
	GOOD(name_parse_uuid, {"4C4C4544-0042-3510-8054-B7C04F4E3533", "4c4c4544-0042-3510-8054-b7c04f4e3533"});
	BAD(name_parse_uuid, "uuid", "", "4c4c454400423510-8054-b7c04f4e3533", "00000000-0000-0000-0000-000000000000",
	    "ffffffff-ffff-ffff-ffff-ffffffffffff", "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
	    "4c4c4544-0042-3510-8054-b7c04f4e353", "4c4c4544-0042-3510-8054-b7c04f4e35333",
	    "4c4c4544-0042-3510-8054-b7c04f4e353g", "{4c4c4544-0042-3510-8054-b7c04f4e3533}");
}

static void urls(void **state)
{
	(void)state;
	GOOD(name_parse_url, {"http://10.0.0.1:8080", "http://10.0.0.1:8080"}, {"http://boot.lan/", "http://boot.lan"},
	     {"https://boot.lan/a/b//", "https://boot.lan/a/b"}, {"http://[fd00::1]:80", "http://[fd00::1]:80"});
	BAD(name_parse_url, "url", "", "boot.lan", "ftp://boot.lan", "http://", "http:///x", "http://a:0", "http://a:65536",
	    "http://a:x", "http://a b", "http://a/${net0/mac}", "http://a\nboot", "http://a/../b", "http://a/b//c",
	    "http://u@a", "http://a?b", "http://a#b", "http://[]", "http://-a", "http://a:123456");
}

static void boot_roots(void **state)
{
	(void)state;
	GOOD(name_parse_boot_root, {"/berth", "/berth"}, {"/a/b.c/", "/a/b.c"});
	BAD(name_parse_boot_root, "boot-root", "", "/", "berth", "/a/../b", "/.", "/a//b", "/a b", "/a\n", "/$x", "/a,b");
}

static void kernel_arguments(void **state)
{
	char long_one[600];

	(void)state;
	assert_int_equal(name_check_kernel_args("", NULL), 0);
	assert_int_equal(name_check_kernel_args("console=ttyS0,115200n8 quiet root=/dev/mapper/root a.b=~x", NULL), 0);
	assert_int_equal(name_check_kernel_args("noinitrd=1 xBOOTIF=2", NULL), 0);
	assert_int_equal(name_check_kernel_args("quiet initrd=x", NULL), ERR_USAGE);
	assert_int_equal(name_check_kernel_args("BOOTIF=x", NULL), ERR_USAGE);
	assert_int_equal(name_check_kernel_args("noinitrd=1 initrd=2", NULL), ERR_USAGE);
	memset(long_one, 'a', sizeof long_one);
	long_one[511] = '\0';
	assert_int_equal(name_check_kernel_args(long_one, NULL), 0);
	long_one[511] = 'a';
	long_one[512] = '\0';
	assert_int_equal(name_check_kernel_args(long_one, NULL), ERR_USAGE);
	long_one[160] = '\0';
	assert_int_equal(name_check_words(long_one, "reason", NULL), ERR_USAGE);
	long_one[159] = '\0';
	assert_int_equal(name_check_words(long_one, "reason", NULL), 0);
}

static void every_byte_is_either_harmless_or_refused(void **state)
{
	static const char special[] = "\\\"'`${};|&#";

	(void)state;
	for (int byte = 1; byte < 256; byte++) {
		const char words[] = {'a', ' ', (char)byte, ' ', 'b', '\0'};
		const int expected = byte < 32 || byte > 126 || strchr(special, byte) ? ERR_USAGE : 0;
		struct err err = {0};

		assert_int_equal(name_check_kernel_args(words, NULL), expected);
		assert_int_equal(name_check_words(words, "reason", &err), expected);
		if (expected)
			assert_string_equal(err.field, "reason");
	}
}

static void expect_range(const char *range, const char *expected)
{
	char joined[4096] = "";
	struct err err = {0};
	char **names;
	size_t count;

	if (name_expand_hosts(range, NULL, &names, &count, &err) != 0)
		fail_msg("\"%s\" was refused: %s", range, err.text);
	for (size_t i = 0; i < count; i++) {
		strcat(joined, i ? " " : "");
		strcat(joined, names[i]);
	}
	name_expand_free(names, count);
	assert_string_equal(joined, expected);
}

static void ranges(void **state)
{
	(void)state;
	expect_range("kiosk", "kiosk");
	expect_range("desk[08-11],lab[1-3],Kiosk", "desk08 desk09 desk10 desk11 lab1 lab2 lab3 kiosk");
	expect_range("r[1-2]n[1,3-4]x", "r1n1x r1n3x r1n4x r2n1x r2n3x r2n4x");
	expect_range("a[1-3],a2,a3,b", "a1 a2 a3 b");
	expect_range("a[098-101]", "a098 a099 a100 a101");
	expect_range("a[7]", "a7");
	expect_range("a[1-4],!a[2-3]", "a1 a4");
	expect_range("!a2,a[1-3],a2", "a1 a3");
}

static void wrong_ranges_are_refused(void **state)
{
	static const char *const bad[] = {
		"", ",", "a,", ",a", "a,,b", "a[", "a]", "a[]", "a[1-", "a[1-]", "a[-1]", "a[3-1]", "a[1-2", "a]1[",
		"a[1[2]]", "a[x]", "a[1,]", "a[,1]", "a[1-2-3]", "a[1-100001]", "a[0-9999999999]", "images", "a[1-2].b",
		"[1-3]-", "a b", "!a", "a,!b", "a,!", "a,!!a", "a[1-50000],b[1-50001]", L63 "[1-2]", L63 "x[1-2]", "a[ 1]",
		"a[1,1][1,1][1,1][1,1][1,1][1,1][1,1][1,1][1,1][1,1][1,1][1,1][1,1][1,1][1,1][1,1][1,1][1,1]"
		"[1,1][1,1][1,1][1,1][1,1][1,1][1,1][1,1][1,1][1,1][1,1][1,1][1,1][1,1][1,1][1,1][1,1][1,1]",
	};
	struct err err;
	char **names;
	size_t count;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (name_expand_hosts(bad[i], NULL, &names, &count, &err) != ERR_USAGE)
			fail_msg("\"%s\" was accepted", bad[i]);
}

static void a_hundred_thousand_names_are_possible(void **state)
{
	char **names;
	size_t count;

	(void)state;
	assert_int_equal(name_expand_hosts("n[00001-99999],n100000", NULL, &names, &count, NULL), 0);
	assert_int_equal(count, 100000);
	assert_string_equal(names[0], "n00001");
	assert_string_equal(names[99999], "n100000");
	name_expand_free(names, count);
}

/* "lab" has two members, "empty" none; they are everyone. */
static int lab_members(void *context, const char *group, char ***names, size_t *count, struct err *err)
{
	(void)context;
	if (strcmp(group, "lab") != 0 && *group)
		return err_set(err, ERR_NOT_FOUND, "no such group");
	*names = xcalloc(2, sizeof **names);
	(*names)[0] = xstrdup("lab1");
	(*names)[1] = xstrdup("kiosk");
	*count = 2;
	return 0;
}

static void groups_in_ranges(void **state)
{
	const struct name_groups groups = {NULL, lab_members};
	struct err err = {0};
	char **names;
	size_t count;

	(void)state;
	assert_int_equal(name_expand_hosts("desk[1-2],@Lab,kiosk", &groups, &names, &count, &err), 0);
	assert_int_equal(count, 4);
	assert_string_equal(names[2], "lab1");
	assert_string_equal(names[3], "kiosk");
	name_expand_free(names, count);
	assert_int_equal(name_expand_hosts("!lab1,@lab,desk[1-3],!desk[2-9]", &groups, &names, &count, &err), 0);
	assert_int_equal(count, 2);
	assert_string_equal(names[0], "kiosk");
	assert_string_equal(names[1], "desk1");
	name_expand_free(names, count);
	assert_int_equal(name_expand_hosts("!kiosk", &groups, &names, &count, &err), 0); /* of everyone */
	assert_int_equal(count, 1);
	assert_string_equal(names[0], "lab1");
	name_expand_free(names, count);
	assert_int_equal(name_expand_hosts("@lab,!labb1", &groups, &names, &count, &err), ERR_USAGE);
	assert_non_null(strstr(err.text, "!labb1"));
	assert_int_equal(name_expand_hosts("@lab,!@lab", &groups, &names, &count, &err), ERR_NOT_FOUND);
	assert_int_equal(name_expand_hosts("@empty", &groups, &names, &count, &err), ERR_NOT_FOUND);
	assert_int_equal(name_expand_hosts("@", &groups, &names, &count, &err), ERR_USAGE);
	assert_int_equal(name_expand_hosts("@a/b", &groups, &names, &count, &err), ERR_USAGE);
	assert_int_equal(name_expand_hosts("@lab", NULL, &names, &count, &err), ERR_USAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(host_names),
		cmocka_unit_test(image_names),
		cmocka_unit_test(images_with_releases),
		cmocka_unit_test(macs),
		cmocka_unit_test(uuids),
		cmocka_unit_test(urls),
		cmocka_unit_test(boot_roots),
		cmocka_unit_test(kernel_arguments),
		cmocka_unit_test(every_byte_is_either_harmless_or_refused),
		cmocka_unit_test(ranges),
		cmocka_unit_test(groups_in_ranges),
		cmocka_unit_test(wrong_ranges_are_refused),
		cmocka_unit_test(a_hundred_thousand_names_are_possible),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
