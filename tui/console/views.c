#include "tui/console/views.h"

#include <stddef.h>

const struct view_root view_roots[] = {
	{"Fleet", view_fleet_open},
	{"Operations", view_operations_open},
	{NULL, NULL},
};
