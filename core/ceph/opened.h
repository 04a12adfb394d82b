/* An open image, for the files of core/ceph that use librbd. */
#ifndef BERTH_CEPH_OPENED_H
#define BERTH_CEPH_OPENED_H

#include <rbd/librbd.h>

#include "core/ceph/handle.h"
#include "core/ceph/image.h"
#include "core/ceph/internal.h"

enum image_mode { IMAGE_READ /* registers no watch */, IMAGE_WRITE };

struct opened { struct pool pool; rbd_image_t handle; enum image_mode mode; };

int image_open(struct cluster *c, const char *ns, const char *name, enum image_mode mode,
	       struct opened *image, struct err *err);
/* By RBD's internal id, also in the trash; IMAGE_READ. */
int image_open_by_id(struct cluster *c, const char *ns, const char *id, struct opened *image, struct err *err);

/* status says how the work on it went. With an OSD gone, closing takes a timeout
 * for each of flush, lock and watch: then a thread does it, and nobody waits. */
void image_close(struct opened *image, int status);
/* The same for run(data), which ends as close_thread in opened.c does. False:
 * there is no thread to be had. The connection is given up, too. */
bool image_leave(struct opened *image, void *(*run)(void *), void *data);

/* handle.c, for export.c and luks.c too. */
struct cluster_handle {
	struct opened image;
	char name[128];
	char id[64];
	int status;         /* of the last call that failed */
};
/* "POOL/NS/NAME can not be VERB: why"; kept as the handle's status. */
int handle_error(struct cluster_handle *handle, struct err *err, int rc, const char *verb, const char *snap);

/* snap.c. All there are, librbd's own too: rbd_snap_list_end, then free; *count
 * is negative on error. */
rbd_snap_info_t *snaps_list_raw(rbd_image_t image, int *count);
/* Those that somebody made. 0 or a negative errno; caller frees. */
int snaps_read(rbd_image_t image, struct cluster_snap **out, size_t *count);
int snap_read_children(rbd_image_t image, const char *snap, struct names *names);

#endif
