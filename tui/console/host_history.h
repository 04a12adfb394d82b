/* What was done to a host: its lines of the audit, and above them operations
 * that are not at an end. A page of its view, with a table. The UI thread. */
#ifndef BERTH_TUI_CONSOLE_HOST_HISTORY_H
#define BERTH_TUI_CONSOLE_HOST_HISTORY_H

#include "tui/console/audit_table.h"

/* Reads it on a worker; *list lives in the view. */
void host_history_read(struct audit_list *list, struct view *view, const char *host);
/* Opens the selected one: the operation with its steps, or the whole line. */
void host_history_enter(const struct audit_list *list, struct app *app);

#endif
