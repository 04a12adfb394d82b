/*
 * provision, assign and retire, killed with SIGKILL after each line that they
 * write into the journal, in turn: resume ends as an untouched run ends, undo as
 * if nothing had been done. And what makes them stop by themselves.
 */
#include "tests/cluster/world.h"

#include <errno.h>
#include <rados/librados.h>
#include <rbd/librbd.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#define PREFIX "t-prov"
#define HOST PREFIX "-host"
#define MAC "52:54:00:aa:bb:cc"
#define MAC_LINK "by-mac/52-54-00-aa-bb-cc"
#define SHORT_TIMEOUT 2

static struct fleet_rig *rig;

struct verb {
	const char *name;
	bool provisioned; /* the host has to be, first */
	int (*plan)(struct fleet *fleet, struct plans *out, struct err *err);
};

static int plan_provision(struct fleet *fleet, struct plans *out, struct err *err)
{
	return plan_host_provision(fleet, HOST, out, err);
}

static int plan_assign(struct fleet *fleet, struct plans *out, struct err *err)
{
	const struct assign second = {.image = PREFIX "-gold@2", .point = "before"};

	return plan_host_assign(fleet, HOST, &second, out, err);
}

static int plan_retire(struct fleet *fleet, struct plans *out, struct err *err)
{
	return plan_host_retire(fleet, HOST, out, err);
}

static const struct verb provision = {"provision", false, plan_provision};
static const struct verb assign = {"assign", true, plan_assign};
static const struct verb retire = {"retire", true, plan_retire};
static const struct verb *const verbs[] = {&provision, &assign, &retire};

/* In a process of its own: the verb, until the journal has had `left` lines. */

static void count_down(void *context, int number, int count, enum step_state state, const char *words)
{
	int *left = context;

	(void)number;
	(void)count;
	(void)state;
	(void)words;
	if (--*left == 0)
		raise(SIGKILL);
}

static int act(const char *name, const char *inventory, int left)
{
	const struct run_listener listener = {.step = count_down, .context = &left};
	struct plans plans = {0};
	struct err why = {0};
	struct fleet *fleet = rig_berth(inventory, &why);
	int status = -1;

	for (size_t i = 0; fleet && i < sizeof(verbs) / sizeof(*verbs); i++)
		if (!strcmp(verbs[i]->name, name))
			status = verbs[i]->plan(fleet, &plans, &why);
	if (!status)
		status = plan_run(fleet, &plans.items[0], &listener, NULL, &why);
	if (status)
		fprintf(stderr, "%s: %s\n", name, why.text);
	plans_free(&plans);
	fleet_close(fleet);
	return status ? 1 : 0;
}

/* True when it was killed, false when it came to its end. */
static bool act_until(const struct verb *verb, int left)
{
	char number[16];
	char *argv[] = {strdup("test_provision"), strdup(verb->name), rig->inventory, number, NULL};
	pid_t child;
	int status;

	snprintf(number, sizeof(number), "%d", left);
	assert_int_equal(posix_spawn(&child, "/proc/self/exe", NULL, NULL, argv, environ), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	free(argv[0]);
	free(argv[1]);
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
		return true;
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	return false;
}

static void add_release(const char *name)
{
	struct release release = {.size = 32 * MIB};
	struct image image;
	struct err ignored;

	ok(rig, image_by_name(fleet_db(rig->fleet), PREFIX "-gold", &image, &rig->err));
	text_copy(release.name, sizeof(release.name), name);
	release.image_id = image.id;
	if (cluster_snap_create(rig->cluster, "images", PREFIX "-gold", name, &ignored) == 0)
		ok(rig, release_insert(fleet_db(rig->fleet), &release, &rig->err));
}

static int run_here(const struct verb *verb)
{
	struct plans plans = {0};
	const int status = verb->plan(rig->fleet, &plans, &rig->err);

	if (!status)
		return rig_run(rig->fleet, &plans, &rig->err);
	plans_free(&plans);
	return status;
}

static void begin(const struct verb *verb)
{
	struct host host = {.name = HOST, .image = PREFIX "-gold", .release = "1", .size = 48 * MIB,
			    .macs = {MAC}, .mac_count = 1};

	world_forget(rig, HOST, MAC_LINK);
	ok(rig, host_insert(fleet_db(rig->fleet), &host, &rig->err));
	if (verb->provisioned)
		ok(rig, run_here(&provision));
}

/* With a connection of its own: its mount ends the session that a killed berth
 * left, which the rig's own would have to wait for. */
static char *world(void)
{
	const struct cluster_options options = {
		.conf = getenv("BERTH_TEST_CONF"), .name = getenv("BERTH_TEST_NAME"),
		.pool = "rbd", .fs = "cephfs", .boot_root = rig->boot_root,
	};
	struct fleet_rig view = *rig;

	ok(rig, cluster_open(&options, &view.cluster, &rig->err));
	char *text = world_of(&view, HOST, MAC_LINK);
	cluster_close(view.cluster);
	return text;
}

static void assert_same(const char *wanted, const char *what, int left)
{
	char *found = world();

	if (strcmp(found, wanted))
		print_error("%s, killed after line %d of the journal, ends as\n%s\ninstead of\n%s\n", what, left, found, wanted);
	const bool same = !strcmp(found, wanted);
	free(found);
	assert_true(same);
}

/* The only open operation, which a killed berth left. */
static int64_t left_operation(const struct verb *verb)
{
	struct operation *operations;
	size_t count;

	ok(rig, operation_list(fleet_db(rig->fleet), true, 0, &operations, &count, &rig->err));
	assert_int_equal(count, 1);
	assert_string_equal(operations[0].verb, verb->name);
	assert_string_equal(operations[0].target, "host " HOST);
	assert_true(operation_is_abandoned(&operations[0]));
	const int64_t id = operations[0].id;
	free(operations);
	return id;
}

/* As another berth would: a connection of its own. */
static void finish(int (*how)(struct fleet *, int64_t, const struct run_listener *, struct err *), int64_t id)
{
	struct fleet *fleet = rig_berth(rig->inventory, &rig->err);

	assert_non_null(fleet);
	ok(rig, how(fleet, id, NULL, &rig->err));
	fleet_close(fleet);
}

/* A line that says "done" was written after the step had run: without that line it
 * is as if berth had been killed between the two. The last step keeps its own. */
static void tear_line(int64_t id)
{
	struct operation_step *steps;
	int count, last = 0;

	ok(rig, operation_steps(fleet_db(rig->fleet), id, &steps, &count, &rig->err));
	for (int i = 0; i < count; i++)
		if (steps[i].state != STEP_WAITING)
			last = i;
	if (steps[last].state == STEP_DONE && last < count - 1)
		ok(rig, operation_step_put(fleet_db(rig->fleet), id, last, STEP_STARTED, NULL, NULL, &rig->err));
	operation_steps_free(steps, count);
}

/* Kills it after that line; false when it came to its end before. */
static bool kill_and_finish(const struct verb *verb, int left, bool undo, const char *wanted)
{
	begin(verb);
	if (!act_until(verb, left))
		return false;
	const int64_t id = left_operation(verb);
	tear_line(id);
	finish(undo ? plan_undo : plan_resume, id);
	assert_same(wanted, undo ? "undo" : "resume", left);
	return true;
}

/* all: resume and undo after each line. Else in turns, so that each line has
 * one of both: that keeps the suite short, and the long proof does all. */
static void kill_each(const struct verb *verb, bool all)
{
	begin(verb);
	char *before = world();
	assert_false(act_until(verb, 0));
	char *after = world();
	assert_string_not_equal(before, after);

	all |= getenv("BERTH_PROOF") != NULL;
	int left = 1;
	for (bool more = true; more; left++) {
		more = left % 2 && !all ? true : kill_and_finish(verb, left, false, after);
		if (more && (left % 2 || all))
			more = kill_and_finish(verb, left, true, before);
	}
	assert_true(left > 10);
	assert_same(after, "a whole run", 0);
	free(before);
	free(after);
}

static void provision_killed(void **state)
{
	(void)state;
	kill_each(&provision, true);
}

static void assign_killed(void **state)
{
	(void)state;
	kill_each(&assign, false);
}

static void retire_killed(void **state)
{
	(void)state;
	kill_each(&retire, false);
}

/* What is there is kept, what is missing is made. */
static void provision_again(void **state)
{
	(void)state;
	begin(&retire);
	char *whole = world();
	ok(rig, run_here(&provision));
	assert_same(whole, "provision again", 0);
	ok(rig, cluster_file_remove(rig->cluster, MAC_LINK, &rig->err));
	ok(rig, cluster_dir_remove(rig->cluster, "hosts/" HOST, &rig->err));
	ok(rig, cluster_key_delete(rig->cluster, "client.berth." HOST, &rig->err));
	ok(rig, run_here(&provision));
	assert_same(whole, "provision after a loss", 0);
	free(whole);
}

static void refused_while_watched(void **state)
{
	struct plans plans = {0};

	(void)state;
	begin(&retire);
	char *before = world();
	const struct client *machine = rig_machine(rig, 0, HOST, true);
	refused(rig, run_here(&retire), ERR_REFUSED, machine->address);
	refused(rig, run_here(&assign), ERR_REFUSED, machine->address);
	assert_same(before, "retire of a root in use", 0);
	rig_end_clients(rig);

	/* It came between the plan and the run. */
	ok(rig, plan_retire(rig->fleet, &plans, &rig->err));
	machine = rig_machine(rig, 0, HOST, true);
	refused(rig, rig_run(rig->fleet, &plans, &rig->err), ERR_REFUSED, machine->address);
	rig_end_clients(rig);
	assert_same(before, "retire refused half-way", 0);
	ok(rig, run_here(&retire));
	free(before);
}

static pid_t pid_of(const char *daemon)
{
	char path[512];
	int pid = 0;

	snprintf(path, sizeof(path), "%s/run/%s.pid", getenv("BERTH_TEST_CLUSTER"), daemon);
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	assert_int_equal(fscanf(file, "%d", &pid), 1);
	fclose(file);
	return pid;
}

struct outage { const char *daemon; int after; };

static void stop_daemon(void *context, int number, int count, enum step_state state, const char *words)
{
	const struct outage *outage = context;

	(void)count;
	(void)words;
	if (number == outage->after && (state == STEP_DONE || state == STEP_KEPT))
		kill(pid_of(outage->daemon), SIGSTOP);
}

static int run_with_outage(struct outage *outage)
{
	const struct fleet_options options = {
		.inventory = rig->inventory, .conf = getenv("BERTH_TEST_CONF"), .name = getenv("BERTH_TEST_NAME"),
		.timeout = SHORT_TIMEOUT,
	};
	const struct run_listener listener = {.step = stop_daemon, .context = outage};
	struct fleet *fleet;
	struct plans plans = {0};

	ok(rig, fleet_open(&options, &fleet, &rig->err));
	ok(rig, plan_provision(fleet, &plans, &rig->err));
	const int status = plan_run(fleet, &plans.items[0], &listener, NULL, &rig->err);
	kill(pid_of(outage->daemon), SIGCONT);
	plans_free(&plans);
	fleet_close(fleet);
	return status;
}

static void wait_for_cluster(void)
{
	char *bytes;
	size_t length;
	const int64_t end = clock_ms() + 60000;

	while (cluster_file_read(rig->cluster, "boot.ipxe", &bytes, &length, &rig->err) && clock_ms() < end)
		wait_ms(50);
	free(bytes);
}

/* A cluster that goes away in the middle: the journal has what is to be resumed. */
static void lost_half_way(void **state)
{
	struct outage outages[] = {{"osd.0", 0}, {"mon.a", 3}, {"mds.a", 5}};

	(void)state;
	begin(&provision);
	ok(rig, run_here(&provision));
	char *after = world();
	for (size_t i = 0; i < sizeof(outages) / sizeof(*outages); i++) {
		begin(&provision);
		refused(rig, run_with_outage(&outages[i]), ERR_UNREACHABLE, "berth op resume");
		wait_for_cluster();
		finish(plan_resume, left_operation(&provision));
		assert_same(after, outages[i].daemon, 0);
	}
	free(after);
}

/* Another client, with a host's own key. */

static rados_t connect_as(const char *host)
{
	char entity[80], key[CLUSTER_KEY];
	rados_t rados;

	snprintf(entity, sizeof(entity), "client.berth.%s", host);
	ok(rig, cluster_key_get(rig->cluster, entity, key, NULL, &rig->err));
	assert_int_equal(rados_create2(&rados, "ceph", entity, 0), 0);
	assert_int_equal(rados_conf_read_file(rados, getenv("BERTH_TEST_CONF")), 0);
	assert_int_equal(rados_conf_set(rados, "key", key), 0);
	explicit_bzero(key, sizeof(key));
	assert_int_equal(rados_connect(rados), 0);
	return rados;
}

static int open_root(rados_t rados, const char *ns, bool write)
{
	rados_ioctx_t io;
	rbd_image_t image;

	assert_int_equal(rados_ioctx_create(rados, "rbd", &io), 0);
	rados_ioctx_set_namespace(io, ns);
	int rc = write ? rbd_open(io, "root", &image, NULL) : rbd_open_read_only(io, "root", &image, NULL);
	if (rc == 0) {
		char byte;

		rc = rbd_read(image, 0, 1, &byte) == 1 ? 0 : -1;
		rbd_close(image);
	}
	rados_ioctx_destroy(io);
	return rc;
}

/* Reads any object of the data pool's namespace: 0 or a negative errno. */
static int list_objects(rados_t rados, const char *ns)
{
	rados_ioctx_t io;
	rados_list_ctx_t list;
	const char *name;
	int rc;

	assert_int_equal(rados_ioctx_create(rados, "cephfs_data", &io), 0);
	rados_ioctx_set_namespace(io, ns);
	rc = rados_nobjects_list_open(io, &list);
	if (rc == 0) {
		rc = rados_nobjects_list_next(list, &name, NULL, NULL);
		rados_nobjects_list_close(list);
	}
	rados_ioctx_destroy(io);
	return rc == -ENOENT ? 0 : rc;
}

/* As `berth` with that key would: the tree of the host, and of others. */
static void check_tree_with_key_of(const char *own, const char *other)
{
	char keyring[] = "/tmp/t-prov-key-XXXXXX", entity[80], root[WORLD_PATH];
	const char *const roots[] = {own, other};
	const int fd = mkstemp(keyring);

	close(fd);
	snprintf(entity, sizeof(entity), "client.berth.%s", own);
	assert_int_equal(admin("ceph auth get %s -o %s", entity, keyring), 0);
	for (int i = 0; i < 2; i++) {
		snprintf(root, sizeof(root), "%s/hosts/%s/boot", rig->boot_root, roots[i]);
		const struct cluster_options options = {
			.conf = getenv("BERTH_TEST_CONF"), .name = entity, .keyring = keyring,
			.pool = "rbd", .fs = "cephfs", .boot_root = root,
		};
		struct cluster *cluster;
		ok(rig, cluster_open(&options, &cluster, &rig->err));
		const int status = cluster_file_write(cluster, "vmlinuz", "own", 3, 0644, 0, &rig->err);
		cluster_close(cluster);
		assert_int_equal(status, i ? ERR_FAILED : 0);
	}
	unlink(keyring);
}

static void keys_are_walls(void **state)
{
	char a[64], b[64];

	(void)state;
	rig_add_host(rig, 'x', a);
	rig_add_host(rig, 'y', b);
	check_tree_with_key_of(a, b);
	check_tree_with_key_of(b, a);
	rados_t rados = connect_as(a);
	assert_int_equal(open_root(rados, a, true), 0);
	assert_int_equal(open_root(rados, b, true), -EPERM);
	assert_int_equal(open_root(rados, b, false), -EPERM);
	assert_int_equal(list_objects(rados, a), 0);
	assert_int_equal(list_objects(rados, b), -EPERM);
	assert_int_equal(list_objects(rados, ""), -EPERM);
	rados_shutdown(rados);
}

static int group_begin(void **state)
{
	(void)state;
	rig = rig_begin(PREFIX);
	if (rig)
		add_release("2");
	return rig ? 0 : -1;
}

static int group_end(void **state)
{
	(void)state;
	kill(pid_of("osd.0"), SIGCONT);
	kill(pid_of("mon.a"), SIGCONT);
	kill(pid_of("mds.a"), SIGCONT);
	if (rig) {
		world_forget(rig, HOST, MAC_LINK);
		rig_end(rig);
	}
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(provision_killed),
		cmocka_unit_test(assign_killed),
		cmocka_unit_test(retire_killed),
		cmocka_unit_test(provision_again),
		cmocka_unit_test(refused_while_watched),
		cmocka_unit_test(lost_half_way),
		cmocka_unit_test(keys_are_walls),
	};

	if (argc == 4)
		return act(argv[1], argv[2], atoi(argv[3]));
	return cmocka_run_group_tests(tests, group_begin, group_end);
}
