#include "db/rollout.h"

#include <string.h>

#include "base/text.h"
#include "db/internal.h"

static const char *const state_words[] = {
	[ROLLOUT_RUNNING] = "running", [ROLLOUT_STOPPED] = "stopped", [ROLLOUT_DONE] = "done", [ROLLOUT_BACK] = "back",
};

static const char *const host_words[] = {
	[ROLLOUT_WAITING] = "waiting", [ROLLOUT_HELD] = "held", [ROLLOUT_CHANGED] = "changed", [ROLLOUT_UP] = "up",
	[ROLLOUT_NOT_UP] = "not up", [ROLLOUT_FAILED] = "failed", [ROLLOUT_RETURNING] = "returning", [ROLLOUT_RETURNED] = "returned",
};

const char *rollout_state_word(enum rollout_state state) { return state_words[state]; }
const char *rollout_host_state_word(enum rollout_host_state state) { return host_words[state]; }

bool rollout_host_is_open(enum rollout_host_state state)
{
	return state <= ROLLOUT_CHANGED || state == ROLLOUT_RETURNING;
}

static int word_index(const char *word, const char *const words[], int count)
{
	for (int i = 0; i < count; i++)
		if (!strcmp(word, words[i]))
			return i;
	return 0;
}

enum rollout_host_state rollout_host_state_of(const char *word)
{
	return (enum rollout_host_state)word_index(word, host_words, ROLLOUT_HOST_STATES);
}

/* The tables' CHECKs let no other word in. */
static int read_word(struct query *query, const char *const words[], int count)
{
	char word[16];

	query_text(query, word, sizeof word);
	return word_index(word, words, count);
}

static void read_id(struct query *query, void *into)
{
	*(int64_t *)into = query_int(query);
}

int rollout_next_id(struct db *db, int64_t *id, struct err *err)
{
	struct query query;

	query_start(&query, db, "SELECT ifnull((SELECT seq FROM sqlite_sequence WHERE name = 'rollout'), 0) + 1", err);
	return query_one(&query, read_id, id);
}

int rollout_of_host(struct db *db, int64_t host_id, int64_t *id, struct err *err)
{
	struct query query;

	*id = 0;
	query_start(&query, db, "SELECT rollout_id FROM rollout_host WHERE host_id = ?"
				" AND state IN ('waiting', 'held', 'changed', 'returning')", err);
	query_bind_int(&query, host_id);
	const int code = query_one(&query, read_id, id);
	return code > 0 ? 0 : code;
}

static int insert_row(struct db *db, const struct rollout *rollout, struct err *err)
{
	struct query query;

	query_start(&query, db, "INSERT INTO rollout (id, image, release, batch, wait, keep, state, why, user, machine, created)"
				" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", err);
	query_bind_int(&query, rollout->id);
	query_bind_text(&query, rollout->image);
	query_bind_text(&query, rollout->release);
	query_bind_int(&query, rollout->batch);
	query_bind_int(&query, rollout->wait);
	query_bind_text(&query, rollout->keep);
	query_bind_text(&query, state_words[rollout->state]);
	query_bind_text(&query, rollout->why);
	query_bind_text(&query, rollout->user);
	query_bind_text(&query, rollout->machine);
	query_bind_int(&query, rollout->created ? rollout->created : time_now());
	return query_run(&query);
}

static int insert_host(struct db *db, int64_t id, const struct rollout_host *host, struct err *err)
{
	struct query query;
	int64_t other;
	const int code = rollout_of_host(db, host->host_id, &other, err);

	if (code)
		return code;
	if (other)
		return err_set(err, ERR_REFUSED, "%s is in roll-out %lld, which has still to do with it: wait for it, or take it "
			       "back with `berth rollout back %lld`", host->host, (long long)other, (long long)other);
	query_start(&query, db, "INSERT INTO rollout_host (rollout_id, host_id, position, state, root, detail, since)"
				" VALUES (?, ?, ?, ?, ?, ?, ?)", err);
	query_bind_int(&query, id);
	query_bind_int(&query, host->host_id);
	query_bind_int(&query, host->position);
	query_bind_text(&query, host_words[host->state]);
	query_bind_text(&query, host->root);
	query_bind_text(&query, host->detail);
	query_bind_int(&query, host->since ? host->since : time_now());
	return query_run(&query);
}

int rollout_insert(struct db *db, const struct rollout *rollout, const struct rollout_host *hosts, size_t count, struct err *err)
{
	struct rollout found;
	struct err ignored;
	struct db_scope scope;
	int code = db_enter(db, &scope, err);

	if (code)
		return code;
	if (!rollout_by_id(db, rollout->id, &found, &ignored))
		code = err_set(err, ERR_CONFLICT, "another berth began roll-out %lld meanwhile: look at `berth rollout show %lld`, then "
			       "try again", (long long)rollout->id, (long long)rollout->id);
	if (!code)
		code = insert_row(db, rollout, err);
	for (size_t i = 0; i < count && !code; i++)
		code = insert_host(db, rollout->id, &hosts[i], err);
	return db_leave(db, &scope, code, err);
}

int rollout_delete(struct db *db, int64_t id, struct err *err)
{
	struct query query;

	query_start(&query, db, "DELETE FROM rollout WHERE id = ?", err);
	query_bind_int(&query, id);
	return query_run(&query);
}

static void read_rollout(struct query *query, void *into)
{
	struct rollout *const out = into;

	out->id = query_int(query);
	query_text(query, out->image, sizeof out->image);
	query_text(query, out->release, sizeof out->release);
	out->batch = (int)query_int(query);
	out->wait = query_int(query);
	query_text(query, out->keep, sizeof out->keep);
	out->state = (enum rollout_state)read_word(query, state_words, 4);
	query_text(query, out->why, sizeof out->why);
	query_text(query, out->user, sizeof out->user);
	query_text(query, out->machine, sizeof out->machine);
	out->created = query_int(query);
	out->hosts = 0;
	for (int i = 0; i < ROLLOUT_HOST_STATES; i++)
		out->hosts += out->counts[i] = (int)query_int(query);
}

#define COUNT(word) ", (SELECT count(*) FROM rollout_host WHERE rollout_id = id AND rollout_host.state = '" word "')"
#define SELECT_ROLLOUT \
	"SELECT id, image, release, batch, wait, keep, state, why, user, machine, created" \
	COUNT("waiting") COUNT("held") COUNT("changed") COUNT("up") COUNT("not up") COUNT("failed") COUNT("returning") \
	COUNT("returned") " FROM rollout "

int rollout_by_id(struct db *db, int64_t id, struct rollout *out, struct err *err)
{
	struct query query;

	query_start(&query, db, SELECT_ROLLOUT "WHERE id = ?", err);
	query_bind_int(&query, id);
	const int code = query_one(&query, read_rollout, out);
	return code > 0 ? err_set(err, ERR_NOT_FOUND, "there is no roll-out %lld: `berth rollout list` shows them", (long long)id) : code;
}

int rollout_list(struct db *db, struct rollout **out, size_t *count, struct err *err)
{
	struct query query;

	query_start(&query, db, SELECT_ROLLOUT "ORDER BY id DESC", err);
	return query_list(&query, read_rollout, sizeof **out, out, count);
}

static void read_host(struct query *query, void *into)
{
	struct rollout_host *const out = into;

	out->host_id = query_int(query);
	query_text(query, out->host, sizeof out->host);
	out->position = (int)query_int(query);
	out->state = (enum rollout_host_state)read_word(query, host_words, ROLLOUT_HOST_STATES);
	query_text(query, out->root, sizeof out->root);
	query_text(query, out->detail, sizeof out->detail);
	out->since = query_int(query);
}

int rollout_hosts(struct db *db, int64_t id, struct rollout_host **out, size_t *count, struct err *err)
{
	struct query query;

	query_start(&query, db, "SELECT host_id, host.name, position, state, root, detail, since FROM rollout_host"
				" JOIN host ON host.id = host_id WHERE rollout_id = ? ORDER BY position", err);
	query_bind_int(&query, id);
	return query_list(&query, read_host, sizeof **out, out, count);
}

int rollout_put(struct db *db, int64_t id, enum rollout_state state, const char *why, struct err *err)
{
	struct query query;

	query_start(&query, db, "UPDATE rollout SET state = ?, why = ? WHERE id = ?", err);
	query_bind_text(&query, state_words[state]);
	query_bind_text(&query, why);
	query_bind_int(&query, id);
	return query_run(&query);
}

static int put_host(struct db *db, int64_t id, const struct rollout_host *host, struct err *err)
{
	struct query query;

	query_start(&query, db, "UPDATE rollout_host SET state = ?, root = ?, detail = ?, since = ? WHERE rollout_id = ? AND host_id = ?",
		    err);
	query_bind_text(&query, host_words[host->state]);
	query_bind_text(&query, host->root);
	query_bind_text(&query, host->detail);
	query_bind_int(&query, host->since);
	query_bind_int(&query, id);
	query_bind_int(&query, host->host_id);
	return query_run(&query);
}

int rollout_host_put(struct db *db, int64_t id, const struct rollout_host *host, const char *stop, struct err *err)
{
	struct db_scope scope;
	int code = db_enter(db, &scope, err);

	if (code)
		return code;
	code = put_host(db, id, host, err);
	if (!code && stop)
		code = rollout_put(db, id, ROLLOUT_STOPPED, stop, err);
	return db_leave(db, &scope, code, err);
}
