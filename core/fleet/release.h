/* What a release is made of, and what stands on it. Blocks: asks cluster and inventory. */
#ifndef BERTH_FLEET_RELEASE_H
#define BERTH_FLEET_RELEASE_H

#include "core/fleet/fleet.h"
#include "db/image.h"

/* "IMAGE@RELEASE" as typed; without @RELEASE: ERR_USAGE. */
int release_typed(struct fleet *fleet, const char *typed, struct release *out, struct err *err);

/* Its packages, as in core/fleet/packages.h; caller frees. ERR_NOT_FOUND, with a
 * sentence, when it has no list: a system without dpkg, or frozen by an older berth. */
int release_packages(struct fleet *fleet, const char *image, const char *release, char **list, struct err *err);

/* Whose list the image's content has now: TREE_NEXT's, that of its newest release,
 * or "" when it is not known. */
int release_packages_now(struct fleet *fleet, const char *image, const char *last, const char **from, struct err *err);

/* A note for a new release: what differs from the last; "" when one has no list. */
#define RELEASE_NOTE 256
int release_note(struct fleet *fleet, const char *image, const char *last, const char *from, char out[RELEASE_NOTE], struct err *err);

/* ERR_REFUSED names the roots, former roots and restore points that need it, also
 * those that the inventory does not know. release "": any of the image's. */
int release_check_unused(struct fleet *fleet, const char *image, const char *release, struct err *err);

#endif
