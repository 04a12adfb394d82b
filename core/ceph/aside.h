/* Names for what is not whole yet: beside their destination, ".berth-" in front. */
#ifndef BERTH_CEPH_ASIDE_H
#define BERTH_CEPH_ASIDE_H

#include <stdbool.h>
#include <stddef.h>

#define ASIDE_PREFIX ".berth-"

/* "/hosts/desk1/boot.ipxe" gives "/hosts/desk1/.berth-boot.ipxe-1a2b3c4d": new at
 * each call. -ENAMETOOLONG when it does not fit. */
int aside_name(const char *path, char *out, size_t size);
bool aside_is(const char *name);

#endif
