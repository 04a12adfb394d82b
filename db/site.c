#include "db/site.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/internal.h"

struct setting {
	const char *key;
	size_t offset, size;
};

#define SETTING(member) {#member, offsetof(struct site, member), sizeof(((struct site *)0)->member)}

static const struct setting settings[] = {
	SETTING(pool), SETTING(fs), SETTING(url), SETTING(boot_root), SETTING(fsid),
	SETTING(conf), SETTING(name), SETTING(keyring), SETTING(keep),
};

static void read_setting(struct query *query, struct site *out)
{
	char key[32], value[256];

	query_text(query, key, sizeof key);
	query_text(query, value, sizeof value);
	out->present = true;
	if (strcmp(key, "web_gid") == 0)
		out->web_gid = atoi(value);
	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
		if (strcmp(key, settings[i].key) == 0)
			snprintf((char *)out + settings[i].offset, settings[i].size, "%s", value);
}

int site_load(struct db *db, struct site *out, struct err *err)
{
	struct query query;

	*out = (struct site){0};
	query_start(&query, db, "SELECT key, value FROM site", err);
	while (query_step(&query))
		read_setting(&query, out);
	return query_end(&query);
}

static int put(struct db *db, const char *key, const char *value, struct err *err)
{
	struct query query;

	query_start(&query, db, "INSERT INTO site (key, value) VALUES (?, ?) "
				"ON CONFLICT DO UPDATE SET value = excluded.value", err);
	query_bind_text(&query, key);
	query_bind_text(&query, value);
	return query_run(&query);
}

static int put_all(struct db *db, const struct site *site, struct err *err)
{
	char gid[16];
	int code;

	if (!site->present)
		return db_execute(db, "DELETE FROM site", err);
	snprintf(gid, sizeof gid, "%d", site->web_gid);
	code = put(db, "web_gid", gid, err);
	for (size_t i = 0; i < sizeof settings / sizeof *settings && !code; i++)
		code = put(db, settings[i].key, (const char *)site + settings[i].offset, err);
	return code;
}

int site_store(struct db *db, const struct site *site, struct err *err)
{
	struct db_scope scope;
	const int code = db_enter(db, &scope, err);

	return code ? code : db_leave(db, &scope, put_all(db, site, err), err);
}

#define NAMES_SEEN "names_seen"

static void read_names_seen(struct query *query, void *out)
{
	struct names_seen *seen = out;
	char value[64];

	query_text(query, value, sizeof value);
	if (sscanf(value, "%" SCNu64 " %" SCNd64, &seen->version, &seen->at) != 2)
		*seen = (struct names_seen){0};
}

int site_names_seen(struct db *db, struct names_seen *out, struct err *err)
{
	struct query query;

	*out = (struct names_seen){0};
	query_start(&query, db, "SELECT value FROM site WHERE key = '" NAMES_SEEN "'", err);
	const int code = query_one(&query, read_names_seen, out);
	return code < 0 ? code : 0;
}

int site_note_names_seen(struct db *db, const struct names_seen *seen, struct err *err)
{
	char value[64];

	snprintf(value, sizeof value, "%" PRIu64 " %" PRId64, seen->version, seen->at);
	return put(db, NAMES_SEEN, value, err);
}
