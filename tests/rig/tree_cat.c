/* tree_cat CONF NAME BOOT_ROOT PATH: a file of the boot tree, as it is. */
#include <stdio.h>
#include <stdlib.h>

#include "core/ceph/cluster.h"
#include "core/ceph/tree.h"

int main(int argc, char **argv)
{
	struct cluster *cluster = NULL;
	struct err err = {0};
	char *bytes = NULL;
	size_t length = 0;

	if (argc != 5) {
		fprintf(stderr, "usage: tree_cat CONF NAME BOOT_ROOT PATH\n");
		return 2;
	}
	const struct cluster_options options = {.conf = argv[1], .name = argv[2], .fs = "cephfs", .boot_root = argv[3]};
	int status = cluster_open(&options, &cluster, &err);
	if (!status)
		status = cluster_file_read(cluster, argv[4], &bytes, &length, &err);
	if (status)
		fprintf(stderr, "tree_cat: %s\n", err.text);
	else
		fwrite(bytes, 1, length, stdout);
	free(bytes);
	cluster_close(cluster);
	return status != 0;
}
