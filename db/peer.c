#include "db/peer.h"

#include "base/text.h"
#include "db/internal.h"

/* A watch outlives its client by a minute at most; a week is for a berth that works on
 * one step for days, and for clocks that differ. */
#define KEEP_SECONDS (7 * 86400)

static int run_at(struct db *db, const char *sql, int64_t time, struct err *err)
{
	struct query query;

	query_start(&query, db, sql, err);
	query_bind_int(&query, time);
	return query_run(&query);
}

/* With what was taken for a machine before the peer was known. */
static int forget_old(struct db *db, int64_t before, struct err *err)
{
	const int code = run_at(db, "DELETE FROM watcher WHERE address IN (SELECT address FROM peer WHERE seen < ?)", before, err);

	return code ? code : run_at(db, "DELETE FROM peer WHERE seen < ?", before, err);
}

static int put(struct db *db, const struct peer *peer, int64_t seen, struct err *err)
{
	struct query query;

	query_start(&query, db, "INSERT OR REPLACE INTO peer (address, user, machine, owner, seen) VALUES (?, ?, ?, ?, ?)", err);
	query_bind_text(&query, peer->address);
	query_bind_text(&query, peer->user);
	query_bind_text(&query, peer->machine);
	query_bind_text(&query, peer->owner);
	query_bind_int(&query, seen);
	return query_run(&query);
}

int peer_put(struct db *db, const struct peer *peer, struct err *err)
{
	const int64_t seen = peer->seen ? peer->seen : time_now();
	struct db_scope scope;
	int code = db_enter(db, &scope, err);

	if (code)
		return code;
	code = forget_old(db, seen - KEEP_SECONDS, err);
	if (!code)
		code = put(db, peer, seen, err);
	return db_leave(db, &scope, code, err);
}

static void read_peer(struct query *query, void *into)
{
	struct peer *const out = into;

	query_text(query, out->address, sizeof out->address);
	query_text(query, out->user, sizeof out->user);
	query_text(query, out->machine, sizeof out->machine);
	query_text(query, out->owner, sizeof out->owner);
	out->seen = query_int(query);
}

int peer_list(struct db *db, struct peer **out, size_t *count, struct err *err)
{
	struct query query;

	query_start(&query, db, "SELECT address, user, machine, owner, seen FROM peer ORDER BY address", err);
	return query_list(&query, read_peer, sizeof **out, out, count);
}
