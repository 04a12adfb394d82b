/* ${name} in a text, and what a template of boot scripts must keep. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/boot/script.h"
#include "core/boot/template.h"

static const struct template_value values[] = {
	{"host", "desk1", false}, {"none", "", false}, {"two", "a\nb\n", true}, {"nothing", "", true}, {0},
};

static void expect_fill(const char *text, const char *expected)
{
	struct text out = {0};
	struct err err = {0};

	if (template_fill(text, values, &out, &err))
		fail_msg("%s", err.text);
	assert_string_equal(text_string(&out), expected);
	text_free(&out);
}

static void values_are_put_in_and_ipxes_own_stay(void **state)
{
	(void)state;
	expect_fill("", "");
	expect_fill("a ${host} b${host}${none}c", "a desk1 bdesk1c\n");
	expect_fill("${net0/mac} ${netX/mac:hexhyp} $${host}", "${net0/mac} ${netX/mac:hexhyp} ${host}\n");
	expect_fill("$ $5 $$ {host} ${host}$", "$ $5 $$ {host} desk1$\n");
	expect_fill("x\n${two}\n${nothing}\ny\n", "x\na\nb\ny\n");
}

static void expect_refusal(const char *text, const char *words)
{
	struct text out = {0};
	struct err err = {0};

	assert_int_equal(template_fill(text, values, &out, &err), ERR_USAGE);
	assert_string_equal(err.field, "template");
	if (!strstr(err.text, words))
		fail_msg("\"%s\" does not say \"%s\"", err.text, words);
	text_free(&out);
}

static void what_is_not_known_is_named_with_what_is(void **state)
{
	(void)state;
	expect_refusal("x\n${hosts}", "line 2: ${hosts} is no value that berth has: it has host, none, two, nothing;");
	expect_refusal("${Host}", "${Host}");
	expect_refusal("${hos}", "${hos}");
	expect_refusal("${}", "line 1: after ${");
	expect_refusal("${host", "line 1: after ${");
	expect_refusal("${net0/${host}}", "line 1: after ${");
	expect_refusal("a ${two}", "${two} stands for whole lines");
	expect_refusal("${two} ", "${two} stands for whole lines");
	expect_refusal("a\r\n", "line 1 has the character 0x0d");
	expect_refusal("\xc3\xa4", "0xc3");
}

static void expect_kept(const char *text)
{
	struct err err = {0};

	if (script_check_template(text, &err))
		fail_msg("%s\n%s", text, err.text);
}

#define OWN_LINES \
	"kernel ${kernel} ${args} initrd=more.cpio || goto other\n" \
	"initrd --name identity.cpio ${identity} || goto other\n" \
	"initrd --name initrd.img ${initrd} || goto other\n"

static void templates_that_keep_what_they_must(void **state)
{
	(void)state;
	expect_kept(SCRIPT_TEMPLATE);
	expect_kept("#!ipxe\n${boot}\n${boot_other}\n${retry}");
	expect_kept("#!ipxe\nset net0/ip 10.0.0.1\n# a note\niseq ${net0/mac} x && goto later ||\n:later\n${boot}\n${boot_other}\n${retry}\n\n");
	expect_kept("#!ipxe\n${menu}\n:first\nimgfree\n" OWN_LINES "initrd --name more.cpio ${url}/site/more.cpio ||\nboot ||\n"
		    "${boot_other}\n${retry}\n");
}

static void expect_broken(const char *text, const char *words)
{
	struct err err = {0};

	assert_int_equal(script_check_template(text, &err), ERR_USAGE);
	assert_string_equal(err.field, "template");
	if (!strstr(err.text, words))
		fail_msg("\"%s\" does not say \"%s\"", err.text, words);
}

static void templates_that_would_break_a_promise(void **state)
{
	char large[TEMPLATE_SIZE + 2];

	(void)state;
	memset(large, 'x', sizeof large);
	large[sizeof large - 1] = '\0';
	expect_broken("", "0 bytes");
	expect_broken(large, "16385 bytes");
	expect_broken("${boot}\n${boot_other}\n${retry}\n", "line 1 must be #!ipxe");
	expect_broken("#!ipxe\n${retry}\n", "boots nothing");
	expect_broken("#!ipxe\nkernel ${kernel}\ninitrd --name identity.cpio ${identity}\ninitrd --name initrd.img ${initrd}\n${retry}\n",
		      "boots nothing");
	expect_broken("#!ipxe\n${boot}\n${boot_other}\n", "last line must be ${retry}");
	expect_broken("#!ipxe\n${boot}\n${boot_other}\n${retry}\nboot\n", "last line must be ${retry}");
	expect_broken("#!ipxe\n${boot}\n${boot_other}\necho \\\n${retry}\n", "line 4 ends in a backslash");
	expect_broken("#!ipxe\n${boot}\n${retry}\n", "`goto other` leads to no label after it");
	expect_broken("#!ipxe\n${boot}\n${menu}\n${boot_other}\n${retry}\n", "`goto first`");
	expect_broken("#!ipxe\n:again\n${boot}\n${boot_other}\ngoto again\n${retry}\n", "`goto again`");
	expect_broken("#!ipxe\n${boot}\n${boot_other}\n${site}\n${retry}\n", "${site} is no value that berth has");
	expect_broken("#!ipxe\n:first\nkernel ${kernel} ${args}\ninitrd --name initrd.img ${initrd}\ninitrd --name identity.cpio ${identity}\n"
		      "${boot_other}\n${retry}\n", "line 4 loads an image before the identity (line 5)");
	expect_broken("#!ipxe\ninitrd --name initrd.img ${initrd}\n${boot}\n${boot_other}\n${retry}\n", "without the identity before it");
	expect_broken("#!ipxe\n:first\ninitrd http://x/microcode.cpio\n" OWN_LINES "${boot_other}\n${retry}\n",
		      "line 3 loads an image before the identity (line 5)");
}

static void a_held_host_has_no_template(void **state)
{
	const struct script_input input = {
		.way = SCRIPT_HOLD, .url = "http://h", .host = "desk1", .reason = "r", .template = "#!ipxe\nboot\n",
	};
	struct text out = {0};

	(void)state;
	assert_int_equal(script_host(&input, &out, NULL), 0);
	assert_non_null(strstr(out.data, "desk1 is held: r"));
	assert_null(strstr(out.data, "boot\n"));
	text_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_put_in_and_ipxes_own_stay),
		cmocka_unit_test(what_is_not_known_is_named_with_what_is),
		cmocka_unit_test(templates_that_keep_what_they_must),
		cmocka_unit_test(templates_that_would_break_a_promise),
		cmocka_unit_test(a_held_host_has_no_template),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
