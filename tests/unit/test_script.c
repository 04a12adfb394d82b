#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/boot/name.h"
#include "core/boot/script.h"

static const struct script_input plain = {
	.way = SCRIPT_BOOT,
	.url = "http://10.0.4.1:8080",
	.host = "desk1",
	.first = {"images/deb12/2026-11-23/vmlinuz", "images/deb12/2026-11-23/initrd.img", "6.1.0-26-amd64 of deb12@2026-11-23"},
	.identity = "hosts/desk1/identity.cpio",
	.kernel_args = "",
	.reason = "",
	.release = "deb12@2026-11-23",
};

#define U "http://10.0.4.1:8080/"
#define KERNEL "kernel " U "images/deb12/2026-11-23/vmlinuz initrd=identity.cpio initrd=initrd.img"
#define BOOTIF " BOOTIF=01-${netX/mac:hexhyp}"

static void the_first_script_looks_up_mac_then_uuid(void **state)
{
	struct text out = {0};

	(void)state;
	script_first(plain.url, &out);
	assert_string_equal(out.data,
		"#!ipxe\n"
		":retry\n"
		"imgfree\n"
		"chain --replace " U "by-mac/${netX/mac:hexhyp}/boot.ipxe ||\n"
		"chain --replace " U "by-uuid/${uuid}/boot.ipxe ||\n"
		"chain --replace " U "unknown.ipxe ||\n"
		"echo No boot script from http://10.0.4.1:8080, next try in 5 seconds\n"
		"sleep 5 ||\n"
		"goto retry\n");
	text_free(&out);
}

static void the_unknown_script_shows_what_to_type(void **state)
{
	struct text out = {0};

	(void)state;
	script_unknown(plain.url, &out);
	assert_string_equal(out.data,
		"#!ipxe\n"
		"echo berth has no boot script for this machine.\n"
		"echo MAC: ${netX/mac}\n"
		"echo UUID: ${uuid}\n"
		"echo If its host is in the inventory: berth host provision NAME. If not:\n"
		"isset ${uuid} || goto without_uuid\n"
		"iseq ${uuid} 00000000-0000-0000-0000-000000000000 && goto without_uuid ||\n"
		"iseq ${uuid} ffffffff-ffff-ffff-ffff-ffffffffffff && goto without_uuid ||\n"
		"echo berth host add NAME --mac ${netX/mac} --uuid ${uuid}\n"
		"goto wait\n"
		":without_uuid\n"
		"echo berth host add NAME --mac ${netX/mac}\n"
		":wait\n"
		"echo Next try in 30 seconds.\n"
		"sleep 30 ||\n"
		":retry\n"
		"imgfree\n"
		"chain --replace " U "boot.ipxe ||\n"
		"echo No boot script from http://10.0.4.1:8080, next try in 5 seconds\n"
		"sleep 5 ||\n"
		"goto retry\n");
	text_free(&out);
}

static void a_host_boots_identity_first(void **state)
{
	struct text out = {0};

	(void)state;
	assert_int_equal(script_host(&plain, &out, NULL), 0);
	assert_string_equal(out.data,
		"#!ipxe\n"
		"echo desk1 boots deb12@2026-11-23\n"
		":first\n"
		"imgfree\n"
		KERNEL " root=/dev/rbd0 ro ip=dhcp" BOOTIF " || goto other\n"
		"initrd --name identity.cpio " U "hosts/desk1/identity.cpio || goto other\n"
		"initrd --name initrd.img " U "images/deb12/2026-11-23/initrd.img || goto other\n"
		"boot ||\n"
		":other\n"
		":failed\n"
		"echo desk1 could not be booted, next try in 5 seconds\n"
		"sleep 5 ||\n"
		"imgfree\n"
		"chain --replace " U "hosts/desk1/boot.ipxe || goto failed\n");
	text_free(&out);
}

/* The menu on a key, and the way on by itself. */
static void with_two_kernels_the_other_is_tried_and_offered(void **state)
{
	struct script_input input = plain;
	struct text out = {0};

	(void)state;
	input.other = (struct script_kernel){"hosts/desk1/boot/vmlinuz-25", "hosts/desk1/boot/initrd.img-25", "6.1.0-25-amd64"};
	assert_int_equal(script_host(&input, &out, NULL), 0);
	assert_string_equal(out.data,
		"#!ipxe\n"
		"echo desk1 boots deb12@2026-11-23\n"
		"prompt --key m --timeout 3000 Press m within 3 seconds to choose the kernel || goto first\n"
		"menu Which kernel does desk1 boot?\n"
		"item first 6.1.0-26-amd64 of deb12@2026-11-23, as usual\n"
		"item --key o other 6.1.0-25-amd64, instead (o)\n"
		"choose --default first --timeout 60000 kernel || goto first\n"
		"goto ${kernel}\n"
		":first\n"
		"imgfree\n"
		KERNEL " root=/dev/rbd0 ro ip=dhcp" BOOTIF " || goto other\n"
		"initrd --name identity.cpio " U "hosts/desk1/identity.cpio || goto other\n"
		"initrd --name initrd.img " U "images/deb12/2026-11-23/initrd.img || goto other\n"
		"boot ||\n"
		":other\n"
		"echo desk1 tries 6.1.0-25-amd64\n"
		"imgfree\n"
		"kernel " U "hosts/desk1/boot/vmlinuz-25 initrd=identity.cpio initrd=initrd.img root=/dev/rbd0 ro ip=dhcp" BOOTIF
		" || goto failed\n"
		"initrd --name identity.cpio " U "hosts/desk1/identity.cpio || goto failed\n"
		"initrd --name initrd.img " U "hosts/desk1/boot/initrd.img-25 || goto failed\n"
		"boot ||\n"
		":failed\n"
		"echo desk1 could not be booted, next try in 5 seconds\n"
		"sleep 5 ||\n"
		"imgfree\n"
		"chain --replace " U "hosts/desk1/boot.ipxe || goto failed\n");
	text_free(&out);
}

/* A file that a machine put into its boot dir, say. */
static void a_value_that_ipxe_would_read_is_refused(void **state)
{
	struct script_input input = plain;
	struct text out = {0};
	struct err err = {0};

	(void)state;
	input.other = (struct script_kernel){"hosts/desk1/boot/vmlinuz-1\nshell", "i", "w"};
	assert_int_equal(script_host(&input, &out, &err), ERR_FAILED);
	assert_non_null(strstr(err.text, "vmlinuz-1?shell"));
	assert_int_equal(out.length, 0);
}

static void expect_kernel_line(const char *args, const char *expected)
{
	struct script_input input = plain;
	struct text out = {0};

	input.kernel_args = args;
	assert_int_equal(script_host(&input, &out, NULL), 0);
	if (!strstr(out.data, expected))
		fail_msg("no \"%s\" in:\n%s", expected, out.data);
	text_free(&out);
}

static void own_root_and_ip_replace_the_defaults(void **state)
{
	(void)state;
	expect_kernel_line("quiet", "\n" KERNEL " root=/dev/rbd0 ro ip=dhcp" BOOTIF " quiet || goto other\n");
	expect_kernel_line("root=/dev/mapper/root", "\n" KERNEL " ro ip=dhcp" BOOTIF " root=/dev/mapper/root || goto other\n");
	expect_kernel_line("quiet ip=off root=LABEL=r", "\n" KERNEL " ro" BOOTIF " quiet ip=off root=LABEL=r || goto other\n");
	expect_kernel_line("noroot=1 xip=2", "\n" KERNEL " root=/dev/rbd0 ro ip=dhcp" BOOTIF " noroot=1 xip=2 ||");
}

static void expect_pause(enum script_way way, const char *reason, const char *expected)
{
	struct script_input input = plain;
	struct text out = {0};

	input.way = way;
	input.reason = reason;
	assert_int_equal(script_host(&input, &out, NULL), 0);
	assert_string_equal(out.data, expected);
	text_free(&out);
}

#define HEAD "#!ipxe\n:retry\nimgfree\n"
#define TAIL "echo Next try in 30 seconds.\nsleep 30 ||\n" \
	"chain --replace " U "hosts/desk1/boot.ipxe || goto retry\n"

static void other_ways_say_why_and_retry(void **state)
{
	(void)state;
	expect_pause(SCRIPT_HOLD, "new disk (ask Ute)", HEAD "echo desk1 is held: new disk (ask Ute)\n" TAIL);
	expect_pause(SCRIPT_HOLD, "", HEAD "echo desk1 is held\n" TAIL);
	expect_pause(SCRIPT_NO_ROOT, "", HEAD "echo desk1 has no root yet. An admin can make one with:\n"
		     "echo berth host provision desk1\n" TAIL);
	expect_pause(SCRIPT_NO_KERNEL, "", HEAD "echo desk1 cannot boot: deb12@2026-11-23 has no kernel in the boot tree.\n"
		     "echo An admin can assign another release with:\n"
		     "echo berth host assign desk1 IMAGE@RELEASE\n" TAIL);
}

/* What iPXE makes of a script: lines, expansions, and words that end a command. */
struct shape {
	int lines, expansions, separators, comments, continuations;
};

static struct shape read_shape(const char *script)
{
	struct shape shape = {0};
	char before = '\n';

	for (const char *c = script; *c; before = *c++) {
		const bool starts_word = before == ' ' || before == '\n';

		shape.lines += *c == '\n' || *c == '\r';
		shape.expansions += c[0] == '$' && c[1] == '{';
		shape.comments += starts_word && *c == '#';
		shape.continuations += *c == '\\' && (c[1] == '\n' || c[1] == '\r');
		shape.separators += starts_word && (strncmp(c, "||", 2) == 0 || strncmp(c, "&&", 2) == 0 ||
						    *c == ';');
	}
	return shape;
}

static void expect_same_shape(const struct script_input *input, const struct script_input *model)
{
	struct text out = {0}, expected = {0};
	struct shape got, wanted;

	assert_int_equal(script_host(input, &out, NULL), 0);
	assert_int_equal(script_host(model, &expected, NULL), 0);
	got = read_shape(out.data);
	wanted = read_shape(expected.data);
	if (memcmp(&got, &wanted, sizeof got) != 0)
		fail_msg("this changes the script's shape:\n%s", out.data);
	text_free(&out);
	text_free(&expected);
}

static void try_words(const char *words)
{
	static const enum script_way ways[] = {SCRIPT_BOOT, SCRIPT_HOLD, SCRIPT_NO_ROOT, SCRIPT_NO_KERNEL};
	char host[NAME_SIZE], image[NAME_SIZE], release[NAME_SIZE], url[URL_SIZE];

	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		struct script_input model = plain, input;

		model.way = ways[i];
		model.reason = model.kernel_args = "x";
		input = model;
		if (name_check_kernel_args(words, NULL) == 0)
			input.kernel_args = words;
		if (name_check_words(words, "reason", NULL) == 0)
			input.reason = *words ? words : "x";
		if (name_parse_host(words, host, NULL) == 0)
			input.host = host;
		if (name_parse_image_release(words, image, release, NULL) == 0)
			input.release = words;
		if (name_parse_url(words, url, NULL) == 0)
			input.url = url;
		expect_same_shape(&input, &model);
	}
}

static void no_input_that_passes_can_add_a_line_or_a_command(void **state)
{
	static const char *const frames[] = {"%", "a%", "%a", "a%b", "a %", "% a", "a % b", "a %% b", "a %{b} c",
					     "http://a%", "http://a/%", "a %\nboot", "a@%"};

	(void)state;
	for (int byte = 1; byte < 256; byte++) {
		for (size_t i = 0; i < sizeof frames / sizeof *frames; i++) {
			char words[32];

			text_copy(words, sizeof words, frames[i]);
			for (char *c = words; *c; c++)
				if (*c == '%')
					*c = (char)byte;
			try_words(words);
		}
	}
}

static void every_pair_of_bytes_is_harmless_too(void **state)
{
	(void)state;
	for (int first = 1; first < 256; first++) {
		for (int second = 1; second < 256; second += first > 31 && first < 127 ? 1 : 37) {
			const char words[] = {'a', ' ', (char)first, (char)second, ' ', 'b', '\0'};

			if (name_check_words(words, "reason", NULL) == 0)
				assert_int_equal(read_shape(words).separators + read_shape(words).expansions +
						 read_shape(words).comments, 0);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_script_looks_up_mac_then_uuid),
		cmocka_unit_test(the_unknown_script_shows_what_to_type),
		cmocka_unit_test(a_host_boots_identity_first),
		cmocka_unit_test(with_two_kernels_the_other_is_tried_and_offered),
		cmocka_unit_test(a_value_that_ipxe_would_read_is_refused),
		cmocka_unit_test(own_root_and_ip_replace_the_defaults),
		cmocka_unit_test(other_ways_say_why_and_retry),
		cmocka_unit_test(no_input_that_passes_can_add_a_line_or_a_command),
		cmocka_unit_test(every_pair_of_bytes_is_harmless_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
