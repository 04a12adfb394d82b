/*
 * A cluster that goes away while berth works: every call ends in bounded time
 * with ERR_UNREACHABLE and a sentence, and the same handle works when the
 * cluster is back. Daemons are stopped with SIGSTOP, which is the harder case:
 * their connections stay open. Nothing here waits for a fixed time as a proof.
 *
 * An only OSD that was stopped for longer than its lease (16 s, of which it has
 * nobody to renew it) stays "laggy" until it has peered again: no test stops it for
 * that long, but a machine that is very busy may.
 */
#include "tests/cluster/rig.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/ceph/auth.h"
#include "core/ceph/image.h"
#include "core/ceph/tree.h"
#include "core/ceph/watch.h"

#define NS "t-lost"
#define TIMEOUT 2
#define MIB ((size_t)1 << 20)
/* What a call may take when something is gone: the timeout, and a second for a
 * machine that is busy. */
#define BOUND ((int64_t)1000 * TIMEOUT + 1000)
#define BACK_MS 60000
#define LAGGY_MS 10000

static struct cluster *cluster;
static struct cluster_image_info info;

static pid_t pid_of(const char *daemon)
{
	char path[512];
	int pid = 0;

	snprintf(path, sizeof(path), "%s/run/%s.pid", rig_env("BERTH_TEST_CLUSTER"), daemon);
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	assert_int_equal(fscanf(file, "%d", &pid), 1);
	fclose(file);
	return pid;
}

static void stop(const char *daemon)
{
	assert_int_equal(kill(pid_of(daemon), SIGSTOP), 0);
}

static void go_on(const char *daemon)
{
	assert_int_equal(kill(pid_of(daemon), SIGCONT), 0);
}

static int write_text(const char *path, const char *text)
{
	return cluster_file_write(cluster, path, text, strlen(text), 0644, 0, &err);
}

static int health(void)
{
	struct cluster_health ignored;

	return cluster_health(cluster, &ignored, &err);
}

static int image(void)
{
	struct cluster_image_info ignored;

	return cluster_image_info(cluster, NS, "root", &ignored, &err);
}

static int tree(void)
{
	return write_text("f", "back");
}

/* Until it works again with the same handle. */
static void wait_until_back(int (*call)(void))
{
	const int64_t begin = clock_ms();
	bool told = false;
	int status;

	while ((status = call()) == ERR_UNREACHABLE && clock_ms() - begin < BACK_MS) {
		if (!told && clock_ms() - begin > LAGGY_MS) {
			rig_do("ceph osd down 0");
			told = true;
		}
		usleep(50000);
	}
	assert_done(status);
}

static int wake(void **state)
{
	static const char *const daemons[] = {"mon.a", "osd.0", "mds.a"};

	(void)state;
	for (size_t i = 0; i < 3; i++)
		go_on(daemons[i]);
	wait_until_back(health);
	wait_until_back(image);
	wait_until_back(tree);
	return 0;
}

static int open_cluster(void **state)
{
	char id[64];

	(void)state;
	cluster = rig_open("/t-lost", TIMEOUT);
	cluster_namespace_create(cluster, NS, &err);
	if (!cluster_image_trash(cluster, NS, "root", id, &err))
		cluster_trash_remove(cluster, NS, id, NULL, &err);
	assert_done(cluster_image_create(cluster, NS, "root", 64 << 20, &err));
	assert_done(cluster_image_info(cluster, NS, "root", &info, &err));
	assert_done(cluster_dir_remove(cluster, "", &err));
	assert_done(cluster_tree_init(cluster, &err));
	assert_done(write_text("f", "first"));
	return 0;
}

static int close_cluster(void **state)
{
	char id[64];

	(void)state;
	cluster_dir_remove(cluster, "", NULL);
	if (!cluster_image_trash(cluster, NS, "root", id, NULL))
		cluster_trash_remove(cluster, NS, id, NULL, NULL);
	cluster_namespace_remove(cluster, NS, NULL);
	cluster_close(cluster);
	return 0;
}

/* Within the bound, ERR_UNREACHABLE, and it says who is silent. */
#define assert_lost(call, who) \
	do { \
		const int64_t lost_start = clock_ms(); \
		assert_status(call, ERR_UNREACHABLE); \
		const int64_t lost_took = clock_ms() - lost_start; \
		if (lost_took > BOUND) \
			fail_msg("%s took %lld ms", #call, (long long)lost_took); \
		assert_says(who); \
	} while (0)

static void no_monitor(void **state)
{
	const struct cluster_caps caps = {.mon = "profile rbd"};
	struct cluster_monitors monitors;
	struct cluster_blocked *list = NULL;
	size_t count;

	(void)state;
	stop("mon.a");
	assert_lost(health(), "monitors do not answer");
	assert_lost(cluster_monitors(cluster, &monitors, &err), "monitors do not answer");
	assert_lost(cluster_key_put(cluster, "client.berth.t-lost", &caps, &err), "client.berth.t-lost");
	assert_lost(cluster_blocklist_list(cluster, &list, &count, &err), "monitors do not answer");
	free(list);
	const struct cluster_options options = {
		.conf = rig_env("BERTH_TEST_CONF"), .name = rig_env("BERTH_TEST_NAME"), .timeout = TIMEOUT,
	};
	struct cluster *none = NULL;
	assert_lost(cluster_open(&options, &none, &err), "no monitor answered");
	/* What needs no monitor goes on. */
	assert_done(image());
	assert_done(tree());
	go_on("mon.a");
	wait_until_back(health);
}

static int holders(void)
{
	struct cluster_holders asked = {.ns = NS};

	text_copy(asked.id, sizeof(asked.id), info.id);
	return cluster_holders_read(cluster, &asked, 1, &err);
}

static int open_writer(void)
{
	struct cluster_writer *writer;
	const int status = cluster_writer_open(cluster, NS, "root", &writer, &err);

	return status ? status : cluster_writer_close(writer, &err);
}

static void no_osd_to_read(void **state)
{
	struct cluster_snap *snaps;
	char **names;
	size_t count;

	(void)state;
	stop("osd.0");
	assert_lost(image(), "rbd/" NS "/root");
	assert_lost(holders(), "an OSD does not answer");
	assert_lost(cluster_image_list(cluster, NS, &names, &count, &err), "an OSD does not answer");
	assert_lost(cluster_snap_list(cluster, NS, "root", &snaps, &count, &err), "an OSD does not answer");
	assert_lost(cluster_namespace_list(cluster, &names, &count, &err), "an OSD does not answer");
	go_on("osd.0");
	wait_until_back(image);
	assert_done(holders());
}

static void no_osd_to_write(void **state)
{
	char id[64];

	(void)state;
	stop("osd.0");
	assert_lost(cluster_image_create(cluster, NS, "other", 1 << 20, &err), "an OSD does not answer");
	assert_lost(cluster_image_grow(cluster, NS, "root", 128 << 20, &err), "an OSD does not answer");
	assert_lost(cluster_image_trash(cluster, NS, "root", id, &err), "an OSD does not answer");
	assert_lost(cluster_snap_create(cluster, NS, "root", "s", &err), "an OSD does not answer");
	assert_lost(cluster_namespace_create(cluster, "t-lost-2", &err), "an OSD does not answer");
	assert_lost(open_writer(), "an OSD does not answer");
	assert_done(health());
	go_on("osd.0");
	wait_until_back(image);
	assert_done(holders());
	/* What was cut short is no obstacle. */
	assert_done(cluster_image_create(cluster, NS, "other", 1 << 20, &err));
	assert_done(cluster_image_trash(cluster, NS, "other", id, &err));
	assert_done(cluster_trash_remove(cluster, NS, id, NULL, &err));
	assert_done(cluster_namespace_remove(cluster, "t-lost-2", &err));
	assert_done(open_writer());
}

/* In the middle of an image. */
static void osd_lost_while_writing(void **state)
{
	char *bytes = xcalloc(1, 8 * MIB);
	struct cluster_writer *writer;
	int status = 0;

	(void)state;
	memset(bytes, 7, 8 * MIB);
	assert_done(cluster_writer_open(cluster, NS, "root", &writer, &err));
	assert_done(cluster_writer_put(writer, 0, bytes, 8 * MIB, &err));
	stop("osd.0");
	const int64_t start = clock_ms();
	for (int i = 1; i < 8 && !status; i++)
		status = cluster_writer_put(writer, (int64_t)(i * 8 * MIB), bytes, 8 * MIB, &err);
	assert_status(cluster_writer_close(writer, &err), ERR_UNREACHABLE);
	assert_true(clock_ms() - start < 2 * BOUND);
	go_on("osd.0");
	wait_until_back(image);
	/* The lock that the lost writer could not give back is no obstacle. */
	assert_done(cluster_writer_open(cluster, NS, "root", &writer, &err));
	assert_done(cluster_writer_put(writer, 0, bytes, 8 * MIB, &err));
	assert_done(cluster_writer_close(writer, &err));
	free(bytes);
}

static void no_mds(void **state)
{
	struct cluster_stat stat;
	char *bytes, **names;
	size_t length, count;

	(void)state;
	stop("mds.a");
	assert_lost(write_text("f", "late"), "cephfs:/t-lost/f");
	assert_lost(cluster_file_read(cluster, "f", &bytes, &length, &err), "the file system's mds does not answer");
	assert_lost(cluster_dir_make(cluster, "d", 0755, &err), "the file system's mds does not answer");
	assert_lost(cluster_dir_list(cluster, "", &names, &count, &err), "the file system's mds does not answer");
	assert_lost(cluster_path_stat(cluster, "f", &stat, &err), "the file system's mds does not answer");
	assert_done(image());
	go_on("mds.a");
	wait_until_back(tree);
	assert_done(cluster_file_read(cluster, "f", &bytes, &length, &err));
	assert_string_equal(bytes, "back");
	free(bytes);
	/* Nothing half-written shows. */
	assert_done(cluster_dir_list(cluster, "", &names, &count, &err));
	assert_true(count >= 1 && !strcmp(names[count - 1], "f"));
	cluster_names_free(names, count);
}

/* Many threads at once, all of which must come back. */
static void *read_on_thread(void *result)
{
	struct err why;
	char *bytes = NULL;
	size_t length;

	*(int *)result = cluster_file_read(cluster, "f", &bytes, &length, &why);
	free(bytes);
	return NULL;
}

static void read_at_once(int wanted)
{
	pthread_t threads[16];
	int results[16];

	for (int i = 0; i < 16; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, read_on_thread, &results[i]), 0);
	for (int i = 0; i < 16; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(results[i], wanted);
	}
}

static void many_threads(void **state)
{
	(void)state;
	read_at_once(0);
	rig_do("ceph tell mds.a cache drop >/dev/null 2>&1 || true");
	stop("mds.a");
	const int64_t start = clock_ms();
	assert_lost(write_text("g", "late"), "mds");
	read_at_once(ERR_UNREACHABLE);
	assert_true(clock_ms() - start < 2 * BOUND + 1000);
	go_on("mds.a");
	wait_until_back(tree);
	read_at_once(0);
}

/* A whole program whose mds is gone: it says so and ends, and does not crash. */
static void the_end_of_a_program(void **state)
{
	int status;

	(void)state;
	stop("mds.a");
	const int64_t start = clock_ms();
	fflush(NULL);
	const pid_t child = fork();
	if (child == 0) {
		char path[512];

		if (readlink("/proc/self/exe", path, sizeof(path) - 1) > 0)
			execl("/proc/self/exe", "test_ceph_lost", "one-call", (char *)NULL);
		_exit(99);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), -ERR_UNREACHABLE);
	assert_true(clock_ms() - start < 2 * BOUND);
	go_on("mds.a");
	wait_until_back(tree);
}

static int one_call(void)
{
	struct cluster *other = rig_open("/t-lost", TIMEOUT);
	struct err why;
	char *bytes = NULL;
	size_t length;
	const int status = cluster_file_read(other, "f", &bytes, &length, &why);

	free(bytes);
	cluster_close(other);
	return -status;
}

/* Killed, not stopped: new processes, new addresses. */
static void restarted(void **state)
{
	static const char *const daemons[] = {"mds.a", "osd.0", "mon.a"};

	(void)state;
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(kill(pid_of(daemons[i]), SIGKILL), 0);
	assert_lost(health(), "monitors do not answer");
	assert_status(image(), ERR_UNREACHABLE);
	assert_status(tree(), ERR_UNREACHABLE);
	rig_do("tests/rig/cluster start %s", rig_env("BERTH_TEST_CLUSTER"));
	wait_until_back(health);
	wait_until_back(image);
	wait_until_back(tree);
	assert_done(open_writer());
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(no_monitor, wake),
		cmocka_unit_test_teardown(no_osd_to_read, wake),
		cmocka_unit_test_teardown(no_osd_to_write, wake),
		cmocka_unit_test_teardown(osd_lost_while_writing, wake),
		cmocka_unit_test_teardown(no_mds, wake),
		cmocka_unit_test_teardown(many_threads, wake),
		cmocka_unit_test_teardown(the_end_of_a_program, wake),
		cmocka_unit_test_teardown(restarted, wake),
	};

	if (argc == 2 && !strcmp(argv[1], "one-call"))
		return one_call();
	return cmocka_run_group_tests(tests, open_cluster, close_cluster);
}
