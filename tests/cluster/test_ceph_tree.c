/* The boot tree on CephFS. */
#include "tests/cluster/rig.h"

#include <sys/stat.h>
#include <unistd.h>

#include "core/ceph/image.h"
#include "core/ceph/tree.h"

#define ROOT "/t-tree"
#define MIB ((size_t)1 << 20)

static struct cluster *cluster;

static int open_cluster(void **state)
{
	(void)state;
	cluster = rig_open(ROOT, 15);
	return cluster_dir_remove(cluster, "", &err) || cluster_tree_init(cluster, &err);
}

static int close_cluster(void **state)
{
	(void)state;
	cluster_dir_remove(cluster, "", NULL);
	cluster_close(cluster);
	return 0;
}

static int clean(void **state)
{
	char **names;
	size_t count;

	(void)state;
	if (cluster_dir_list(cluster, "", &names, &count, &err))
		return -1;
	for (size_t i = 0; i < count; i++)
		if (cluster_dir_remove(cluster, names[i], &err) && cluster_file_remove(cluster, names[i], &err))
			return -1;
	cluster_names_free(names, count);
	return 0;
}

static void assert_content(const char *path, const char *wanted)
{
	char *bytes;
	size_t length;

	assert_done(cluster_file_read(cluster, path, &bytes, &length, &err));
	assert_int_equal(length, strlen(wanted));
	assert_string_equal(bytes, wanted);
	free(bytes);
}

static void assert_listed(const char *path, const char *wanted)
{
	struct text found = {0};
	char **names;
	size_t count;

	assert_done(cluster_dir_list(cluster, path, &names, &count, &err));
	for (size_t i = 0; i < count; i++)
		text_printf(&found, "%s%s", i ? " " : "", names[i]);
	cluster_names_free(names, count);
	assert_string_equal(text_string(&found), wanted);
	text_free(&found);
}

static int write_text(const char *path, const char *text)
{
	return cluster_file_write(cluster, path, text, strlen(text), 0644, 0, &err);
}

static void directories(void **state)
{
	struct cluster_stat stat;

	(void)state;
	assert_done(cluster_tree_init(cluster, &err));
	assert_done(cluster_dir_make(cluster, "a/b/c", 0755, &err));
	assert_done(cluster_dir_make(cluster, "a/b/c", 0755, &err));
	assert_done(cluster_path_stat(cluster, "a/b", &stat, &err));
	assert_true(stat.kind == 'd' && stat.mode == 0755);
	assert_done(write_text("a/file", "x"));
	assert_status(cluster_dir_make(cluster, "a/file", 0755, &err), ERR_EXISTS);
	assert_done(cluster_dir_make(cluster, "a/private", 0700, &err));
	assert_done(cluster_path_stat(cluster, "a/private", &stat, &err));
	assert_int_equal(stat.mode, 0700);
	assert_listed("a", "b file private");
	assert_listed("a/b/c", "");
	assert_done(cluster_dir_remove(cluster, "a", &err));
	assert_done(cluster_dir_remove(cluster, "a", &err));
	assert_listed("", "");
}

static void a_file(void **state)
{
	struct cluster_stat stat;

	(void)state;
	assert_done(cluster_file_write(cluster, "identity.cpio", "secret", 6, 0640, 33, &err));
	assert_done(cluster_path_stat(cluster, "identity.cpio", &stat, &err));
	assert_true(stat.kind == 'f' && stat.mode == 0640 && stat.size == 6);
	assert_true(llabs(stat.changed - time_now()) < 60);
	assert_content("identity.cpio", "secret");
	assert_done(cluster_file_write(cluster, "identity.cpio", "another one", 11, 0600, 0, &err));
	assert_content("identity.cpio", "another one");
	assert_done(cluster_path_stat(cluster, "identity.cpio", &stat, &err));
	assert_int_equal(stat.mode, 0600);
	assert_done(cluster_file_write(cluster, "empty", "", 0, 0644, 0, &err));
	assert_content("empty", "");
	assert_done(cluster_file_remove(cluster, "empty", &err));
	assert_done(cluster_file_remove(cluster, "empty", &err));
	assert_listed("", "identity.cpio");
}

/* The group must be there with the name: a web server of that group may read at
 * once, and nobody else ever. Seen through the admin's own mount. */
static void owner_and_group(void **state)
{
	(void)state;
	assert_done(cluster_file_write(cluster, "identity.cpio", "secret", 6, 0640, 33, &err));
	rig_shows("0 33 640", "tests/rig/cephfs stat %s/identity.cpio", ROOT);
}

static void missing_things(void **state)
{
	struct cluster_stat stat;
	char *bytes, **names, out[64];
	size_t length, count;

	(void)state;
	assert_status(cluster_path_stat(cluster, "none", &stat, &err), ERR_NOT_FOUND);
	assert_says("cephfs:" ROOT "/none");
	assert_status(cluster_file_read(cluster, "none", &bytes, &length, &err), ERR_NOT_FOUND);
	assert_status(cluster_file_read(cluster, "none/file", &bytes, &length, &err), ERR_NOT_FOUND);
	assert_status(cluster_dir_list(cluster, "none", &names, &count, &err), ERR_NOT_FOUND);
	assert_status(cluster_link_read(cluster, "none", out, sizeof(out), &err), ERR_NOT_FOUND);
	assert_status(cluster_dir_namespace(cluster, "none", out, sizeof(out), &err), ERR_NOT_FOUND);
	assert_status(cluster_dirsnap_create(cluster, "none", "s", &err), ERR_NOT_FOUND);
	assert_status(cluster_dirsnap_list(cluster, "none", &names, &count, &err), ERR_NOT_FOUND);
	assert_status(cluster_path_move(cluster, "none", "some", &err), ERR_NOT_FOUND);
	assert_status(cluster_file_copy(cluster, "none", "some", 0644, 0, &err), ERR_NOT_FOUND);
	assert_status(cluster_file_copy_in(cluster, "/nowhere/file", "some", 0644, 0, NULL, &err), ERR_NOT_FOUND);
	assert_says("/nowhere/file");
	assert_status(write_text("none/file", "x"), ERR_NOT_FOUND);
	assert_done(cluster_dirsnap_remove(cluster, "none", "s", &err));
	assert_listed("", "");
}

/* What a berth that was killed left aside is not the tree's. */
static void leftovers(void **state)
{
	(void)state;
	assert_done(write_text(".berth-boot.ipxe-12345678", "half"));
	assert_done(cluster_dir_make(cluster, "d/.berth-boot-12345678", 0755, &err));
	assert_listed("", "d");
	assert_listed("d", "");
	assert_done(cluster_dir_remove(cluster, "d", &err));
	assert_done(cluster_file_remove(cluster, ".berth-boot.ipxe-12345678", &err));
}

static void links(void **state)
{
	struct cluster_stat stat;
	char out[64];

	(void)state;
	assert_done(cluster_dir_make(cluster, "by-mac", 0755, &err));
	assert_done(cluster_link_set(cluster, "by-mac/52-54-00-11-22-33", "../hosts/desk1", &err));
	assert_done(cluster_link_set(cluster, "by-mac/52-54-00-11-22-33", "../hosts/desk2", &err));
	assert_done(cluster_link_read(cluster, "by-mac/52-54-00-11-22-33", out, sizeof(out), &err));
	assert_string_equal(out, "../hosts/desk2");
	assert_done(cluster_path_stat(cluster, "by-mac/52-54-00-11-22-33", &stat, &err));
	assert_int_equal(stat.kind, 'l');
	assert_listed("by-mac", "52-54-00-11-22-33");
	assert_done(cluster_dir_make(cluster, "hosts/desk2", 0755, &err));
	assert_done(write_text("hosts/desk2/boot.ipxe", "#!ipxe\n"));
	assert_content("by-mac/52-54-00-11-22-33/boot.ipxe", "#!ipxe\n");
	assert_status(cluster_link_read(cluster, "hosts", out, sizeof(out), &err), ERR_NOT_FOUND);
	assert_done(cluster_file_remove(cluster, "by-mac/52-54-00-11-22-33", &err));
	assert_content("hosts/desk2/boot.ipxe", "#!ipxe\n");
	/* A directory that is a link goes; what it leads to stays. */
	assert_done(cluster_link_set(cluster, "by-mac/x", "../hosts", &err));
	assert_done(cluster_dir_remove(cluster, "by-mac", &err));
	assert_content("hosts/desk2/boot.ipxe", "#!ipxe\n");
}

static void moves(void **state)
{
	(void)state;
	assert_done(cluster_dir_make(cluster, "hosts/desk1", 0755, &err));
	assert_done(cluster_dir_make(cluster, "trash", 0700, &err));
	assert_done(write_text("hosts/desk1/f", "one"));
	assert_done(cluster_path_move(cluster, "hosts/desk1", "trash/desk1-1", &err));
	assert_content("trash/desk1-1/f", "one");
	assert_done(cluster_dir_make(cluster, "hosts/desk1", 0755, &err));
	assert_status(cluster_path_move(cluster, "hosts/desk1", "trash/desk1-1", &err), ERR_EXISTS);
	assert_listed("hosts", "desk1");
	assert_status(cluster_path_move(cluster, "hosts/desk1", "none/desk1", &err), ERR_NOT_FOUND);
}

/* A file's objects are named after its inode: what RADOS says lies in a
 * namespace of that data pool. */
static void assert_objects(const char *ns, const char *path, bool there)
{
	int status;
	char *out = rig_admin(&status, "inode=$(tests/rig/cephfs inode %s/%s) && "
			      "rados -p cephfs_data -N '%s' ls | grep -c \"^$inode\\.\"", ROOT, path, ns);
	const bool found = status == 0;

	if (found != there)
		print_error("objects of %s in namespace '%s': %s\n", path, ns, out);
	free(out);
	assert_int_equal(found, there);
}

static void isolated_directories(void **state)
{
	char ns[64], pool[64];

	(void)state;
	assert_done(cluster_dir_make(cluster, "hosts/desk1", 0755, &err));
	assert_status(cluster_dir_make_isolated(cluster, "none/boot", 0755, "t-tree-desk1", &err), ERR_NOT_FOUND);
	assert_done(cluster_dir_make_isolated(cluster, "hosts/desk1/boot", 0750, "t-tree-desk1", &err));
	assert_done(cluster_dir_make_isolated(cluster, "hosts/desk1/boot", 0750, "t-tree-desk1", &err));
	assert_done(cluster_dir_namespace(cluster, "hosts/desk1/boot", ns, sizeof(ns), &err));
	assert_string_equal(ns, "t-tree-desk1");
	assert_done(cluster_dir_namespace(cluster, "hosts/desk1", ns, sizeof(ns), &err));
	assert_string_equal(ns, "");
	assert_listed("hosts/desk1", "boot");

	assert_done(write_text("hosts/desk1/boot/vmlinuz", "kernel"));
	assert_done(cluster_dir_make(cluster, "hosts/desk1/boot/grub", 0755, &err));
	assert_done(write_text("hosts/desk1/boot/grub/cfg", "config"));
	assert_done(write_text("hosts/desk1/boot.ipxe", "#!ipxe\n"));
	assert_objects("t-tree-desk1", "hosts/desk1/boot/vmlinuz", true);
	assert_objects("", "hosts/desk1/boot/vmlinuz", false);
	assert_objects("t-tree-desk1", "hosts/desk1/boot/grub/cfg", true);
	assert_objects("", "hosts/desk1/boot.ipxe", true);
	assert_objects("t-tree-desk1", "hosts/desk1/boot.ipxe", false);

	assert_done(cluster_tree_data_pool(cluster, pool, sizeof(pool), &err));
	assert_string_equal(pool, "cephfs_data");
	/* A directory that is there with another layout is not taken for isolated. */
	assert_status(cluster_dir_make_isolated(cluster, "hosts/desk1/boot", 0755, "t-tree-other", &err), ERR_EXISTS);
	assert_says("t-tree-desk1");
	assert_done(cluster_dir_make(cluster, "hosts/desk2/boot", 0755, &err));
	assert_status(cluster_dir_make_isolated(cluster, "hosts/desk2/boot", 0755, "t-tree-desk2", &err), ERR_EXISTS);
	assert_says("other hosts can read");
}

static void dir_snapshots(void **state)
{
	char **names;
	size_t count;

	(void)state;
	assert_done(cluster_dir_make(cluster, "hosts/desk1/boot", 0755, &err));
	assert_done(write_text("hosts/desk1/boot/f", "before"));
	assert_done(cluster_dirsnap_create(cluster, "hosts/desk1/boot", "p1", &err));
	assert_status(cluster_dirsnap_create(cluster, "hosts/desk1/boot", "p1", &err), ERR_EXISTS);
	assert_done(write_text("hosts/desk1/boot/f", "after"));
	assert_content("hosts/desk1/boot/.snap/p1/f", "before");
	assert_content("hosts/desk1/boot/f", "after");
	assert_done(cluster_dirsnap_create(cluster, "hosts/desk1", "above", &err));
	assert_done(cluster_dirsnap_list(cluster, "hosts/desk1/boot", &names, &count, &err));
	assert_int_equal(count, 1);
	assert_string_equal(names[0], "p1");
	cluster_names_free(names, count);
	assert_status(cluster_dir_remove(cluster, "hosts/desk1/boot", &err), ERR_REFUSED);
	assert_done(cluster_dirsnap_remove(cluster, "hosts/desk1", "above", &err));
	assert_done(cluster_dirsnap_remove(cluster, "hosts/desk1/boot", "p1", &err));
	assert_done(cluster_dirsnap_remove(cluster, "hosts/desk1/boot", "p1", &err));
	assert_done(cluster_dirsnap_list(cluster, "hosts/desk1/boot", &names, &count, &err));
	assert_int_equal(count, 0);
	cluster_names_free(names, count);
}

struct watcher { int64_t last; int reports; bool cancel; };

static void report(void *context, int64_t done, int64_t total)
{
	struct watcher *watcher = context;

	assert_true(done >= watcher->last && (!total || total == (int64_t)(40 * MIB + 3)));
	watcher->last = done;
	watcher->reports++;
}

static bool cancelled(void *context)
{
	return ((struct watcher *)context)->cancel;
}

static void big_files(void **state)
{
	struct watcher watcher = {0}, stopper = {.cancel = true};
	const struct progress progress = {.report = report, .cancelled = cancelled, .context = &watcher};
	const struct progress stop = {.report = report, .cancelled = cancelled, .context = &stopper};
	char path[] = "/tmp/t-tree-XXXXXX", *bytes;
	struct cluster_stat stat;
	size_t length;
	const int fd = mkstemp(path);

	(void)state;
	assert_int_equal(ftruncate(fd, 40 * MIB), 0);
	assert_int_equal(pwrite(fd, "end", 3, 40 * MIB), 3);
	close(fd);
	assert_done(cluster_file_copy_in(cluster, path, "initrd.img", 0644, 0, &progress, &err));
	assert_done(cluster_path_stat(cluster, "initrd.img", &stat, &err));
	assert_true(stat.size == (int64_t)(40 * MIB + 3) && stat.mode == 0644);
	assert_done(cluster_file_copy(cluster, "initrd.img", "copy", 0600, 0, &err));
	assert_done(cluster_path_stat(cluster, "copy", &stat, &err));
	assert_true(stat.size == (int64_t)(40 * MIB + 3) && stat.mode == 0600);
	assert_status(cluster_file_read(cluster, "copy", &bytes, &length, &err), ERR_FAILED);
	assert_status(cluster_file_copy_in(cluster, path, "never", 0644, 0, &stop, &err), ERR_CANCELLED);
	assert_listed("", "copy initrd.img");
	unlink(path);
	rig_shows("40M", "tests/rig/cephfs size %s/copy", ROOT);
}

/* An mds throws a client out that was asleep for too long, and the cluster puts
 * it on the blocklist: the next call must not notice. */
static void evicted(void **state)
{
	(void)state;
	assert_done(write_text("f", "before"));
	rig_do("for id in $(ceph tell mds.a session ls 2>/dev/null | sed -n 's/^ *\"id\": \\([0-9]*\\),*$/\\1/p'); do "
	       "ceph tell mds.a client evict id=$id; done");
	assert_done(write_text("f", "after"));
	assert_content("f", "after");
}

/* A key for the tree alone will do, once somebody made the boot root. */
static void a_narrower_key(void **state)
{
	char path[] = "/tmp/t-tree-XXXXXX";
	const int fd = mkstemp(path);
	const struct cluster_options options = {
		.conf = rig_env("BERTH_TEST_CONF"), .name = "client.t-tree-narrow", .keyring = path,
		.pool = RIG_POOL, .fs = RIG_FS, .boot_root = ROOT,
	};
	struct cluster *whole = cluster;

	(void)state;
	close(fd);
	rig_do("ceph auth get-or-create client.t-tree-narrow mon 'profile rbd, allow service mds r' "
	       "osd 'allow rw tag cephfs data=cephfs' mds 'allow rwps fsname=cephfs path=%s' >%s", ROOT, path);
	assert_done(cluster_open(&options, &cluster, &err));
	assert_done(cluster_tree_init(cluster, &err));
	assert_done(cluster_dir_make(cluster, "hosts/desk1", 0755, &err));
	assert_done(cluster_dir_make_isolated(cluster, "hosts/desk1/boot", 0755, "t-tree-desk1", &err));
	assert_done(write_text("hosts/desk1/f", "x"));
	assert_done(cluster_path_move(cluster, "hosts/desk1/f", "hosts/desk1/g", &err));
	assert_done(cluster_file_copy(cluster, "hosts/desk1/g", "hosts/desk1/h", 0644, 0, &err));
	assert_listed("hosts/desk1", "boot g h");
	cluster_close(cluster);
	cluster = whole;
	assert_content("hosts/desk1/h", "x");
	rig_do("ceph auth rm client.t-tree-narrow; rm %s", path);
}

static void without_a_cap(void **state)
{
	char path[] = "/tmp/t-tree-XXXXXX", *bytes;
	const int fd = mkstemp(path);
	const struct cluster_options options = {
		.conf = rig_env("BERTH_TEST_CONF"), .name = "client.t-tree-none", .keyring = path,
		.pool = RIG_POOL, .fs = RIG_FS, .boot_root = ROOT,
	};
	struct cluster *none = NULL;
	size_t length;

	(void)state;
	close(fd);
	rig_do("ceph auth get-or-create client.t-tree-none mon 'allow r' mds 'allow r fsname=cephfs' >%s", path);
	assert_done(write_text("f", "x"));
	assert_done(cluster_open(&options, &none, &err));
	assert_status(cluster_file_write(none, "g", "x", 1, 0644, 0, &err), ERR_FAILED);
	assert_says("client.t-tree-none may not");
	assert_says("mds `allow rwps`");
	assert_status(cluster_file_read(none, "f", &bytes, &length, &err), ERR_FAILED);
	cluster_close(none);
	rig_do("ceph auth rm client.t-tree-none; rm %s", path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(directories, clean),
		cmocka_unit_test_setup(a_file, clean),
		cmocka_unit_test_setup(owner_and_group, clean),
		cmocka_unit_test_setup(missing_things, clean),
		cmocka_unit_test_setup(leftovers, clean),
		cmocka_unit_test_setup(links, clean),
		cmocka_unit_test_setup(moves, clean),
		cmocka_unit_test_setup(isolated_directories, clean),
		cmocka_unit_test_setup(dir_snapshots, clean),
		cmocka_unit_test_setup(big_files, clean),
		cmocka_unit_test_setup(evicted, clean),
		cmocka_unit_test_setup(a_narrower_key, clean),
		cmocka_unit_test_setup(without_a_cap, clean),
	};

	return cmocka_run_group_tests(tests, open_cluster, close_cluster);
}
