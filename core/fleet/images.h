/* Plans for golden images and releases. Each adds one plan and changes nothing. */
#ifndef BERTH_FLEET_IMAGES_H
#define BERTH_FLEET_IMAGES_H

#include "core/fleet/fleet.h"
#include "core/fleet/plan.h"

struct image_build {
	const char *name;
	const char *suite;     /* "bookworm" */
	const char *mirror;    /* NULL: mmdebstrap's default */
	const char *include;   /* "PKG,..."; NULL none */
	const char *size;      /* NULL: 4G */
};
int plan_image_build(struct fleet *fleet, const struct image_build *build, struct plans *out, struct err *err);

struct image_import {
	const char *name;
	const char *path;      /* a raw or qcow2 file, or a directory */
	const char *size;      /* NULL: as large as the file; a directory: its files and room */
	const char *kernel;    /* local files, for content that can not be looked into (LUKS); */
	const char *initrd;    /* both or none */
};
int plan_image_import(struct fleet *fleet, const struct image_import *import, struct plans *out, struct err *err);

/* release NULL: today's date, with .2, .3 ... when taken. note NULL: what changed
 * in its packages. */
int plan_image_release(struct fleet *fleet, const char *image, const char *release, const char *note,
		       struct plans *out, struct err *err);

/* IMAGE with all its releases (to the trash), or IMAGE@RELEASE alone (for
 * good). Refused while roots or restore points need it; the sentence names them. */
int plan_image_remove(struct fleet *fleet, const char *image_release, struct plans *out, struct err *err);

#endif
