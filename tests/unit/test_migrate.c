/* Every older version of the schema becomes the newest, with its data. */
#include "tests/unit/test_db.h"

#include <pthread.h>

/* An inventory as a berth that knew only `version` steps would have left it. */
static void make_version(struct rig *rig, int version)
{
	struct db old = {.path = rig->path};

	assert_int_equal(sqlite3_open(rig->path, &old.handle), SQLITE_OK);
	ok(rig, db_migrate(&old, version, &rig->err));
	sqlite3_close(old.handle);
}

static char *read_schema(struct rig *rig, const char *path)
{
	struct text all = {0};
	struct db *db;
	struct query query;

	ok(rig, db_open(path, DB_READ_WRITE, &db, &rig->err));
	query_start(&query, db, "SELECT type || name || ifnull(sql, '') FROM sqlite_schema ORDER BY 1", &rig->err);
	while (query_step(&query)) {
		char *const line = query_text_copy(&query);

		text_add(&all, line);
		free(line);
	}
	ok(rig, query_end(&query));
	db_close(db);
	return text_take(&all);
}

static void every_older_version_ends_at_the_same_schema(void **state)
{
	struct rig *const rig = *state;
	char fresh_path[128];
	char *fresh;

	snprintf(fresh_path, sizeof fresh_path, "%s/fresh.db", rig->directory);
	fresh = read_schema(rig, fresh_path);
	assert_non_null(strstr(fresh, "audit_keep_rows"));
	for (int version = 0; version <= db_migration_count; version++) {
		char *migrated;

		make_version(rig, version);
		migrated = read_schema(rig, rig->path);
		assert_string_equal(migrated, fresh);
		free(migrated);
		assert_int_equal(unlink(rig->path), 0);
	}
	free(fresh);
}

static void data_of_version_1_is_kept(void **state)
{
	struct rig *const rig = *state;
	struct host host;

	make_version(rig, 1);
	run_sql(rig->path, "INSERT INTO host VALUES (1, 3, 'desk1', 'desk011', NULL, NULL, 0, 'exclusive', 'own',"
			   " 'quiet', '', '', 5, 6);"
			   "INSERT INTO mac VALUES ('52:54:00:00:00:01', 1, 0);");
	ok(rig, db_open(rig->path, DB_READ_WRITE, &rig->db, &rig->err));
	ok(rig, host_by_mac(rig->db, "52:54:00:00:00:01", &host, &rig->err));
	assert_string_equal(host.name, "desk1");
	assert_int_equal(host.version, 3);
	assert_int_equal(host.kernel, KERNEL_OWN);
	assert_int_equal(host.created, 5);
}

static void an_older_version_is_not_migrated_read_only(void **state)
{
	struct rig *const rig = *state;
	char *before, *after;
	size_t before_size, after_size;

	make_version(rig, 1);
	before = read_whole(rig->path, &before_size);
	refused(rig, db_open(rig->path, DB_READ_ONLY, &rig->db, &rig->err), ERR_FAILED, "older schema 1");
	after = read_whole(rig->path, &after_size);
	assert_int_equal(before_size, after_size);
	assert_memory_equal(before, after, before_size);
	free(before);
	free(after);
}

/* A table of the same name is in the way of step 2, behind others that it makes. */
static void a_failed_step_changes_nothing(void **state)
{
	struct rig *const rig = *state;
	struct db old = {.path = rig->path};
	int version;

	make_version(rig, 1);
	run_sql(rig->path, "CREATE TABLE audit (x INTEGER) STRICT");
	refused(rig, db_open(rig->path, DB_READ_WRITE, &rig->db, &rig->err), ERR_FAILED, "Schema step 2");
	assert_int_equal(sqlite3_open(rig->path, &old.handle), SQLITE_OK);
	ok(rig, db_identify(&old, &version, &rig->err));
	assert_int_equal(version, 1);
	sqlite3_close(old.handle);
	run_sql(rig->path, "CREATE TABLE operation (x INTEGER) STRICT; DROP TABLE operation; DROP TABLE audit");
	ok(rig, db_open(rig->path, DB_READ_WRITE, &rig->db, &rig->err));
}

static void *open_and_close(void *argument)
{
	struct rig *const rig = argument;
	struct err *const err = xcalloc(1, sizeof *err);
	struct db *db;

	db_open(rig->path, DB_READ_WRITE, &db, err);
	db_close(db);
	return err;
}

static void first_starts_at_the_same_moment_agree(void **state)
{
	struct rig *const rig = *state;

	for (int round = 0; round < 10; round++) {
		pthread_t threads[4];

		for (int i = 0; i < 4; i++)
			assert_int_equal(pthread_create(&threads[i], NULL, open_and_close, rig), 0);
		for (int i = 0; i < 4; i++) {
			struct err *err;

			assert_int_equal(pthread_join(threads[i], (void **)&err), 0);
			assert_string_equal(err->text, "");
			free(err);
		}
		assert_int_equal(unlink(rig->path), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_make, rig_remove)
		TEST(every_older_version_ends_at_the_same_schema),
		TEST(data_of_version_1_is_kept),
		TEST(an_older_version_is_not_migrated_read_only),
		TEST(a_failed_step_changes_nothing),
		TEST(first_starts_at_the_same_moment_agree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
