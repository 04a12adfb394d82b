/* What the inventory's tests share: a directory of their own and small makers. */
#ifndef BERTH_TESTS_UNIT_TEST_DB_H
#define BERTH_TESTS_UNIT_TEST_DB_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/text.h"
#include "db/db.h"
#include "db/host.h"
#include "db/image.h"
#include "db/internal.h"
#include "db/root.h"

struct rig {
	char directory[64];
	char path[96];     /* of the inventory */
	struct db *db;     /* open for writing, or NULL */
	struct err err;
};

#define ok(rig, call) do { \
	if ((call) != 0) \
		fail_msg("%s: %s", #call, (rig)->err.text); \
} while (0)

/* The code, and a word of the sentence. */
#define refused(rig, call, expected, words) do { \
	(rig)->err = (struct err){0}; \
	assert_int_equal((call), (expected)); \
	assert_int_equal((rig)->err.code, (expected)); \
	if (!strstr((rig)->err.text, (words))) \
		fail_msg("%s: no \"%s\" in \"%s\"", #call, (words), (rig)->err.text); \
	assert_true(strlen((rig)->err.text) < sizeof (rig)->err.text - 1); \
} while (0)

static inline int rig_make(void **state)
{
	struct rig *const rig = xcalloc(1, sizeof *rig);

	strcpy(rig->directory, "/tmp/berth-unit-XXXXXX");
	if (!mkdtemp(rig->directory))
		return -1;
	snprintf(rig->path, sizeof rig->path, "%s/inventory.db", rig->directory);
	*state = rig;
	return 0;
}

static inline int rig_open(void **state)
{
	struct rig *rig;

	if (rig_make(state) != 0)
		return -1;
	rig = *state;
	return db_open(rig->path, DB_READ_WRITE, &rig->db, &rig->err);
}

static inline int rig_remove(void **state)
{
	struct rig *const rig = *state;
	char command[128];

	db_close(rig->db);
	umount2(rig->directory, MNT_DETACH); /* when a test has failed on a disk of its own */
	snprintf(command, sizeof command, "rm -rf %s", rig->directory);
	if (system(command) != 0)
		return -1;
	free(rig);
	return 0;
}

static inline void rig_close(struct rig *rig)
{
	db_close(rig->db);
	rig->db = NULL;
}

/* desk<n>, with one MAC made from n. */
static inline struct host make_host(int n)
{
	struct host host = {.mac_count = 1};

	snprintf(host.name, sizeof host.name, "desk%d", n);
	snprintf(host.macs[0], sizeof host.macs[0], "52:54:00:%02x:%02x:%02x", n >> 16 & 255,
		 n >> 8 & 255, n & 255);
	return host;
}

static inline struct host add_host(struct rig *rig, int n)
{
	struct host host = make_host(n);

	ok(rig, host_insert(rig->db, &host, &rig->err));
	return host;
}

static inline struct release add_release(struct rig *rig, const char *image_name, const char *name)
{
	struct image image = {.size = 1 << 30, .source = "build bookworm"};
	struct release release = {.size = 1 << 30, .kernel = "6.1.0-28-amd64"};

	if (image_by_name(rig->db, image_name, &image, NULL) != 0) {
		text_copy(image.name, sizeof image.name, image_name);
		ok(rig, image_insert(rig->db, &image, &rig->err));
	}
	release.image_id = image.id;
	text_copy(release.name, sizeof release.name, name);
	ok(rig, release_insert(rig->db, &release, &rig->err));
	return release;
}

static inline void run_sql(const char *path, const char *sql)
{
	sqlite3 *handle;

	assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
	if (sqlite3_exec(handle, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(handle));
	sqlite3_close(handle);
}

static inline char *read_whole(const char *path, size_t *size)
{
	FILE *const file = fopen(path, "rb");
	struct stat status;
	char *bytes;

	assert_non_null(file);
	assert_int_equal(fstat(fileno(file), &status), 0);
	*size = (size_t)status.st_size;
	bytes = xcalloc(1, *size + 1);
	assert_int_equal(fread(bytes, 1, *size, file), *size);
	fclose(file);
	return bytes;
}

#endif
