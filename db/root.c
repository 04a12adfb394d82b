#include "db/root.h"

#include "base/text.h"
#include "db/internal.h"

#define SELECT_ROOT \
	"SELECT host_id, host.name, image.name, release.name, rbd_id, root.size, root.created " \
	"FROM root JOIN host ON host.id = host_id JOIN release ON release.id = root.release_id " \
	"JOIN image ON image.id = release.image_id "

static void read_root(struct query *query, void *into)
{
	struct root *const out = into;

	out->host_id = query_int(query);
	query_text(query, out->host, sizeof out->host);
	query_text(query, out->image, sizeof out->image);
	query_text(query, out->release, sizeof out->release);
	query_text(query, out->rbd_id, sizeof out->rbd_id);
	out->size = query_int(query);
	out->created = query_int(query);
}

static int put(struct db *db, const struct root *root, struct err *err)
{
	struct query query;
	int64_t release_id;
	const int code = release_id_of(db, root->image, root->release, &release_id, err);

	if (code)
		return code;
	query_start(&query, db, "INSERT INTO root (host_id, release_id, rbd_id, size, created) "
				"VALUES (?, ?, ?, ?, ?) ON CONFLICT (host_id) DO UPDATE SET "
				"release_id = excluded.release_id, rbd_id = excluded.rbd_id, "
				"size = excluded.size, created = excluded.created", err);
	query_bind_int(&query, root->host_id);
	query_bind_int(&query, release_id);
	query_bind_text(&query, root->rbd_id);
	query_bind_int(&query, root->size);
	query_bind_int(&query, root->created ? root->created : time_now());
	return query_run(&query);
}

int root_put(struct db *db, const struct root *root, struct err *err)
{
	struct db_scope scope;
	const int code = db_enter(db, &scope, err);

	return code ? code : db_leave(db, &scope, put(db, root, err), err);
}

int root_delete(struct db *db, int64_t host_id, struct err *err)
{
	struct query query;

	query_start(&query, db, "DELETE FROM root WHERE host_id = ?", err);
	query_bind_int(&query, host_id);
	return query_run(&query);
}

int root_by_host(struct db *db, int64_t host_id, struct root *out, struct err *err)
{
	struct query query;
	int code;

	query_start(&query, db, SELECT_ROOT "WHERE host_id = ?", err);
	query_bind_int(&query, host_id);
	code = query_one(&query, read_root, out);
	if (code > 0)
		return err_set(err, ERR_NOT_FOUND, "Host number %lld has no root yet; give it one with "
			       "berth host provision", (long long)host_id);
	return code;
}

int root_list(struct db *db, struct root **out, size_t *count, struct err *err)
{
	struct query query;

	query_start(&query, db, SELECT_ROOT "ORDER BY host_id", err);
	return query_list(&query, read_root, sizeof **out, out, count);
}
