/* The lock's owner out of Ceph's own bytes, and out of bytes that are none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/ceph/internal.h"

/* What a Ceph 16 OSD answered to cls_lock get_info: client.45229 at
 * 127.0.0.1:0/975589630 owns the lock; then nobody does. */
static const unsigned char locked[] = {
	0x01, 0x01, 0x6d, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x01, 0x21, 0x00, 0x00, 0x00,
	0x08, 0xad, 0xb0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x14, 0x00, 0x00, 0x00, 0x61, 0x75, 0x74,
	0x6f, 0x20, 0x31, 0x33, 0x39, 0x36, 0x35, 0x33, 0x36, 0x38, 0x30, 0x32, 0x38, 0x32, 0x38, 0x39,
	0x36, 0x01, 0x01, 0x2f, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01,
	0x01, 0x01, 0x1c, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0xfe, 0x50, 0x26, 0x3a, 0x10, 0x00,
	0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x7f, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00, 0x69, 0x6e, 0x74, 0x65, 0x72,
	0x6e, 0x61, 0x6c,
};
static const unsigned char unlocked[] = {
	0x01, 0x01, 0x11, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00, 0x69,
	0x6e, 0x74, 0x65, 0x72, 0x6e, 0x61, 0x6c,
};

/* On the heap and no longer than it says, so that a read past the end is seen. */
static int decode(const unsigned char *bytes, size_t length, char client[40], char address[80])
{
	unsigned char *copy = malloc(length ? length : 1);

	assert_non_null(copy);
	memcpy(copy, bytes, length);
	const int status = lock_info_decode(copy, length, client, address);
	free(copy);
	return status;
}

static void an_owner(void **state)
{
	char client[40], address[80];

	(void)state;
	assert_int_equal(decode(locked, sizeof(locked), client, address), 0);
	assert_string_equal(client, "client.45229");
	assert_string_equal(address, "127.0.0.1:0/975589630");
}

static void no_owner(void **state)
{
	char client[40], address[80];

	(void)state;
	assert_int_equal(decode(unlocked, sizeof(unlocked), client, address), 0);
	assert_string_equal(client, "");
	assert_string_equal(address, "");
}

static void cut_short(void **state)
{
	char client[40], address[80];

	(void)state;
	for (size_t length = 0; length < sizeof(locked); length++) {
		assert_int_equal(decode(locked, length, client, address), -1);
		assert_string_equal(client, "");
		assert_string_equal(address, "");
	}
}

/* Whatever a byte says, nothing outside is read, and what comes out is a string. */
static void damaged(void **state)
{
	static const unsigned char values[] = {0, 1, 0x7f, 0x80, 0xff};
	unsigned char bytes[sizeof(locked)];
	char client[40], address[80];

	(void)state;
	for (size_t at = 0; at < sizeof(locked); at++) {
		for (size_t i = 0; i < sizeof(values); i++) {
			memcpy(bytes, locked, sizeof(bytes));
			bytes[at] = values[i];
			decode(bytes, sizeof(bytes), client, address);
			assert_true(strlen(client) < sizeof(client) && strlen(address) < sizeof(address));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_owner),
		cmocka_unit_test(no_owner),
		cmocka_unit_test(cut_short),
		cmocka_unit_test(damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
