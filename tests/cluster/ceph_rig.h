/* What the tests of core/ceph's safety share: a namespace of RBD images of their own. */
#ifndef BERTH_TESTS_CLUSTER_CEPH_RIG_H
#define BERTH_TESTS_CLUSTER_CEPH_RIG_H

#include "core/ceph/cluster.h"
#include "core/ceph/image.h"
#include "tests/cluster/client.h"
#include "tests/cluster/expect.h"

struct rig {
	struct cluster *cluster;
	const char *ns;
	struct err err;
	struct client clients[2]; /* ended by rig_clear, when a test fails too */
};

static inline struct rig *rig_new(const char *ns, const char *boot_root)
{
	const struct cluster_options options = {
		.conf = getenv("BERTH_TEST_CONF"), .name = getenv("BERTH_TEST_NAME"),
		.pool = "rbd", .fs = "cephfs", .boot_root = boot_root,
	};
	struct rig *rig = xcalloc(1, sizeof(*rig));

	rig->ns = ns;
	if (cluster_open(&options, &rig->cluster, &rig->err)) {
		print_error("%s\n", rig->err.text);
		free(rig);
		return NULL;
	}
	return rig;
}

/* Clones before what they were cloned from. */
static inline void rig_clear(struct rig *rig)
{
	for (size_t i = 0; i < sizeof(rig->clients) / sizeof(*rig->clients); i++)
		client_end(&rig->clients[i]);
	admin("for round in 1 2 3; do "
	      "rbd trash ls rbd/%s | while read id name; do rbd trash restore rbd/%s/$id --image $name.$id; done; "
	      "for i in $(rbd ls rbd/%s); do "
	      "for s in $(rbd snap ls rbd/%s/$i --format json | jq -r '.[].name'); do rbd snap unprotect rbd/%s/$i@$s; done; "
	      "rbd snap purge rbd/%s/$i; rbd rm rbd/%s/$i; done; done",
	      rig->ns, rig->ns, rig->ns, rig->ns, rig->ns, rig->ns, rig->ns);
}

static inline void rig_free(struct rig *rig)
{
	admin("rbd namespace rm rbd/%s", rig->ns);
	cluster_close(rig->cluster);
	free(rig);
}

#endif
