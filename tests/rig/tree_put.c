/*
 * tree_put CONF NAME BOOT_ROOT PATH FILE            a file of the boot tree, as a machine might write it
 * tree_put CONF NAME BOOT_ROOT PATH --link TARGET   a link
 * tree_put CONF NAME BOOT_ROOT PATH --remove
 */
#include <stdio.h>
#include <string.h>

#include "core/ceph/cluster.h"
#include "core/ceph/tree.h"

static int put(struct cluster *cluster, const char *path, const char *what, const char *target, struct err *err)
{
	if (!strcmp(what, "--remove"))
		return cluster_file_remove(cluster, path, err);
	if (!strcmp(what, "--link"))
		return cluster_link_set(cluster, path, target, err);
	return cluster_file_copy_in(cluster, what, path, 0644, 0, NULL, err);
}

int main(int argc, char **argv)
{
	struct cluster *cluster = NULL;
	struct err err = {0};

	if (argc < 6 || argc > 7 || (argc == 7) != !strcmp(argv[5], "--link")) {
		fprintf(stderr, "usage: tree_put CONF NAME BOOT_ROOT PATH FILE|--link TARGET|--remove\n");
		return 2;
	}
	const struct cluster_options options = {.conf = argv[1], .name = argv[2], .fs = "cephfs", .boot_root = argv[3]};
	int status = cluster_open(&options, &cluster, &err);
	if (!status)
		status = put(cluster, argv[4], argv[5], argv[6], &err);
	if (status)
		fprintf(stderr, "tree_put: %s\n", err.text);
	cluster_close(cluster);
	return status != 0;
}
