#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "db/internal.h"

static void query_check(struct query *query, int result)
{
	if (result != SQLITE_OK && query->code == 0)
		query->code = db_error(query->db, query->err);
}

void query_start(struct query *query, struct db *db, const char *sql, struct err *err)
{
	*query = (struct query){.db = db, .err = err};
	if (!db->handle || (db->copied && db_copy_is_stale(db)))
		query->code = db_renew(db, err);
	if (query->code == 0)
		query_check(query, sqlite3_prepare_v2(db->handle, sql, -1, &query->statement, NULL));
}

void query_bind_int(struct query *query, int64_t value)
{
	if (query->code == 0)
		query_check(query, sqlite3_bind_int64(query->statement, ++query->bound, value));
}

void query_bind_id(struct query *query, int64_t id)
{
	if (id)
		query_bind_int(query, id);
	else
		query_bind_text(query, NULL);
}

/* The caller's strings outlive the query in every use of this room. */
void query_bind_text(struct query *query, const char *value)
{
	if (query->code == 0)
		query_check(query, sqlite3_bind_text(query->statement, ++query->bound, value, -1,
						     SQLITE_STATIC));
}

void query_bind_option(struct query *query, const char *value)
{
	query_bind_text(query, value && *value ? value : NULL);
}

bool query_step(struct query *query)
{
	int result;

	if (query->code)
		return false;
	query->column = 0;
	result = sqlite3_step(query->statement);
	if (result != SQLITE_ROW && result != SQLITE_DONE)
		query_check(query, result);
	return result == SQLITE_ROW;
}

int64_t query_int(struct query *query)
{
	return sqlite3_column_int64(query->statement, query->column++);
}

static const char *query_column(struct query *query)
{
	return (const char *)sqlite3_column_text(query->statement, query->column++);
}

const char *query_text_lent(struct query *query)
{
	const char *const value = query_column(query);

	return value ? value : "";
}

void query_text(struct query *query, char *out, size_t size)
{
	text_copy(out, size, query_text_lent(query));
}

char *query_text_copy(struct query *query)
{
	const char *const value = query_column(query);

	return value ? xstrdup(value) : NULL;
}

int query_end(struct query *query)
{
	sqlite3_finalize(query->statement);
	query->statement = NULL;
	return query->code;
}

int query_run(struct query *query)
{
	while (query_step(query))
		;
	return query_end(query);
}

int query_one(struct query *query, query_reader *read, void *out)
{
	const bool found = query_step(query);
	int code;

	if (found)
		read(query, out);
	code = query_end(query);
	return code ? code : !found;
}

void *db_grow(void *items, size_t count, size_t size)
{
	if (count == 0)
		return xcalloc(16, size);
	if (count >= 16 && (count & (count - 1)) == 0)
		return xrealloc(items, 2 * count * size);
	return items;
}

void *query_all(struct query *query, query_reader *read, size_t size, size_t *count)
{
	char *items = NULL;

	for (*count = 0; query_step(query); ++*count) {
		items = db_grow(items, *count, size);
		memset(items + *count * size, 0, size);
		read(query, items + *count * size);
	}
	return items;
}

int query_list(struct query *query, query_reader *read, size_t size, void *out, size_t *count)
{
	void *items = query_all(query, read, size, count);
	const int code = query_end(query);

	if (code) {
		free(items);
		items = NULL;
		*count = 0;
	}
	memcpy(out, &items, sizeof items);
	return code;
}

int db_execute(struct db *db, const char *sql, struct err *err)
{
	const int result = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);

	return result == SQLITE_OK ? 0 : db_error(db, err);
}
