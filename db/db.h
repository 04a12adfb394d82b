/*
 * The inventory: one SQLite file. WAL, foreign keys on, STRICT tables,
 * application_id 0x62727468 ("brth"), user_version = number of migrations.
 *
 * A struct db is one connection and belongs to one thread at a time; open as
 * many as there are threads. Every function of this room returns 0 or an
 * ERR_ code and one sentence: full disk, read-only file, damaged file, not an
 * inventory, newer schema, locked (after 5 s) each have their own.
 * db/ knows neither Ceph nor a terminal.
 */
#ifndef BERTH_DB_DB_H
#define BERTH_DB_DB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct db;

enum db_mode {
	DB_READ_WRITE, /* creates the file and its directory (0700) if missing, migrates */
	/* The file must exist; nothing is ever written to it. While nobody has it
	 * open for writing no -wal or -shm appears beside it either: then this
	 * connection works on a copy in memory, renewed when the file changes. */
	DB_READ_ONLY,
};

int db_open(const char *path, enum db_mode mode, struct db **out, struct err *err);
void db_close(struct db *db); /* NULL is allowed */
const char *db_path(const struct db *db);
bool db_is_read_only(const struct db *db);

/* One transaction: BEGIN IMMEDIATE. Not nested. db_rollback never fails. */
int db_begin(struct db *db, struct err *err);
int db_commit(struct db *db, struct err *err);
void db_rollback(struct db *db);

/* A number that changes whenever another connection committed (PRAGMA
 * data_version), or this one wrote: cheap, for the console's refresh. */
int64_t db_data_version(struct db *db);

/* Reads every page and every reference: for doctor. ERR_FAILED says what is
 * damaged. */
int db_check(struct db *db, struct err *err);

#endif
