#include "db/audit.h"

#include "base/text.h"
#include "db/internal.h"

int audit_add(struct db *db, const struct audit *audit, struct err *err)
{
	struct query query;

	query_start(&query, db, "INSERT INTO audit (at, user, machine, command, target, result, detail,"
				" operation_id) VALUES (?, ?, ?, ?, ?, ?, ?, nullif(?, 0))", err);
	query_bind_int(&query, audit->at ? audit->at : time_now());
	query_bind_text(&query, audit->user);
	query_bind_text(&query, audit->machine);
	query_bind_text(&query, audit->command);
	query_bind_text(&query, audit->target);
	query_bind_text(&query, audit->result);
	query_bind_text(&query, audit->detail);
	query_bind_int(&query, audit->operation_id);
	return query_run(&query);
}

static void read_audit(struct query *query, void *into)
{
	struct audit *const out = into;

	out->id = query_int(query);
	out->at = query_int(query);
	query_text(query, out->user, sizeof out->user);
	query_text(query, out->machine, sizeof out->machine);
	query_text(query, out->command, sizeof out->command);
	query_text(query, out->target, sizeof out->target);
	query_text(query, out->result, sizeof out->result);
	query_text(query, out->detail, sizeof out->detail);
	out->operation_id = query_int(query);
}

#define SELECT_AUDIT \
	"SELECT id, at, user, machine, command, target, result, detail, operation_id FROM audit "

int audit_list(struct db *db, const char *target, int limit, struct audit **out, size_t *count,
	       struct err *err)
{
	struct query query;

	query_start(&query, db, target ? SELECT_AUDIT "WHERE target = ?2 ORDER BY id DESC LIMIT ?1"
				       : SELECT_AUDIT "ORDER BY id DESC LIMIT ?1", err);
	query_bind_int(&query, limit ? limit : -1);
	if (target)
		query_bind_text(&query, target);
	return query_list(&query, read_audit, sizeof **out, out, count);
}
