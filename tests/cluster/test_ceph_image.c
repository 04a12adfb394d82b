/* Namespaces, images, snapshots, clones and the trash, on the cluster. */
#include "tests/cluster/rig.h"

#include <rados/librados.h>
#include <rbd/features.h>

#include "core/ceph/image.h"
#include "core/ceph/internal.h"

#define GOLDEN "t-image-golden"
#define HOST "t-image-host"
#define GIB ((int64_t)1 << 30)

static struct cluster *cluster;

static bool is_listed(char **names, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

static void clear_namespace(const char *ns)
{
	char **names = NULL, id[64];
	struct cluster_trash *trash = NULL;
	struct cluster_snap *snaps = NULL;
	size_t count = 0, snap_count = 0;

	cluster_image_list(cluster, ns, &names, &count, NULL);
	for (size_t i = 0; i < count; i++) {
		cluster_snap_list(cluster, ns, names[i], &snaps, &snap_count, NULL);
		for (size_t s = 0; s < snap_count; s++) {
			cluster_snap_unprotect(cluster, ns, names[i], snaps[s].name, NULL);
			cluster_snap_remove(cluster, ns, names[i], snaps[s].name, NULL);
		}
		free(snaps);
		cluster_image_trash(cluster, ns, names[i], id, NULL);
	}
	cluster_names_free(names, count);
	cluster_trash_list(cluster, ns, &trash, &count, NULL);
	for (size_t i = 0; i < count; i++)
		cluster_trash_remove(cluster, ns, trash[i].id, NULL, NULL);
	free(trash);
	cluster_namespace_remove(cluster, ns, NULL);
}

static int clean(void **state)
{
	(void)state;
	clear_namespace(HOST);
	clear_namespace(GOLDEN);
	return cluster_namespace_create(cluster, GOLDEN, NULL) || cluster_namespace_create(cluster, HOST, NULL);
}

static int open_cluster(void **state)
{
	(void)state;
	cluster = rig_open("/t-image", 15);
	return 0;
}

static int close_cluster(void **state)
{
	(void)state;
	clear_namespace(HOST);
	clear_namespace(GOLDEN);
	cluster_close(cluster);
	return 0;
}

static void make_golden(void)
{
	assert_done(cluster_image_create(cluster, GOLDEN, "deb12", GIB, &err));
	assert_done(cluster_snap_create(cluster, GOLDEN, "deb12", "r1", &err));
	assert_done(cluster_snap_protect(cluster, GOLDEN, "deb12", "r1", &err));
}

static void namespaces(void **state)
{
	bool exists = false;
	char **names;
	size_t count;

	(void)state;
	assert_status(cluster_namespace_create(cluster, HOST, &err), ERR_EXISTS);
	assert_done(cluster_namespace_exists(cluster, HOST, &exists, &err));
	assert_true(exists);
	assert_done(cluster_namespace_list(cluster, &names, &count, &err));
	assert_true(is_listed(names, count, HOST) && is_listed(names, count, GOLDEN));
	cluster_names_free(names, count);

	assert_done(cluster_image_create(cluster, HOST, "root", GIB, &err));
	assert_status(cluster_namespace_remove(cluster, HOST, &err), ERR_REFUSED);
	assert_says("rbd/" HOST " is not empty");
	char id[64];
	assert_done(cluster_image_trash(cluster, HOST, "root", id, &err));
	assert_status(cluster_namespace_remove(cluster, HOST, &err), ERR_REFUSED);
	assert_done(cluster_trash_remove(cluster, HOST, id, NULL, &err));
	assert_done(cluster_namespace_remove(cluster, HOST, &err));
	assert_done(cluster_namespace_exists(cluster, HOST, &exists, &err));
	assert_false(exists);
	assert_done(cluster_namespace_remove(cluster, HOST, &err));
}

static void an_image(void **state)
{
	struct cluster_image_info info;
	char **names, *value;
	size_t count;

	(void)state;
	assert_status(cluster_image_info(cluster, HOST, "root", &info, &err), ERR_NOT_FOUND);
	assert_done(cluster_image_create(cluster, HOST, "root", GIB, &err));
	assert_status(cluster_image_create(cluster, HOST, "root", GIB, &err), ERR_EXISTS);
	assert_says("rbd/" HOST "/root can not be made: there is one already");
	assert_done(cluster_image_info(cluster, HOST, "root", &info, &err));
	assert_int_equal(info.size, GIB);
	assert_int_equal(info.features, RBD_FEATURE_LAYERING | RBD_FEATURE_EXCLUSIVE_LOCK | RBD_FEATURE_DEEP_FLATTEN);
	assert_string_equal(info.parent, "");
	assert_true(*info.id && llabs(info.created - time_now()) < 60);

	assert_done(cluster_image_list(cluster, HOST, &names, &count, &err));
	assert_int_equal(count, 1);
	assert_string_equal(names[0], "root");
	cluster_names_free(names, count);

	assert_done(cluster_image_grow(cluster, HOST, "root", 2 * GIB, &err));
	assert_done(cluster_image_grow(cluster, HOST, "root", GIB, &err));
	assert_done(cluster_image_info(cluster, HOST, "root", &info, &err));
	assert_int_equal(info.size, 2 * GIB);

	assert_status(cluster_image_meta_get(cluster, HOST, "root", "berth.host", &value, &err), ERR_NOT_FOUND);
	assert_done(cluster_image_meta_set(cluster, HOST, "root", "berth.host", "desk1", &err));
	assert_done(cluster_image_meta_get(cluster, HOST, "root", "berth.host", &value, &err));
	assert_string_equal(value, "desk1");
	free(value);
}

static void a_clone(void **state)
{
	struct cluster_image_info info;
	char **names;
	size_t count;

	(void)state;
	make_golden();
	assert_status(cluster_image_clone(cluster, GOLDEN, "deb12", "none", HOST, "root", &err), ERR_NOT_FOUND);
	assert_says("deb12@none");
	assert_done(cluster_image_clone(cluster, GOLDEN, "deb12", "r1", HOST, "root", &err));
	assert_status(cluster_image_clone(cluster, GOLDEN, "deb12", "r1", HOST, "root", &err), ERR_EXISTS);
	assert_done(cluster_image_info(cluster, HOST, "root", &info, &err));
	assert_string_equal(info.parent_ns, GOLDEN);
	assert_string_equal(info.parent, "deb12");
	assert_string_equal(info.parent_snap, "r1");
	assert_int_equal(info.features, RBD_FEATURE_LAYERING | RBD_FEATURE_EXCLUSIVE_LOCK | RBD_FEATURE_DEEP_FLATTEN);
	rig_shows("op_features: clone-child", "rbd info rbd/%s/root", HOST);

	assert_done(cluster_snap_children(cluster, GOLDEN, "deb12", "r1", &names, &count, &err));
	assert_int_equal(count, 1);
	assert_string_equal(names[0], HOST "/root");
	cluster_names_free(names, count);
	assert_status(cluster_snap_unprotect(cluster, GOLDEN, "deb12", "r1", &err), ERR_REFUSED);
	assert_says(HOST "/root");
	assert_status(cluster_snap_remove(cluster, GOLDEN, "deb12", "r1", &err), ERR_REFUSED);
}

static void snapshots(void **state)
{
	struct cluster_snap *snaps;
	size_t count;

	(void)state;
	make_golden();
	assert_done(cluster_snap_protect(cluster, GOLDEN, "deb12", "r1", &err));
	assert_status(cluster_snap_create(cluster, GOLDEN, "deb12", "r1", &err), ERR_EXISTS);
	assert_done(cluster_snap_create(cluster, GOLDEN, "deb12", "r2", &err));
	assert_done(cluster_snap_list(cluster, GOLDEN, "deb12", &snaps, &count, &err));
	assert_int_equal(count, 2);
	assert_string_equal(snaps[0].name, "r1");
	assert_true(snaps[0].protected && !snaps[1].protected);
	assert_int_equal(snaps[1].size, GIB);
	assert_true(llabs(snaps[1].created - time_now()) < 60);
	free(snaps);

	assert_status(cluster_snap_remove(cluster, GOLDEN, "deb12", "r1", &err), ERR_REFUSED);
	assert_done(cluster_snap_unprotect(cluster, GOLDEN, "deb12", "r1", &err));
	assert_done(cluster_snap_unprotect(cluster, GOLDEN, "deb12", "r1", &err));
	assert_done(cluster_snap_remove(cluster, GOLDEN, "deb12", "r1", &err));
	assert_done(cluster_snap_remove(cluster, GOLDEN, "deb12", "r1", &err));
	assert_done(cluster_snap_list(cluster, GOLDEN, "deb12", &snaps, &count, &err));
	assert_int_equal(count, 1);
	free(snaps);
}

static void trash(void **state)
{
	struct cluster_image_info before, after;
	struct cluster_trash *list;
	size_t count;
	char id[64], **names;

	(void)state;
	make_golden();
	assert_done(cluster_image_clone(cluster, GOLDEN, "deb12", "r1", HOST, "root", &err));
	assert_done(cluster_image_info(cluster, HOST, "root", &before, &err));
	assert_done(cluster_image_trash(cluster, HOST, "root", id, &err));
	assert_string_equal(id, before.id);
	assert_status(cluster_image_trash(cluster, HOST, "root", id, &err), ERR_NOT_FOUND);
	assert_done(cluster_trash_list(cluster, HOST, &list, &count, &err));
	assert_int_equal(count, 1);
	assert_string_equal(list[0].name, "root");
	assert_true(llabs(list[0].deleted - time_now()) < 60);
	free(list);
	/* Clones in the trash still hang on their parent. */
	assert_done(cluster_snap_children(cluster, GOLDEN, "deb12", "r1", &names, &count, &err));
	assert_int_equal(count, 1);
	cluster_names_free(names, count);

	assert_done(cluster_trash_restore(cluster, HOST, before.id, "root", &err));
	assert_done(cluster_image_info(cluster, HOST, "root", &after, &err));
	assert_string_equal(after.id, before.id);
	assert_done(cluster_image_trash(cluster, HOST, "root", id, &err));
	assert_done(cluster_trash_remove(cluster, HOST, id, NULL, &err));
	assert_status(cluster_trash_restore(cluster, HOST, id, "root", &err), ERR_NOT_FOUND);
}

/* Killed between its name and its directory. */
static void half_made_namespaces(void **state)
{
	bool exists;

	(void)state;
	rig_do("rados -p rbd -N %s rm rbd_directory", HOST);
	assert_done(cluster_namespace_exists(cluster, HOST, &exists, &err));
	assert_false(exists);
	assert_status(cluster_namespace_create(cluster, HOST, &err), ERR_EXISTS);
	assert_done(cluster_namespace_exists(cluster, HOST, &exists, &err));
	assert_true(exists);
	assert_done(cluster_image_create(cluster, HOST, "root", GIB, &err));
}

/* What a berth that was killed while it made an image leaves behind. */
static void half_made_images(void **state)
{
	struct cluster_image_info info;

	(void)state;
	make_golden();
	/* A clone that never got its parent; then one without even a header. */
	rig_do("rbd create --size 1G rbd/%s/.berth-root", HOST);
	assert_done(cluster_image_clone(cluster, GOLDEN, "deb12", "r1", HOST, "root", &err));
	assert_done(cluster_image_info(cluster, HOST, "root", &info, &err));
	assert_string_equal(info.parent, "deb12");
	rig_do("rbd create --size 1G rbd/%s/.berth-other && rados -p rbd -N %s rm "
	       "rbd_header.$(rbd info --format json rbd/%s/.berth-other | sed 's/.*\"id\":\"\\([^\"]*\\)\".*/\\1/')",
	       HOST, HOST, HOST);
	assert_done(cluster_image_create(cluster, HOST, "other", GIB, &err));
	assert_done(cluster_image_info(cluster, HOST, "other", &info, &err));
	/* Only the first of an image's objects. */
	rig_do("printf '\\004\\000\\000\\000abcd' | rados -p rbd -N %s put rbd_id..berth-third -", HOST);
	assert_done(cluster_image_create(cluster, HOST, "third", GIB, &err));

	/* They are nobody's images, and no reason to keep a namespace. */
	char id[64], **names;
	size_t count;
	rig_do("rbd create --size 1G rbd/%s/.berth-more", HOST);
	assert_done(cluster_image_list(cluster, HOST, &names, &count, &err));
	assert_int_equal(count, 3);
	for (size_t i = 0; i < count; i++) {
		assert_done(cluster_image_trash(cluster, HOST, names[i], id, &err));
		assert_done(cluster_trash_remove(cluster, HOST, id, NULL, &err));
	}
	cluster_names_free(names, count);
	assert_done(cluster_namespace_remove(cluster, HOST, &err));
}

static void to_class(struct pool *pool, const char *object, const char *method, const char *bytes, size_t length)
{
	assert_true(rados_exec(pool->io, object, "rbd", method, bytes, length, NULL, 0) >= 0);
}

/* As a berth that was killed while an image went to the trash leaves it: with its
 * name, without its id object, without both. */
static const char *cut_short(int how, char id[64])
{
	struct text moving = {0}, entry = {0};
	struct pool pool;
	const char lengths[] = {4, 0, 0, 0, (char)strlen(id), 0, 0, 0};

	text_append(&moving, lengths + 4, 4);
	text_add(&moving, id);
	text_append(&moving, "\1\0", 2);
	text_append(&entry, lengths, 4);
	text_add(&entry, "root");
	text_append(&entry, lengths + 4, 4);
	text_add(&entry, id);
	assert_done(pool_open(cluster, HOST, &pool, &err));
	to_class(&pool, "rbd_trash", "trash_state_set", moving.data, moving.length);
	if (how < 2)
		to_class(&pool, "rbd_directory", "dir_add_image", entry.data, entry.length);
	if (how < 1)
		assert_int_equal(rados_write_full(pool.io, "rbd_id.root", entry.data + 8, entry.length - 8), 0);
	pool_close(&pool);
	text_free(&moving);
	text_free(&entry);
	return id;
}

static void half_trashed_images(void **state)
{
	struct cluster_image_info info;
	struct cluster_trash *list;
	size_t count;
	char id[64];

	(void)state;
	assert_done(cluster_image_create(cluster, HOST, "root", GIB, &err));
	for (int how = 0; how < 3; how++) {
		assert_done(cluster_image_trash(cluster, HOST, "root", id, &err));
		assert_done(cluster_trash_restore(cluster, HOST, cut_short(how, id), "root", &err));
		assert_done(cluster_image_info(cluster, HOST, "root", &info, &err));
		assert_string_equal(info.id, id);
		assert_done(cluster_trash_list(cluster, HOST, &list, &count, &err));
		assert_int_equal(count, 0);
		free(list);
	}
	/* Forward again: with its name it is moved as if it had never been. */
	assert_done(cluster_image_trash(cluster, HOST, "root", id, &err));
	cut_short(0, id);
	assert_status(cluster_trash_finish(cluster, HOST, id, &err), ERR_REFUSED);
	assert_status(cluster_trash_remove(cluster, HOST, id, NULL, &err), ERR_REFUSED);
	assert_done(cluster_image_trash(cluster, HOST, "root", id, &err));
	for (int how = 1; how < 3; how++) {
		char **names;

		assert_done(cluster_trash_finish(cluster, HOST, cut_short(how, id), &err));
		assert_done(cluster_image_list(cluster, HOST, &names, &count, &err));
		cluster_names_free(names, count);
		assert_int_equal(count, 0);
		assert_done(cluster_trash_finish(cluster, HOST, id, &err));
		rig_do("rbd trash restore rbd/%s/%s", HOST, id);
		rig_do("rbd trash mv rbd/%s/root", HOST);
	}
	assert_done(cluster_trash_remove(cluster, HOST, cut_short(1, id), NULL, &err));
	assert_done(cluster_trash_finish(cluster, HOST, id, &err));
	assert_done(cluster_namespace_remove(cluster, HOST, &err));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(namespaces, clean),
		cmocka_unit_test_setup(an_image, clean),
		cmocka_unit_test_setup(a_clone, clean),
		cmocka_unit_test_setup(snapshots, clean),
		cmocka_unit_test_setup(trash, clean),
		cmocka_unit_test_setup(half_made_namespaces, clean),
		cmocka_unit_test_setup(half_made_images, clean),
		cmocka_unit_test_setup(half_trashed_images, clean),
	};

	return cmocka_run_group_tests(tests, open_cluster, close_cluster);
}
