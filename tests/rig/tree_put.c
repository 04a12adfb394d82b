/*
 * tree_put CONF NAME BOOT_ROOT DIR WORD...: what a machine might do in a directory
 * of the boot tree. NAME is a small file, NAME>TARGET a link, -NAME is taken away.
 */
#include <stdio.h>
#include <string.h>

#include "core/ceph/cluster.h"
#include "core/ceph/tree.h"

static int put(struct cluster *cluster, const char *dir, const char *word, struct err *err)
{
	const size_t length = strcspn(word, ">");
	char path[1024];

	snprintf(path, sizeof(path), "%s/%.*s", dir, (int)length, word);
	if (word[length])
		return cluster_link_set(cluster, path, word + length + 1, err);
	if (*word != '-')
		return cluster_file_write(cluster, path, word, length, 0644, 0, err);
	snprintf(path, sizeof(path), "%s/%s", dir, word + 1);
	return cluster_file_remove(cluster, path, err);
}

int main(int argc, char **argv)
{
	struct cluster *cluster = NULL;
	struct err err = {0};

	if (argc < 6) {
		fprintf(stderr, "usage: tree_put CONF NAME BOOT_ROOT DIR WORD...\n");
		return 2;
	}
	const struct cluster_options options = {.conf = argv[1], .name = argv[2], .fs = "cephfs", .boot_root = argv[3]};
	int status = cluster_open(&options, &cluster, &err);
	for (int i = 5; i < argc && !status; i++)
		status = put(cluster, argv[4], argv[i], &err);
	if (status)
		fprintf(stderr, "tree_put: %s\n", err.text);
	cluster_close(cluster);
	return status != 0;
}
