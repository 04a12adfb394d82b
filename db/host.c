#include "db/host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "db/internal.h"

/* A digit run becomes its length and its digits, so that plain comparison
 * counts: desk2 -> desk012, desk10 -> desk0210. */
#define SORT_KEY 192

static size_t put_number(char *out, const char *digits, size_t length)
{
	while (length > 1 && *digits == '0') {
		digits++;
		length--;
	}
	return (size_t)snprintf(out, SORT_KEY, "%02zu%.*s", length, (int)length, digits);
}

static void make_sort_key(const char *name, char out[SORT_KEY])
{
	while (*name) {
		const size_t digits = strspn(name, "0123456789");

		if (digits > 0)
			out += put_number(out, name, digits);
		else
			*out++ = *name;
		name += digits ? digits : 1;
	}
	*out = '\0';
}

#define SELECT_HOST \
	"SELECT mac.address, host.id, host.version, host.name, host.uuid, image.name, release.name," \
	" host.size, host.lock = 'cooperative', host.kernel = 'own', host.kernel_version, host.kernel_args," \
	" host.hold_reason, host.address, host.keep, host.reset, host.\"group\", host.created, host.changed " \
	"FROM host LEFT JOIN mac ON mac.host_id = host.id" \
	" LEFT JOIN release ON release.id = host.release_id" \
	" LEFT JOIN image ON image.id = release.image_id "

static void read_host(struct query *query, struct host *out, int64_t id)
{
	*out = (struct host){.id = id, .version = query_int(query)};
	query_text(query, out->name, sizeof out->name);
	query_text(query, out->uuid, sizeof out->uuid);
	query_text(query, out->image, sizeof out->image);
	query_text(query, out->release, sizeof out->release);
	out->size = query_int(query);
	out->lock = query_int(query) ? LOCK_COOPERATIVE : LOCK_EXCLUSIVE;
	out->kernel = query_int(query) ? KERNEL_OWN : KERNEL_IMAGE;
	query_text(query, out->kernel_version, sizeof out->kernel_version);
	query_text(query, out->kernel_args, sizeof out->kernel_args);
	query_text(query, out->hold_reason, sizeof out->hold_reason);
	query_text(query, out->address, sizeof out->address);
	query_text(query, out->keep, sizeof out->keep);
	out->reset = query_int(query);
	query_text(query, out->group, sizeof out->group);
	out->created = query_int(query);
	out->changed = query_int(query);
}

/* A host has one row for each of its MACs, one after the other. Returns how
 * many hosts `out` holds afterwards. */
static size_t read_row(struct query *query, struct host **out, size_t count)
{
	struct host *host;
	char mac[sizeof host->macs[0]];
	int64_t id;

	query_text(query, mac, sizeof mac);
	id = query_int(query);
	if (count == 0 || (*out)[count - 1].id != id) {
		*out = db_grow(*out, count, sizeof **out);
		read_host(query, &(*out)[count++], id);
	}
	host = &(*out)[count - 1];
	if (*mac && host->mac_count < HOST_MACS_MAX)
		text_copy(host->macs[host->mac_count++], sizeof mac, mac);
	return count;
}

static int read_hosts(struct query *query, struct host **out, size_t *count)
{
	int code;

	for (*out = NULL, *count = 0; query_step(query);)
		*count = read_row(query, out, *count);
	code = query_end(query);
	if (code) {
		free(*out);
		*out = NULL;
		*count = 0;
	}
	return code;
}

int host_list(struct db *db, struct host **out, size_t *count, struct err *err)
{
	struct query query;

	query_start(&query, db, SELECT_HOST "ORDER BY host.sort_key, host.name, mac.position", err);
	return read_hosts(&query, out, count);
}

static int find_host(struct db *db, const char *sql, const char *what, const char *value,
		     struct host *out, struct err *err)
{
	struct query query;
	struct host *found;
	size_t count;
	int code;

	query_start(&query, db, sql, err);
	query_bind_text(&query, value);
	if ((code = read_hosts(&query, &found, &count)) != 0)
		return code;
	if (count == 0)
		return err_set(err, ERR_NOT_FOUND, "No host has the %s \"%s\"; see berth host list",
			       what, value);
	*out = found[0];
	free(found);
	return 0;
}

int host_by_name(struct db *db, const char *name, struct host *out, struct err *err)
{
	return find_host(db, SELECT_HOST "WHERE host.name = ? ORDER BY mac.position", "name", name,
			 out, err);
}

int host_by_mac(struct db *db, const char *mac, struct host *out, struct err *err)
{
	return find_host(db, SELECT_HOST "WHERE host.id = (SELECT host_id FROM mac WHERE address = ?) "
			 "ORDER BY mac.position", "MAC address", mac, out, err);
}

int host_by_uuid(struct db *db, const char *uuid, struct host *out, struct err *err)
{
	return find_host(db, SELECT_HOST "WHERE host.uuid = ? ORDER BY mac.position", "UUID", uuid,
			 out, err);
}

static void read_count(struct query *query, void *out)
{
	*(int64_t *)out = query_int(query);
}

int host_names_in_group(struct db *db, const char *group, char ***out, size_t *count, struct err *err)
{
	struct query query;
	int code;

	query_start(&query, db, "SELECT name FROM host WHERE \"group\" = ? ORDER BY sort_key, name", err);
	query_bind_text(&query, group);
	for (*out = NULL, *count = 0; query_step(&query);) {
		*out = db_grow(*out, *count, sizeof **out);
		(*out)[(*count)++] = query_text_copy(&query);
	}
	code = query_end(&query);
	if (code)
		while (*count > 0)
			free((*out)[--*count]);
	if (*count == 0) {
		free(*out);
		*out = NULL;
	}
	return code;
}

int host_count(struct db *db, int64_t *count, struct err *err)
{
	struct query query;

	query_start(&query, db, "SELECT count(*) FROM host", err);
	return query_one(&query, read_count, count);
}

static void read_name(struct query *query, void *out)
{
	query_text(query, out, NAME_BYTES);
}

/* Who else has this value: 0 and the name, 1 nobody, or an error. */
static int find_holder(struct db *db, const char *sql, const char *value, int64_t id,
		       char name[NAME_BYTES], struct err *err)
{
	struct query query;

	query_start(&query, db, sql, err);
	query_bind_text(&query, value);
	query_bind_int(&query, id);
	return query_one(&query, read_name, name);
}

static int check_free(struct db *db, const struct host *host, const char *sql, const char *field,
		      const char *what, const char *value, struct err *err)
{
	char holder[NAME_BYTES];
	const int code = find_holder(db, sql, value, host->id, holder, err);

	if (code)
		return code < 0 ? code : 0;
	err_field(err, field, "%s \"%s\" belongs to host \"%s\" already; choose another or change that "
		  "host first", what, value, holder);
	return db_exists(err);
}

static int check_mac_free(struct db *db, const struct host *host, int index, struct err *err)
{
	const char *const mac = host->macs[index];

	for (int i = 0; i < index; i++) {
		if (strcmp(host->macs[i], mac) != 0)
			continue;
		err_field(err, "mac", "MAC address \"%s\" is given twice for host \"%s\"; leave one out",
			  mac, host->name);
		return db_exists(err);
	}
	return check_free(db, host, "SELECT host.name FROM mac JOIN host ON host.id = mac.host_id "
			  "WHERE mac.address = ? AND host.id <> ?", "mac", "MAC address", mac, err);
}

/* Before writing and in the same transaction, for SQLite itself would only
 * name a column. */
static int check_unique(struct db *db, const struct host *host, struct err *err)
{
	int code = check_free(db, host, "SELECT name FROM host WHERE name = ? AND id <> ?", "name",
			      "Host name", host->name, err);

	if (!code && *host->uuid)
		code = check_free(db, host, "SELECT name FROM host WHERE uuid = ? AND id <> ?", "uuid",
				  "UUID", host->uuid, err);
	for (int i = 0; i < host->mac_count && !code; i++)
		code = check_mac_free(db, host, i, err);
	return code;
}

static int put_macs(struct db *db, const struct host *host, struct err *err)
{
	struct query query;
	int code;

	query_start(&query, db, "DELETE FROM mac WHERE host_id = ?", err);
	query_bind_int(&query, host->id);
	code = query_run(&query);
	for (int i = 0; i < host->mac_count && !code; i++) {
		query_start(&query, db, "INSERT INTO mac (address, host_id, position) VALUES (?, ?, ?)",
			    err);
		query_bind_text(&query, host->macs[i]);
		query_bind_int(&query, host->id);
		query_bind_int(&query, i);
		code = query_run(&query);
	}
	return code;
}

static void bind_fields(struct query *query, const struct host *host, const char *sort_key,
			int64_t release_id, int64_t now)
{
	query_bind_text(query, host->name);
	query_bind_text(query, sort_key);
	query_bind_option(query, host->uuid);
	query_bind_id(query, release_id);
	query_bind_int(query, host->size);
	query_bind_text(query, host->lock == LOCK_COOPERATIVE ? "cooperative" : "exclusive");
	query_bind_text(query, host->kernel == KERNEL_OWN ? "own" : "image");
	query_bind_text(query, host->kernel_version);
	query_bind_text(query, host->kernel_args);
	query_bind_text(query, host->hold_reason);
	query_bind_text(query, host->address);
	query_bind_text(query, host->keep);
	query_bind_int(query, host->reset);
	query_bind_text(query, host->group);
	query_bind_int(query, now);
}

static int put_fields(struct db *db, const struct host *host, const char *sql, int64_t now,
		      struct err *err)
{
	char sort_key[SORT_KEY];
	struct query query;
	int64_t release_id = 0;
	int code = 0;

	if (*host->image)
		code = release_id_of(db, host->image, host->release, &release_id, err);
	if (code)
		return code;
	make_sort_key(host->name, sort_key);
	query_start(&query, db, sql, err);
	bind_fields(&query, host, sort_key, release_id, now);
	query_bind_int(&query, host->id);
	query_bind_int(&query, host->version);
	return query_run(&query);
}

static int insert(struct db *db, struct host *host, int64_t now, struct err *err)
{
	int code = check_unique(db, host, err);

	if (!code)
		code = put_fields(db, host,
				  "INSERT INTO host (name, sort_key, uuid, release_id, size, lock, kernel,"
				  " kernel_version, kernel_args, hold_reason, address, keep, reset, \"group\", changed, id, version, created)"
				  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15,"
				  " nullif(?16, 0), ?17, ?15)", now, err);
	if (code)
		return code;
	host->id = sqlite3_last_insert_rowid(db->handle);
	return put_macs(db, host, err);
}

int host_insert(struct db *db, struct host *host, struct err *err)
{
	const int64_t now = time_now();
	struct host row = *host;
	struct db_scope scope;
	int code = db_enter(db, &scope, err);

	if (code)
		return code;
	row.id = 0;
	row.version = 1;
	row.created = row.changed = now;
	code = db_leave(db, &scope, insert(db, &row, now, err), err);
	if (code == 0)
		*host = row;
	return code;
}

/* 0 when the row is still as it was read. */
static int check_version(struct db *db, const struct host *host, struct err *err)
{
	struct query query;
	int64_t version;
	int code;

	query_start(&query, db, "SELECT version FROM host WHERE id = ?", err);
	query_bind_int(&query, host->id);
	if ((code = query_one(&query, read_count, &version)) < 0)
		return code;
	if (code > 0)
		return err_set(err, ERR_NOT_FOUND, "Host \"%s\" was removed meanwhile by somebody else; "
			       "see berth host list", host->name);
	if (version != host->version)
		return err_set(err, ERR_CONFLICT, "Host \"%s\" was changed meanwhile by somebody else; "
			       "nothing was written, look at it again and repeat the change", host->name);
	return 0;
}

static int update(struct db *db, struct host *host, int64_t now, struct err *err)
{
	int code = check_version(db, host, err);

	if (!code)
		code = check_unique(db, host, err);
	if (!code)
		code = put_fields(db, host,
				  "UPDATE host SET name = ?, sort_key = ?, uuid = ?, release_id = ?,"
				  " size = ?, lock = ?, kernel = ?, kernel_version = ?, kernel_args = ?, hold_reason = ?,"
				  " address = ?, keep = ?, reset = ?, \"group\" = ?, changed = ?, version = version + 1"
				  " WHERE id = ? AND version = ?", now, err);
	return code ? code : put_macs(db, host, err);
}

int host_update(struct db *db, struct host *host, struct err *err)
{
	const int64_t now = time_now();
	struct db_scope scope;
	int code = db_enter(db, &scope, err);

	if (code)
		return code;
	code = db_leave(db, &scope, update(db, host, now, err), err);
	if (code == 0) {
		host->version++;
		host->changed = now;
	}
	return code;
}

static int check_rootless(struct db *db, const struct host *host, struct err *err)
{
	struct query query;
	int64_t id;
	int code;

	query_start(&query, db, "SELECT host_id FROM root WHERE host_id = ?", err);
	query_bind_int(&query, host->id);
	if ((code = query_one(&query, read_count, &id)) != 0)
		return code < 0 ? code : 0;
	return err_set(err, ERR_REFUSED, "Host \"%s\" still has a root; use berth host retire %s, which "
		       "moves the root to the trash first", host->name, host->name);
}

static int delete(struct db *db, const struct host *host, struct err *err)
{
	struct query query;
	int code = check_version(db, host, err);

	if (code || (code = check_rootless(db, host, err)) != 0)
		return code;
	query_start(&query, db, "DELETE FROM host WHERE id = ?", err);
	query_bind_int(&query, host->id);
	return query_run(&query);
}

int host_delete(struct db *db, const struct host *host, struct err *err)
{
	struct db_scope scope;
	const int code = db_enter(db, &scope, err);

	return code ? code : db_leave(db, &scope, delete(db, host, err), err);
}
