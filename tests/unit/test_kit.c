/* What berth-map does before it asks the kernel for anything. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/boot/identity.h"
#define identity kit_identity /* the program's own struct, read from core/boot's bytes */
#include "core/kit/berth-map.h"
static char identity_path[] = "/tmp/berth-identity-XXXXXX";
#undef IDENTITY_PATH
#define IDENTITY_PATH identity_path
#include "core/kit/berth-map-tools.c"
#include "core/kit/berth-map-identity.c"
#include "core/kit/berth-map-key.c"
#include "core/kit/berth-map-exit.c"
#include "core/kit/berth-map-root.c"
#undef identity

#define GOOD \
	"version=1\nhost=desk1\npool=rbd\nnamespace=desk1\nimage=root\nclient=berth.desk1\n" \
	"key=QUJDREVGR0hJSktMTU5PUA==\nlock=exclusive\n" \
	"monitors_v2=10.0.0.1:3300,10.0.0.2:3300\nmonitors_v1=\n" \
	"fsid=5f6c3a52-0000-4000-8000-000000000001\nfs=cephfs\nboot=/berth/hosts/desk1/boot\n"

static void put_identity(const char *text, size_t length)
{
	FILE *file = fopen(identity_path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, length, file), length);
	assert_int_equal(fclose(file), 0);
}

static int read_identity(const char *text, struct kit_identity *out)
{
	memset(out, 0, sizeof(*out));
	put_identity(text, strlen(text));
	return identity_read(out);
}

static void test_identity_good(void **state)
{
	struct kit_identity identity;

	(void)state;
	assert_int_equal(read_identity(GOOD, &identity), 0);
	assert_string_equal(identity.value[HOST], "desk1");
	assert_string_equal(identity.value[MONITORS_V2], "10.0.0.1:3300,10.0.0.2:3300");
	assert_string_equal(identity.value[MONITORS_V1], "");
	assert_string_equal(identity.value[BOOT], "/berth/hosts/desk1/boot");
}

/* What core/boot writes, this reads: the archive's one file begins behind its header and name. */
static void test_identity_of_boot(void **state)
{
	const struct identity input = {
		.host = "desk1", .pool = "rbd", .namespace = "desk1", .image = "root", .client = "berth.desk1",
		.key = "QUJDREVGR0hJSktMTU5PUA==", .lock = "cooperative", .monitors_v2 = "[fd00::1]:3300",
		.monitors_v1 = "", .fsid = "5f6c3a52-0000-4000-8000-000000000001", .fs = "cephfs",
		.boot = "/berth/hosts/desk1/boot",
	};
	struct kit_identity identity;
	unsigned char *bytes = NULL;
	size_t length = 0;
	struct err err = {0};

	(void)state;
	assert_int_equal(identity_make(&input, &bytes, &length, &err), 0);
	const char *start = memmem(bytes, length, "version=", 8);
	assert_non_null(start);
	assert_int_equal(read_identity(start, &identity), 0);
	assert_string_equal(identity.value[LOCK], "cooperative");
	assert_string_equal(identity.value[MONITORS_V2], "[fd00::1]:3300");
	identity_free(bytes, length);
}

static void test_identity_bad(void **state)
{
	static const char *const bad[] = {
		"", "version=1\n", "nonsense\n" GOOD, GOOD "host=desk2\n", GOOD "color=red\n",
		"version=2" "\nhost=desk1\npool=rbd\nnamespace=desk1\nimage=root\nclient=c\nkey=k\nlock=exclusive\n"
		"monitors_v2=1:2\nmonitors_v1=\nfsid=f\nfs=c\nboot=/b\n",
		"version=1" "\nhost=desk1\npool=rbd\nnamespace=desk1\nimage=root\nclient=c\nkey=k\nlock=loose\n"
		"monitors_v2=1:2\nmonitors_v1=\nfsid=f\nfs=c\nboot=/b\n",
		"version=1" "\nhost=desk1\npool=rbd\nnamespace=desk1\nimage=root\nclient=c\nkey=k\nlock=exclusive\n"
		"monitors_v2=\nmonitors_v1=\nfsid=f\nfs=c\nboot=/b\n",
		/* each would be another option, or another word, on the kernel's line */
		"version=1" "\nhost=desk1\npool=rbd\nnamespace=desk1,ro\nimage=root\nclient=c\nkey=k\nlock=exclusive\n"
		"monitors_v2=1:2\nmonitors_v1=\nfsid=f\nfs=c\nboot=/b\n",
		"version=1" "\nhost=desk1\npool=rbd\nnamespace=desk1\nimage=ro ot\nclient=c\nkey=k\nlock=exclusive\n"
		"monitors_v2=1:2\nmonitors_v1=\nfsid=f\nfs=c\nboot=/b\n",
	};
	struct kit_identity identity;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_not_equal(read_identity(bad[i], &identity), 0);
	unlink(identity_path);
	assert_int_not_equal(identity_read(&identity), 0);
}

static void test_identity_too_long(void **state)
{
	static char text[IDENTITY_SIZE + 1];
	struct kit_identity identity = {0};

	(void)state;
	memset(text, 'a', sizeof(text));
	put_identity(text, sizeof(text));
	assert_int_not_equal(identity_read(&identity), 0);
}

/* Through a second name, which shows what was written before the first one went. */
static void test_identity_forget(void **state)
{
	char other[64], text[IDENTITY_SIZE];
	size_t length;

	(void)state;
	snprintf(other, sizeof(other), "%s.other", identity_path);
	put_identity(GOOD, strlen(GOOD));
	assert_int_equal(link(identity_path, other), 0);
	assert_int_equal(identity_forget(), 0);
	assert_int_equal(access(identity_path, F_OK), -1);
	assert_int_equal(read_whole(other, text, sizeof(text), &length), 0);
	assert_int_equal(length, strlen(GOOD));
	for (size_t i = 0; i < length; i++)
		assert_int_equal(text[i], 0);
	unlink(other);
	assert_int_equal(identity_forget(), 0); /* there is nothing to forget */
}

static void test_base64(void **state)
{
	unsigned char out[SECRET_MAX];

	(void)state;
	assert_int_equal(base64_decode("QUJD", out), 3);
	assert_memory_equal(out, "ABC", 3);
	assert_int_equal(base64_decode("QUI=", out), 2);
	assert_memory_equal(out, "AB", 2);
	assert_int_equal(base64_decode("QQ==", out), 1);
	assert_int_equal(base64_decode("/+8=", out), 2);
	assert_memory_equal(out, "\xff\xef", 2);
	assert_int_equal(base64_decode("", out), -1);
	assert_int_equal(base64_decode("QUI", out), -1);
	assert_int_equal(base64_decode("Q=I=", out), -1);
	assert_int_equal(base64_decode("QU I", out), -1);
}

static void test_addresses(void **state)
{
	static const char *const bad[] = {"", "10.0.0.1", "mon1:3300", "[fd00::1", "fd00::1:3300", ":3300"};
	struct sockaddr_storage address;

	(void)state;
	assert_int_equal(parse_address("10.0.0.1:3300", &address), sizeof(struct sockaddr_in));
	assert_int_equal(ntohs(((struct sockaddr_in *)&address)->sin_port), 3300);
	assert_int_equal(parse_address("[fd00::1]:6789", &address), sizeof(struct sockaddr_in6));
	assert_int_equal(ntohs(((struct sockaddr_in6 *)&address)->sin6_port), 6789);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_equal(parse_address(bad[i], &address), 0);
}

/* The first monitor is down: the second answers for the cluster. */
static void test_one_answers(void **state)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(address);
	char monitors[64];
	const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)state;
	assert_int_equal(bind(fd, (struct sockaddr *)&address, size), 0);
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
	snprintf(monitors, sizeof(monitors), "127.0.0.1:1,127.0.0.1:%d", ntohs(address.sin_port));
	assert_true(one_answers(monitors));
	close(fd);
	assert_false(one_answers(monitors));
	assert_false(one_answers(""));
}

static void test_mounts(void **state)
{
	char below[] = "28 35 254:0 / /oldroot/a\\040b ro,noatime - ext4 /dev/rbd0 ro";
	char root[] = "28 35 254:0 / /oldroot ro - ext4 /dev/rbd0 ro";
	char beside[] = "44 35 0:21 / /proc rw - proc proc rw";
	char namesake[] = "44 35 0:21 / /oldroots rw - proc proc rw";
	char torn[] = "44 35";
	char point[4096];

	(void)state;
	assert_true(parse_mount(below, point));
	assert_string_equal(point, "/oldroot/a b");
	assert_true(parse_mount(root, point));
	assert_string_equal(point, "/oldroot");
	assert_false(parse_mount(beside, point));
	assert_false(parse_mount(namesake, point));
	assert_false(parse_mount(torn, point));
}

static void test_verbs(void **state)
{
	(void)state;
	assert_int_equal(reboot_command("poweroff"), LINUX_REBOOT_CMD_POWER_OFF);
	assert_int_equal(reboot_command("reboot"), LINUX_REBOOT_CMD_RESTART);
	assert_int_equal(reboot_command("halt"), LINUX_REBOOT_CMD_HALT);
	assert_int_equal(reboot_command("kexec"), LINUX_REBOOT_CMD_KEXEC);
	assert_int_equal(reboot_command("what"), LINUX_REBOOT_CMD_POWER_OFF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_identity_good), cmocka_unit_test(test_identity_of_boot),
		cmocka_unit_test(test_identity_bad), cmocka_unit_test(test_identity_too_long),
		cmocka_unit_test(test_identity_forget), cmocka_unit_test(test_base64),
		cmocka_unit_test(test_addresses), cmocka_unit_test(test_one_answers),
		cmocka_unit_test(test_mounts), cmocka_unit_test(test_verbs),
	};

	close(mkstemp(identity_path));
	const int failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(identity_path);
	return failed;
}
