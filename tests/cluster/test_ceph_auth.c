/* Keys and caps, and the sentences for what is wrong with a connection. */
#include "tests/cluster/rig.h"

#include <sys/stat.h>
#include <unistd.h>

#include "core/ceph/auth.h"

#define ENTITY "client.berth.t-auth"

static const struct cluster_caps caps = {
	.mon = "profile rbd",
	.osd = "profile rbd pool=rbd namespace=t-auth, profile rbd-read-only pool=rbd namespace=images, "
	       "allow rw pool=cephfs_data namespace=t-auth",
	.mds = "allow rw fsname=cephfs path=/t-auth/hosts/t-auth/boot",
};

static struct cluster *cluster;

static int open_cluster(void **state)
{
	(void)state;
	cluster = rig_open("/t-auth", 15);
	return cluster_key_delete(cluster, ENTITY, &err);
}

static int close_cluster(void **state)
{
	(void)state;
	cluster_key_delete(cluster, ENTITY, NULL);
	cluster_close(cluster);
	return 0;
}

static void assert_caps(const struct cluster_caps *wanted)
{
	struct cluster_caps found;

	assert_done(cluster_key_get(cluster, ENTITY, NULL, &found, &err));
	assert_string_equal(found.mon, wanted->mon);
	assert_string_equal(found.osd, wanted->osd);
	assert_string_equal(found.mds, wanted->mds);
	assert_string_equal(found.mgr, wanted->mgr);
}

static void a_key_comes_and_goes(void **state)
{
	struct cluster_caps fewer = {.mon = "profile rbd", .osd = "profile rbd pool=rbd namespace=other"};
	char first[CLUSTER_KEY], second[CLUSTER_KEY], shown[CLUSTER_KEY + 16];

	(void)state;
	assert_status(cluster_key_get(cluster, ENTITY, first, NULL, &err), ERR_NOT_FOUND);
	assert_says(ENTITY);
	assert_done(cluster_key_put(cluster, ENTITY, &caps, &err));
	assert_caps(&caps);
	assert_done(cluster_key_get(cluster, ENTITY, first, NULL, &err));
	snprintf(shown, sizeof(shown), "key = %s", first);
	rig_shows(shown, "ceph auth get " ENTITY);

	/* Other caps, the same key; what is not named is taken away. */
	assert_done(cluster_key_put(cluster, ENTITY, &caps, &err));
	assert_done(cluster_key_put(cluster, ENTITY, &fewer, &err));
	assert_caps(&fewer);
	assert_done(cluster_key_get(cluster, ENTITY, second, NULL, &err));
	assert_string_equal(first, second);

	assert_done(cluster_key_delete(cluster, ENTITY, &err));
	assert_done(cluster_key_delete(cluster, ENTITY, &err));
	assert_status(cluster_key_get(cluster, ENTITY, first, NULL, &err), ERR_NOT_FOUND);
}

static void other_peoples_keys_are_out_of_reach(void **state)
{
	char key[CLUSTER_KEY];

	(void)state;
	assert_status(cluster_key_get(cluster, "client.admin", key, NULL, &err), ERR_FAILED);
	assert_says("docs/security.md");
	assert_status(cluster_key_put(cluster, "client.admin", &caps, &err), ERR_FAILED);
	assert_status(cluster_key_delete(cluster, "client.admin", &err), ERR_FAILED);
}

/* berth's own key may not import: that could overwrite any key. */
static void import_needs_a_cap(void **state)
{
	static const char keyring[] =
		"[" ENTITY "]\n\tkey = AQBsogVrV0Y7MxAA85Ad/Yj//mcrRn5o8EnPKg==\n\tcaps mon = \"profile rbd\"\n";
	const struct cluster_caps imported = {.mon = "profile rbd"};
	struct cluster *importer = NULL;
	char path[] = "/tmp/t-auth-XXXXXX";
	const int fd = mkstemp(path);
	const struct cluster_options options = {
		.conf = rig_env("BERTH_TEST_CONF"), .name = "client.t-auth-importer", .keyring = path,
	};

	(void)state;
	close(fd);
	assert_status(cluster_key_import(cluster, keyring, strlen(keyring), &err), ERR_FAILED);
	assert_says("mon `allow command \"auth import\"`");
	rig_do("ceph auth get-or-create client.t-auth-importer mon 'allow r, allow command \"auth import\"' >%s", path);
	assert_done(cluster_open(&options, &importer, &err));
	assert_done(cluster_key_import(importer, keyring, strlen(keyring), &err));
	cluster_close(importer);
	rig_do("ceph auth rm client.t-auth-importer; rm %s", path);
	assert_caps(&imported);
}

static void whole_cluster(void **state)
{
	struct cluster_monitors monitors;
	struct cluster_health health;
	char fsid[40], shown[60];

	(void)state;
	assert_done(cluster_fsid(cluster, fsid, &err));
	rig_shows(fsid, "ceph fsid");
	assert_done(cluster_monitors(cluster, &monitors, &err));
	snprintf(shown, sizeof(shown), "v2:%s", monitors.v2);
	rig_shows(shown, "ceph mon dump");
	snprintf(shown, sizeof(shown), "v1:%s", monitors.v1);
	rig_shows(shown, "ceph mon dump");
	assert_done(cluster_health(cluster, &health, &err));
	assert_int_equal(strncmp(health.status, "HEALTH_", 7), 0);
	assert_true(health.mons == 1 && health.osds == 1 && health.osds_up == 1 && health.mdss == 1);
	assert_true(health.pool_free > 0);
}

static void other_pools_and_file_systems(void **state)
{
	(void)state;
	assert_done(cluster_use(cluster, "rbd", "cephfs", "/t-auth", &err));
	assert_status(cluster_use(cluster, "nopool", NULL, NULL, &err), ERR_NOT_FOUND);
	assert_says("ceph osd pool create nopool");
	assert_status(cluster_use(cluster, NULL, "nofs", NULL, &err), ERR_NOT_FOUND);
	assert_says("ceph fs volume create nofs");
}

/* An open that fails, and what it says. */
static void assert_refused(struct cluster_options options, int status, const char *first, const char *second)
{
	struct cluster *none = NULL;

	if (!options.timeout)
		options.timeout = 2;
	assert_status(cluster_open(&options, &none, &err), status);
	assert_says(first);
	assert_says(second);
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void wrong_ways_in(void **state)
{
	const char *conf = rig_env("BERTH_TEST_CONF");
	char directory[] = "/tmp/t-auth-XXXXXX", path[64];

	(void)state;
	assert_non_null(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/file", directory);
	assert_refused((struct cluster_options){.conf = "/nowhere/ceph.conf"}, ERR_FAILED, "/nowhere/ceph.conf", "--conf");
	assert_refused((struct cluster_options){.conf = conf, .name = "berth"}, ERR_USAGE, "berth", "client.NAME");
	assert_refused((struct cluster_options){.conf = conf, .name = "client.berth", .keyring = "/nowhere/key"},
		       ERR_FAILED, "/nowhere/key", "--keyring");
	assert_refused((struct cluster_options){.conf = conf, .name = "client.nobody"}, ERR_FAILED, "client.nobody", "--name");

	write_file(path, "[client.berth]\n\tkey = AQBsogVrV0Y7MxAA85Ad/Yj//mcrRn5o8EnPKg==\n");
	assert_refused((struct cluster_options){.conf = conf, .name = "client.berth", .keyring = path},
		       ERR_FAILED, "refuse client.berth", "ceph auth get client.berth");
	write_file(path, "this is no keyring\n");
	assert_refused((struct cluster_options){.conf = conf, .name = "client.berth", .keyring = path},
		       ERR_FAILED, path, "client.berth");
	write_file(path, "[global]\nfsid = 993c49a7-f440-4173-b760-9c12daa38435\n");
	assert_refused((struct cluster_options){.conf = path, .name = "client.berth"}, ERR_FAILED, "client.berth", "--keyring");
	write_file(path, "[global]\nkey = AQBsogVrV0Y7MxAA85Ad/Yj//mcrRn5o8EnPKg==\n");
	assert_refused((struct cluster_options){.conf = path, .name = "client.berth"}, ERR_FAILED, path, "mon_host");
	write_file(path, "[global]\nmon_host = [v2:127.0.0.1:1,v1:127.0.0.1:2]\nkey = AQBsogVrV0Y7MxAA85Ad/Yj//mcrRn5o8EnPKg==\n");
	const int64_t start = clock_ms();
	assert_refused((struct cluster_options){.conf = path, .name = "client.berth"}, ERR_UNREACHABLE, "127.0.0.1:1", "2 s");
	assert_true(clock_ms() - start < 6000);
	unlink(path);
	rmdir(directory);
}

/* What Ceph's own tools take from the environment counts as well. */
static void ceph_args(void **state)
{
	const char *conf = rig_env("BERTH_TEST_CONF");
	const struct cluster_options none = {.timeout = 15};
	struct cluster *other = NULL;
	struct text args = {0};

	(void)state;
	text_printf(&args, "--conf=%s --id berth", conf);
	setenv("CEPH_ARGS", args.data, 1);
	assert_done(cluster_open(&none, &other, &err));
	cluster_close(other);
	text_clear(&args);
	text_printf(&args, "-c %s -n client.berth", conf);
	setenv("CEPH_ARGS", args.data, 1);
	assert_done(cluster_open(&none, &other, &err));
	cluster_close(other);
	unsetenv("CEPH_ARGS");
	setenv("CEPH_CONF", conf, 1);
	const struct cluster_options named = {.name = "client.berth"};
	assert_done(cluster_open(&named, &other, &err));
	cluster_close(other);
	unsetenv("CEPH_CONF");
	text_free(&args);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_comes_and_goes),
		cmocka_unit_test(other_peoples_keys_are_out_of_reach),
		cmocka_unit_test(import_needs_a_cap),
		cmocka_unit_test(whole_cluster),
		cmocka_unit_test(other_pools_and_file_systems),
		cmocka_unit_test(wrong_ways_in),
		cmocka_unit_test(ceph_args),
	};

	return cmocka_run_group_tests(tests, open_cluster, close_cluster);
}
