/* Golden images and their releases. */
#ifndef BERTH_DB_IMAGE_H
#define BERTH_DB_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db/db.h"

struct image {
	int64_t id;
	int64_t version;
	char name[64];
	int64_t size;        /* provisioned bytes of images/<name> */
	char source[256];    /* "build bookworm", "import root.qcow2": for people */
	char recipe[4096];   /* what it was built of; "" it was not */
	int64_t created;
	int release_count;   /* filled by reads */
	int host_count;      /* filled by reads: roots cloned from it */
};

struct release {
	int64_t id;
	int64_t image_id;
	char image[64];      /* filled by reads */
	char name[64];       /* e.g. 2026-11-23; also the RBD snapshot's name */
	int64_t size;        /* bytes of the image when it was frozen */
	char kernel[128];    /* kernel version, "" when the release has no kernel in the tree */
	int64_t created;
	int host_count;      /* filled by reads */
};

int image_insert(struct db *db, struct image *image, struct err *err); /* ERR_EXISTS; `created` 0: now */
int image_delete(struct db *db, int64_t id, struct err *err);  /* with its releases; ERR_REFUSED names a host that uses it */
int image_by_name(struct db *db, const char *name, struct image *out, struct err *err);
int image_list(struct db *db, struct image **out, size_t *count, struct err *err); /* by name */

int release_insert(struct db *db, struct release *release, struct err *err); /* ERR_EXISTS; `created` 0: now */
int release_delete(struct db *db, int64_t id, struct err *err); /* ERR_REFUSED names a host that uses it */
/* name "" or NULL: the newest release of the image. */
int release_find(struct db *db, const char *image, const char *name, struct release *out, struct err *err);
int release_list(struct db *db, const char *image, struct release **out, size_t *count, struct err *err); /* newest first; image NULL: all */

#endif
