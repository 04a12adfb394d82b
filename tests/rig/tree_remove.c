/* tree_remove CONF NAME FS BOOT_ROOT: empties a boot tree, if it is there. */
#include <stdio.h>

#include "core/ceph/cluster.h"
#include "core/ceph/image.h"
#include "core/ceph/tree.h"

/* Restore points: a directory with snapshots can not be removed. */
static int drop_snaps(struct cluster *cluster, const char *path, struct err *err)
{
	char **names = NULL;
	size_t count = 0;
	int status = cluster_dirsnap_list(cluster, path, &names, &count, err);

	for (size_t i = 0; i < count && !status; i++)
		status = cluster_dirsnap_remove(cluster, path, names[i], err);
	cluster_names_free(names, count);
	return status == ERR_NOT_FOUND ? 0 : status;
}

/* In each directory below `dir`, or in its `member`. */
static int drop_snaps_below(struct cluster *cluster, const char *dir, const char *member, struct err *err)
{
	char **names = NULL, path[512];
	size_t count = 0;
	int status = cluster_dir_list(cluster, dir, &names, &count, err);

	for (size_t i = 0; i < count && !status; i++) {
		snprintf(path, sizeof(path), "%s/%s%s", dir, names[i], member);
		status = drop_snaps(cluster, path, err);
	}
	cluster_names_free(names, count);
	return status == ERR_NOT_FOUND ? 0 : status;
}

static int empty(struct cluster *cluster, struct err *err)
{
	char **names = NULL;
	size_t count = 0;
	int status = drop_snaps_below(cluster, "hosts", "/boot", err);

	if (!status)
		status = drop_snaps_below(cluster, "trash", "", err);
	if (!status)
		status = cluster_dir_list(cluster, "", &names, &count, err);

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
