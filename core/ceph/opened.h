/* An open image, for the files of core/ceph that use librbd. */
#ifndef BERTH_CEPH_OPENED_H
#define BERTH_CEPH_OPENED_H

#include <rbd/librbd.h>

#include "core/ceph/internal.h"

enum image_mode { IMAGE_READ /* registers no watch */, IMAGE_WRITE };

struct opened { struct pool pool; rbd_image_t handle; enum image_mode mode; };

int image_open(struct cluster *c, const char *ns, const char *name, enum image_mode mode,
	       struct opened *image, struct err *err);

/* status says how the work on it went: see opened.c. */
void image_close(struct opened *image, int status);

#endif
