#include "tui/console/views.h"

#include <stddef.h>

const struct view_root view_roots[] = {
	{"Fleet", view_fleet_open},
	{"Operations", view_operations_open},
	{"Doctor", view_doctor_open},
	{"Images", view_images_open},
	{"Audit", view_audit_open},
	{"Cluster", view_cluster_open},
	{"Roll-outs", view_rollout_open},
	{NULL, NULL},
};
