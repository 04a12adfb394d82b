/* The views there are. Each opens closed over nothing: hand it to app_push. */
#ifndef BERTH_TUI_CONSOLE_VIEWS_H
#define BERTH_TUI_CONSOLE_VIEWS_H

#include "tui/console/view.h"

/* The views that a number key opens: '1' is the first. Ends with open NULL. */
struct view_root {
	const char *name;
	struct view *(*open)(void);
};
extern const struct view_root view_roots[];

struct view *view_fleet_open(void);
struct view *view_host_open(const char *name);
struct view *view_operations_open(void);
struct view *view_doctor_open(void);
struct view *view_images_open(void);
struct view *view_audit_open(void);
struct view *view_cluster_open(void);
struct view *view_rollout_open(void);

#endif
