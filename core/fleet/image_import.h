/* The plan that makes a golden image of what is there already. Changes nothing; blocks. */
#ifndef BERTH_FLEET_IMAGE_IMPORT_H
#define BERTH_FLEET_IMAGE_IMPORT_H

#include "core/fleet/fleet.h"
#include "core/fleet/plan.h"

struct image_import {
	const char *name;
	const char *path;      /* a raw or qcow2 file, a tar file, an OCI image, or a directory */
	const char *size;      /* NULL: as large as the file; a directory: its files and room */
	const char *kernel;    /* local files, for content that can not be looked into (LUKS); */
	const char *initrd;    /* both or none */
};
int plan_image_import(struct fleet *fleet, const struct image_import *import, struct plans *out, struct err *err);

#endif
