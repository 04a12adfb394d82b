/* Opening an inventory, and everything that can be wrong with the file. */
#include "tests/unit/test_db.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>

static int count_files(const char *directory)
{
	DIR *const open = opendir(directory);
	const struct dirent *entry;
	int count = 0;

	assert_non_null(open);
	while ((entry = readdir(open)) != NULL)
		count += entry->d_name[0] != '.';
	closedir(open);
	return count;
}

static void expect_count(struct rig *rig, struct db *db, int64_t expected)
{
	int64_t count;

	ok(rig, host_count(db, &count, &rig->err));
	assert_int_equal(count, expected);
}

/* An inventory with `hosts` hosts, closed. */
static void prepare(struct rig *rig, int hosts)
{
	ok(rig, db_open(rig->path, DB_READ_WRITE, &rig->db, &rig->err));
	for (int i = 0; i < hosts; i++)
		add_host(rig, i);
	rig_close(rig);
}

static void a_new_inventory_is_private_and_marked(void **state)
{
	struct rig *const rig = *state;
	struct stat status;
	char path[128];
	char *bytes;
	size_t size;

	snprintf(path, sizeof path, "%s/a/b/inventory.db", rig->directory);
	ok(rig, db_open(path, DB_READ_WRITE, &rig->db, &rig->err));
	assert_string_equal(db_path(rig->db), path);
	assert_false(db_is_read_only(rig->db));
	ok(rig, db_check(rig->db, &rig->err));
	rig_close(rig);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	bytes = read_whole(path, &size);
	assert_memory_equal(bytes + 68, "brth", 4);
	assert_int_equal(bytes[63], db_migration_count);
	assert_int_equal(bytes[18], 2);
	free(bytes);
	*strrchr(path, '/') = '\0';
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0700);
	assert_int_equal(count_files(path), 1);
}

static void what_was_committed_is_there_again(void **state)
{
	struct rig *const rig = *state;

	prepare(rig, 3);
	ok(rig, db_open(rig->path, DB_READ_WRITE, &rig->db, &rig->err));
	expect_count(rig, rig->db, 3);
	ok(rig, db_begin(rig->db, &rig->err));
	add_host(rig, 10);
	db_rollback(rig->db);
	db_rollback(rig->db);
	expect_count(rig, rig->db, 3);
	ok(rig, db_begin(rig->db, &rig->err));
	add_host(rig, 10);
	ok(rig, db_commit(rig->db, &rig->err));
	expect_count(rig, rig->db, 4);
}

static void a_failed_inner_step_leaves_the_outer_transaction_whole(void **state)
{
	struct rig *const rig = *state;
	struct host twice = make_host(1);

	ok(rig, db_open(rig->path, DB_READ_WRITE, &rig->db, &rig->err));
	ok(rig, db_begin(rig->db, &rig->err));
	add_host(rig, 1);
	refused(rig, host_insert(rig->db, &twice, &rig->err), ERR_EXISTS, "desk1");
	add_host(rig, 2);
	ok(rig, db_commit(rig->db, &rig->err));
	expect_count(rig, rig->db, 2);
}

static void read_only_needs_the_file_and_makes_nothing(void **state)
{
	struct rig *const rig = *state;

	refused(rig, db_open(rig->path, DB_READ_ONLY, &rig->db, &rig->err), ERR_FAILED, rig->path);
	assert_null(rig->db);
	assert_int_equal(count_files(rig->directory), 0);
}

static void read_only_changes_no_byte(void **state)
{
	struct rig *const rig = *state;
	struct host host = make_host(9);
	char *before, *after;
	size_t before_size, after_size;

	prepare(rig, 3);
	before = read_whole(rig->path, &before_size);
	ok(rig, db_open(rig->path, DB_READ_ONLY, &rig->db, &rig->err));
	assert_true(db_is_read_only(rig->db));
	expect_count(rig, rig->db, 3);
	refused(rig, host_insert(rig->db, &host, &rig->err), ERR_REFUSED, "read-only");
	refused(rig, db_begin(rig->db, &rig->err), ERR_REFUSED, "--read-only");
	refused(rig, root_delete(rig->db, 1, &rig->err), ERR_REFUSED, "read-only");
	db_rollback(rig->db);
	ok(rig, db_check(rig->db, &rig->err));
	assert_int_equal(count_files(rig->directory), 1);
	rig_close(rig);
	assert_int_equal(count_files(rig->directory), 1);
	after = read_whole(rig->path, &after_size);
	assert_int_equal(before_size, after_size);
	assert_memory_equal(before, after, before_size);
	free(before);
	free(after);
}

static void read_only_follows_a_writer_that_comes_and_goes(void **state)
{
	struct rig *const rig = *state;
	struct db *reader;
	int64_t version, moved;

	prepare(rig, 1);
	ok(rig, db_open(rig->path, DB_READ_ONLY, &reader, &rig->err));
	version = db_data_version(reader);
	assert_int_equal(version, db_data_version(reader));
	prepare(rig, 0); /* opens and closes: the file is as it was */
	ok(rig, db_open(rig->path, DB_READ_WRITE, &rig->db, &rig->err));
	add_host(rig, 5);
	expect_count(rig, reader, 2);
	moved = db_data_version(reader);
	assert_int_not_equal(version, moved);
	add_host(rig, 6);
	assert_int_not_equal(moved, db_data_version(reader));
	expect_count(rig, reader, 3);
	rig_close(rig);
	expect_count(rig, reader, 3);
	db_close(reader);
	ok(rig, db_open(rig->path, DB_READ_WRITE, &rig->db, &rig->err));
	expect_count(rig, rig->db, 3);
}

static void read_only_survives_the_loss_of_the_file(void **state)
{
	struct rig *const rig = *state;
	int64_t count;

	prepare(rig, 1);
	ok(rig, db_open(rig->path, DB_READ_ONLY, &rig->db, &rig->err));
	assert_int_equal(unlink(rig->path), 0);
	refused(rig, host_count(rig->db, &count, &rig->err), ERR_FAILED, "cannot be opened");
	refused(rig, host_count(rig->db, &count, &rig->err), ERR_FAILED, "cannot be opened");
	refused(rig, db_begin(rig->db, &rig->err), ERR_REFUSED, "read-only");
	rig_close(rig);
	prepare(rig, 2);
	ok(rig, db_open(rig->path, DB_READ_ONLY, &rig->db, &rig->err));
	expect_count(rig, rig->db, 2);
}

static void expect_unchanged_after_refusal(struct rig *rig, int code, const char *words)
{
	static const enum db_mode modes[] = {DB_READ_WRITE, DB_READ_ONLY};
	char *before, *after;
	size_t before_size, after_size;

	for (size_t i = 0; i < 2; i++) {
		before = read_whole(rig->path, &before_size);
		refused(rig, db_open(rig->path, modes[i], &rig->db, &rig->err), code, words);
		assert_null(rig->db);
		after = read_whole(rig->path, &after_size);
		assert_int_equal(before_size, after_size);
		assert_memory_equal(before, after, before_size);
		assert_int_equal(count_files(rig->directory), 1);
		free(before);
		free(after);
	}
}

static void a_newer_schema_is_left_alone(void **state)
{
	struct rig *const rig = *state;

	prepare(rig, 1);
	run_sql(rig->path, "PRAGMA user_version = 99");
	expect_unchanged_after_refusal(rig, ERR_FAILED, "schema 99");
}

static void another_programs_file_is_left_alone(void **state)
{
	struct rig *const rig = *state;

	run_sql(rig->path, "CREATE TABLE songs (name TEXT)");
	expect_unchanged_after_refusal(rig, ERR_FAILED, "another program");
}

static void a_file_of_something_else_is_left_alone(void **state)
{
	struct rig *const rig = *state;
	FILE *const file = fopen(rig->path, "w");

	assert_non_null(file);
	for (int i = 0; i < 100; i++)
		fputs("my shopping list: milk, bread, butter\n", file);
	fclose(file);
	expect_unchanged_after_refusal(rig, ERR_FAILED, "not an inventory");
}

static void overwrite(const char *path, off_t offset, size_t size)
{
	const int fd = open(path, O_WRONLY);
	char *const junk = xcalloc(1, size);

	memset(junk, 0xa5, size);
	assert_int_equal(pwrite(fd, junk, size, offset), size);
	close(fd);
	free(junk);
}

static void a_damaged_first_page_is_named_and_left_alone(void **state)
{
	struct rig *const rig = *state;

	prepare(rig, 50);
	overwrite(rig->path, 100, 600);
	expect_unchanged_after_refusal(rig, ERR_FAILED, "is damaged");
}

static void damage_further_in_is_found_by_reading_and_by_the_check(void **state)
{
	struct rig *const rig = *state;
	struct host *hosts;
	struct stat status;
	size_t count;

	prepare(rig, 500);
	assert_int_equal(stat(rig->path, &status), 0);
	overwrite(rig->path, status.st_size / 4 * 3, (size_t)status.st_size / 4);
	ok(rig, db_open(rig->path, DB_READ_ONLY, &rig->db, &rig->err));
	refused(rig, host_list(rig->db, &hosts, &count, &rig->err), ERR_FAILED, "is damaged");
	assert_null(hosts);
	assert_int_equal(count, 0);
	refused(rig, db_check(rig->db, &rig->err), ERR_FAILED, "restore it from a backup");
}

static void a_dangling_reference_is_found_by_the_check(void **state)
{
	struct rig *const rig = *state;

	prepare(rig, 1);
	run_sql(rig->path, "PRAGMA foreign_keys = OFF; DELETE FROM host");
	ok(rig, db_open(rig->path, DB_READ_WRITE, &rig->db, &rig->err));
	refused(rig, db_check(rig->db, &rig->err), ERR_FAILED, "mac refers to a missing host");
}

static void a_locked_inventory_is_waited_for_then_reported(void **state)
{
	struct rig *const rig = *state;
	struct host host = make_host(7);
	struct db *other;
	int64_t start;

	prepare(rig, 1);
	ok(rig, db_open(rig->path, DB_READ_WRITE, &rig->db, &rig->err));
	ok(rig, db_open(rig->path, DB_READ_WRITE, &other, &rig->err));
	ok(rig, db_begin(other, &rig->err));
	expect_count(rig, rig->db, 1); /* readers are not held up */
	start = clock_ms();
	refused(rig, host_insert(rig->db, &host, &rig->err), ERR_FAILED, "locked by another program");
	assert_in_range(clock_ms() - start, 4800, 15000);
	db_rollback(other);
	ok(rig, host_insert(rig->db, &host, &rig->err));
	expect_count(rig, other, 2);
	db_close(other);
}

/* A root of one's own, for mounts that nobody else sees. */
static void write_file(const char *path, const char *text)
{
	FILE *const file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static void enter_own_mounts(void)
{
	const int own_user = geteuid() == 0 ? 0 : CLONE_NEWUSER;
	char map[64];

	snprintf(map, sizeof map, "0 %d 1\n", (int)geteuid());
	if (unshare(CLONE_NEWNS | own_user) != 0)
		fail_msg("needs root or user namespaces: %s", strerror(errno));
	if (own_user) {
		write_file("/proc/self/setgroups", "deny");
		write_file("/proc/self/uid_map", map);
	}
	assert_int_equal(mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
}

static void mount_small(const struct rig *rig, const char *options)
{
	if (mount("berth", rig->directory, "tmpfs", 0, options) != 0)
		fail_msg("mount: %s", strerror(errno));
}

/* Fills what is left of the disk; returns the file to remove. */
static void fill_disk(const struct rig *rig, char path[96])
{
	static char block[4096];
	int fd;

	snprintf(path, 96, "%s/filler", rig->directory);
	fd = open(path, O_CREAT | O_WRONLY, 0600);
	assert_true(fd >= 0);
	for (int i = 0; i < 100000 && write(fd, block, sizeof block) > 0; i++)
		;
	assert_int_equal(errno, ENOSPC);
	close(fd);
}

static void a_full_disk_loses_nothing(void **state)
{
	struct rig *const rig = *state;
	char filler[96];
	int n, code = 0;

	mount_small(rig, "size=2m");
	ok(rig, db_open(rig->path, DB_READ_WRITE, &rig->db, &rig->err));
	add_host(rig, 0);
	fill_disk(rig, filler);
	for (n = 1; n < 5000; n++) {
		struct host host = make_host(n);

		if ((code = host_insert(rig->db, &host, &rig->err)) != 0)
			break;
	}
	assert_int_equal(code, ERR_FAILED);
	if (!strstr(rig->err.text, "disk is full"))
		fail_msg("%s", rig->err.text);
	expect_count(rig, rig->db, n);
	assert_int_equal(unlink(filler), 0);
	add_host(rig, n);
	expect_count(rig, rig->db, n + 1);
	ok(rig, db_check(rig->db, &rig->err));
	rig_close(rig);
	ok(rig, db_open(rig->path, DB_READ_WRITE, &rig->db, &rig->err));
	expect_count(rig, rig->db, n + 1);
	rig_close(rig);
	assert_int_equal(umount(rig->directory), 0);
}

static void a_read_only_disk_can_be_read_but_not_written(void **state)
{
	struct rig *const rig = *state;

	mount_small(rig, "size=4m");
	prepare(rig, 3);
	assert_int_equal(mount("berth", rig->directory, "tmpfs", MS_REMOUNT | MS_RDONLY, "size=4m"), 0);
	refused(rig, db_open(rig->path, DB_READ_WRITE, &rig->db, &rig->err), ERR_FAILED, "is read-only");
	ok(rig, db_open(rig->path, DB_READ_ONLY, &rig->db, &rig->err));
	expect_count(rig, rig->db, 3);
	rig_close(rig);
	assert_int_equal(umount(rig->directory), 0);
}

static void a_directory_that_cannot_be_made_is_named(void **state)
{
	struct rig *const rig = *state;
	char path[128];

	snprintf(path, sizeof path, "%s/file/sub/inventory.db", rig->directory);
	snprintf(rig->path, sizeof rig->path, "%s/file", rig->directory);
	write_file(rig->path, "x");
	refused(rig, db_open(path, DB_READ_WRITE, &rig->db, &rig->err), ERR_FAILED, "cannot be made");
	refused(rig, db_open(rig->directory, DB_READ_WRITE, &rig->db, &rig->err), ERR_FAILED, "cannot be opened");
}

static void an_input_output_error_loses_nothing(void **state)
{
	struct rig *const rig = *state;
	struct rlimit normal, small;
	struct host host;
	int n, code = 0;

	signal(SIGXFSZ, SIG_IGN);
	ok(rig, db_open(rig->path, DB_READ_WRITE, &rig->db, &rig->err));
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &normal), 0);
	small = normal;
	small.rlim_cur = 200000;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	for (n = 0; n < 1000; n++) {
		host = make_host(n);
		if ((code = host_insert(rig->db, &host, &rig->err)) != 0)
			break;
	}
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &normal), 0);
	assert_int_equal(code, ERR_FAILED);
	if (!strstr(rig->err.text, "could not be read or written"))
		fail_msg("%s", rig->err.text);
	expect_count(rig, rig->db, n);
	ok(rig, host_insert(rig->db, &host, &rig->err));
	ok(rig, db_check(rig->db, &rig->err));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_make, rig_remove)
		TEST(a_new_inventory_is_private_and_marked),
		TEST(what_was_committed_is_there_again),
		TEST(a_failed_inner_step_leaves_the_outer_transaction_whole),
		TEST(read_only_needs_the_file_and_makes_nothing),
		TEST(read_only_changes_no_byte),
		TEST(read_only_follows_a_writer_that_comes_and_goes),
		TEST(read_only_survives_the_loss_of_the_file),
		TEST(a_newer_schema_is_left_alone),
		TEST(another_programs_file_is_left_alone),
		TEST(a_file_of_something_else_is_left_alone),
		TEST(a_damaged_first_page_is_named_and_left_alone),
		TEST(damage_further_in_is_found_by_reading_and_by_the_check),
		TEST(a_dangling_reference_is_found_by_the_check),
		TEST(a_locked_inventory_is_waited_for_then_reported),
		TEST(a_full_disk_loses_nothing),
		TEST(a_read_only_disk_can_be_read_but_not_written),
		TEST(a_directory_that_cannot_be_made_is_named),
		TEST(an_input_output_error_loses_nothing),
	};

	enter_own_mounts();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
