#include "core/ceph/entries.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>

int entries_each(struct call *call, const char *path,
		 int (*each)(struct call *call, const char *path, const char *name))
{
	struct ceph_dir_result *dir;
	struct dirent entry;
	int rc = ceph_opendir(call->fs, path, &dir), more = 0;

	if (rc)
		return rc;
	while (!(rc = call_beat(call)) && (more = ceph_readdir_r(call->fs, dir, &entry)) > 0) {
		if (!strcmp(entry.d_name, ".") || !strcmp(entry.d_name, ".."))
			continue;
		rc = each(call, path, entry.d_name);
		if (rc && rc != -ENOENT)
			break;
	}
	ceph_closedir(call->fs, dir);
	return rc ? rc : more;
}
