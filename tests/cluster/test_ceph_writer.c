/* The sparse writer: what it writes, and what it does not. */
#include "tests/cluster/other.h"

#include "core/ceph/image.h"

#define NS "t-writer"
#define MIB ((size_t)1 << 20)
#define SIZE (48 * MIB)
#define BLOCK ((size_t)64 << 10)

static struct cluster *cluster;
static char *wanted;

static int forget_image(void **state)
{
	char id[64];

	(void)state;
	if (!cluster_image_trash(cluster, NS, "image", id, NULL))
		cluster_trash_remove(cluster, NS, id, NULL, NULL);
	return 0;
}

static int make_image(void **state)
{
	forget_image(state);
	memset(wanted, 0, SIZE);
	return cluster_image_create(cluster, NS, "image", (int64_t)SIZE, &err);
}

static int open_cluster(void **state)
{
	(void)state;
	cluster = rig_open("/t-writer", 15);
	wanted = xcalloc(1, SIZE);
	const int status = cluster_namespace_create(cluster, NS, &err);
	return status == ERR_EXISTS ? 0 : status;
}

static int close_cluster(void **state)
{
	forget_image(state);
	cluster_namespace_remove(cluster, NS, NULL);
	cluster_close(cluster);
	free(wanted);
	return 0;
}

static void fill(size_t offset, size_t length)
{
	uint32_t random = (uint32_t)offset + 1;

	for (size_t i = 0; i < length; i++) {
		random = random * 1664525 + 1013904223;
		wanted[offset + i] = (char)(random >> 24 | 1);
	}
}

static int add_extent(uint64_t offset, size_t length, int exists, void *context)
{
	size_t *allocated = context;

	(void)offset;
	*allocated += exists ? length : 0;
	return 0;
}

/* Reads all of it through another client; how many bytes the image takes. */
static size_t compare_content(void)
{
	struct other other = other_open(NS);
	char *found = xcalloc(1, SIZE);
	size_t allocated = 0;
	rbd_image_t image;

	assert_int_equal(rbd_open_read_only(other.io, "image", &image, NULL), 0);
	assert_int_equal(rbd_read(image, 0, SIZE, found), SIZE);
	assert_int_equal(rbd_diff_iterate2(image, NULL, 0, SIZE, 0, 0, add_extent, &allocated), 0);
	rbd_close(image);
	other_close(&other);
	const bool same = !memcmp(found, wanted, SIZE);
	free(found);
	assert_true(same);
	return allocated;
}

static void put_in_pieces(size_t piece)
{
	struct cluster_writer *writer;

	assert_done(cluster_writer_open(cluster, NS, "image", &writer, &err));
	for (size_t at = 0; at < SIZE; at += piece) {
		const size_t length = SIZE - at < piece ? SIZE - at : piece;

		assert_done(cluster_writer_put(writer, (int64_t)at, wanted + at, length, &err));
	}
	assert_done(cluster_writer_close(writer, &err));
}

static void content_arrives(void **state)
{
	(void)state;
	fill(0, SIZE);
	put_in_pieces(3 * MIB + 517);
	assert_int_equal(compare_content(), SIZE);
}

static void zeros_take_no_room(void **state)
{
	(void)state;
	fill(1000, 10);                /* in a block of its own */
	fill(5 * MIB - 100, 200);      /* over the edge of two blocks */
	fill(12 * MIB, 4 * MIB);       /* an object of its own */
	fill(SIZE - 1, 1);             /* the very last byte */
	put_in_pieces(1 * MIB);
	/* An object counts as taken up to the end of its last block. */
	assert_int_equal(compare_content(), BLOCK + (1 * MIB + BLOCK) + 4 * MIB + 4 * MIB);
}

static void nothing_but_zeros(void **state)
{
	(void)state;
	put_in_pieces(SIZE);
	assert_int_equal(compare_content(), 0);
}

static void holes_between_puts(void **state)
{
	struct cluster_writer *writer;

	(void)state;
	fill(100, 50);
	fill(30 * MIB, 5 * MIB);
	fill(2 * MIB, 70000);
	assert_done(cluster_writer_open(cluster, NS, "image", &writer, &err));
	assert_done(cluster_writer_put(writer, 100, wanted + 100, 50, &err));
	assert_done(cluster_writer_put(writer, (int64_t)(30 * MIB), wanted + 30 * MIB, 5 * MIB, &err));
	assert_done(cluster_writer_put(writer, (int64_t)(2 * MIB), wanted + 2 * MIB, 70000, &err)); /* backwards too */
	assert_done(cluster_writer_put(writer, (int64_t)(2 * MIB), wanted + 2 * MIB, 0, &err));
	assert_done(cluster_writer_close(writer, &err));
	compare_content();
}

static void past_the_end(void **state)
{
	struct cluster_writer *writer;

	(void)state;
	fill(0, 4 * MIB);
	assert_done(cluster_writer_open(cluster, NS, "image", &writer, &err));
	cluster_writer_put(writer, (int64_t)SIZE, wanted, 4 * MIB, &err);
	assert_status(cluster_writer_close(writer, &err), ERR_FAILED);
	assert_says("rbd/" NS "/image can not be written");
	assert_status(cluster_writer_open(cluster, NS, "none", &writer, &err), ERR_NOT_FOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(content_arrives, make_image),
		cmocka_unit_test_setup(zeros_take_no_room, make_image),
		cmocka_unit_test_setup(nothing_but_zeros, make_image),
		cmocka_unit_test_setup(holes_between_puts, make_image),
		cmocka_unit_test_setup(past_the_end, make_image),
	};

	return cmocka_run_group_tests(tests, open_cluster, close_cluster);
}
