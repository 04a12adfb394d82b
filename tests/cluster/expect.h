/* What the tests of safety share: what is expected, and a look from outside. */
#ifndef BERTH_TESTS_CLUSTER_EXPECT_H
#define BERTH_TESTS_CLUSTER_EXPECT_H

#include <setjmp.h>
#include <stdbool.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/text.h"

#define MIB ((int64_t)1 << 20)

/* rig is any struct with a `struct err err`. */
#define ok(rig, call) do { \
	if ((call) != 0) \
		fail_msg("%s: %s", #call, (rig)->err.text); \
} while (0)

/* The code, and a word of the sentence. */
#define refused(rig, call, expected, words) do { \
	(rig)->err = (struct err){0}; \
	assert_int_equal((call), (expected)); \
	if (!strstr((rig)->err.text, (words))) \
		fail_msg("%s: no \"%s\" in \"%s\"", #call, (words), (rig)->err.text); \
} while (0)

/* A shell line as client.admin, to prepare and to inspect. */
__attribute__((format(printf, 1, 2)))
static inline int admin(const char *format, ...)
{
	struct text line = {0};
	va_list args;

	text_printf(&line, "CEPH_CONF='%s' CEPH_ARGS= ; export CEPH_CONF CEPH_ARGS; exec >/dev/null 2>&1; ",
		    getenv("BERTH_TEST_CONF"));
	va_start(args, format);
	text_vprintf(&line, format, args);
	va_end(args);
	const int status = system(text_string(&line));
	text_free(&line);
	return status;
}

/* The first record of a block; ~0 when it can not be read. */
static inline uint64_t read_record(const char *image, uint64_t block)
{
	char line[512], words[64] = "";

	snprintf(line, sizeof(line), "CEPH_CONF='%s' rbd export rbd/%s - 2>/dev/null | od -An -tu8 -j%llu -N8",
		 getenv("BERTH_TEST_CONF"), image, (unsigned long long)block * 4096);
	FILE *pipe = popen(line, "r");
	if (!pipe || !fgets(words, sizeof(words), pipe))
		words[0] = '\0';
	if (pipe)
		pclose(pipe);
	return *words ? strtoull(words, NULL, 10) : UINT64_MAX;
}

#define RUN_BLOCKS 4096 /* of tests/rig/client.c, from the image's beginning */

/* Of IMAGE or IMAGE@SNAP: whether each record of `run` up to `least` is there, and
 * none above `most`; why not. */
static inline bool has_records(const char *image, uint64_t least, uint64_t most, char why[256])
{
	uint64_t *blocks = xcalloc(RUN_BLOCKS, 4096);
	char line[512];

	snprintf(line, sizeof(line), "CEPH_CONF='%s' rbd export rbd/%s - 2>/dev/null", getenv("BERTH_TEST_CONF"), image);
	FILE *pipe = popen(line, "r");
	const size_t n = pipe ? fread(blocks, 4096, RUN_BLOCKS, pipe) : 0;
	if (pipe)
		pclose(pipe);
	snprintf(why, 256, n == RUN_BLOCKS ? "" : "%s can not be read", image);
	for (uint64_t block = 0; block < n && !*why; block++) {
		const uint64_t first = blocks[block * 512], last = blocks[block * 512 + 511];
		const uint64_t wanted = least < block ? 0 : least - (least - block) % RUN_BLOCKS;

		if (first != last || first > most || first < wanted)
			snprintf(why, 256, "%s: block %llu holds %llu (%llu), which should lie between %llu and %llu", image,
				 (unsigned long long)block, (unsigned long long)first, (unsigned long long)last,
				 (unsigned long long)wanted, (unsigned long long)most);
	}
	free(blocks);
	return !*why;
}

static inline void check_records(const char *image, uint64_t least, uint64_t most)
{
	char why[256];

	if (!has_records(image, least, most, why))
		fail_msg("%s", why);
}

static inline void wait_ms(int ms)
{
	usleep((useconds_t)ms * 1000);
}

#endif
