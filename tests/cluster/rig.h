/*
 * What the cluster's tests share: the connection of the named client, never of
 * client.admin, and ways to prepare and inspect the cluster from outside.
 */
#ifndef BERTH_TESTS_CLUSTER_RIG_H
#define BERTH_TESTS_CLUSTER_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/text.h"
#include "core/ceph/cluster.h"

#define RIG_FUNCTION static __attribute__((unused))

#define RIG_POOL "rbd"
#define RIG_FS "cephfs"

RIG_FUNCTION const char *rig_env(const char *name)
{
	const char *value = getenv(name);

	if (!value)
		fail_msg("%s is not set: run this with `make test-cluster`", name);
	return value;
}

/* 0 expected; the sentence is shown when it is another. */
#define assert_done(call) rig_check((call), 0, &err, #call, __FILE__, __LINE__)
#define assert_status(call, status) rig_check((call), status, &err, #call, __FILE__, __LINE__)
/* The sentence has these words in it. */
#define assert_says(words) \
	do { \
		if (!strstr(err.text, words)) \
			fail_msg("the sentence \"%s\" does not say \"%s\"", err.text, words); \
	} while (0)

static struct err err;

RIG_FUNCTION void rig_check(int got, int wanted, const struct err *why, const char *call, const char *file, int line)
{
	if (got == wanted)
		return;
	print_error("%s:%d: %s gave %d instead of %d: %s\n", file, line, call, got, wanted, got ? why->text : "");
	_fail(file, line);
}

RIG_FUNCTION struct cluster *rig_open(const char *boot_root, int timeout)
{
	const struct cluster_options options = {
		.conf = rig_env("BERTH_TEST_CONF"), .name = rig_env("BERTH_TEST_NAME"),
		.pool = RIG_POOL, .fs = RIG_FS, .boot_root = boot_root, .timeout = timeout,
	};
	struct cluster *cluster = NULL;

	assert_done(cluster_open(&options, &cluster, &err));
	return cluster;
}

/* A shell command line with the admin's key; what it prints, to be freed. */
RIG_FUNCTION __attribute__((format(printf, 2, 3))) char *rig_admin(int *status, const char *format, ...)
{
	struct text command = {0}, out = {0};
	char piece[4096];
	size_t n;
	va_list args;

	text_printf(&command, "exec 2>&1; export CEPH_CONF=%s; ", rig_env("BERTH_TEST_CONF"));
	va_start(args, format);
	text_vprintf(&command, format, args);
	va_end(args);
	FILE *pipe = popen(command.data, "r");
	assert_non_null(pipe);
	while ((n = fread(piece, 1, sizeof(piece), pipe)) > 0)
		text_append(&out, piece, n);
	*status = pclose(pipe);
	text_free(&command);
	return out.data ? text_take(&out) : xstrdup("");
}

/* The same, for what must work and whose output nobody needs. */
#define rig_do(...) \
	do { \
		int rig_status; \
		char *rig_out = rig_admin(&rig_status, __VA_ARGS__); \
		if (rig_status) \
			print_error("%s\n", rig_out); \
		free(rig_out); \
		assert_int_equal(rig_status, 0); \
	} while (0)

/* Does what the command prints hold these words? */
#define rig_shows(words, ...) \
	do { \
		int rig_status; \
		char *rig_out = rig_admin(&rig_status, __VA_ARGS__); \
		const bool rig_has = strstr(rig_out, words) != NULL; \
		if (!rig_has) \
			print_error("no \"%s\" in: %s\n", words, rig_out); \
		free(rig_out); \
		assert_true(rig_has); \
	} while (0)

#endif
