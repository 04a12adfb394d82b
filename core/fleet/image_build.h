/* The plan that builds a golden image of a suite. Changes nothing; blocks. */
#ifndef BERTH_FLEET_IMAGE_BUILD_H
#define BERTH_FLEET_IMAGE_BUILD_H

#include "core/fleet/fleet.h"
#include "core/fleet/plan.h"
#include "core/fleet/recipe.h"

struct image_build {
	const char *name;
	const char *recipe;                   /* a file; NULL none. What is given beside it wins: */
	const char *values[RECIPE_KEYS];      /* NULL not given */
};
int plan_image_build(struct fleet *fleet, const struct image_build *build, struct plans *out, struct err *err);

#endif
