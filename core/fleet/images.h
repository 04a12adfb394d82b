/* Plans for releases, and for what goes away. Each adds one plan and changes nothing. */
#ifndef BERTH_FLEET_IMAGES_H
#define BERTH_FLEET_IMAGES_H

#include "core/fleet/fleet.h"
#include "core/fleet/plan.h"

/* release NULL: today's date, with .2, .3 ... when taken. */
int plan_image_release(struct fleet *fleet, const char *image, const char *release, struct plans *out, struct err *err);

/* IMAGE with all its releases (to the trash), or IMAGE@RELEASE alone (for
 * good). Refused while a root depends on it; the sentence names one. */
int plan_image_remove(struct fleet *fleet, const char *image_release, struct plans *out, struct err *err);

#endif
