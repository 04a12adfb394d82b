/* site_list CONF NAME PREFIX BOOT_ROOT: prints tests/rig/listing.h. */
#include "tests/rig/listing.h"

int main(int argc, char **argv)
{
	struct cluster *cluster = NULL;
	struct text text = {0};
	struct err err = {0};

	if (argc != 5) {
		fprintf(stderr, "usage: site_list CONF NAME PREFIX BOOT_ROOT\n");
		return 2;
	}
	const struct cluster_options options = {
		.conf = argv[1], .name = argv[2], .pool = "rbd", .fs = "cephfs", .boot_root = argv[4],
	};
	int status = cluster_open(&options, &cluster, &err);
	if (!status)
		status = site_listing(cluster, argv[3], &text, &err);
	if (status)
		fprintf(stderr, "site_list: %s\n", err.text);
	fputs(text_string(&text), stdout);
	text_free(&text);
	cluster_close(cluster);
	return status != 0;
}
