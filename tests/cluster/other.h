/* A second client of the cluster, as a machine would be one. */
#ifndef BERTH_TESTS_CLUSTER_OTHER_H
#define BERTH_TESTS_CLUSTER_OTHER_H

#include <rados/librados.h>
#include <rbd/librbd.h>

#include "tests/cluster/rig.h"

struct other {
	rados_t rados;
	rados_ioctx_t io;
	char client[40];  /* client.4298 */
};

RIG_FUNCTION struct other other_open(const char *ns)
{
	struct other other;

	assert_int_equal(rados_create2(&other.rados, "ceph", rig_env("BERTH_TEST_NAME"), 0), 0);
	assert_int_equal(rados_conf_read_file(other.rados, rig_env("BERTH_TEST_CONF")), 0);
	assert_int_equal(rados_conf_set(other.rados, "rados_osd_op_timeout", "20"), 0);
	assert_int_equal(rados_connect(other.rados), 0);
	assert_int_equal(rados_ioctx_create(other.rados, RIG_POOL, &other.io), 0);
	rados_ioctx_set_namespace(other.io, ns);
	snprintf(other.client, sizeof(other.client), "client.%llu", (unsigned long long)rados_get_instance_id(other.rados));
	return other;
}

RIG_FUNCTION void other_close(struct other *other)
{
	rados_ioctx_destroy(other->io);
	rados_shutdown(other->rados);
}

#endif
