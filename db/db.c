#include "db/db.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "db/internal.h"

#define BUSY_MS 5000

/* Every directory above the file, 0700; those that are there are left alone. */
static int make_directories(const char *path, struct err *err)
{
	char *const copy = xstrdup(path);
	int code = 0;

	for (char *slash = strchr(copy + 1, '/'); slash && !code; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(copy, 0700) != 0 && errno != EEXIST)
			code = err_set(err, ERR_FAILED, "Directory \"%s\" for the inventory cannot be made "
				       "(%s); make it or choose another file with --inventory", copy,
				       strerror(errno));
		*slash = '/';
	}
	free(copy);
	return code;
}

/* SQLite would make it readable for everybody. Only ever creates: to open and
 * close a file that is in use would drop this process's locks on it. */
static void make_private_file(const char *path)
{
	const int fd = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);

	if (fd >= 0)
		close(fd);
}

static int open_handle(struct db *db, int flags, struct err *err)
{
	const int result = sqlite3_open_v2(db->path, &db->handle,
					   flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);

	db->generation++;
	if (result != SQLITE_OK)
		return db_error_code(db, result, sqlite3_errstr(result), err);
	sqlite3_busy_timeout(db->handle, BUSY_MS);
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	return db_execute(db, "PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON;"
			      "PRAGMA cell_size_check = ON", err);
}

/* To switch a new file to WAL does not wait for its lock as other statements
 * do, so two first starts at the same moment need a second try. FULL, for the
 * journal of steps must outlive a power cut. */
static int use_wal(struct db *db, struct err *err)
{
	const int64_t deadline = clock_ms() + BUSY_MS;
	int result;

	do {
		result = sqlite3_exec(db->handle, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL",
				      NULL, NULL, NULL);
		if ((result & 0xff) == SQLITE_BUSY)
			sqlite3_sleep(20);
	} while ((result & 0xff) == SQLITE_BUSY && clock_ms() < deadline);
	return result == SQLITE_OK ? 0 : db_error(db, err);
}

static int open_for_writing(struct db *db, struct err *err)
{
	int version;
	int code = make_directories(db->path, err);

	if (code)
		return code;
	make_private_file(db->path);
	if ((code = open_handle(db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, err)) != 0)
		return code;
	if (sqlite3_db_readonly(db->handle, "main"))
		return db_error_code(db, SQLITE_READONLY, "", err);
	if ((code = db_identify(db, &version, err)) != 0 || (code = use_wal(db, err)) != 0)
		return code;
	return db_migrate(db, db_migration_count, err);
}

static int open_for_reading(struct db *db, struct err *err)
{
	int version;
	int code = db_copy_possible(db->path) ? db_copy_open(db, err)
					      : open_handle(db, SQLITE_OPEN_READONLY, err);

	if (code || (code = db_identify(db, &version, err)) != 0)
		return code;
	if (version < db_migration_count)
		return err_set(err, ERR_FAILED, "Inventory \"%s\" has the older schema %d, this berth needs "
			       "%d; open it once without --read-only", db->path, version,
			       db_migration_count);
	return 0;
}

int db_open(const char *path, enum db_mode mode, struct db **out, struct err *err)
{
	struct db *const db = xcalloc(1, sizeof *db);
	int code;

	*out = NULL;
	db->path = xstrdup(path);
	db->read_only = mode == DB_READ_ONLY;
	code = db->read_only ? open_for_reading(db, err) : open_for_writing(db, err);
	if (code)
		db_close(db);
	else
		*out = db;
	return code;
}

int db_renew(struct db *db, struct err *err)
{
	sqlite3_close_v2(db->handle);
	db->handle = NULL;
	db->copied = false;
	return open_for_reading(db, err);
}

void db_close(struct db *db)
{
	if (!db)
		return;
	sqlite3_close_v2(db->handle);
	free(db->path);
	free(db);
}

const char *db_path(const struct db *db)
{
	return db->path;
}

bool db_is_read_only(const struct db *db)
{
	return db->read_only;
}

int db_begin(struct db *db, struct err *err)
{
	if (db->read_only)
		return db_error_code(db, SQLITE_READONLY, "", err);
	return db_execute(db, "BEGIN IMMEDIATE", err);
}

int db_commit(struct db *db, struct err *err)
{
	const int code = db_execute(db, "COMMIT", err);

	if (code)
		db_rollback(db);
	return code;
}

void db_rollback(struct db *db)
{
	/* A full disk has made SQLite roll back by itself. */
	if (!db->read_only && !sqlite3_get_autocommit(db->handle))
		db_execute(db, "ROLLBACK", NULL);
}

int db_enter(struct db *db, struct db_scope *scope, struct err *err)
{
	scope->nested = !db->read_only && !sqlite3_get_autocommit(db->handle);
	return scope->nested ? db_execute(db, "SAVEPOINT inner", err) : db_begin(db, err);
}

int db_leave(struct db *db, const struct db_scope *scope, int code, struct err *err)
{
	if (!scope->nested) {
		if (code == 0)
			return db_commit(db, err);
		db_rollback(db);
	} else if (code == 0) {
		return db_execute(db, "RELEASE inner", err);
	} else if (!sqlite3_get_autocommit(db->handle)) {
		db_execute(db, "ROLLBACK TO inner; RELEASE inner", NULL);
	}
	return code;
}

static void read_int(struct query *query, void *out)
{
	*(int64_t *)out = query_int(query);
}

int64_t db_data_version(struct db *db)
{
	struct query query;
	int64_t version = 0;

	query_start(&query, db, "PRAGMA data_version", NULL);
	query_one(&query, read_int, &version);
	return (db->generation << 32) + version + (db->handle ? sqlite3_total_changes(db->handle) : 0);
}

static void read_line(struct query *query, void *out)
{
	query_text(query, out, 160);
}

int db_check(struct db *db, struct err *err)
{
	char found[160] = "";
	struct query query;
	int code;

	query_start(&query, db, "PRAGMA integrity_check(1)", err);
	if ((code = query_one(&query, read_line, found)) != 0)
		return code;
	if (strcmp(found, "ok") != 0)
		return db_error_code(db, SQLITE_CORRUPT, found, err);
	query_start(&query, db, "SELECT \"table\" || ' refers to a missing ' || parent "
				"FROM pragma_foreign_key_check LIMIT 1", err);
	code = query_one(&query, read_line, found);
	return code == 0 ? db_error_code(db, SQLITE_CORRUPT, found, err) : code < 0 ? code : 0;
}
