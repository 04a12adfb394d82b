#include "db/operation.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "db/internal.h"

static const char *const operation_words[] = {
	[OPERATION_RUNNING] = "running",
	[OPERATION_UNFINISHED] = "unfinished",
	[OPERATION_DONE] = "done",
	[OPERATION_UNDONE] = "undone",
};

static const char *const step_words[] = {
	[STEP_WAITING] = "waiting",
	[STEP_STARTED] = "started",
	[STEP_DONE] = "done",
	[STEP_KEPT] = "kept",
	[STEP_UNDONE] = "undone",
};

const char *operation_state_word(enum operation_state state)
{
	return operation_words[state];
}

const char *step_state_word(enum step_state state)
{
	return step_words[state];
}

/* The tables' CHECKs let no other word in. */
static int read_word(struct query *query, const char *const words[], int count)
{
	char word[16];

	query_text(query, word, sizeof word);
	for (int i = 0; i < count; i++)
		if (strcmp(word, words[i]) == 0)
			return i;
	return 0;
}

#define SELECT_OPERATION \
	"SELECT id, verb, target, command, user, machine, owner, state, error, started, ended," \
	" (SELECT count(*) FROM step WHERE operation_id = id)," \
	" (SELECT count(*) FROM step WHERE operation_id = id AND state IN ('done', 'kept'))" \
	" FROM operation "

static void read_operation(struct query *query, void *into)
{
	struct operation *const out = into;

	out->id = query_int(query);
	query_text(query, out->verb, sizeof out->verb);
	query_text(query, out->target, sizeof out->target);
	query_text(query, out->command, sizeof out->command);
	query_text(query, out->user, sizeof out->user);
	query_text(query, out->machine, sizeof out->machine);
	query_text(query, out->owner, sizeof out->owner);
	out->state = (enum operation_state)read_word(query, operation_words, 4);
	query_text(query, out->error, sizeof out->error);
	out->started = query_int(query);
	out->ended = query_int(query);
	out->step_count = (int)query_int(query);
	out->steps_done = (int)query_int(query);
}

int operation_by_id(struct db *db, int64_t id, struct operation *out, struct err *err)
{
	struct query query;
	int code;

	query_start(&query, db, SELECT_OPERATION "WHERE id = ?", err);
	query_bind_int(&query, id);
	code = query_one(&query, read_operation, out);
	if (code > 0)
		return err_set(err, ERR_NOT_FOUND, "Operation %lld is not in the journal; see berth op list",
			       (long long)id);
	return code;
}

int operation_list(struct db *db, bool open_only, int limit, struct operation **out, size_t *count,
		   struct err *err)
{
	struct query query;

	query_start(&query, db, open_only ? SELECT_OPERATION "WHERE state IN ('running', 'unfinished') "
							     "ORDER BY id DESC LIMIT ?"
					  : SELECT_OPERATION "ORDER BY id DESC LIMIT ?", err);
	query_bind_int(&query, limit ? limit : -1);
	return query_list(&query, read_operation, sizeof **out, out, count);
}

/* ERR_REFUSED when the target has an operation that is not at an end. */
static int check_free(struct db *db, const char *target, struct err *err)
{
	struct query query;
	struct operation other;
	int code;

	query_start(&query, db, SELECT_OPERATION "WHERE target = ? AND state IN ('running', 'unfinished')",
		    err);
	query_bind_text(&query, target);
	if ((code = query_one(&query, read_operation, &other)) != 0)
		return code < 0 ? code : 0;
	if (other.state == OPERATION_RUNNING)
		return err_set(err, ERR_REFUSED, "Operation %lld (%s, started by %s on %s) is at work on %s; "
			       "wait for it, or see berth op show %lld", (long long)other.id, other.verb,
			       other.user, other.machine, target, (long long)other.id);
	return err_set(err, ERR_REFUSED, "Operation %lld (%s) on %s is unfinished; run berth op resume %lld "
		       "or berth op undo %lld first", (long long)other.id, other.verb, target,
		       (long long)other.id, (long long)other.id);
}

static int insert_step(struct db *db, int64_t id, int number, const struct operation_step *step,
		       struct err *err)
{
	struct query query;

	query_start(&query, db, "INSERT INTO step (operation_id, number, kind, args, before, words, state,"
				" error, started, ended) VALUES (?, ?, ?, ?, ?, ?, ?, '', 0, 0)", err);
	query_bind_int(&query, id);
	query_bind_int(&query, number);
	query_bind_text(&query, step->kind);
	query_bind_text(&query, step->args ? step->args : "{}");
	query_bind_text(&query, step->before);
	query_bind_text(&query, step->words);
	query_bind_text(&query, step_words[step->state]);
	return query_run(&query);
}

static int begin(struct db *db, struct operation *operation, const struct operation_step *steps,
		 int count, struct err *err)
{
	struct query query;
	int code = check_free(db, operation->target, err);

	if (code)
		return code;
	query_start(&query, db, "INSERT INTO operation (verb, target, command, user, machine, owner, state,"
				" error, started, ended) VALUES (?, ?, ?, ?, ?, ?, 'running', '', ?, 0)", err);
	query_bind_text(&query, operation->verb);
	query_bind_text(&query, operation->target);
	query_bind_text(&query, operation->command);
	query_bind_text(&query, operation->user);
	query_bind_text(&query, operation->machine);
	query_bind_text(&query, operation->owner);
	query_bind_int(&query, operation->started);
	if ((code = query_run(&query)) != 0)
		return code;
	operation->id = sqlite3_last_insert_rowid(db->handle);
	for (int i = 0; i < count && !code; i++)
		code = insert_step(db, operation->id, i, &steps[i], err);
	return code;
}

int operation_begin(struct db *db, struct operation *operation, const struct operation_step *steps,
		    int count, struct err *err)
{
	struct db_scope scope;
	int code = db_enter(db, &scope, err);

	if (code)
		return code;
	operation->started = time_now();
	operation->state = OPERATION_RUNNING;
	code = db_leave(db, &scope, begin(db, operation, steps, count, err), err);
	if (code)
		operation->id = 0;
	return code;
}

/* An update by id: not found when it touched nothing. */
static int run_update(struct query *query, int64_t id)
{
	struct db *const db = query->db;
	struct err *const err = query->err;
	const int code = query_run(query);

	if (code || sqlite3_changes64(db->handle) > 0)
		return code;
	return err_set(err, ERR_NOT_FOUND, "Operation %lld has no such step or is not in the journal; see "
		       "berth op list", (long long)id);
}

int operation_end(struct db *db, int64_t id, enum operation_state state, const char *error,
		  struct err *err)
{
	const bool at_end = state == OPERATION_DONE || state == OPERATION_UNDONE;
	struct query query;

	query_start(&query, db, "UPDATE operation SET state = ?, error = ?, ended = ? WHERE id = ?", err);
	query_bind_text(&query, operation_words[state]);
	query_bind_text(&query, error ? error : "");
	query_bind_int(&query, at_end ? time_now() : 0);
	query_bind_int(&query, id);
	return run_update(&query, id);
}

static int take(struct db *db, int64_t id, const char *old_owner, const char *owner, struct err *err)
{
	struct query query;
	struct operation now;
	const int code = operation_by_id(db, id, &now, err);

	if (code)
		return code;
	if (now.state == OPERATION_DONE || now.state == OPERATION_UNDONE)
		return err_set(err, ERR_REFUSED, "Operation %lld on %s is %s already; there is nothing to "
			       "resume or undo", (long long)id, now.target, operation_words[now.state]);
	if (strcmp(now.owner, old_owner) != 0)
		return err_set(err, ERR_CONFLICT, "Operation %lld on %s was taken over meanwhile by somebody "
			       "else; see berth op show %lld", (long long)id, now.target, (long long)id);
	query_start(&query, db, "UPDATE operation SET owner = ?, state = 'running', error = '' "
				"WHERE id = ?", err);
	query_bind_text(&query, owner);
	query_bind_int(&query, id);
	return query_run(&query);
}

int operation_take(struct db *db, int64_t id, const char *old_owner, const char *owner,
		   struct err *err)
{
	struct db_scope scope;
	const int code = db_enter(db, &scope, err);

	return code ? code : db_leave(db, &scope, take(db, id, old_owner, owner, err), err);
}

int operation_step_put(struct db *db, int64_t id, int number, enum step_state state,
		       const char *before, const char *error, struct err *err)
{
	const int64_t now = time_now();
	const bool at_end = state == STEP_DONE || state == STEP_KEPT || state == STEP_UNDONE;
	struct query query;

	query_start(&query, db, "UPDATE step SET state = ?1, before = ifnull(?2, before), error = ?3, "
				"started = CASE WHEN ?1 = 'started' OR started = 0 THEN ?4 ELSE started END, "
				"ended = ?5 WHERE operation_id = ?6 AND number = ?7", err);
	query_bind_text(&query, step_words[state]);
	query_bind_text(&query, before);
	query_bind_text(&query, error ? error : "");
	query_bind_int(&query, state == STEP_WAITING ? 0 : now);
	query_bind_int(&query, at_end ? now : 0);
	query_bind_int(&query, id);
	query_bind_int(&query, number);
	return run_update(&query, id);
}

static void read_step(struct query *query, void *into)
{
	struct operation_step *const out = into;

	out->number = (int)query_int(query);
	query_text(query, out->kind, sizeof out->kind);
	out->args = query_text_copy(query);
	out->before = query_text_copy(query);
	query_text(query, out->words, sizeof out->words);
	out->state = (enum step_state)read_word(query, step_words, 5);
	query_text(query, out->error, sizeof out->error);
	out->started = query_int(query);
	out->ended = query_int(query);
}

int operation_steps(struct db *db, int64_t id, struct operation_step **out, int *count,
		    struct err *err)
{
	struct query query;
	size_t found;
	int code;

	query_start(&query, db, "SELECT number, kind, args, before, words, state, error, started, ended "
				"FROM step WHERE operation_id = ? ORDER BY number", err);
	query_bind_int(&query, id);
	*out = query_all(&query, read_step, sizeof **out, &found);
	*count = (int)found;
	code = query_end(&query);
	if (code) {
		operation_steps_free(*out, *count);
		*out = NULL;
		*count = 0;
	}
	return code;
}

void operation_steps_free(struct operation_step *steps, int count)
{
	for (int i = 0; i < count; i++) {
		free(steps[i].args);
		free(steps[i].before);
	}
	free(steps);
}
