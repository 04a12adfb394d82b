#include "base/text.h"
#include "db/internal.h"

struct marks {
	int64_t application, version, objects;
};

static void read_marks(struct query *query, void *out)
{
	struct marks *const marks = out;

	marks->application = query_int(query);
	marks->version = query_int(query);
	marks->objects = query_int(query);
}

static int load_marks(struct db *db, struct marks *marks, struct err *err)
{
	struct query query;

	query_start(&query, db, "SELECT (SELECT application_id FROM pragma_application_id), "
				"(SELECT user_version FROM pragma_user_version), "
				"(SELECT count(*) FROM sqlite_schema)", err);
	return query_one(&query, read_marks, marks);
}

int db_identify(struct db *db, int *version, struct err *err)
{
	struct marks marks;
	const int code = load_marks(db, &marks, err);

	if (code)
		return code;
	*version = (int)marks.version;
	if (marks.application == 0 && marks.version == 0 && marks.objects == 0)
		return 0;
	if (marks.application != DB_APPLICATION_ID)
		return err_set(err, ERR_FAILED, "File \"%s\" is an SQLite file of another program, not an "
			       "inventory; it was not changed, choose another file with --inventory",
			       db->path);
	if (marks.version > db_migration_count)
		return err_set(err, ERR_FAILED, "Inventory \"%s\" has schema %d, this berth knows only up to "
			       "%d; it was not changed, use a newer berth", db->path, *version,
			       db_migration_count);
	return 0;
}

static int run_migration(struct db *db, int version, struct err *err)
{
	struct text pragmas = {0};
	int code = db_execute(db, db_migrations[version], err);

	text_printf(&pragmas, "PRAGMA application_id = %d; PRAGMA user_version = %d",
		    DB_APPLICATION_ID, version + 1);
	if (!code)
		code = db_execute(db, pragmas.data, err);
	text_free(&pragmas);
	return code ? err_prefix(err, "Schema step %d", version + 1) : 0;
}

/* One step in a transaction of its own; another program may have done it while
 * we waited for the lock. */
static int migrate_once(struct db *db, int target, int *version, struct err *err)
{
	int code = db_begin(db, err);

	if (code)
		return code;
	code = db_identify(db, version, err);
	if (!code && *version < target)
		code = run_migration(db, (*version)++, err);
	if (!code)
		return db_commit(db, err);
	db_rollback(db);
	return code;
}

int db_migrate(struct db *db, int target, struct err *err)
{
	int version;
	int code = db_identify(db, &version, err);

	while (!code && version < target)
		code = migrate_once(db, target, &version, err);
	return code;
}
