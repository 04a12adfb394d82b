/* The plan that builds a golden image of a suite. Changes nothing; blocks. */
#ifndef BERTH_FLEET_IMAGE_BUILD_H
#define BERTH_FLEET_IMAGE_BUILD_H

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

#endif
