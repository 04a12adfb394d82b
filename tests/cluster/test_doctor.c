/*
 * The doctor: damage of every kind, made past berth, is found with its level and
 * its words; what is safe is repaired, what could take data away is named, and
 * nothing of it is touched. After each test the doctor finds nothing any more.
 */
#include "tests/cluster/doctor_rig.h"

#include "core/fleet/fence.h"
#include "core/fleet/images.h"
#include "core/fleet/points.h"

static void write_file(const char *path, const char *text)
{
	ok(rig, cluster_file_write(rig->cluster, path, text, strlen(text), 0644, 0, &rig->err));
}

static void remove_file(const char *path)
{
	ok(rig, cluster_file_remove(rig->cluster, path, &rig->err));
}

/* The cluster */

static void nothing_is_wrong(void **state)
{
	(void)state;
	clean();
}

static void the_clusters_own_complaints(void **state)
{
	struct diagnosis diagnosis;

	(void)state;
	assert_int_equal(admin("ceph osd set noout"), 0);
	const int64_t end = clock_ms() + 20000;
	const struct finding *finding = NULL;
	while (!finding && clock_ms() < end) {
		ok(rig, doctor_examine(rig->fleet, NULL, &diagnosis, &rig->err));
		finding = find(&diagnosis, "health", "cluster", "noout");
		if (finding)
			assert_int_equal(finding->level, FINDING_WARNING);
		diagnosis_free(&diagnosis);
	}
	assert_int_equal(admin("ceph osd unset noout"), 0);
	assert_non_null(finding);
}

static void the_sites_scripts(void **state)
{
	(void)state;
	write_file("boot.ipxe", "#!ipxe\nshell\n");
	finds_on("site", "site-script", FINDING_WARNING, "boot.ipxe is not as berth writes it", true, "write");
	remove_file("unknown.ipxe");
	finds_on("site", "site-script", FINDING_ERROR, "unknown.ipxe is missing", true, "write");
	repair(rig->fleet);
	clean();
}

static void an_operation_that_did_not_finish(void **state)
{
	struct operation operation = {.verb = "hold", .target = "host " HOST, .command = "berth host hold " HOST, .owner = "0 1 1"};
	char target[40], machine[64];

	(void)state;
	run_who(operation.user, machine);
	text_copy(operation.machine, sizeof(operation.machine), machine);
	ok(rig, operation_begin(fleet_db(rig->fleet), &operation, NULL, 0, &rig->err));
	snprintf(target, sizeof(target), "operation %lld", (long long)operation.id);
	left_alone(target, "operation", FINDING_ERROR, "did not finish", "op undo");
	ok(rig, plan_undo(rig->fleet, operation.id, NULL, &rig->err));
	clean();
}

/* What nobody knows */

static void an_orphaned_namespace(void **state)
{
	(void)state;
	assert_int_equal(admin("rbd namespace create rbd/" STRANGER), 0);
	left_alone("host " STRANGER, "orphan-namespace", FINDING_WARNING, "belongs to no host", "rbd ls rbd/" STRANGER);
	assert_int_equal(admin("rbd namespace remove rbd/" STRANGER), 0);
}

/* Its key, links and directory are no litter: they may be what it boots with. */
static void an_orphaned_root(void **state)
{
	(void)state;
	assert_int_equal(admin("rbd namespace create rbd/" STRANGER " && rbd create --size 8M rbd/" STRANGER "/root && "
			       "ceph auth add client.berth." STRANGER " mon 'profile rbd'"), 0);
	ok(rig, cluster_link_set(rig->cluster, "by-mac/52-54-00-00-d0-99", "../hosts/" STRANGER, &rig->err));
	write_file("boot.ipxe.old", "x"); /* no business of the doctor's */
	left_alone("host " STRANGER, "orphan-namespace", FINDING_WARNING, "belongs to no host", "rbd ls");
	remove_file("boot.ipxe.old");
	assert_int_equal(admin("rbd rm rbd/" STRANGER "/root && rbd namespace remove rbd/" STRANGER), 0);
	finds_on("host " STRANGER, "orphan-key", FINDING_WARNING, "client.berth." STRANGER, true, "delete the key");
	finds_on("site", "orphan-link", FINDING_WARNING, "by-mac/52-54-00-00-d0-99", true, "remove by-mac");
	repair(rig->fleet);
	refused(rig, cluster_key_get(rig->cluster, "client.berth." STRANGER, NULL, NULL, &rig->err), ERR_NOT_FOUND, "");
}

static void an_orphaned_directory(void **state)
{
	char *bytes;
	size_t length;

	(void)state;
	ok(rig, cluster_dir_make(rig->cluster, "hosts/" STRANGER "/boot", 0755, &rig->err));
	write_file("hosts/" STRANGER "/boot/vmlinuz", "its own kernel");
	left_alone("host " STRANGER, "orphan-dir", FINDING_WARNING, "hosts/" STRANGER, "look into it");
	ok(rig, cluster_file_read(rig->cluster, "hosts/" STRANGER "/boot/vmlinuz", &bytes, &length, &rig->err));
	free(bytes);
	ok(rig, cluster_dir_remove(rig->cluster, "hosts/" STRANGER, &rig->err));
}

/* Keys and identities */

static void a_key_that_is_gone(void **state)
{
	(void)state;
	assert_int_equal(admin("ceph auth rm client.berth." HOST), 0);
	repaired("key-missing", FINDING_ERROR, "can not boot", "make the key");
}

static void caps_too_few(void **state)
{
	(void)state;
	assert_int_equal(admin("ceph auth caps client.berth." HOST " mon 'profile rbd' osd 'profile rbd pool=rbd namespace=" HOST "'"), 0);
	finds("caps", FINDING_ERROR, "lacks mds", true, "exactly the caps");
	finds("caps", FINDING_ERROR, "can not read the image that its root was cloned from", true, "exactly the caps");
	finds("caps", FINDING_ERROR, "can not find the mds", true, "exactly the caps");
	repaired("caps", FINDING_ERROR, "can not mount its /boot", "exactly the caps");
}

static void caps_too_many(void **state)
{
	struct cluster_caps caps;

	(void)state;
	ok(rig, cluster_key_get(rig->cluster, "client.berth." HOST, NULL, &caps, &rig->err));
	assert_int_equal(admin("ceph auth caps client.berth." HOST " mon '%s' osd '%s, allow rwx pool=rbd' mds '%s' mgr 'allow *'",
			       caps.mon, caps.osd, caps.mds), 0);
	finds("caps", FINDING_WARNING, "mgr `allow *` beyond", true, "exactly the caps");
	repaired("caps", FINDING_WARNING, "osd `allow rwx pool=rbd` beyond", "exactly the caps");
}

static void an_identity_that_is_gone(void **state)
{
	(void)state;
	remove_file("hosts/" HOST "/identity.cpio");
	repaired("identity", FINDING_ERROR, "is missing", "write hosts/" HOST "/identity.cpio");
}

static void an_identity_with_an_old_key(void **state)
{
	struct cluster_caps caps;

	(void)state;
	ok(rig, cluster_key_get(rig->cluster, "client.berth." HOST, NULL, &caps, &rig->err));
	ok(rig, cluster_key_delete(rig->cluster, "client.berth." HOST, &rig->err));
	ok(rig, cluster_key_put(rig->cluster, "client.berth." HOST, &caps, &rig->err));
	repaired("identity", FINDING_ERROR, "has an old key", "write hosts/" HOST "/identity.cpio");
}

static void an_identity_with_other_monitors(void **state)
{
	char *bytes, *at;
	size_t length;

	(void)state;
	ok(rig, cluster_file_read(rig->cluster, "hosts/" HOST "/identity.cpio", &bytes, &length, &rig->err));
	while ((at = memmem(bytes, length, "127.0.0.1:", 10)))
		at[8] = '7';
	ok(rig, cluster_file_write(rig->cluster, "hosts/" HOST "/identity.cpio", bytes, length, 0640, 33, &rig->err));
	free(bytes);
	repaired("identity", FINDING_ERROR, "has other monitors", "write hosts/" HOST "/identity.cpio");
}

/* The tree */

static void a_script_that_changed(void **state)
{
	(void)state;
	write_file("hosts/" HOST "/boot.ipxe", "#!ipxe\nshell\n");
	repaired("script", FINDING_WARNING, "is not what it should be", "write hosts/" HOST "/boot.ipxe");
	remove_file("hosts/" HOST "/boot.ipxe");
	repaired("script", FINDING_ERROR, "has no boot script", "write hosts/" HOST "/boot.ipxe");
}

static void links_that_lead_elsewhere(void **state)
{
	(void)state;
	remove_file("by-mac/52-54-00-00-d0-01");
	repaired("link", FINDING_ERROR, "does not lead to", "link it again");
	ok(rig, cluster_link_set(rig->cluster, "by-mac/52-54-00-00-d0-01", "../hosts/other", &rig->err));
	repaired("link", FINDING_ERROR, "does not lead to", "link it again");
	ok(rig, cluster_link_set(rig->cluster, "by-mac/52-54-00-00-d0-02", "../hosts/" STRANGER, &rig->err));
	finds_on("site", "orphan-link", FINDING_WARNING, "by-mac/52-54-00-00-d0-02", true, "remove by-mac");
	repair(rig->fleet);
}

static void a_boot_dir_that_is_gone(void **state)
{
	(void)state;
	ok(rig, cluster_dir_remove(rig->cluster, "hosts/" HOST "/boot", &rig->err));
	repaired("boot-dir", FINDING_ERROR, "has no /boot", "a RADOS namespace of its own");
}

static void a_boot_dir_without_its_namespace(void **state)
{
	(void)state;
	ok(rig, cluster_dir_remove(rig->cluster, "hosts/" HOST "/boot", &rig->err));
	ok(rig, cluster_dir_make(rig->cluster, "hosts/" HOST "/boot", 0755, &rig->err));
	write_file("hosts/" HOST "/boot/vmlinuz", "its own kernel");
	left_alone("host " HOST, "boot-dir-layout", FINDING_ERROR, "another host could read them", "move its files aside");
	ok(rig, cluster_dir_remove(rig->cluster, "hosts/" HOST "/boot", &rig->err)); /* as it says */
	ok(rig, run_provision(rig->fleet));
}

/* Roots */

static void a_root_in_the_trash(void **state)
{
	(void)state;
	assert_int_equal(admin("rbd trash mv rbd/" HOST "/root"), 0);
	left_alone("host " HOST, "root-missing", FINDING_ERROR, "can not boot", "rbd trash restore");
	assert_int_equal(admin("rbd trash restore rbd/" HOST "/$(rbd trash ls rbd/" HOST " | cut -d' ' -f1)"), 0);
}

static void a_root_that_was_changed(void **state)
{
	(void)state;
	assert_int_equal(admin("rbd resize --size 64M rbd/" HOST "/root"), 0);
	repaired("root-changed", FINDING_WARNING, "not the image or size", "note it as it is");
}

static int take_point(void)
{
	struct plans plans = {0};
	const int status = plan_snap_create(rig->fleet, HOST, "one", "the note", &plans, &rig->err);

	return status ? status : rig_run(rig->fleet, &plans, &rig->err);
}

static void features_that_are_wrong(void **state)
{
	(void)state;
	assert_int_equal(admin("rbd feature enable rbd/" HOST "/root object-map fast-diff"), 0);
	left_alone("host " HOST, "features", FINDING_WARNING, "no restore point while it runs", "rbd feature disable");
	refused(rig, take_point(), ERR_REFUSED, "object-map"); /* and is taken back */
	assert_int_equal(admin("rbd feature disable rbd/" HOST "/root fast-diff object-map exclusive-lock"), 0);
	left_alone("host " HOST, "features", FINDING_ERROR, "nothing keeps two machines", "rbd feature enable");
	assert_int_equal(admin("rbd feature enable rbd/" HOST "/root exclusive-lock"), 0);
}

static void a_root_of_another_release(void **state)
{
	struct root root, other;

	(void)state;
	ok(rig, root_by_host(fleet_db(rig->fleet), host_row().id, &root, &rig->err));
	other = root;
	text_copy(other.release, sizeof(other.release), "2");
	ok(rig, root_put(fleet_db(rig->fleet), &other, &rig->err));
	finds("root-parent", FINDING_WARNING, "is a clone of " GOLD "@1, the inventory says " GOLD "@2", false, "release is lost");
	ok(rig, root_put(fleet_db(rig->fleet), &root, &rig->err));
}

static void a_point_without_its_snapshot(void **state)
{
	struct plans plans = {0};

	(void)state;
	ok(rig, take_point());
	clean();
	assert_int_equal(admin("rbd snap rm rbd/" HOST "/root@one"), 0);
	left_alone("host " HOST, "point-missing", FINDING_WARNING, "restore point one", "berth snap rm " HOST " one");
	ok(rig, plan_snap_remove(rig->fleet, HOST, "one", &plans, &rig->err)); /* as it says */
	ok(rig, rig_run(rig->fleet, &plans, &rig->err));
}

static void a_lock_that_was_left(void **state)
{
	struct client *machine = rig_machine(rig, 0, HOST, true);
	struct plans plans = {0};
	char address[sizeof(machine->address)];

	(void)state;
	strcpy(address, machine->address);
	clean(); /* it runs, and that is no finding */
	assert_int_equal(admin("ceph osd blocklist add %s 600", address), 0);
	const int64_t end = clock_ms() + 60000;
	struct diagnosis diagnosis = examine(rig->fleet);
	while (!diagnosis.count && clock_ms() < end) { /* its watch goes */
		diagnosis_free(&diagnosis);
		wait_ms(100);
		diagnosis = examine(rig->fleet);
	}
	diagnosis_free(&diagnosis);
	client_kill(machine); /* so that it can not come back while the fence is made a lasting one */
	left_alone("host " HOST, "stale-lock", FINDING_WARNING, address, "berth host fence " HOST);
	ok(rig, plan_host_fence(rig->fleet, HOST, &plans, &rig->err));
	ok(rig, rig_run(rig->fleet, &plans, &rig->err));
	finds("stale-lock", FINDING_NOTE, "is cut off", false, "");
	host_begin();
}

static void clients_that_should_not_be(void **state)
{
	struct host host;

	(void)state;
	rig_machine(rig, 0, HOST, false);
	host = host_row();
	text_copy(host.address, sizeof(host.address), "10.9.8.7");
	ok(rig, host_update(fleet_db(rig->fleet), &host, &rig->err));
	finds("foreign", FINDING_ERROR, "which is not its address 10.9.8.7", false, "berth host fence " HOST);
	rig_machine(rig, 1, HOST, false);
	finds("double", FINDING_ERROR, "2 clients", false, "berth host fence " HOST);
	host_begin();
}

static void a_host_without_a_kernel_of_its_own(void **state)
{
	struct host host = host_row();

	(void)state;
	host.kernel = KERNEL_OWN;
	ok(rig, host_update(fleet_db(rig->fleet), &host, &rig->err));
	finds("kernel", FINDING_ERROR, "kernel", false, "");
	host.kernel = KERNEL_IMAGE;
	ok(rig, host_update(fleet_db(rig->fleet), &host, &rig->err));
}

static void a_root_without_its_note(void **state)
{
	(void)state;
	assert_int_equal(admin("rbd image-meta remove rbd/" HOST "/root berth"), 0);
	repaired("meta", FINDING_NOTE, "not kept with its root", "keep it");
}

/* Images */

#define IMAGE "image " GOLD
#define image_repaired(kind, level, words, remedy) do { \
	finds_on(IMAGE, kind, level, words, true, remedy); \
	repair(rig->fleet); \
	clean(); \
} while (0)

static void a_release_that_is_not_protected(void **state)
{
	(void)state;
	assert_int_equal(admin("rbd snap unprotect rbd/images/" GOLD "@2"), 0);
	image_repaired("release-open", FINDING_WARNING, GOLD "@2 is not protected", "protect it");
}

static void a_release_that_the_inventory_lost(void **state)
{
	struct release release;

	(void)state;
	ok(rig, release_find(fleet_db(rig->fleet), GOLD, "2", &release, &rig->err));
	ok(rig, release_delete(fleet_db(rig->fleet), release.id, &rig->err));
	finds_on(IMAGE, "release-lost", FINDING_WARNING, GOLD "@2", true, "note it in the inventory");
	repair(rig->fleet);
	ok(rig, release_find(fleet_db(rig->fleet), GOLD, "2", &release, &rig->err));
	assert_string_equal(release.kernel, "6.1");
	clean();
}

static void a_release_without_its_snapshot(void **state)
{
	struct plans plans = {0};

	(void)state;
	ok(rig, plan_image_release(rig->fleet, GOLD, "9", &plans, &rig->err));
	ok(rig, rig_run(rig->fleet, &plans, &rig->err));
	clean();
	assert_int_equal(admin("rbd snap unprotect rbd/images/" GOLD "@9 && rbd snap rm rbd/images/" GOLD "@9"), 0);
	left_alone(IMAGE, "release-missing", FINDING_ERROR, GOLD "@9 has no snapshot", "berth image rm " GOLD "@9");
	ok(rig, plan_image_remove(rig->fleet, GOLD "@9", &plans, &rig->err)); /* as it says */
	ok(rig, rig_run(rig->fleet, &plans, &rig->err));
}

static void a_release_without_its_kernel(void **state)
{
	(void)state;
	remove_file("images/" GOLD "/2/initrd.img");
	left_alone(IMAGE, "kernel", FINDING_ERROR, "no host boots it", "put vmlinuz and initrd.img");
	write_file("images/" GOLD "/2/initrd.img", "an initrd");
}

static void an_image_in_the_trash(void **state)
{
	struct cluster_image_info info;

	(void)state;
	ok(rig, cluster_image_info(rig->cluster, "images", GOLD, &info, &rig->err));
	assert_int_equal(admin("rbd trash mv rbd/images/" GOLD), 0);
	left_alone(IMAGE, "image-missing", FINDING_ERROR, "is not in the cluster", "rbd trash ls rbd/images");
	assert_int_equal(admin("rbd trash restore rbd/images/%s", info.id), 0);
}

static void an_image_that_nobody_noted(void **state)
{
	(void)state;
	assert_int_equal(admin("rbd create --size 8M rbd/images/" STRANGER), 0);
	left_alone("image " STRANGER, "image-lost", FINDING_WARNING, "is not in the inventory", "rbd trash mv");
	assert_int_equal(admin("rbd rm rbd/images/" STRANGER), 0);
}

static void an_image_without_its_note(void **state)
{
	(void)state;
	assert_int_equal(admin("rbd image-meta remove rbd/images/" GOLD " berth"), 0);
	image_repaired("meta", FINDING_NOTE, "not kept with it", "keep it with the image");
}

/* All of it */

static void a_lost_inventory(void **state)
{
	struct text before = {0}, after = {0};
	struct fleet *old = rig->fleet, *new;
	struct plans plans = {0};
	char path[128];

	(void)state;
	ok(rig, take_point());
	list_inventory(rig, &before);
	snprintf(path, sizeof(path), "%s/new.db", rig->directory);
	new = rig_berth(path, &rig->err);
	ok(rig, rig_init_site(rig, new));
	rig->fleet = new;
	finds_on("image " GOLD, "image-lost", FINDING_WARNING, "is not in the inventory", true, "take it and its releases");
	finds("host-lost", FINDING_WARNING, "that the inventory does not know", true, "take the host");
	repair(new);
	list_inventory(rig, &after);
	clean();
	rig->fleet = old;
	assert_string_equal(text_string(&before), text_string(&after));
	text_free(&before);
	text_free(&after);
	fleet_close(new);
	ok(rig, plan_snap_remove(old, HOST, "one", &plans, &rig->err));
	ok(rig, rig_run(old, &plans, &rig->err));
}

static int begin_all(void **state)
{
	(void)state;
	rig = rig_begin("t-doctor");
	if (!rig)
		return -1;
	const int status = rig_dress_gold(rig);
	if (status)
		print_error("%s\n", rig->err.text);
	else
		host_begin();
	return status;
}

static int end_all(void **state)
{
	(void)state;
	rig_end_clients(rig);
	scrub_host(rig, HOST);
	scrub_host(rig, STRANGER);
	rig_end(rig);
	return 0;
}

/* What was done about it was right. */
static int end_one(void **state)
{
	(void)state;
	clean();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_teardown(name, end_one)
		TEST(nothing_is_wrong),
		TEST(the_clusters_own_complaints),
		TEST(the_sites_scripts),
		TEST(an_operation_that_did_not_finish),
		TEST(an_orphaned_namespace),
		TEST(an_orphaned_root),
		TEST(an_orphaned_directory),
		TEST(a_key_that_is_gone),
		TEST(caps_too_few),
		TEST(caps_too_many),
		TEST(an_identity_that_is_gone),
		TEST(an_identity_with_an_old_key),
		TEST(an_identity_with_other_monitors),
		TEST(a_script_that_changed),
		TEST(links_that_lead_elsewhere),
		TEST(a_boot_dir_that_is_gone),
		TEST(a_boot_dir_without_its_namespace),
		TEST(a_root_in_the_trash),
		TEST(a_root_that_was_changed),
		TEST(features_that_are_wrong),
		TEST(a_root_of_another_release),
		TEST(a_point_without_its_snapshot),
		TEST(a_lock_that_was_left),
		TEST(clients_that_should_not_be),
		TEST(a_host_without_a_kernel_of_its_own),
		TEST(a_root_without_its_note),
		TEST(a_release_that_is_not_protected),
		TEST(a_release_that_the_inventory_lost),
		TEST(a_release_without_its_snapshot),
		TEST(a_release_without_its_kernel),
		TEST(an_image_in_the_trash),
		TEST(an_image_that_nobody_noted),
		TEST(an_image_without_its_note),
		TEST(a_lost_inventory),
	};

	return cmocka_run_group_tests(tests, begin_all, end_all);
}
