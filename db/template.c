#include "db/template.h"

#include "base/text.h"
#include "db/internal.h"

int template_find(struct db *db, const char *scope, char **text, struct err *err)
{
	struct query query;

	*text = NULL;
	query_start(&query, db, "SELECT text FROM template WHERE scope = ?", err);
	query_bind_text(&query, scope);
	if (query_step(&query))
		*text = query_text_copy(&query);
	return query_end(&query);
}

int template_put(struct db *db, const char *scope, const char *text, struct err *err)
{
	struct query query;

	query_start(&query, db, "INSERT INTO template (scope, text, changed) VALUES (?, ?, ?) "
				"ON CONFLICT DO UPDATE SET text = excluded.text, changed = excluded.changed", err);
	query_bind_text(&query, scope);
	query_bind_text(&query, text);
	query_bind_int(&query, time_now());
	return query_run(&query);
}

int template_delete(struct db *db, const char *scope, struct err *err)
{
	struct query query;

	query_start(&query, db, "DELETE FROM template WHERE scope = ?", err);
	query_bind_text(&query, scope);
	return query_run(&query);
}

static void read_template(struct query *query, void *into)
{
	struct template *const out = into;

	query_text(query, out->scope, sizeof out->scope);
	out->size = query_int(query);
	out->changed = query_int(query);
}

int template_list(struct db *db, struct template **out, size_t *count, struct err *err)
{
	struct query query;

	query_start(&query, db, "SELECT scope, length(text), changed FROM template "
				"ORDER BY scope <> '', scope NOT GLOB '@*', scope", err);
	return query_list(&query, read_template, sizeof **out, out, count);
}
