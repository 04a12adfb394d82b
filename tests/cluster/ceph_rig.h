/* What the tests of core/ceph's safety share: a namespace of RBD images of their own. */
#ifndef BERTH_TESTS_CLUSTER_CEPH_RIG_H
#define BERTH_TESTS_CLUSTER_CEPH_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/text.h"
#include "core/ceph/cluster.h"
#include "core/ceph/image.h"
#include "tests/cluster/client.h"

#define MIB ((int64_t)1 << 20)

struct rig {
	struct cluster *cluster;
	const char *ns;
	struct err err;
	struct client clients[2]; /* ended by rig_clear, when a test fails too */
};

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

static inline struct rig *rig_new(const char *ns, const char *boot_root)
{
	const struct cluster_options options = {
		.conf = getenv("BERTH_TEST_CONF"), .name = getenv("BERTH_TEST_NAME"),
		.pool = "rbd", .fs = "cephfs", .boot_root = boot_root,
	};
	struct rig *rig = xcalloc(1, sizeof(*rig));

	rig->ns = ns;
	if (cluster_open(&options, &rig->cluster, &rig->err)) {
		print_error("%s\n", rig->err.text);
		free(rig);
		return NULL;
	}
	return rig;
}

/* Clones before what they were cloned from. */
static inline void rig_clear(struct rig *rig)
{
	for (size_t i = 0; i < sizeof(rig->clients) / sizeof(*rig->clients); i++)
		client_end(&rig->clients[i]);
	admin("for round in 1 2 3; do "
	      "rbd trash ls rbd/%s | while read id name; do rbd trash restore rbd/%s/$id --image $name.$id; done; "
	      "for i in $(rbd ls rbd/%s); do "
	      "for s in $(rbd snap ls rbd/%s/$i --format json | jq -r '.[].name'); do rbd snap unprotect rbd/%s/$i@$s; done; "
	      "rbd snap purge rbd/%s/$i; rbd rm rbd/%s/$i; done; done",
	      rig->ns, rig->ns, rig->ns, rig->ns, rig->ns, rig->ns, rig->ns);
}

static inline void rig_free(struct rig *rig)
{
	admin("rbd namespace rm rbd/%s", rig->ns);
	cluster_close(rig->cluster);
	free(rig);
}

/* The first record of a block; ~0 when it can not be read. */
static inline uint64_t read_record(struct rig *rig, const char *image, uint64_t block)
{
	char line[512], words[64] = "";

	(void)rig;
	snprintf(line, sizeof(line), "CEPH_CONF='%s' rbd export rbd/%s - 2>/dev/null | od -An -tu8 -j%llu -N8",
		 getenv("BERTH_TEST_CONF"), image, (unsigned long long)block * 4096);
	FILE *pipe = popen(line, "r");
	if (!pipe || !fgets(words, sizeof(words), pipe))
		words[0] = '\0';
	if (pipe)
		pclose(pipe);
	return *words ? strtoull(words, NULL, 10) : UINT64_MAX;
}

static inline void wait_ms(int ms)
{
	usleep((useconds_t)ms * 1000);
}

#endif
