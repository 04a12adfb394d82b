/* A boot dir goes back to its snapshot, in place. */
#include "tests/cluster/ceph_rig.h"

#include <cephfs/libcephfs.h>
#include <fcntl.h>
#include <sys/sysmacros.h>
#include <sys/stat.h>

#include "core/ceph/tree.h"

#define ROOT "/t-dirsnap"
#define DIR "hosts/a/boot"
#define AT(name) DIR "/" name

/* A second mount, for what core/ceph has no word for. */
struct tree { struct rig *rig; struct ceph_mount_info *fs; };

static struct tree tree;

static int tree_open(void **state)
{
	(void)state;
	tree.rig = rig_new("t-dirsnap", ROOT);
	if (!tree.rig || cluster_tree_init(tree.rig->cluster, &tree.rig->err))
		return -1;
	int rc = ceph_create(&tree.fs, strchr(getenv("BERTH_TEST_NAME"), '.') + 1);
	if (!rc)
		rc = ceph_conf_read_file(tree.fs, getenv("BERTH_TEST_CONF"));
	if (!rc)
		rc = ceph_conf_set(tree.fs, "client_acl_type", "");
	return rc ? rc : ceph_mount(tree.fs, ROOT);
}

static int tree_close(void **state)
{
	(void)state;
	ceph_unmount(tree.fs);
	ceph_release(tree.fs);
	rig_free(tree.rig);
	return 0;
}

static int dir_make(void **state)
{
	(void)state;
	return cluster_dir_make(tree.rig->cluster, "hosts/a", 0755, &tree.rig->err) ||
	       cluster_dir_make_isolated(tree.rig->cluster, DIR, 0755, "a", &tree.rig->err);
}

static int dir_drop(void **state)
{
	char **names;
	size_t count;

	(void)state;
	if (!cluster_dirsnap_list(tree.rig->cluster, DIR, &names, &count, &tree.rig->err)) {
		for (size_t i = 0; i < count; i++)
			cluster_dirsnap_remove(tree.rig->cluster, DIR, names[i], &tree.rig->err);
		cluster_names_free(names, count);
	}
	return cluster_dir_remove(tree.rig->cluster, "hosts", &tree.rig->err);
}

static void write_file(const char *path, const char *words)
{
	ok(tree.rig, cluster_file_write(tree.rig->cluster, path, words, strlen(words), 0644, 0, &tree.rig->err));
}

static void check_file(const char *path, const char *words)
{
	size_t length;
	char *bytes;

	ok(tree.rig, cluster_file_read(tree.rig->cluster, path, &bytes, &length, &tree.rig->err));
	assert_string_equal(bytes, words);
	free(bytes);
}

static void check_absent(const char *path)
{
	struct cluster_stat stat;

	refused(tree.rig, cluster_path_stat(tree.rig->cluster, path, &stat, &tree.rig->err), ERR_NOT_FOUND, "");
}

static struct ceph_statx stat_of(const char *path)
{
	struct ceph_statx stat;

	assert_int_equal(ceph_statx(tree.fs, path, &stat, CEPH_STATX_ALL_STATS, AT_SYMLINK_NOFOLLOW), 0);
	return stat;
}

static void take(const char *snap)
{
	assert_int_equal(ceph_sync_fs(tree.fs), 0);
	ok(tree.rig, cluster_dirsnap_create(tree.rig->cluster, DIR, snap, &tree.rig->err));
}

static void restore(const char *snap)
{
	ok(tree.rig, cluster_dirsnap_restore(tree.rig->cluster, DIR, snap, NULL, &tree.rig->err));
}

static void files_come_and_go(void **state)
{
	(void)state;
	write_file(AT("kernel"), "one");
	write_file(AT("gone"), "back again");
	write_file(AT("same"), "same");
	ok(tree.rig, cluster_dir_make(tree.rig->cluster, AT("grub/deep"), 0750, &tree.rig->err));
	write_file(AT("grub/deep/cfg"), "x");
	take("s");
	const struct ceph_statx same = stat_of(AT("same")), kernel = stat_of(AT("kernel"));
	write_file(AT("kernel"), "two!");
	write_file(AT("new"), "to go");
	ok(tree.rig, cluster_dir_make(tree.rig->cluster, AT("newdir/inner"), 0755, &tree.rig->err));
	write_file(AT("newdir/inner/f"), "to go");
	ok(tree.rig, cluster_file_remove(tree.rig->cluster, AT("gone"), &tree.rig->err));
	ok(tree.rig, cluster_dir_remove(tree.rig->cluster, AT("grub"), &tree.rig->err));
	for (int i = 0; i < 2; i++) { /* safe to repeat */
		restore("s");
		check_file(AT("kernel"), "one");
		check_file(AT("gone"), "back again");
		check_file(AT("grub/deep/cfg"), "x");
		check_absent(AT("new"));
		check_absent(AT("newdir"));
		assert_int_equal(stat_of(AT("grub/deep")).stx_mode & 07777, 0750);
		assert_int_equal(stat_of(AT("kernel")).stx_mtime.tv_sec, kernel.stx_mtime.tv_sec);
		assert_int_equal(stat_of(AT("kernel")).stx_mtime.tv_nsec, kernel.stx_mtime.tv_nsec);
		/* What was equal was not written again. */
		assert_int_equal(stat_of(AT("same")).stx_ino, same.stx_ino);
		assert_int_equal(stat_of(AT("same")).stx_version, same.stx_version);
	}
	char ns[64];
	ok(tree.rig, cluster_dir_namespace(tree.rig->cluster, DIR, ns, sizeof(ns), &tree.rig->err));
	assert_string_equal(ns, "a");
	refused(tree.rig, cluster_dirsnap_restore(tree.rig->cluster, DIR, "none", NULL, &tree.rig->err), ERR_NOT_FOUND, "none");
	check_file(AT("kernel"), "one");
}

/* Same size and same time prove nothing. */
static void a_change_that_keeps_size_and_time_is_found(void **state)
{
	struct ceph_statx stat;

	(void)state;
	write_file(AT("f"), "aaaa");
	take("s");
	stat = stat_of(AT("f"));
	const int fd = ceph_open(tree.fs, AT("f"), O_WRONLY, 0);
	assert_int_equal(ceph_write(tree.fs, fd, "bbbb", 4, 0), 4);
	assert_int_equal(ceph_fsetattrx(tree.fs, fd, &stat, CEPH_SETATTR_MTIME), 0);
	assert_int_equal(ceph_close(tree.fs, fd), 0);
	restore("s");
	check_file(AT("f"), "aaaa");
}

static void links_and_names(void **state)
{
	(void)state;
	ok(tree.rig, cluster_link_set(tree.rig->cluster, AT("vmlinuz"), "kernel-1", &tree.rig->err));
	write_file(AT("a"), "shared");
	assert_int_equal(ceph_link(tree.fs, AT("a"), AT("b")), 0);
	write_file(AT("x"), "alone");
	write_file(AT("y"), "alone");
	take("s");
	ok(tree.rig, cluster_link_set(tree.rig->cluster, AT("vmlinuz"), "kernel-2", &tree.rig->err));
	ok(tree.rig, cluster_file_remove(tree.rig->cluster, AT("b"), &tree.rig->err));
	write_file(AT("b"), "apart");
	ok(tree.rig, cluster_file_remove(tree.rig->cluster, AT("y"), &tree.rig->err));
	assert_int_equal(ceph_link(tree.fs, AT("x"), AT("y")), 0);
	for (int i = 0; i < 2; i++) {
		char target[64];

		restore("s");
		ok(tree.rig, cluster_link_read(tree.rig->cluster, AT("vmlinuz"), target, sizeof(target), &tree.rig->err));
		assert_string_equal(target, "kernel-1");
		check_file(AT("b"), "shared");
		assert_int_equal(stat_of(AT("a")).stx_ino, stat_of(AT("b")).stx_ino);
		assert_int_equal(stat_of(AT("a")).stx_nlink, 2);
		check_file(AT("y"), "alone");
		assert_int_not_equal(stat_of(AT("x")).stx_ino, stat_of(AT("y")).stx_ino);
	}
}

/* Each kind in the place of each other. */
static void kinds_change_places(void **state)
{
	char target[64];

	(void)state;
	write_file(AT("1"), "file");
	ok(tree.rig, cluster_dir_make(tree.rig->cluster, AT("2"), 0755, &tree.rig->err));
	write_file(AT("2/in"), "inside");
	ok(tree.rig, cluster_link_set(tree.rig->cluster, AT("3"), "1", &tree.rig->err));
	assert_int_equal(ceph_mknod(tree.fs, AT("4"), S_IFIFO | 0600, 0), 0);
	assert_int_equal(ceph_mknod(tree.fs, AT("5"), S_IFCHR | 0600, makedev(1, 3)), 0);
	take("s");
	for (int i = 1; i <= 5; i++) {
		char path[32];

		snprintf(path, sizeof(path), AT("%d"), i);
		if (i == 2)
			ok(tree.rig, cluster_dir_remove(tree.rig->cluster, path, &tree.rig->err));
		else
			ok(tree.rig, cluster_file_remove(tree.rig->cluster, path, &tree.rig->err));
	}
	ok(tree.rig, cluster_dir_make(tree.rig->cluster, AT("1/was/file"), 0755, &tree.rig->err));
	write_file(AT("2"), "was a directory");
	ok(tree.rig, cluster_dir_make(tree.rig->cluster, AT("3"), 0755, &tree.rig->err));
	ok(tree.rig, cluster_link_set(tree.rig->cluster, AT("4"), "1", &tree.rig->err));
	assert_int_equal(ceph_mknod(tree.fs, AT("5"), S_IFCHR | 0600, makedev(1, 5)), 0);
	restore("s");
	check_file(AT("1"), "file");
	check_file(AT("2/in"), "inside");
	ok(tree.rig, cluster_link_read(tree.rig->cluster, AT("3"), target, sizeof(target), &tree.rig->err));
	assert_string_equal(target, "1");
	assert_true(S_ISFIFO(stat_of(AT("4")).stx_mode));
	assert_true(S_ISCHR(stat_of(AT("5")).stx_mode));
	assert_int_equal(stat_of(AT("5")).stx_rdev, makedev(1, 3));
}

static void owners_and_modes_come_back(void **state)
{
	struct ceph_statx stat = {.stx_mode = 04711, .stx_uid = 1000, .stx_gid = 1001};
	const int owner = CEPH_SETATTR_UID | CEPH_SETATTR_GID, mode = CEPH_SETATTR_MODE;

	(void)state;
	write_file(AT("f"), "x");
	write_file(AT("rewritten"), "x");
	assert_int_equal(ceph_setattrx(tree.fs, AT("f"), &stat, owner, 0), 0);
	assert_int_equal(ceph_setattrx(tree.fs, AT("f"), &stat, mode, 0), 0);
	assert_int_equal(ceph_setattrx(tree.fs, AT("rewritten"), &stat, owner, 0), 0);
	assert_int_equal(ceph_setattrx(tree.fs, AT("rewritten"), &stat, mode, 0), 0);
	take("s");
	stat = (struct ceph_statx){.stx_mode = 0600};
	assert_int_equal(ceph_setattrx(tree.fs, AT("f"), &stat, owner | mode, 0), 0);
	write_file(AT("rewritten"), "y");
	stat.stx_mode = 0700;
	assert_int_equal(ceph_setattrx(tree.fs, DIR, &stat, CEPH_SETATTR_MODE, 0), 0);
	restore("s");
	for (int i = 0; i < 2; i++) {
		stat = stat_of(i ? AT("f") : AT("rewritten"));
		assert_int_equal(stat.stx_mode & 07777, 04711);
		assert_int_equal(stat.stx_uid, 1000);
		assert_int_equal(stat.stx_gid, 1001);
	}
	assert_int_equal(stat_of(DIR).stx_mode & 07777, 0755);
}

static void what_was_not_whole_is_swept(void **state)
{
	(void)state;
	write_file(AT("f"), "x");
	write_file(AT(".berth-g-1"), "half");
	take("s");
	write_file(AT(".berth-f-1"), "half");
	restore("s");
	check_absent(AT(".berth-f-1"));
	check_absent(AT(".berth-g-1"));
	check_file(AT("f"), "x");
}

static void remember(void *context, int64_t done, int64_t total)
{
	int64_t *seen = context;

	*seen = done;
	assert_int_equal(total, 0);
}

static void a_large_file_reports_and_is_whole(void **state)
{
	enum { SIZE = 12 << 20 };
	char *bytes = xcalloc(1, SIZE + 1), *found;
	int64_t seen = 0;
	const struct progress progress = {.report = remember, .context = &seen};
	size_t length;

	(void)state;
	for (size_t i = 0; i < SIZE; i += 4096)
		memset(bytes + i, (int)('a' + i / 4096 % 26), 4096);
	const int fd = ceph_open(tree.fs, AT("initrd"), O_CREAT | O_WRONLY, 0644);
	assert_int_equal(ceph_write(tree.fs, fd, bytes, SIZE, 0), SIZE);
	assert_int_equal(ceph_close(tree.fs, fd), 0);
	take("s");
	write_file(AT("initrd"), "other");
	ok(tree.rig, cluster_dirsnap_restore(tree.rig->cluster, DIR, "s", &progress, &tree.rig->err));
	ok(tree.rig, cluster_file_read(tree.rig->cluster, AT("initrd"), &found, &length, &tree.rig->err));
	assert_int_equal(length, SIZE);
	assert_memory_equal(found, bytes, SIZE);
	assert_true(seen > 0);
	free(found);
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, dir_make, dir_drop)
		TEST(files_come_and_go),
		TEST(a_change_that_keeps_size_and_time_is_found),
		TEST(links_and_names),
		TEST(kinds_change_places),
		TEST(owners_and_modes_come_back),
		TEST(what_was_not_whole_is_swept),
		TEST(a_large_file_reports_and_is_whole),
	};

	return cmocka_run_group_tests(tests, tree_open, tree_close);
}
