/* An open image, for the files of core/ceph that use librbd. */
#ifndef BERTH_CEPH_OPENED_H
#define BERTH_CEPH_OPENED_H

#include <rbd/librbd.h>

#include "core/ceph/image.h"
#include "core/ceph/internal.h"

enum image_mode { IMAGE_READ /* registers no watch */, IMAGE_WRITE };

struct opened { struct pool pool; rbd_image_t handle; enum image_mode mode; };

int image_open(struct cluster *c, const char *ns, const char *name, enum image_mode mode,
	       struct opened *image, struct err *err);
/* By RBD's internal id, also in the trash; IMAGE_READ. */
int image_open_by_id(struct cluster *c, const char *ns, const char *id, struct opened *image, struct err *err);

/* status says how the work on it went: see opened.c. */
void image_close(struct opened *image, int status);

/* snap.c. All there are, librbd's own too: rbd_snap_list_end, then free; *count
 * is negative on error. */
rbd_snap_info_t *snaps_list_raw(rbd_image_t image, int *count);
/* Those that somebody made. 0 or a negative errno; caller frees. */
int snaps_read(rbd_image_t image, struct cluster_snap **out, size_t *count);
int snap_read_children(rbd_image_t image, const char *snap, struct names *names);

#endif
