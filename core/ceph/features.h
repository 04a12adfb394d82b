/*
 * The features of an image, before its header is changed past its lock: right
 * only with layering, exclusive-lock and deep-flatten alone (core/ceph/snap_live.h).
 */
#ifndef BERTH_CEPH_FEATURES_H
#define BERTH_CEPH_FEATURES_H

#include "core/ceph/internal.h"

/* ERR_REFUSED with the command that makes them right. */
int features_read(const struct pool *pool, const char *id, uint64_t *features, struct err *err);

#endif
