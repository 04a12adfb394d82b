/* Operations and their steps, audit, watchers, and many writers at once. */
#include "tests/unit/test_db.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

#include "db/audit.h"
#include "db/operation.h"
#include "db/watcher.h"

static struct operation make_operation(const char *target)
{
	struct operation operation = {
		.verb = "provision", .command = "berth host provision desk1", .user = "ute",
		.machine = "admin1", .owner = "admin1/42",
	};

	text_copy(operation.target, sizeof operation.target, target);
	return operation;
}

static void make_steps(struct operation_step steps[3])
{
	static char args[] = "{\"pool\":\"rbd\"}";

	for (int i = 0; i < 3; i++) {
		steps[i] = (struct operation_step){.number = i, .args = i ? args : NULL};
		snprintf(steps[i].kind, sizeof steps[i].kind, "kind%d", i);
		snprintf(steps[i].words, sizeof steps[i].words, "does thing %d", i);
	}
}

static int64_t begin(struct rig *rig, const char *target)
{
	struct operation operation = make_operation(target);
	struct operation_step steps[3];

	make_steps(steps);
	ok(rig, operation_begin(rig->db, &operation, steps, 3, &rig->err));
	assert_true(operation.id > 0 && operation.started > 0);
	return operation.id;
}

static void a_journal_tells_what_happened(void **state)
{
	struct rig *const rig = *state;
	const int64_t id = begin(rig, "host desk1");
	struct operation operation;
	struct operation_step *steps;
	int count;

	ok(rig, operation_step_put(rig->db, id, 0, STEP_STARTED, "{\"was\":1}", NULL, &rig->err));
	ok(rig, operation_step_put(rig->db, id, 0, STEP_DONE, NULL, "", &rig->err));
	ok(rig, operation_step_put(rig->db, id, 1, STEP_KEPT, NULL, NULL, &rig->err));
	ok(rig, operation_step_put(rig->db, id, 2, STEP_STARTED, NULL, "it hurt", &rig->err));
	ok(rig, operation_steps(rig->db, id, &steps, &count, &rig->err));
	assert_int_equal(count, 3);
	assert_int_equal(steps[0].state, STEP_DONE);
	assert_string_equal(steps[0].before, "{\"was\":1}");
	assert_string_equal(steps[0].args, "{}");
	assert_true(steps[0].started > 0 && steps[0].ended >= steps[0].started);
	assert_int_equal(steps[1].state, STEP_KEPT);
	assert_string_equal(steps[1].args, "{\"pool\":\"rbd\"}");
	assert_null(steps[1].before);
	assert_int_equal(steps[2].state, STEP_STARTED);
	assert_int_equal(steps[2].ended, 0);
	assert_string_equal(steps[2].error, "it hurt");
	assert_string_equal(steps[2].words, "does thing 2");
	operation_steps_free(steps, count);
	ok(rig, operation_by_id(rig->db, id, &operation, &rig->err));
	assert_int_equal(operation.state, OPERATION_RUNNING);
	assert_int_equal(operation.step_count, 3);
	assert_int_equal(operation.steps_done, 2);
	ok(rig, operation_end(rig->db, id, OPERATION_UNFINISHED, "no space", &rig->err));
	ok(rig, operation_by_id(rig->db, id, &operation, &rig->err));
	assert_int_equal(operation.ended, 0);
	assert_string_equal(operation.error, "no space");
	ok(rig, operation_end(rig->db, id, OPERATION_DONE, NULL, &rig->err));
	ok(rig, operation_by_id(rig->db, id, &operation, &rig->err));
	assert_true(operation.ended >= operation.started);
}

static void wrong_numbers_are_not_found(void **state)
{
	struct rig *const rig = *state;
	const int64_t id = begin(rig, "host desk1");
	struct operation operation;
	struct operation_step *steps;
	int count;

	refused(rig, operation_by_id(rig->db, 99, &operation, &rig->err), ERR_NOT_FOUND, "99");
	refused(rig, operation_end(rig->db, 99, OPERATION_DONE, NULL, &rig->err), ERR_NOT_FOUND, "99");
	refused(rig, operation_step_put(rig->db, id, 3, STEP_DONE, NULL, NULL, &rig->err), ERR_NOT_FOUND, "step");
	refused(rig, operation_step_put(rig->db, id, 0, STEP_STARTED, "not json", NULL, &rig->err), ERR_FAILED, "CHECK");
	ok(rig, operation_steps(rig->db, 99, &steps, &count, &rig->err));
	assert_int_equal(count, 0);
	operation_steps_free(steps, count);
}

static void one_target_has_one_open_operation(void **state)
{
	struct rig *const rig = *state;
	struct operation second = make_operation("host desk1"), *list;
	const int64_t id = begin(rig, "host desk1");
	size_t count;

	begin(rig, "host desk2");
	refused(rig, operation_begin(rig->db, &second, NULL, 0, &rig->err), ERR_REFUSED, "Operation 1 (provision, started by ute on admin1)");
	assert_int_equal(second.id, 0);
	ok(rig, operation_end(rig->db, id, OPERATION_UNFINISHED, "x", &rig->err));
	refused(rig, operation_begin(rig->db, &second, NULL, 0, &rig->err), ERR_REFUSED, "berth op undo 1");
	ok(rig, operation_end(rig->db, id, OPERATION_UNDONE, "", &rig->err));
	ok(rig, operation_begin(rig->db, &second, NULL, 0, &rig->err));
	ok(rig, operation_list(rig->db, true, 0, &list, &count, &rig->err));
	assert_int_equal(count, 2);
	assert_int_equal(list[0].id, second.id);
	free(list);
	ok(rig, operation_list(rig->db, false, 0, &list, &count, &rig->err));
	assert_int_equal(count, 3);
	free(list);
	ok(rig, operation_list(rig->db, false, 1, &list, &count, &rig->err));
	assert_int_equal(count, 1);
	free(list);
}

/* The index holds even against a writer that does not look first. */
static void the_index_refuses_a_second_open_operation(void **state)
{
	struct rig *const rig = *state;

	begin(rig, "host desk1");
	refused(rig, db_execute(rig->db, "INSERT INTO operation SELECT 9, verb, target, command, user, machine, owner,"
				" 'unfinished', error, started, ended FROM operation", &rig->err), ERR_FAILED, "UNIQUE");
}

static void an_operation_is_taken_once(void **state)
{
	struct rig *const rig = *state;
	const int64_t id = begin(rig, "host desk1");
	struct operation operation;

	ok(rig, operation_end(rig->db, id, OPERATION_UNFINISHED, "x", &rig->err));
	ok(rig, operation_take(rig->db, id, "admin1/42", "admin2/7", &rig->err));
	refused(rig, operation_take(rig->db, id, "admin1/42", "admin3/8", &rig->err), ERR_CONFLICT, "taken over");
	ok(rig, operation_by_id(rig->db, id, &operation, &rig->err));
	assert_string_equal(operation.owner, "admin2/7");
	assert_int_equal(operation.state, OPERATION_RUNNING);
	ok(rig, operation_end(rig->db, id, OPERATION_DONE, "", &rig->err));
	refused(rig, operation_take(rig->db, id, "admin2/7", "x", &rig->err), ERR_REFUSED, "done already");
	refused(rig, operation_take(rig->db, 99, "a", "b", &rig->err), ERR_NOT_FOUND, "99");
}

static void a_killed_process_leaves_its_journal(void **state)
{
	struct rig *const rig = *state;
	struct operation_step *steps;
	int count, status;
	pid_t child;

	rig_close(rig);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		if (db_open(rig->path, DB_READ_WRITE, &rig->db, &rig->err) == 0) {
			const int64_t id = begin(rig, "host desk1");

			operation_step_put(rig->db, id, 0, STEP_DONE, NULL, NULL, NULL);
			operation_step_put(rig->db, id, 1, STEP_STARTED, "{\"was\":0}", NULL, NULL);
			db_begin(rig->db, NULL);
			operation_step_put(rig->db, id, 2, STEP_STARTED, NULL, NULL, NULL);
		}
		raise(SIGKILL);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	ok(rig, db_open(rig->path, DB_READ_WRITE, &rig->db, &rig->err));
	ok(rig, operation_steps(rig->db, 1, &steps, &count, &rig->err));
	assert_int_equal(count, 3);
	assert_int_equal(steps[0].state, STEP_DONE);
	assert_int_equal(steps[1].state, STEP_STARTED);
	assert_string_equal(steps[1].before, "{\"was\":0}");
	assert_int_equal(steps[2].state, STEP_WAITING);
	operation_steps_free(steps, count);
}

static void commits_wait_for_the_disk(void **state)
{
	struct rig *const rig = *state;
	struct query query;

	query_start(&query, rig->db, "PRAGMA synchronous", &rig->err);
	assert_true(query_step(&query));
	assert_int_equal(query_int(&query), 2); /* FULL */
	ok(rig, query_end(&query));
}

static void words_match_the_schema(void **state)
{
	(void)state;
	assert_string_equal(operation_state_word(OPERATION_RUNNING), "running");
	assert_string_equal(operation_state_word(OPERATION_UNDONE), "undone");
	assert_string_equal(step_state_word(STEP_WAITING), "waiting");
	assert_string_equal(step_state_word(STEP_UNDONE), "undone");
}

static void add_audit(struct rig *rig, const char *target, const char *result)
{
	struct audit audit = {.user = "ute", .machine = "admin1", .command = "berth host hold desk1"};

	text_copy(audit.target, sizeof audit.target, target);
	text_copy(audit.result, sizeof audit.result, result);
	ok(rig, audit_add(rig->db, &audit, &rig->err));
}

static void audit_rows_are_only_added(void **state)
{
	static const char *const attempts[] = {
		"DELETE FROM audit", "UPDATE audit SET user = 'x'",
		"INSERT OR REPLACE INTO audit VALUES (1, 0, '', '', '', '', 'done', '', NULL)",
	};
	struct rig *const rig = *state;
	struct audit *rows;
	struct audit wrong = {.result = "maybe"};
	size_t count;

	add_audit(rig, "host desk1", "done");
	add_audit(rig, "host desk2", "refused");
	add_audit(rig, "host desk1", "failed");
	for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++)
		refused(rig, db_execute(rig->db, attempts[i], &rig->err), ERR_FAILED, "audit rows are never");
	refused(rig, audit_add(rig->db, &wrong, &rig->err), ERR_FAILED, "CHECK");
	ok(rig, audit_list(rig->db, NULL, 0, &rows, &count, &rig->err));
	assert_int_equal(count, 3);
	assert_string_equal(rows[0].result, "failed");
	assert_string_equal(rows[2].user, "ute");
	assert_true(rows[2].at > 0);
	assert_int_equal(rows[2].operation_id, 0);
	free(rows);
	ok(rig, audit_list(rig->db, "host desk1", 1, &rows, &count, &rig->err));
	assert_int_equal(count, 1);
	assert_int_equal(rows[0].id, 3);
	free(rows);
}

static void watchers_are_remembered(void **state)
{
	struct rig *const rig = *state;
	struct host host = add_host(rig, 1);
	struct watcher_seen seen[] = {
		{.host_id = host.id, .address = "10.0.4.11:0/181311", .client = "client.4298"},
		{.host_id = host.id, .address = "10.0.4.11:0/999", .client = "client.4300"},
	};
	struct watcher_seen *list;
	size_t count;

	ok(rig, watcher_record(rig->db, seen, 2, 100, &rig->err));
	ok(rig, watcher_record(rig->db, seen, 1, 130, &rig->err));
	ok(rig, watcher_record(rig->db, seen, 1, 120, &rig->err));
	ok(rig, watcher_record(rig->db, NULL, 0, 120, &rig->err));
	ok(rig, watcher_list(rig->db, host.id, &list, &count, &rig->err));
	assert_int_equal(count, 2);
	assert_string_equal(list[0].address, "10.0.4.11:0/181311");
	assert_int_equal(list[0].first_seen, 100);
	assert_int_equal(list[0].last_seen, 130);
	assert_int_equal(list[1].last_seen, 100);
	free(list);
	seen[1].host_id = 99;
	refused(rig, watcher_record(rig->db, seen, 2, 200, &rig->err), ERR_FAILED, "FOREIGN KEY");
	ok(rig, watcher_list(rig->db, host.id, &list, &count, &rig->err));
	assert_int_equal(list[0].last_seen, 130);
	free(list);
}

struct worker {
	struct rig *rig;
	int conflicts, failures;
};

#define INCREMENTS 500

/* Adds one to the host's size, reading again after each conflict. */
static void *increment(void *argument)
{
	struct worker *const worker = argument;
	struct host host;
	struct db *db;

	if (db_open(worker->rig->path, DB_READ_WRITE, &db, NULL) != 0)
		return NULL;
	for (int done = 0; done < INCREMENTS && worker->failures == 0;) {
		int code = host_by_name(db, "desk1", &host, NULL);

		host.size++;
		code = code ? code : host_update(db, &host, NULL);
		done += code == 0;
		worker->conflicts += code == ERR_CONFLICT;
		worker->failures += code != 0 && code != ERR_CONFLICT;
	}
	db_close(db);
	return NULL;
}

static void two_threads_lose_no_update(void **state)
{
	struct rig *const rig = *state;
	struct worker workers[2] = {{.rig = rig}, {.rig = rig}};
	pthread_t threads[2];
	struct host host;

	add_host(rig, 1);
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, increment, &workers[i]), 0);
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_int_equal(workers[0].failures + workers[1].failures, 0);
	ok(rig, host_by_name(rig->db, "desk1", &host, &rig->err));
	assert_int_equal(host.size, 2 * INCREMENTS);
	assert_int_equal(host.version, 2 * INCREMENTS + 1);
	print_message("# %d conflicts\n", workers[0].conflicts + workers[1].conflicts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_open, rig_remove)
		TEST(a_journal_tells_what_happened),
		TEST(wrong_numbers_are_not_found),
		TEST(one_target_has_one_open_operation),
		TEST(the_index_refuses_a_second_open_operation),
		TEST(an_operation_is_taken_once),
		TEST(a_killed_process_leaves_its_journal),
		TEST(commits_wait_for_the_disk),
		TEST(words_match_the_schema),
		TEST(audit_rows_are_only_added),
		TEST(watchers_are_remembered),
		TEST(two_threads_lose_no_update),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
