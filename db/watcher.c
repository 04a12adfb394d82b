#include "db/watcher.h"

#include "db/internal.h"

static int record_one(struct db *db, const struct watcher_seen *seen, int64_t now, struct err *err)
{
	struct query query;

	/* max: the clocks of two admins' machines may differ. */
	query_start(&query, db, "INSERT INTO watcher (host_id, address, client, first_seen, last_seen) "
				"VALUES (?1, ?2, ?3, ?4, ?4) "
				"ON CONFLICT DO UPDATE SET last_seen = max(last_seen, excluded.last_seen)", err);
	query_bind_int(&query, seen->host_id);
	query_bind_text(&query, seen->address);
	query_bind_text(&query, seen->client);
	query_bind_int(&query, now);
	return query_run(&query);
}

int watcher_record(struct db *db, const struct watcher_seen *seen, size_t count, int64_t now,
		   struct err *err)
{
	struct db_scope scope;
	int code = count ? db_enter(db, &scope, err) : 0;

	if (code || count == 0)
		return code;
	for (size_t i = 0; i < count && !code; i++)
		code = record_one(db, &seen[i], now, err);
	return db_leave(db, &scope, code, err);
}

static void read_watcher(struct query *query, void *into)
{
	struct watcher_seen *const out = into;

	out->host_id = query_int(query);
	query_text(query, out->address, sizeof out->address);
	query_text(query, out->client, sizeof out->client);
	out->first_seen = query_int(query);
	out->last_seen = query_int(query);
	out->fenced_until = query_int(query);
}

static int fence_one(struct db *db, const char *address, int64_t until, struct err *err)
{
	struct query query;

	query_start(&query, db, "UPDATE watcher SET fenced_until = ? WHERE address = ?", err);
	query_bind_int(&query, until);
	query_bind_text(&query, address);
	return query_run(&query);
}

int watcher_fence(struct db *db, const char *const *addresses, size_t count, int64_t until, struct err *err)
{
	struct db_scope scope;
	int code = count ? db_enter(db, &scope, err) : 0;

	if (code || count == 0)
		return code;
	for (size_t i = 0; i < count && !code; i++)
		code = fence_one(db, addresses[i], until, err);
	return db_leave(db, &scope, code, err);
}

int watcher_list(struct db *db, int64_t host_id, struct watcher_seen **out, size_t *count,
		 struct err *err)
{
	struct query query;

	query_start(&query, db, "SELECT host_id, address, client, first_seen, last_seen, fenced_until FROM watcher "
				"WHERE host_id = ? ORDER BY last_seen DESC, first_seen DESC, address", err);
	query_bind_int(&query, host_id);
	return query_list(&query, read_watcher, sizeof **out, out, count);
}

static void read_holder(struct query *query, void *into)
{
	struct watcher_holder *const out = into;

	query_text(query, out->host, sizeof out->host);
	query_text(query, out->client, sizeof out->client);
}

int watcher_holder(struct db *db, const char *address, struct watcher_holder *out, struct err *err)
{
	struct query query;

	query_start(&query, db, "SELECT host.name, client FROM watcher JOIN host ON host.id = host_id "
				"WHERE watcher.address = ? ORDER BY last_seen DESC LIMIT 1", err);
	query_bind_text(&query, address);
	const int code = query_one(&query, read_holder, out);
	return code > 0 ? err_set(err, ERR_NOT_FOUND, "nobody at %s was seen to hold a root", address) : code;
}
