/*
 * The inventory's tables. Never change a text that was released: append one.
 * Times are Unix seconds, sizes bytes. GLOB in the CHECKs says which characters
 * are allowed; the parsers in core/boot say it first and more kindly.
 */
#include "db/internal.h"

#define HEX2 "[0-9a-f][0-9a-f]"
#define HEX4 HEX2 HEX2
#define HEX8 HEX4 HEX4
#define IS_LABEL(column, characters) \
	"length(" column ") BETWEEN 1 AND 63 AND " column " NOT GLOB '*[^" characters "]*'" \
	" AND " column " GLOB '[a-zA-Z0-9]*' AND " column " GLOB '*[a-zA-Z0-9]'"
#define IS_PRINTABLE(column, length_max) \
	"length(" column ") <= " length_max " AND " column " NOT GLOB '*[^ -~]*'"

static const char fleet[] =
	/* What `berth init` learned about the site. */
	"CREATE TABLE site ("
	" key TEXT PRIMARY KEY CHECK (length(key) BETWEEN 1 AND 31),"
	" value TEXT NOT NULL CHECK (" IS_PRINTABLE("value", "255") ")"
	") STRICT, WITHOUT ROWID;"

	/* Golden images. */
	"CREATE TABLE image ("
	" id INTEGER PRIMARY KEY,"
	" version INTEGER NOT NULL,"
	" name TEXT NOT NULL UNIQUE CHECK (" IS_LABEL("name", "a-zA-Z0-9._-") "),"
	" size INTEGER NOT NULL CHECK (size >= 0),"
	" source TEXT NOT NULL CHECK (length(source) <= 255),"
	" created INTEGER NOT NULL"
	") STRICT;"

	/* Their protected snapshots. */
	"CREATE TABLE release ("
	" id INTEGER PRIMARY KEY,"
	" image_id INTEGER NOT NULL REFERENCES image ON DELETE CASCADE,"
	" name TEXT NOT NULL CHECK (" IS_LABEL("name", "a-zA-Z0-9._-") "),"
	" size INTEGER NOT NULL CHECK (size >= 0),"
	" kernel TEXT NOT NULL CHECK (" IS_PRINTABLE("kernel", "127") "),"
	" created INTEGER NOT NULL,"
	" UNIQUE (image_id, name)"
	") STRICT;"

	/* Machines. sort_key puts desk2 before desk10; version moves with every
	 * update, so that of two editors the second learns of the first. */
	"CREATE TABLE host ("
	" id INTEGER PRIMARY KEY,"
	" version INTEGER NOT NULL CHECK (version >= 1),"
	" name TEXT NOT NULL UNIQUE CHECK (" IS_LABEL("name", "a-z0-9-") " AND name <> 'images'),"
	" sort_key TEXT NOT NULL,"
	" uuid TEXT UNIQUE CHECK (uuid GLOB '" HEX8 "-" HEX4 "-" HEX4 "-" HEX4 "-" HEX8 HEX4 "'),"
	" release_id INTEGER REFERENCES release," /* what it should have */
	" size INTEGER NOT NULL CHECK (size >= 0)," /* 0: as large as the image */
	" lock TEXT NOT NULL CHECK (lock IN ('exclusive', 'cooperative')),"
	" kernel TEXT NOT NULL CHECK (kernel IN ('image', 'own')),"
	" kernel_args TEXT NOT NULL CHECK (" IS_PRINTABLE("kernel_args", "511") "),"
	" hold_reason TEXT NOT NULL CHECK (" IS_PRINTABLE("hold_reason", "159") "),"
	" address TEXT NOT NULL CHECK (" IS_PRINTABLE("address", "63") "),"
	" created INTEGER NOT NULL,"
	" changed INTEGER NOT NULL"
	") STRICT;"
	"CREATE UNIQUE INDEX host_order ON host (sort_key, name);"
	"CREATE INDEX host_release ON host (release_id);"

	/* Unique across the fleet: two machines never claim one boot script. */
	"CREATE TABLE mac ("
	" address TEXT PRIMARY KEY CHECK (address GLOB '"
	HEX2 ":" HEX2 ":" HEX2 ":" HEX2 ":" HEX2 ":" HEX2 "'),"
	" host_id INTEGER NOT NULL REFERENCES host ON DELETE CASCADE,"
	" position INTEGER NOT NULL CHECK (position BETWEEN 0 AND 7),"
	" UNIQUE (host_id, position)"
	") STRICT, WITHOUT ROWID;"

	/* The clone a host boots from. A host with one cannot be deleted. */
	"CREATE TABLE root ("
	" host_id INTEGER PRIMARY KEY REFERENCES host,"
	" release_id INTEGER NOT NULL REFERENCES release,"
	" rbd_id TEXT NOT NULL CHECK (" IS_PRINTABLE("rbd_id", "63") "),"
	" size INTEGER NOT NULL CHECK (size >= 0),"
	" created INTEGER NOT NULL"
	") STRICT;"
	"CREATE INDEX root_release ON root (release_id);";

static const char journal[] =
	/* Who was seen holding a root: the nonce is what to fence. */
	"CREATE TABLE watcher ("
	" host_id INTEGER NOT NULL REFERENCES host ON DELETE CASCADE,"
	" address TEXT NOT NULL CHECK (length(address) BETWEEN 1 AND 79),"
	" client TEXT NOT NULL CHECK (length(client) <= 39),"
	" first_seen INTEGER NOT NULL,"
	" last_seen INTEGER NOT NULL CHECK (last_seen >= first_seen),"
	" PRIMARY KEY (host_id, address, client)"
	") STRICT, WITHOUT ROWID;"

	/* Changes to the cluster. The partial index lets one target have one
	 * operation at a time that is not at an end. */
	"CREATE TABLE operation ("
	" id INTEGER PRIMARY KEY AUTOINCREMENT,"
	" verb TEXT NOT NULL CHECK (length(verb) BETWEEN 1 AND 31),"
	" target TEXT NOT NULL CHECK (length(target) BETWEEN 1 AND 79),"
	" command TEXT NOT NULL,"
	" user TEXT NOT NULL,"
	" machine TEXT NOT NULL,"
	" owner TEXT NOT NULL," /* tells whether the process that runs it lives */
	" state TEXT NOT NULL CHECK (state IN ('running', 'unfinished', 'done', 'undone')),"
	" error TEXT NOT NULL,"
	" started INTEGER NOT NULL,"
	" ended INTEGER NOT NULL CHECK ((ended <> 0) = (state IN ('done', 'undone')))"
	") STRICT;"
	"CREATE UNIQUE INDEX operation_open ON operation (target)"
	" WHERE state IN ('running', 'unfinished');"

	/* args and before are JSON and never hold a secret. */
	"CREATE TABLE step ("
	" operation_id INTEGER NOT NULL REFERENCES operation ON DELETE CASCADE,"
	" number INTEGER NOT NULL CHECK (number >= 0),"
	" kind TEXT NOT NULL CHECK (length(kind) BETWEEN 1 AND 39),"
	" args TEXT NOT NULL CHECK (json_valid(args)),"
	" before TEXT CHECK (before IS NULL OR json_valid(before)),"
	" words TEXT NOT NULL,"
	" state TEXT NOT NULL CHECK (state IN ('waiting', 'started', 'done', 'kept', 'undone')),"
	" error TEXT NOT NULL,"
	" started INTEGER NOT NULL,"
	" ended INTEGER NOT NULL,"
	" PRIMARY KEY (operation_id, number)"
	") STRICT, WITHOUT ROWID;"

	/* Who did what. Rows are only ever added. */
	"CREATE TABLE audit ("
	" id INTEGER PRIMARY KEY AUTOINCREMENT,"
	" at INTEGER NOT NULL,"
	" user TEXT NOT NULL,"
	" machine TEXT NOT NULL,"
	" command TEXT NOT NULL,"
	" target TEXT NOT NULL,"
	" result TEXT NOT NULL"
	"  CHECK (result IN ('done', 'failed', 'refused', 'cancelled', 'undone')),"
	" detail TEXT NOT NULL,"
	" operation_id INTEGER REFERENCES operation"
	") STRICT;"
	"CREATE INDEX audit_target ON audit (target, id);"
	"CREATE TRIGGER audit_keep_rows BEFORE DELETE ON audit"
	" BEGIN SELECT raise(ABORT, 'audit rows are never removed'); END;"
	"CREATE TRIGGER audit_keep_words BEFORE UPDATE ON audit"
	" BEGIN SELECT raise(ABORT, 'audit rows are never changed'); END;";

static const char safety[] =
	/* A client that was cut off, and until when it stays so. */
	"ALTER TABLE watcher ADD COLUMN fenced_until INTEGER NOT NULL DEFAULT 0;"

	/* Connections of berths that act, so that none is taken for a machine. */
	"CREATE TABLE peer ("
	" address TEXT PRIMARY KEY CHECK (length(address) BETWEEN 1 AND 79),"
	" user TEXT NOT NULL,"
	" machine TEXT NOT NULL,"
	" owner TEXT NOT NULL," /* tells whether that process lives */
	" seen INTEGER NOT NULL"
	") STRICT, WITHOUT ROWID;"

	/* Retention, as core/fleet/retention.h writes it ('': the site's), and
	 * whether the root becomes a fresh clone before each boot. */
	"ALTER TABLE host ADD COLUMN keep TEXT NOT NULL DEFAULT '' CHECK (" IS_PRINTABLE("keep", "63") ");"
	"ALTER TABLE host ADD COLUMN reset INTEGER NOT NULL DEFAULT 0 CHECK (reset IN (0, 1));"

	/* Restore points: a snapshot of the root and one of the boot dir, under one
	 * name, and what the host booted then. rbd_id is the image that holds it:
	 * after a swap that is a former root. */
	"CREATE TABLE point ("
	" host_id INTEGER NOT NULL REFERENCES host ON DELETE CASCADE,"
	" name TEXT NOT NULL CHECK (" IS_LABEL("name", "a-zA-Z0-9._-") "),"
	" rbd_id TEXT NOT NULL CHECK (" IS_PRINTABLE("rbd_id", "63") "),"
	" release_id INTEGER NOT NULL REFERENCES release,"
	" size INTEGER NOT NULL CHECK (size >= 0),"
	" kernel TEXT NOT NULL CHECK (kernel IN ('image', 'own')),"
	" kernel_args TEXT NOT NULL CHECK (" IS_PRINTABLE("kernel_args", "511") "),"
	" note TEXT NOT NULL CHECK (length(note) <= 255),"
	" user TEXT NOT NULL CHECK (length(user) <= 63),"
	" pinned INTEGER NOT NULL CHECK (pinned IN (0, 1)),"
	" safety INTEGER NOT NULL CHECK (safety IN (0, 1))," /* taken by berth before a rollback */
	" created INTEGER NOT NULL,"
	" PRIMARY KEY (host_id, name)"
	") STRICT, WITHOUT ROWID;"
	"CREATE INDEX point_release ON point (release_id);"

	/* What an admin asked for while the machine was in use: done the next time
	 * it is down. One a host. */
	"CREATE TABLE pending ("
	" host_id INTEGER PRIMARY KEY REFERENCES host ON DELETE CASCADE,"
	" command TEXT NOT NULL CHECK (length(command) BETWEEN 1 AND 511),"
	" user TEXT NOT NULL,"
	" machine TEXT NOT NULL,"
	" created INTEGER NOT NULL"
	") STRICT;";

/* Berths are noted in the cluster, for all inventories. */
static const char peers[] =
	"DELETE FROM watcher WHERE address IN (SELECT address FROM peer);"
	"DROP TABLE peer;";

static const char groups[] =
	/* The group that a host is in; '' none. GROUP is a word of SQL's. */
	"ALTER TABLE host ADD COLUMN \"group\" TEXT NOT NULL DEFAULT ''"
	" CHECK (\"group\" = '' OR (" IS_LABEL("\"group\"", "a-z0-9._-") "));"
	"CREATE INDEX host_group ON host (\"group\");";

static const char recipes[] =
	/* What an image was built of, as core/fleet/recipe.h writes it; '' it was not. */
	"ALTER TABLE image ADD COLUMN recipe TEXT NOT NULL DEFAULT '' CHECK (length(recipe) <= 4095);";

const char *const db_migrations[] = {fleet, journal, safety, peers, groups, recipes};
const int db_migration_count = sizeof db_migrations / sizeof *db_migrations;
