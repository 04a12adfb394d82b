/*
 * What Ceph's libraries take by themselves: a client that connects as berth does,
 * looks at the pool and the file system, and says how much memory that made.
 *
 *	bare_client CEPH.CONF NAME POOL FS
 *
 * Prints MiB at the highest, of its own, and of files.
 */
#include <cephfs/libcephfs.h>
#include <rados/librados.h>
#include <rbd/librbd.h>
#include <stdio.h>
#include <string.h>

static int look(rados_t cluster, const char *pool, const char *fs)
{
	struct ceph_mount_info *mount = NULL;
	rbd_image_spec_t images[64];
	size_t count = 64;
	rados_ioctx_t io;
	int rc = rados_ioctx_create(cluster, pool, &io);

	if (rc < 0)
		return rc;
	rados_ioctx_set_namespace(io, "images");
	rc = rbd_list2(io, images, &count);
	if (rc >= 0)
		rbd_image_spec_list_cleanup(images, count);
	if (rc >= 0)
		rc = ceph_create_from_rados(&mount, cluster);
	if (rc >= 0)
		rc = ceph_select_filesystem(mount, fs);
	if (rc >= 0)
		rc = ceph_mount(mount, "/");
	rados_ioctx_destroy(io);
	return rc; /* the mount stays: its memory is looked at */
}

static long memory(const char *name)
{
	FILE *file = fopen("/proc/self/status", "r");
	const size_t length = strlen(name);
	char line[256];
	long kib = 0;

	while (file && fgets(line, sizeof(line), file))
		if (!strncmp(line, name, length))
			sscanf(line + length, ": %ld", &kib);
	if (file)
		fclose(file);
	return (kib + 512) / 1024;
}

int main(int argc, char **argv)
{
	rados_t cluster;
	int rc = argc == 5 ? rados_create2(&cluster, "ceph", argv[2], 0) : -22;

	if (!rc)
		rc = rados_conf_read_file(cluster, argv[1]);
	if (!rc)
		rc = rados_connect(cluster);
	if (!rc)
		rc = look(cluster, argv[3], argv[4]);
	if (rc < 0) {
		fprintf(stderr, "bare_client: %s\n", strerror(-rc));
		return 1;
	}
	printf("%ld %ld %ld\n", memory("VmHWM"), memory("RssAnon"), memory("RssFile"));
	return 0;
}
