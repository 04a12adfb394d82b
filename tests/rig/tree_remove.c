/* tree_remove CONF NAME FS BOOT_ROOT: empties a boot tree, if it is there. */
#include <stdio.h>

#include "core/ceph/cluster.h"
#include "core/ceph/image.h"
#include "core/ceph/tree.h"

static int empty(struct cluster *cluster, struct err *err)
{
	char **names = NULL;
	size_t count = 0;
	int status = cluster_dir_list(cluster, "", &names, &count, err);

	for (size_t i = 0; i < count && !status; i++) {
		struct cluster_stat stat;

		status = cluster_path_stat(cluster, names[i], &stat, err);
		if (!status && stat.kind == 'd')
			status = cluster_dir_remove(cluster, names[i], err);
		else if (!status)
			status = cluster_file_remove(cluster, names[i], err);
	}
	cluster_names_free(names, count);
	return status == ERR_NOT_FOUND ? 0 : status;
}

int main(int argc, char **argv)
{
	struct cluster *cluster = NULL;
	struct err err = {0};

	if (argc != 5) {
		fprintf(stderr, "usage: tree_remove CONF NAME FS BOOT_ROOT\n");
		return 2;
	}
	const struct cluster_options options = {.conf = argv[1], .name = argv[2], .fs = argv[3], .boot_root = argv[4]};
	int status = cluster_open(&options, &cluster, &err);
	if (!status)
		status = empty(cluster, &err);
	if (status)
		fprintf(stderr, "tree_remove: %s\n", err.text);
	cluster_close(cluster);
	return status != 0;
}
