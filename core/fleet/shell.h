/*
 * Maintenance: a shell, or one command, in a root that is mounted on this
 * machine, under the guard and with the machine held all the while. Each plan_
 * function adds one plan to *out and changes nothing. Blocks; a worker's thread.
 */
#ifndef BERTH_FLEET_SHELL_H
#define BERTH_FLEET_SHELL_H

#include "core/fleet/fleet.h"
#include "core/fleet/plan.h"

/* command NULL: a shell. Refused while anybody else holds the root. A restore
 * point is taken first, and an undo goes back to it. */
int plan_host_shell(struct fleet *fleet, const char *host, const char *command, struct plans *out, struct err *err);
/* The same in a golden image, whose releases never change; its next one takes the
 * kernel that is then newest in it. Undo goes back to what it was, as long as the
 * operation is not at its end. */
int plan_image_shell(struct fleet *fleet, const char *image, const char *command, struct plans *out, struct err *err);

#endif
