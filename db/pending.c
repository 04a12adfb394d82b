#include "db/pending.h"

#include "base/text.h"
#include "db/internal.h"

int pending_put(struct db *db, const struct pending *pending, struct err *err)
{
	struct query query;

	query_start(&query, db, "INSERT INTO pending (host_id, command, user, machine, created) VALUES (?, ?, ?, ?, ?)"
				" ON CONFLICT (host_id) DO UPDATE SET command = excluded.command, user = excluded.user,"
				" machine = excluded.machine, created = excluded.created", err);
	query_bind_int(&query, pending->host_id);
	query_bind_text(&query, pending->command);
	query_bind_text(&query, pending->user);
	query_bind_text(&query, pending->machine);
	query_bind_int(&query, pending->created ? pending->created : time_now());
	return query_run(&query);
}

int pending_delete(struct db *db, int64_t host_id, struct err *err)
{
	struct query query;

	query_start(&query, db, "DELETE FROM pending WHERE host_id = ?", err);
	query_bind_int(&query, host_id);
	return query_run(&query);
}

static void read_pending(struct query *query, void *into)
{
	struct pending *const out = into;

	out->host_id = query_int(query);
	query_text(query, out->host, sizeof out->host);
	query_text(query, out->command, sizeof out->command);
	query_text(query, out->user, sizeof out->user);
	query_text(query, out->machine, sizeof out->machine);
	out->created = query_int(query);
}

#define SELECT_PENDING \
	"SELECT host_id, host.name, command, user, machine, pending.created " \
	"FROM pending JOIN host ON host.id = host_id "

int pending_find(struct db *db, int64_t host_id, struct pending *out, struct err *err)
{
	struct query query;

	query_start(&query, db, SELECT_PENDING "WHERE host_id = ?", err);
	query_bind_int(&query, host_id);
	const int code = query_one(&query, read_pending, out);
	return code > 0 ? err_set(err, ERR_NOT_FOUND, "Nothing waits for the next boot of host number %lld", (long long)host_id) : code;
}

int pending_list(struct db *db, struct pending **out, size_t *count, struct err *err)
{
	struct query query;

	query_start(&query, db, SELECT_PENDING "ORDER BY host_id", err);
	return query_list(&query, read_pending, sizeof **out, out, count);
}
