#include "db/site.h"

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
