/* Encrypted images (LUKS1 and LUKS2), opened by librbd itself: no device mapper. */
#ifndef BERTH_CEPH_LUKS_H
#define BERTH_CEPH_LUKS_H

#include <stdbool.h>

#include "base/err.h"
#include "core/ceph/handle.h"

/* By the first bytes of what the image holds. */
int cluster_handle_is_luks(struct cluster_handle *handle, bool *is, struct err *err);

/* From now on the handle reads and writes what is inside. ERR_REFUSED: the
 * passphrase is wrong. No rollback is to be made on it any more. */
int cluster_handle_unlock(struct cluster_handle *handle, const char *passphrase, struct err *err);

#endif
