#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/boot/identity.h"

static const struct identity desk1 = {
	.host = "desk1", .pool = "rbd", .namespace = "desk1", .image = "root",
	.client = "berth.desk1", .key = "AQBSdFRnAAAAABAAexampleexampleexample==",
	.lock = "exclusive",
	.monitors_v2 = "10.0.0.1:3300,10.0.0.2:3300", .monitors_v1 = "10.0.0.1:6789",
	.fsid = "5f6c3a52-0000-4000-8000-000000000001", .fs = "cephfs",
	.boot = "/berth/hosts/desk1/boot",
};

static const char content[] =
	"version=1\nhost=desk1\npool=rbd\nnamespace=desk1\nimage=root\nclient=berth.desk1\n"
	"key=AQBSdFRnAAAAABAAexampleexampleexample==\nlock=exclusive\n"
	"monitors_v2=10.0.0.1:3300,10.0.0.2:3300\nmonitors_v1=10.0.0.1:6789\n"
	"fsid=5f6c3a52-0000-4000-8000-000000000001\nfs=cephfs\nboot=/berth/hosts/desk1/boot\n";

/* The 13 numbers of a newc header, in the format's order. */
enum { INO, MODE, UID, GID, NLINK, MTIME, SIZE, DEV_MAJOR, DEV_MINOR, RDEV_MAJOR, RDEV_MINOR,
       NAME_LENGTH, CHECK, FIELDS };

struct member {
	uint32_t fields[FIELDS];
	const char *name;
	const unsigned char *data;
};

static size_t round_up(size_t value)
{
	return (value + 3) & ~(size_t)3;
}

/* Reads the member at `at`; returns where the next begins. */
static size_t read_member(const unsigned char *bytes, size_t length, size_t at, struct member *out)
{
	assert_int_equal(at % 4, 0);
	assert_true(at + 110 <= length);
	assert_memory_equal(bytes + at, "070701", 6);
	for (int i = 0; i < FIELDS; i++) {
		char digits[9] = "";

		memcpy(digits, bytes + at + 6 + 8 * i, 8);
		assert_int_equal(strspn(digits, "0123456789abcdefABCDEF"), 8);
		out->fields[i] = (uint32_t)strtoul(digits, NULL, 16);
	}
	out->name = (const char *)bytes + at + 110;
	at = round_up(at + 110 + out->fields[NAME_LENGTH]);
	out->data = bytes + at;
	at = round_up(at + out->fields[SIZE]);
	assert_true(at <= length);
	return at;
}

static void expect_member(const struct member *member, const char *name, uint32_t ino, uint32_t mode,
			  uint32_t size)
{
	const uint32_t expected[FIELDS] = {
		[INO] = ino, [MODE] = mode, [NLINK] = 1, [SIZE] = size,
		[NAME_LENGTH] = (uint32_t)strlen(name) + 1,
	};

	assert_string_equal(member->name, name);
	assert_memory_equal(member->fields, expected, sizeof expected);
}

static void the_archive_holds_one_file_as_documented(void **state)
{
	struct member member;
	unsigned char *bytes;
	size_t length, at;

	(void)state;
	assert_int_equal(identity_make(&desk1, &bytes, &length, NULL), 0);
	assert_int_equal(length % 512, 0);
	at = read_member(bytes, length, 0, &member);
	expect_member(&member, "berth", 1, 0040700, 0);
	at = read_member(bytes, length, at, &member);
	expect_member(&member, "berth/identity", 2, 0100600, sizeof content - 1);
	assert_memory_equal(member.data, content, sizeof content - 1);
	at = read_member(bytes, length, at, &member);
	assert_string_equal(member.name, "TRAILER!!!");
	for (; at < length; at++)
		assert_int_equal(bytes[at], 0);
	identity_free(bytes, length);
}

static void the_same_inputs_give_the_same_bytes(void **state)
{
	unsigned char *first, *second;
	size_t first_length, second_length;

	(void)state;
	assert_int_equal(identity_make(&desk1, &first, &first_length, NULL), 0);
	assert_int_equal(setenv("TZ", "Pacific/Auckland", 1), 0);
	assert_int_equal(identity_make(&desk1, &second, &second_length, NULL), 0);
	assert_int_equal(first_length, second_length);
	assert_memory_equal(first, second, first_length);
	identity_free(first, first_length);
	identity_free(second, second_length);
}

static void every_length_stays_aligned(void **state)
{
	char name[600];

	(void)state;
	memset(name, 'x', sizeof name);
	for (size_t n = 1; n < sizeof name; n++) {
		struct identity identity = desk1;
		struct member member;
		unsigned char *bytes;
		size_t length, at;

		name[n] = '\0';
		identity.fs = name;
		assert_int_equal(identity_make(&identity, &bytes, &length, NULL), 0);
		assert_int_equal(length % 512, 0);
		at = read_member(bytes, length, 0, &member);
		at = read_member(bytes, length, at, &member);
		read_member(bytes, length, at, &member);
		assert_string_equal(member.name, "TRAILER!!!");
		identity_free(bytes, length);
		name[n] = 'x';
	}
}

static void expect_refused(const struct identity *identity, const char *field)
{
	unsigned char *bytes;
	struct err err;
	size_t length;

	assert_int_equal(identity_make(identity, &bytes, &length, &err), ERR_USAGE);
	assert_string_equal(err.field, field);
	assert_null(strstr(err.text, "AQBSdFRn"));
}

static void wrong_values_are_refused_without_showing_the_key(void **state)
{
	static char huge[9000];
	struct identity wrong;

	(void)state;
	wrong = desk1; wrong.host = NULL; expect_refused(&wrong, "host");
	wrong = desk1; wrong.pool = ""; expect_refused(&wrong, "pool");
	wrong = desk1; wrong.key = "AQBSdFRn\nlock=none"; expect_refused(&wrong, "key");
	wrong = desk1; wrong.boot = "/a\tb"; expect_refused(&wrong, "boot");
	wrong = desk1; wrong.lock = "both"; expect_refused(&wrong, "lock");
	wrong = desk1; wrong.monitors_v2 = wrong.monitors_v1 = ""; expect_refused(&wrong, "monitors");
	memset(huge, 'x', sizeof huge - 1);
	wrong = desk1; wrong.fs = huge; expect_refused(&wrong, "identity");
}

static void monitors_of_one_kind_are_enough(void **state)
{
	struct identity identity = desk1;
	unsigned char *bytes;
	size_t length;

	(void)state;
	identity.monitors_v1 = "";
	assert_int_equal(identity_make(&identity, &bytes, &length, NULL), 0);
	identity_free(bytes, length);
	identity_free(NULL, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_archive_holds_one_file_as_documented),
		cmocka_unit_test(the_same_inputs_give_the_same_bytes),
		cmocka_unit_test(every_length_stays_aligned),
		cmocka_unit_test(wrong_values_are_refused_without_showing_the_key),
		cmocka_unit_test(monitors_of_one_kind_are_enough),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
