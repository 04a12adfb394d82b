#include "db/point.h"

#include "base/text.h"
#include "db/internal.h"

#define SELECT_POINT \
	"SELECT host_id, point.name, rbd_id, image.name, release.name, point.size, point.kernel = 'own'," \
	" kernel_version, kernel_args, point.note, user, pinned, safety, point.created " \
	"FROM point JOIN release ON release.id = release_id JOIN image ON image.id = release.image_id "

static void read_point(struct query *query, void *into)
{
	struct point *const out = into;

	out->host_id = query_int(query);
	query_text(query, out->name, sizeof out->name);
	query_text(query, out->rbd_id, sizeof out->rbd_id);
	query_text(query, out->image, sizeof out->image);
	query_text(query, out->release, sizeof out->release);
	out->size = query_int(query);
	out->kernel = query_int(query) ? KERNEL_OWN : KERNEL_IMAGE;
	query_text(query, out->kernel_version, sizeof out->kernel_version);
	query_text(query, out->kernel_args, sizeof out->kernel_args);
	query_text(query, out->note, sizeof out->note);
	query_text(query, out->user, sizeof out->user);
	out->pinned = query_int(query);
	out->safety = query_int(query);
	out->created = query_int(query);
}

static int insert(struct db *db, const struct point *point, struct err *err)
{
	struct query query;
	struct point found;
	int64_t release_id;
	struct err ignored;
	int code = release_id_of(db, point->image, point->release, &release_id, err);

	if (code)
		return code;
	if (!point_find(db, point->host_id, point->name, &found, &ignored)) {
		err_field(err, "name", "Restore point \"%s\" is there already; give another name", point->name);
		return db_exists(err);
	}
	query_start(&query, db, "INSERT INTO point (host_id, name, rbd_id, release_id, size, kernel, kernel_version,"
				" kernel_args, note, user, pinned, safety, created)"
				" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", err);
	query_bind_int(&query, point->host_id);
	query_bind_text(&query, point->name);
	query_bind_text(&query, point->rbd_id);
	query_bind_int(&query, release_id);
	query_bind_int(&query, point->size);
	query_bind_text(&query, point->kernel == KERNEL_OWN ? "own" : "image");
	query_bind_text(&query, point->kernel_version);
	query_bind_text(&query, point->kernel_args);
	query_bind_text(&query, point->note);
	query_bind_text(&query, point->user);
	query_bind_int(&query, point->pinned);
	query_bind_int(&query, point->safety);
	query_bind_int(&query, point->created ? point->created : time_now());
	return query_run(&query);
}

int point_insert(struct db *db, const struct point *point, struct err *err)
{
	struct db_scope scope;
	const int code = db_enter(db, &scope, err);

	return code ? code : db_leave(db, &scope, insert(db, point, err), err);
}

int point_delete(struct db *db, int64_t host_id, const char *name, struct err *err)
{
	struct query query;

	query_start(&query, db, "DELETE FROM point WHERE host_id = ? AND name = ?", err);
	query_bind_int(&query, host_id);
	query_bind_text(&query, name);
	return query_run(&query);
}

int point_pin(struct db *db, int64_t host_id, const char *name, bool pinned, struct err *err)
{
	struct query query;
	struct point found;
	const int code = point_find(db, host_id, name, &found, err);

	if (code)
		return code;
	query_start(&query, db, "UPDATE point SET pinned = ? WHERE host_id = ? AND name = ?", err);
	query_bind_int(&query, pinned);
	query_bind_int(&query, host_id);
	query_bind_text(&query, name);
	return query_run(&query);
}

int point_find(struct db *db, int64_t host_id, const char *name, struct point *out, struct err *err)
{
	struct query query;

	query_start(&query, db, SELECT_POINT "WHERE host_id = ? AND point.name = ?", err);
	query_bind_int(&query, host_id);
	query_bind_text(&query, name);
	const int code = query_one(&query, read_point, out);
	if (code > 0)
		return err_set(err, ERR_NOT_FOUND, "No restore point has the name \"%s\"; see berth snap list", name);
	return code;
}

int point_list(struct db *db, int64_t host_id, struct point **out, size_t *count, struct err *err)
{
	struct query query;

	query_start(&query, db, SELECT_POINT "WHERE host_id = ? ORDER BY point.created DESC, point.name DESC", err);
	query_bind_int(&query, host_id);
	return query_list(&query, read_point, sizeof **out, out, count);
}

static void read_user(struct query *query, void *into)
{
	struct point_user *const out = into;

	query_text(query, out->host, sizeof out->host);
	query_text(query, out->name, sizeof out->name);
}

int point_users(struct db *db, int64_t release_id, struct point_user **out, size_t *count, struct err *err)
{
	struct query query;

	query_start(&query, db, "SELECT host.name, point.name FROM point JOIN host ON host.id = host_id"
				" WHERE point.release_id = ? ORDER BY host.name, point.created", err);
	query_bind_int(&query, release_id);
	return query_list(&query, read_user, sizeof **out, out, count);
}
