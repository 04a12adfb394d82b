/* The entries of a directory, for the files of core/ceph that go through one. */
#ifndef BERTH_CEPH_ENTRIES_H
#define BERTH_CEPH_ENTRIES_H

#include "core/ceph/call.h"

/* Calls each on every entry but "." and "..", until it returns something other
 * than 0. -ENOENT from it means that somebody else was faster, and goes on. */
int entries_each(struct call *call, const char *path,
		 int (*each)(struct call *call, const char *path, const char *name));

/* With all that is in it (dir.c). */
int entry_remove(struct call *call, const char *path, const char *name);
/* A file's bytes, whole by a rename (file.c); mode and gid are the call's, uid 0.
 * Adds to call->done. */
int entry_copy(struct call *call, const char *from, const char *to);
/* The same of a file of this machine; adds to call->total as well. */
int entry_write_local(struct call *call, const char *local, const char *to);

#endif
