/* The entries of the command table, one file a noun, and what they share. */
#ifndef BERTH_TUI_COMMANDS_COMMANDS_H
#define BERTH_TUI_COMMANDS_COMMANDS_H

#include "tui/command.h"

extern const struct command command_init;
extern const struct command command_image_build, command_image_import, command_image_release,
	command_image_list, command_image_recipe, command_image_show, command_image_rm;
extern const struct command command_host_add, command_host_set, command_host_rm, command_host_import,
	command_host_list, command_host_show, command_host_provision, command_host_assign,
	command_host_retire, command_host_hold, command_host_unhold;
extern const struct command command_host_fence, command_host_rotate;
extern const struct command command_host_shell, command_image_shell;
extern const struct command command_snap_create, command_snap_list, command_snap_rollback, command_snap_rm,
	command_snap_pin, command_snap_unpin, command_snap_prune;
extern const struct command command_status;
extern const struct command command_boot_show, command_boot_publish;
extern const struct command command_op_list, command_op_show, command_op_resume, command_op_undo,
	command_op_pending, command_op_run_pending;
extern const struct command command_audit, command_doctor, command_doctor_repair;
extern const struct command command_demo, command_help, command_complete;

/* The first `count` words of a call, each a host, a range or a @group, as names
 * without duplicates. Free with host_expand_free. */
int call_hosts(struct fleet *fleet, const struct call *call, int count, char ***names, size_t *name_count, struct err *err);

/* One plan for each host of the first `count` words. */
typedef int host_planner(struct fleet *fleet, const struct call *call, const char *host,
			 struct plans *out, struct err *err);
int plan_each_host(struct fleet *fleet, const struct call *call, int count, host_planner *planner,
		   struct plans *out, struct err *err);

/* "" when either is "": "deb12@2026-11-23". Returns out. */
#define IMAGE_RELEASE 130
char *image_release_words(const char *image, const char *release, char out[IMAGE_RELEASE]);

#endif
