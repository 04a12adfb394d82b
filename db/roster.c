#include "db/roster.h"

#include "db/internal.h"

/* SQLite takes the other columns of `seen` from the row that has the maximum. */
static const char select_roster[] =
	"SELECT host.id, host.name, host.\"group\", mac.address, image.name, release.name, hold_reason, host.address, rbd_id,"
	" seen.address, seen.client, seen.first_seen, seen.last "
	"FROM host LEFT JOIN mac ON mac.host_id = host.id AND mac.position = 0"
	" LEFT JOIN root ON root.host_id = host.id"
	" LEFT JOIN release ON release.id = ifnull(root.release_id, host.release_id)"
	" LEFT JOIN image ON image.id = release.image_id"
	" LEFT JOIN (SELECT host_id, address, client, first_seen, max(last_seen) AS last FROM watcher"
	"  GROUP BY host_id) AS seen ON seen.host_id = host.id "
	"ORDER BY host.sort_key, host.name";

static void read_line(struct query *query, struct roster_line *line)
{
	line->id = query_int(query);
	line->name = query_text_lent(query);
	line->group = query_text_lent(query);
	line->mac = query_text_lent(query);
	line->image = query_text_lent(query);
	line->release = query_text_lent(query);
	line->hold_reason = query_text_lent(query);
	line->address = query_text_lent(query);
	line->rbd_id = query_text_lent(query);
	line->seen_address = query_text_lent(query);
	line->seen_client = query_text_lent(query);
	line->first_seen = query_int(query);
	line->last_seen = query_int(query);
}

int roster_read(struct db *db, void (*take)(void *context, const struct roster_line *line), void *context, struct err *err)
{
	struct roster_line line;
	struct query query;

	query_start(&query, db, select_roster, err);
	while (query_step(&query)) {
		read_line(&query, &line);
		take(context, &line);
	}
	return query_end(&query);
}
