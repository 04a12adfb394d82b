#include "core/kit/berth-map.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define USER_KEYRING (-4) /* KEY_SPEC_USER_KEYRING: mount(8) finds the key there later */
#define SECRET_MAX 256

static int base64_digit(char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *found = c ? strchr(digits, c) : NULL;

	return found ? (int)(found - digits) : -1;
}

/* The length, or -1. */
static int base64_decode(const char *in, unsigned char out[SECRET_MAX])
{
	const size_t length = strlen(in);
	uint32_t bits = 0;
	int count = 0, have = 0;

	if (length == 0 || length % 4 || length / 4 * 3 > SECRET_MAX)
		return -1;
	for (size_t i = 0; i < length; i++) {
		const int digit = base64_digit(in[i]);

		if (in[i] == '=' && i + 2 >= length && (in[length - 1] == '='))
			break;
		if (digit < 0)
			return -1;
		bits = bits << 6 | (uint32_t)digit;
		have += 6;
		if (have >= 8) {
			have -= 8;
			out[count++] = (unsigned char)(bits >> have);
		}
	}
	return count;
}

/* The kernel wants the secret decoded: type, time, length, bytes (Linux,
 * net/ceph/crypto.c). Its payload can not be read back. */
int key_add(struct identity *identity, char name[256])
{
	unsigned char secret[SECRET_MAX];
	const int length = base64_decode(identity->value[KEY], secret);
	long serial = -1;

	snprintf(name, 256, "client.%s", identity->value[CLIENT]);
	errno = EINVAL;
	if (length > 12)
		serial = syscall(SYS_add_key, "ceph", name, secret, (size_t)length, USER_KEYRING);
	if (serial < 0)
		say("the key of %s can not be given to the kernel: %s; publish the host again: berth boot publish",
		    name, strerror(errno));
	explicit_bzero(secret, sizeof(secret));
	explicit_bzero(identity->value[KEY], strlen(identity->value[KEY]));
	return serial < 0 ? -1 : 0;
}
