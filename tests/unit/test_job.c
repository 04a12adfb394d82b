#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "core/job/job.h"

#define WAIT_MS 20000

/* What a test's jobs share. */
struct record {
	atomic_int running, most;  /* at the same time */
	atomic_bool go;            /* lets jobs that wait for it end */
	int messages[64], message_count;
	int done_count, cancelled_count, last_status;
	struct jobs *jobs;
};

static int64_t add(struct record *record, int (*run)(struct job *, void *, struct err *));

static void on_message(void *data, void *message)
{
	struct record *record = data;

	if (record->message_count < 64)
		record->messages[record->message_count++] = *(int *)message;
	free(message);
}

static void on_done(void *data, int status, const struct err *err)
{
	struct record *record = data;

	assert_int_equal(status, err->code);
	record->done_count++;
	record->cancelled_count += status == ERR_CANCELLED;
	record->last_status = status;
}

static int64_t add(struct record *record, int (*run)(struct job *, void *, struct err *))
{
	const struct job_spec spec = {.run = run, .message = on_message, .done = on_done, .data = record};

	return jobs_add(record->jobs, &spec);
}

static void post_int(struct job *job, int value)
{
	int *message = xcalloc(1, sizeof(*message));

	*message = value;
	job_post(job, message);
}

/* The owner's loop, as a console has it; bounded. */
static void drain_until(struct record *record, const int *value, int wanted)
{
	const int64_t end = clock_ms() + WAIT_MS;

	while (*value < wanted && clock_ms() < end) {
		struct pollfd fd = {.fd = jobs_fd(record->jobs), .events = POLLIN};

		if (poll(&fd, 1, 100) > 0)
			jobs_drain(record->jobs);
	}
	assert_int_equal(*value, wanted);
}

static void wait_running(struct record *record, int wanted)
{
	const int64_t end = clock_ms() + WAIT_MS;

	while (atomic_load(&record->running) < wanted && clock_ms() < end)
		poll(NULL, 0, 1);
	assert_int_equal(atomic_load(&record->running), wanted);
}

static void enter(struct record *record)
{
	const int now = atomic_fetch_add(&record->running, 1) + 1;
	int most = atomic_load(&record->most);

	while (now > most && !atomic_compare_exchange_weak(&record->most, &most, now))
		;
}

static int run_posts(struct job *job, void *data, struct err *err)
{
	(void)data;
	(void)err;
	for (int i = 0; i < 50; i++)
		post_int(job, i);
	return 0;
}

static int run_waits(struct job *job, void *data, struct err *err)
{
	struct record *record = data;

	enter(record);
	while (!atomic_load(&record->go) && !job_cancelled(job))
		poll(NULL, 0, 1);
	atomic_fetch_sub(&record->running, 1);
	if (job_cancelled(job))
		return err_set(err, ERR_CANCELLED, "stopped");
	return 0;
}

static int run_fails(struct job *job, void *data, struct err *err)
{
	(void)job;
	(void)data;
	return err_set(err, ERR_REFUSED, "no");
}

static void messages_come_in_order_and_before_done(void **state)
{
	struct record record = {0};

	(void)state;
	assert_int_equal(jobs_open(2, &record.jobs, NULL), 0);
	add(&record, run_posts);
	assert_int_equal(jobs_count(record.jobs), 1);
	drain_until(&record, &record.done_count, 1);
	assert_int_equal(record.message_count, 50);
	for (int i = 0; i < 50; i++)
		assert_int_equal(record.messages[i], i);
	assert_int_equal(jobs_count(record.jobs), 0);
	jobs_close(record.jobs);
}

static void the_pool_is_bounded_and_all_its_workers_work(void **state)
{
	struct record record = {0};

	(void)state;
	assert_int_equal(jobs_open(3, &record.jobs, NULL), 0);
	for (int i = 0; i < 20; i++)
		add(&record, run_waits);
	wait_running(&record, 3);
	assert_int_equal(jobs_count(record.jobs), 20);
	atomic_store(&record.go, true);
	drain_until(&record, &record.done_count, 20);
	assert_int_equal(atomic_load(&record.most), 3);
	jobs_close(record.jobs);
}

static void a_failure_reaches_done(void **state)
{
	struct record record = {0};

	(void)state;
	assert_int_equal(jobs_open(1, &record.jobs, NULL), 0);
	add(&record, run_fails);
	drain_until(&record, &record.done_count, 1);
	assert_int_equal(record.last_status, ERR_REFUSED);
	jobs_close(record.jobs);
}

static void the_pipe_is_quiet_when_there_is_nothing_to_do(void **state)
{
	struct record record = {0};
	struct pollfd fd = {.events = POLLIN};

	(void)state;
	assert_int_equal(jobs_open(1, &record.jobs, NULL), 0);
	fd.fd = jobs_fd(record.jobs);
	assert_int_equal(poll(&fd, 1, 0), 0);
	add(&record, run_posts);
	drain_until(&record, &record.done_count, 1);
	assert_int_equal(poll(&fd, 1, 0), 0);
	jobs_close(record.jobs);
}

static void cancel_stops_one_that_runs_and_drops_one_that_waits(void **state)
{
	struct record record = {0};
	int64_t running, waiting;

	(void)state;
	assert_int_equal(jobs_open(1, &record.jobs, NULL), 0);
	running = add(&record, run_waits);
	waiting = add(&record, run_waits);
	wait_running(&record, 1);
	jobs_cancel(record.jobs, waiting);
	drain_until(&record, &record.cancelled_count, 1);
	assert_int_equal(jobs_count(record.jobs), 1);
	jobs_cancel(record.jobs, running);
	drain_until(&record, &record.cancelled_count, 2);
	jobs_cancel(record.jobs, running);
	jobs_cancel(record.jobs, 4711);
	assert_int_equal(atomic_load(&record.most), 1);
	jobs_close(record.jobs);
}

static void close_stops_all_and_tells_each_once(void **state)
{
	struct record record = {0};

	(void)state;
	assert_int_equal(jobs_open(2, &record.jobs, NULL), 0);
	for (int i = 0; i < 10; i++)
		add(&record, run_waits);
	wait_running(&record, 2);
	jobs_close(record.jobs);
	assert_int_equal(record.done_count, 10);
	assert_int_equal(record.cancelled_count, 10);
	assert_int_equal(atomic_load(&record.most), 2);
}

static void on_done_again(void *data, int status, const struct err *err)
{
	struct record *record = data;

	on_done(data, status, err);
	if (record->done_count < 3)
		add(record, run_waits);
}

static void a_job_added_while_closing_never_runs(void **state)
{
	struct record record = {.go = false};
	const struct job_spec spec = {.run = run_waits, .message = on_message, .done = on_done_again, .data = &record};

	(void)state;
	assert_int_equal(jobs_open(1, &record.jobs, NULL), 0);
	jobs_add(record.jobs, &spec);
	jobs_add(record.jobs, &spec);
	wait_running(&record, 1);
	jobs_close(record.jobs);
	assert_int_equal(record.done_count, 4);
	assert_int_equal(record.cancelled_count, 4);
	assert_int_equal(atomic_load(&record.most), 1);
}

static int run_posts_until_cancelled(struct job *job, void *data, struct err *err)
{
	struct record *record = data;

	enter(record);
	for (int i = 0; !job_cancelled(job); i++)
		post_int(job, i);
	return err_set(err, ERR_CANCELLED, "stopped");
}

/* Many threads post, cancel and end at once: for ThreadSanitizer. */
static void a_storm_loses_nothing(void **state)
{
	struct record record = {0};

	(void)state;
	assert_int_equal(jobs_open(4, &record.jobs, NULL), 0);
	for (int i = 0; i < 100; i++) {
		const int64_t number = add(&record, i % 4 ? run_posts : run_posts_until_cancelled);

		jobs_drain(record.jobs);
		if (i % 4 == 0)
			jobs_cancel(record.jobs, number);
	}
	drain_until(&record, &record.done_count, 100);
	assert_int_equal(jobs_count(record.jobs), 0);
	jobs_close(record.jobs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_come_in_order_and_before_done),
		cmocka_unit_test(the_pool_is_bounded_and_all_its_workers_work),
		cmocka_unit_test(a_failure_reaches_done),
		cmocka_unit_test(the_pipe_is_quiet_when_there_is_nothing_to_do),
		cmocka_unit_test(cancel_stops_one_that_runs_and_drops_one_that_waits),
		cmocka_unit_test(close_stops_all_and_tells_each_once),
		cmocka_unit_test(a_job_added_while_closing_never_runs),
		cmocka_unit_test(a_storm_loses_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
