/* Who holds an image, as another client makes it so; and cutting that one off. */
#include "tests/cluster/other.h"

#include <errno.h>

#include "core/ceph/image.h"
#include "core/ceph/peer.h"
#include "core/ceph/watch.h"

#define NS "t-watch"
#define MANY 200
#define MANY_PEERS 1200

static struct cluster *cluster;
static struct cluster_image_info info;

static void forget_image(const char *name)
{
	char id[64];

	if (!cluster_image_trash(cluster, NS, name, id, NULL))
		cluster_trash_remove(cluster, NS, id, NULL, NULL);
}

static int make_image(void **state)
{
	(void)state;
	const int status = cluster_image_create(cluster, NS, "root", 64 << 20, &err);
	return status && status != ERR_EXISTS ? status : cluster_image_info(cluster, NS, "root", &info, &err);
}

static int open_cluster(void **state)
{
	(void)state;
	cluster = rig_open("/t-watch", 15);
	const int status = cluster_namespace_create(cluster, NS, &err);
	return status == ERR_EXISTS ? 0 : status;
}

static int close_cluster(void **state)
{
	(void)state;
	forget_image("root");
	cluster_namespace_remove(cluster, NS, NULL);
	cluster_close(cluster);
	return 0;
}

static struct cluster_holders ask(void)
{
	struct cluster_holders holders = {.ns = NS};

	text_copy(holders.id, sizeof(holders.id), info.id);
	assert_done(cluster_holders_read(cluster, &holders, 1, &err));
	return holders;
}

static void nobody(void **state)
{
	(void)state;
	const struct cluster_holders holders = ask();
	assert_int_equal(holders.status, 0);
	assert_int_equal(holders.watcher_count, 0);
	assert_string_equal(holders.lock_owner.client, "");
}

static void no_such_image(void **state)
{
	struct cluster_holders holders = {.ns = NS, .id = "nosuchid"};

	(void)state;
	assert_done(cluster_holders_read(cluster, &holders, 1, &err));
	assert_int_equal(holders.status, ERR_NOT_FOUND);
}

/* The name counts; the id is what it was when somebody last looked. */
static void an_exchanged_image(void **state)
{
	struct cluster_holders named = {.ns = NS, .name = "root", .id = "nosuchid"};
	struct other other = other_open(NS);
	rbd_image_t image;
	char id[64];

	(void)state;
	assert_int_equal(rbd_open(other.io, "root", &image, NULL), 0);
	assert_done(cluster_holders_read(cluster, &named, 1, &err));
	assert_int_equal(named.status, 0);
	assert_int_equal(named.watcher_count, 1);
	assert_string_equal(named.id, info.id);
	rbd_close(image);
	other_close(&other);
	assert_done(cluster_image_trash(cluster, NS, "root", id, &err));
	assert_done(cluster_holders_read(cluster, &named, 1, &err));
	assert_int_equal(named.status, ERR_NOT_FOUND);
	assert_int_equal(ask().status, 0); /* its header is there */
	assert_done(cluster_trash_restore(cluster, NS, id, "root", &err));
}

/* Who is sure of an id is believed, until the image of that id is gone. */
static void a_sure_id(void **state)
{
	struct cluster_holders sure = {.ns = NS, .name = "nosuchname", .sure = true};
	struct cluster_holders gone = {.ns = NS, .name = "root", .id = "nosuchid", .sure = true};

	(void)state;
	text_copy(sure.id, sizeof(sure.id), info.id);
	assert_done(cluster_holders_read(cluster, &sure, 1, &err));
	assert_int_equal(sure.status, 0);
	assert_done(cluster_holders_read(cluster, &gone, 1, &err));
	assert_int_equal(gone.status, 0);
	assert_string_equal(gone.id, info.id);
}

static void a_watcher_and_its_lock(void **state)
{
	struct other other = other_open(NS);
	rbd_image_t image;

	(void)state;
	assert_int_equal(rbd_open(other.io, "root", &image, NULL), 0);
	struct cluster_holders holders = ask();
	assert_int_equal(holders.watcher_count, 1);
	assert_string_equal(holders.watchers[0].client, other.client);
	assert_non_null(strchr(holders.watchers[0].address, '/'));
	assert_string_equal(holders.lock_owner.client, "");

	assert_int_equal(rbd_lock_acquire(image, RBD_LOCK_MODE_EXCLUSIVE), 0);
	holders = ask();
	assert_string_equal(holders.lock_owner.client, other.client);
	assert_string_equal(holders.lock_owner.address, holders.watchers[0].address);

	rbd_close(image);
	other_close(&other);
	holders = ask();
	assert_int_equal(holders.watcher_count, 0);
	assert_string_equal(holders.lock_owner.client, "");
}

static void our_own_watch_is_none(void **state)
{
	struct cluster_writer *writer;
	char own[40];

	(void)state;
	assert_done(cluster_writer_open(cluster, NS, "root", &writer, &err));
	assert_int_equal(ask().watcher_count, 0);
	assert_done(cluster_own_client(cluster, own, &err));
	rig_shows("Watchers", "rbd status rbd/" NS "/root");
	rig_shows(own, "rbd status rbd/" NS "/root");
	assert_done(cluster_writer_close(writer, &err));
}

static void a_watched_image_stays(void **state)
{
	struct other other = other_open(NS);
	struct cluster_image_info after;
	char id[64];
	rbd_image_t image;

	(void)state;
	assert_int_equal(rbd_open(other.io, "root", &image, NULL), 0);
	const struct cluster_holders holders = ask();
	assert_status(cluster_image_trash(cluster, NS, "root", id, &err), ERR_REFUSED);
	assert_says(holders.watchers[0].address);
	assert_says(other.client);
	assert_done(cluster_image_info(cluster, NS, "root", &after, &err));
	rbd_close(image);
	other_close(&other);
}

/* More than are in flight at once, over two namespaces, with gaps. */
static void many_at_once(void **state)
{
	struct other other = other_open(NS);
	struct cluster_holders *holders = xcalloc(MANY, sizeof(*holders));
	rbd_image_t image;

	(void)state;
	assert_int_equal(rbd_open(other.io, "root", &image, NULL), 0);
	for (int i = 0; i < MANY; i++) {
		text_copy(holders[i].ns, sizeof(holders[i].ns), i % 3 == 1 ? "t-watch-none" : NS);
		text_copy(holders[i].id, sizeof(holders[i].id), i % 3 == 2 ? "nosuchid" : info.id);
	}
	assert_done(cluster_holders_read(cluster, holders, MANY, &err));
	for (int i = 0; i < MANY; i++) {
		assert_int_equal(holders[i].status, i % 3 ? ERR_NOT_FOUND : 0);
		assert_int_equal(holders[i].watcher_count, i % 3 ? 0 : 1);
	}
	free(holders);
	rbd_close(image);
	other_close(&other);
}

static bool is_blocked(const char *address, int64_t *left)
{
	struct cluster_blocked *list;
	size_t count;
	bool found = false;

	assert_done(cluster_blocklist_list(cluster, &list, &count, &err));
	for (size_t i = 0; i < count; i++)
		if (!strcmp(list[i].address, address)) {
			found = true;
			*left = list[i].until - time_now();
		}
	free(list);
	return found;
}

static void the_fenced_client_is_cut_off(void **state)
{
	struct other other = other_open(NS);
	char address[80];
	int64_t left = 0;
	rbd_image_t image;

	(void)state;
	assert_int_equal(rbd_open(other.io, "root", &image, NULL), 0);
	assert_int_equal(rbd_write(image, 0, 5, "hello"), 5);
	text_copy(address, sizeof(address), ask().watchers[0].address);
	assert_false(is_blocked(address, &left));
	assert_done(cluster_blocklist_add(cluster, (const char *[]){address}, 1, 600, &err));
	assert_true(is_blocked(address, &left));
	assert_true(left > 500 && left <= 600);
	/* Our request takes the new map to the OSD, which throws the watch out. */
	assert_int_equal(ask().watcher_count, 0);
	assert_int_equal(rbd_write(image, 0, 5, "again"), -ESHUTDOWN);
	assert_string_equal(ask().lock_owner.client, other.client);
	rbd_close(image);
	other_close(&other);
	assert_done(cluster_blocklist_remove(cluster, address, &err));
	assert_false(is_blocked(address, &left));
	assert_done(cluster_blocklist_remove(cluster, address, &err));
}

/* A host that finds us dead breaks our lock, and fences us for that. */
static size_t count_peers(const char *address, size_t *of_it)
{
	struct cluster_peer *peers;
	size_t count;

	*of_it = 0;
	assert_done(cluster_peers_read(cluster, &peers, &count, &err));
	for (size_t i = 0; i < count; i++)
		*of_it += !strcmp(peers[i].address, address) && !strcmp(peers[i].words, "words");
	free(peers);
	return count;
}

/* More than one answer of the OSD holds. */
static void berths_are_noted(void **state)
{
	struct cluster_peer *others = xcalloc(MANY_PEERS, sizeof(*others));
	char address[80];
	size_t own;

	(void)state;
	assert_done(cluster_own_address(cluster, address, &err));
	const size_t before = count_peers(address, &own);
	for (size_t i = 0; i < MANY_PEERS; i++) {
		snprintf(others[i].address, sizeof(others[i].address), "10.9.9.9:0/%zu", i);
		strcpy(others[i].words, "words");
	}
	assert_done(cluster_peers_change(cluster, others, MANY_PEERS, &err));
	assert_int_equal(count_peers("10.9.9.9:0/777", &own), before + MANY_PEERS);
	assert_int_equal(own, 1);
	for (size_t i = 0; i < MANY_PEERS; i++)
		others[i].words[0] = '\0';
	assert_done(cluster_peers_change(cluster, others, MANY_PEERS, &err));
	free(others);
	assert_int_equal(count_peers(address, &own), before);
	assert_int_equal(own, 0);
	assert_done(cluster_peer_note(cluster, "words", &err));
	assert_done(cluster_peer_note(cluster, "words", &err));
	count_peers(address, &own);
	assert_int_equal(own, 1);
}

static void one_berth_at_a_time(void **state)
{
	struct cluster *other = rig_open("/t-watch", 15);
	char address[80], holder[80];

	(void)state;
	assert_done(cluster_own_address(cluster, address, &err));
	assert_done(cluster_claim(cluster, "host a", holder, &err));
	assert_done(cluster_claim(cluster, "host a", holder, &err));
	assert_done(cluster_claim(other, "host b", holder, &err));
	assert_status(cluster_claim(other, "host a", holder, &err), ERR_REFUSED);
	assert_string_equal(holder, address);
	assert_done(cluster_claim_release(other, "host a", &err)); /* not its own */
	assert_done(cluster_claim_break(other, "host a", "10.0.0.1:0/1", &err)); /* not that one's */
	assert_status(cluster_claim(other, "host a", holder, &err), ERR_REFUSED);
	assert_done(cluster_claim_break(other, "host a", address, &err));
	assert_done(cluster_claim(other, "host a", holder, &err));
	assert_status(cluster_claim(cluster, "host a", holder, &err), ERR_REFUSED);
	assert_done(cluster_claim_release(other, "host a", &err));
	assert_done(cluster_claim_release(other, "host b", &err));
	assert_done(cluster_claim(cluster, "host a", holder, &err));
	assert_done(cluster_claim_release(cluster, "host a", &err));
	cluster_close(other);
}

/* The new connection is noted before it does anything. */
static void fenced_ourselves(void **state)
{
	struct cluster_image_info again;
	char address[80], before[40], after[40];
	size_t own;

	(void)state;
	assert_done(cluster_own_client(cluster, before, &err));
	assert_done(cluster_own_address(cluster, address, &err));
	rig_do("ceph osd blocklist add %s 600", address);
	assert_status(cluster_image_grow(cluster, NS, "root", 128 << 20, &err), ERR_FAILED);
	assert_says("the cluster has fenced this very client");
	assert_done(cluster_image_info(cluster, NS, "root", &again, &err));
	assert_done(cluster_image_grow(cluster, NS, "root", 128 << 20, &err));
	assert_done(cluster_own_client(cluster, after, &err));
	assert_string_not_equal(before, after);
	assert_done(cluster_blocklist_remove(cluster, address, &err));
	assert_done(cluster_own_address(cluster, address, &err));
	count_peers(address, &own);
	assert_int_equal(own, 1);
}

/* One by one they would take a round of the monitors each. */
static void many_are_cut_off_at_once(void **state)
{
	char texts[100][32];
	const char *addresses[100];
	int64_t left;

	(void)state;
	for (int i = 0; i < 100; i++) {
		snprintf(texts[i], sizeof(texts[i]), "10.77.0.%d:0/%d", i + 1, 1000 + i);
		addresses[i] = texts[i];
	}
	const int64_t one = clock_ms();
	assert_done(cluster_blocklist_add(cluster, addresses, 1, 600, &err));
	const int64_t all = clock_ms();
	assert_done(cluster_blocklist_add(cluster, addresses, 100, 600, &err));
	assert_true(clock_ms() - all < 50 * (all - one));
	for (int i = 0; i < 100; i++) {
		assert_true(is_blocked(addresses[i], &left));
		assert_done(cluster_blocklist_remove(cluster, addresses[i], &err));
	}
}

static void only_one_client_can_be_meant(void **state)
{
	static const char *const wrong[] = {"10.0.0.1", "10.0.0.1:0/0", "10.0.0.1:0/", "/5", "10.0.0.0/24 x", ""};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		assert_status(cluster_blocklist_add(cluster, &wrong[i], 1, 60, &err), ERR_USAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(nobody, make_image),
		cmocka_unit_test_setup(no_such_image, make_image),
		cmocka_unit_test_setup(an_exchanged_image, make_image),
		cmocka_unit_test_setup(a_sure_id, make_image),
		cmocka_unit_test_setup(a_watcher_and_its_lock, make_image),
		cmocka_unit_test_setup(our_own_watch_is_none, make_image),
		cmocka_unit_test_setup(a_watched_image_stays, make_image),
		cmocka_unit_test_setup(many_at_once, make_image),
		cmocka_unit_test_setup(the_fenced_client_is_cut_off, make_image),
		cmocka_unit_test(berths_are_noted),
		cmocka_unit_test(one_berth_at_a_time),
		cmocka_unit_test_setup(fenced_ourselves, make_image),
		cmocka_unit_test(many_at_once),
		cmocka_unit_test(many_are_cut_off_at_once),
		cmocka_unit_test(only_one_client_can_be_meant),
	};

	return cmocka_run_group_tests(tests, open_cluster, close_cluster);
}
