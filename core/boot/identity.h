/*
 * The identity: a newc cpio archive with one file, berth/identity, mode 0600,
 * lines of key=value that core/kit/ reads on the machine. The same inputs give
 * the same bytes: time 0, uid 0, gid 0, inode numbers counted from 1.
 * It holds a secret: the buffer is wiped by identity_free.
 * Pure, any thread. Padded to a multiple of 512 bytes, so that what follows it
 * in memory is aligned (the kernel finds a second cpio only at a multiple of 4).
 *
 *   version=1
 *   host=desk1
 *   pool=rbd
 *   namespace=desk1
 *   image=root
 *   client=berth.desk1           the cephx name without "client."
 *   key=AQ...==
 *   lock=exclusive|cooperative
 *   monitors_v2=10.0.0.1:3300,10.0.0.2:3300      literal addresses, may be empty
 *   monitors_v1=10.0.0.1:6789
 *   fsid=...
 *   fs=cephfs
 *   boot=/berth/hosts/desk1/boot   absolute path in the file system
 */
#ifndef BERTH_BOOT_IDENTITY_H
#define BERTH_BOOT_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct identity {
	const char *host, *pool, *namespace, *image;
	const char *client, *key;
	const char *lock;
	const char *monitors_v2, *monitors_v1;
	const char *fsid, *fs, *boot;
};

/* ERR_USAGE when a value is missing or has a control character. */
int identity_make(const struct identity *identity, unsigned char **out, size_t *length, struct err *err);
/* One value out of an identity, such as "monitors_v2"; false when it has none.
 * The caller wipes what is secret. */
bool identity_value(const void *bytes, size_t length, const char *key, char *out, size_t size);
void identity_free(unsigned char *bytes, size_t length); /* wipes, then frees */

#endif
