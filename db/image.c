#include "db/image.h"

#include "base/text.h"
#include "db/internal.h"

static int refuse_duplicate(struct err *err, const char *what, const char *name)
{
	err_field(err, "image", "%s \"%s\" is in the inventory already; choose another name", what, name);
	return db_exists(err);
}

#define SELECT_IMAGE \
	"SELECT id, version, name, size, source, recipe, created," \
	" (SELECT count(*) FROM release WHERE image_id = image.id)," \
	" (SELECT count(*) FROM root JOIN release ON release.id = root.release_id" \
	"  WHERE image_id = image.id) FROM image "

static void read_image(struct query *query, void *into)
{
	struct image *const out = into;

	out->id = query_int(query);
	out->version = query_int(query);
	query_text(query, out->name, sizeof out->name);
	out->size = query_int(query);
	query_text(query, out->source, sizeof out->source);
	query_text(query, out->recipe, sizeof out->recipe);
	out->created = query_int(query);
	out->release_count = (int)query_int(query);
	out->host_count = (int)query_int(query);
}

int image_by_name(struct db *db, const char *name, struct image *out, struct err *err)
{
	struct query query;
	int code;

	query_start(&query, db, SELECT_IMAGE "WHERE name = ?", err);
	query_bind_text(&query, name);
	code = query_one(&query, read_image, out);
	if (code > 0)
		return err_set(err, ERR_NOT_FOUND, "Image \"%s\" is not in the inventory; see berth image "
			       "list", name);
	return code;
}

int image_list(struct db *db, struct image **out, size_t *count, struct err *err)
{
	struct query query;

	query_start(&query, db, SELECT_IMAGE "ORDER BY name", err);
	return query_list(&query, read_image, sizeof **out, out, count);
}

static int insert_image(struct db *db, struct image *image, struct err *err)
{
	struct query query;
	struct image other;
	int code = image_by_name(db, image->name, &other, err);

	if (code != ERR_NOT_FOUND)
		return code ? code : refuse_duplicate(err, "Image", image->name);
	image->version = 1;
	if (!image->created)
		image->created = time_now();
	query_start(&query, db, "INSERT INTO image (version, name, size, source, recipe, created) "
				"VALUES (1, ?, ?, ?, ?, ?)", err);
	query_bind_text(&query, image->name);
	query_bind_int(&query, image->size);
	query_bind_text(&query, image->source);
	query_bind_text(&query, image->recipe);
	query_bind_int(&query, image->created);
	code = query_run(&query);
	image->id = code ? 0 : sqlite3_last_insert_rowid(db->handle);
	return code;
}

int image_insert(struct db *db, struct image *image, struct err *err)
{
	struct db_scope scope;
	const int code = db_enter(db, &scope, err);

	return code ? code : db_leave(db, &scope, insert_image(db, image, err), err);
}

struct use {
	char host[NAME_BYTES], image[NAME_BYTES], release[NAME_BYTES];
};

static void read_use(struct query *query, void *into)
{
	struct use *const out = into;

	query_text(query, out->host, sizeof out->host);
	query_text(query, out->image, sizeof out->image);
	query_text(query, out->release, sizeof out->release);
}

/* One host that boots from a release, or is to. */
#define SELECT_USE \
	"SELECT host.name, image.name, release.name FROM host" \
	" LEFT JOIN root ON root.host_id = host.id" \
	" JOIN release ON release.id IN (host.release_id, root.release_id)" \
	" JOIN image ON image.id = release.image_id "

static int delete_unused(struct db *db, const char *find, const char *remove, int64_t id,
			 struct err *err)
{
	struct query query;
	struct use use;
	int code;

	query_start(&query, db, find, err);
	query_bind_int(&query, id);
	if ((code = query_one(&query, read_use, &use)) < 0)
		return code;
	if (code == 0)
		return err_set(err, ERR_REFUSED, "Release \"%s@%s\" is used by host \"%s\"; assign another "
			       "to that host or retire it first", use.image, use.release, use.host);
	query_start(&query, db, remove, err);
	query_bind_int(&query, id);
	return query_run(&query);
}

int image_delete(struct db *db, int64_t id, struct err *err)
{
	struct db_scope scope;
	int code = db_enter(db, &scope, err);

	if (code)
		return code;
	code = delete_unused(db, SELECT_USE "WHERE image.id = ? LIMIT 1",
			     "DELETE FROM image WHERE id = ?", id, err);
	return db_leave(db, &scope, code, err);
}

int release_delete(struct db *db, int64_t id, struct err *err)
{
	struct db_scope scope;
	int code = db_enter(db, &scope, err);

	if (code)
		return code;
	code = delete_unused(db, SELECT_USE "WHERE release.id = ? LIMIT 1",
			     "DELETE FROM release WHERE id = ?", id, err);
	return db_leave(db, &scope, code, err);
}

#define SELECT_RELEASE \
	"SELECT release.id, image_id, image.name, release.name, release.size, kernel," \
	" release.created, (SELECT count(*) FROM root WHERE release_id = release.id) " \
	"FROM release JOIN image ON image.id = image_id "
#define NEWEST_FIRST " ORDER BY release.created DESC, release.id DESC"

static void read_release(struct query *query, void *into)
{
	struct release *const out = into;

	out->id = query_int(query);
	out->image_id = query_int(query);
	query_text(query, out->image, sizeof out->image);
	query_text(query, out->name, sizeof out->name);
	out->size = query_int(query);
	query_text(query, out->kernel, sizeof out->kernel);
	out->created = query_int(query);
	out->host_count = (int)query_int(query);
}

static int refuse_missing(struct db *db, const char *image, const char *name, struct err *err)
{
	struct image found;
	const int code = image_by_name(db, image, &found, err);

	if (code)
		return code;
	if (!name || !*name)
		return err_set(err, ERR_NOT_FOUND, "Image \"%s\" has no release yet; freeze one with berth "
			       "image release %s", image, image);
	return err_set(err, ERR_NOT_FOUND, "Image \"%s\" has no release \"%s\"; see berth image show %s",
		       image, name, image);
}

int release_find(struct db *db, const char *image, const char *name, struct release *out,
		 struct err *err)
{
	struct query query;
	int code;

	query_start(&query, db, SELECT_RELEASE "WHERE image.name = ?1 AND release.name = "
				"ifnull(?2, release.name)" NEWEST_FIRST " LIMIT 1", err);
	query_bind_text(&query, image);
	query_bind_option(&query, name);
	code = query_one(&query, read_release, out);
	return code > 0 ? refuse_missing(db, image, name, err) : code;
}

int release_list(struct db *db, const char *image, struct release **out, size_t *count,
		 struct err *err)
{
	struct query query;

	query_start(&query, db, SELECT_RELEASE "WHERE image.name = ifnull(?, image.name)" NEWEST_FIRST,
		    err);
	query_bind_text(&query, image);
	return query_list(&query, read_release, sizeof **out, out, count);
}

static int find_same(struct db *db, const struct release *release, struct release *out,
		     struct err *err)
{
	struct query query;

	query_start(&query, db, SELECT_RELEASE "WHERE image_id = ? AND release.name = ?", err);
	query_bind_int(&query, release->image_id);
	query_bind_text(&query, release->name);
	return query_one(&query, read_release, out);
}

static int insert_release(struct db *db, struct release *release, struct err *err)
{
	struct query query;
	struct release other;
	int code = find_same(db, release, &other, err);

	if (code <= 0)
		return code ? code : refuse_duplicate(err, "Release", release->name);
	if (!release->created)
		release->created = time_now();
	query_start(&query, db, "INSERT INTO release (image_id, name, size, kernel, created) "
				"VALUES (?, ?, ?, ?, ?)", err);
	query_bind_int(&query, release->image_id);
	query_bind_text(&query, release->name);
	query_bind_int(&query, release->size);
	query_bind_text(&query, release->kernel);
	query_bind_int(&query, release->created);
	code = query_run(&query);
	release->id = code ? 0 : sqlite3_last_insert_rowid(db->handle);
	return code;
}

int release_insert(struct db *db, struct release *release, struct err *err)
{
	struct db_scope scope;
	const int code = db_enter(db, &scope, err);

	return code ? code : db_leave(db, &scope, insert_release(db, release, err), err);
}

int release_id_of(struct db *db, const char *image, const char *name, int64_t *id, struct err *err)
{
	struct release found = {0};
	const int code = *name ? release_find(db, image, name, &found, err)
			       : err_field(err, "image", "Image \"%s\" is given without a release; name "
					   "one as %s@RELEASE", image, image);

	*id = found.id;
	return code;
}
