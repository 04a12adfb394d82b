/*
 * What the files of this room share: one thin layer over SQLite.
 *
 * A query keeps its first error to itself, so that callers bind, step and read
 * in a row and look once, at query_end:
 *
 *	query_start(&q, db, "SELECT name FROM host WHERE id = ?", err);
 *	query_bind_int(&q, id);
 *	if (query_step(&q))
 *		query_text(&q, out, size);
 *	return query_end(&q);
 */
#ifndef BERTH_DB_INTERNAL_H
#define BERTH_DB_INTERNAL_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "db/db.h"

#define NAME_BYTES 64                /* as in struct host, image, release */
#define DB_APPLICATION_ID 0x62727468 /* "brth" */

struct db {
	sqlite3 *handle;
	char *path;
	bool read_only;
	bool copied;             /* handle is a copy in memory (db/copy.c) */
	struct stat copied_from; /* the file as it was then */
	int64_t generation;      /* handles opened so far */
};

/* db/schema.c: texts from version i to i + 1. */
extern const char *const db_migrations[];
extern const int db_migration_count;

/* db/migrate.c. db_identify tells an inventory (or an empty file, version 0)
 * from anything else without changing it. */
int db_identify(struct db *db, int *version, struct err *err);
int db_migrate(struct db *db, int target, struct err *err);

/* db/copy.c. A file may be copied while nobody has it open for writing. */
bool db_copy_possible(const char *path);
int db_copy_open(struct db *db, struct err *err);
bool db_copy_is_stale(const struct db *db);

/* db/db.c: a fresh handle for a read-only connection. */
int db_renew(struct db *db, struct err *err);

/* db/error.c: the last error of the connection as one sentence. */
int db_error(struct db *db, struct err *err);
/* The same when there is no connection: a result code of sqlite3_open_v2. */
int db_error_code(const struct db *db, int result, const char *detail, struct err *err);
/* Turns an err_field into ERR_EXISTS, keeping field and text. */
int db_exists(struct err *err);

/* A transaction of its own, or a savepoint inside the caller's. db_leave
 * commits on code 0, undoes otherwise, and returns the code that counts. */
struct db_scope {
	bool nested;
};
int db_enter(struct db *db, struct db_scope *scope, struct err *err);
int db_leave(struct db *db, const struct db_scope *scope, int code, struct err *err);

int db_execute(struct db *db, const char *sql, struct err *err); /* no parameters, no rows */

struct query {
	struct db *db;
	sqlite3_stmt *statement;
	struct err *err;
	int code;   /* the first error */
	int bound;  /* parameters bound so far */
	int column; /* the next column to read */
};

void query_start(struct query *query, struct db *db, const char *sql, struct err *err);
void query_bind_int(struct query *query, int64_t value);
void query_bind_text(struct query *query, const char *value);    /* NULL: SQL NULL */
void query_bind_option(struct query *query, const char *value);  /* "" and NULL: SQL NULL */
void query_bind_id(struct query *query, int64_t id);             /* 0: SQL NULL */
bool query_step(struct query *query); /* true: a row to read */
int64_t query_int(struct query *query);
void query_text(struct query *query, char *out, size_t size); /* SQL NULL: "" */
char *query_text_copy(struct query *query);                   /* SQL NULL: NULL; caller frees */
const char *query_text_lent(struct query *query);             /* SQL NULL: ""; gone at the next step */
int query_end(struct query *query);
int query_run(struct query *query); /* steps to the end, then query_end */

/* Reads one row into *out: 0, or 1 when there is none, or the error. Ends the query. */
typedef void query_reader(struct query *query, void *out);
int query_one(struct query *query, query_reader *read, void *out);
/* All rows as an array; NULL when there are none. After an error it holds the
 * rows read before it. The query is still to be ended. */
void *query_all(struct query *query, query_reader *read, size_t size, size_t *count);
/* The same for items that own nothing: ends the query, and sets the pointer at
 * `out`, which the caller frees, to NULL on error. */
int query_list(struct query *query, query_reader *read, size_t size, void *out, size_t *count);

/* db/image.c: the id of a release that must be there (ERR_NOT_FOUND). */
int release_id_of(struct db *db, const char *image, const char *name, int64_t *id, struct err *err);

/* Room for one more item in an array of `count`; grows by doubling. */
void *db_grow(void *items, size_t count, size_t size);

#endif
