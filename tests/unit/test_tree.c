#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/boot/tree.h"

static void paths_are_the_contract(void **state)
{
	char out[TREE_PATH];

	(void)state;
	assert_string_equal(tree_host("desk1", out), "hosts/desk1");
	assert_string_equal(tree_host_script("desk1", out), "hosts/desk1/boot.ipxe");
	assert_string_equal(tree_host_identity("desk1", out), "hosts/desk1/identity.cpio");
	assert_string_equal(tree_host_boot("desk1", out), "hosts/desk1/boot");
	assert_string_equal(tree_by_mac("52:54:00:11:22:33", out), "by-mac/52-54-00-11-22-33");
	assert_string_equal(tree_by_uuid("4c4c4544-0042-3510-8054-b7c04f4e3533", out),
			    "by-uuid/4c4c4544-0042-3510-8054-b7c04f4e3533");
	assert_string_equal(tree_link_target("desk1", out), "../hosts/desk1");
	assert_string_equal(tree_release("deb12", "2026-11-23", out), "images/deb12/2026-11-23");
	assert_string_equal(tree_release_kernel("deb12", "2026-11-23", out), "images/deb12/2026-11-23/vmlinuz");
	assert_string_equal(tree_release_initrd("deb12", "2026-11-23", out), "images/deb12/2026-11-23/initrd.img");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_are_the_contract),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
