/* Reading a host out of the inventory, on a worker. */
#ifndef BERTH_TUI_CONSOLE_HOST_READING_H
#define BERTH_TUI_CONSOLE_HOST_READING_H

#include "core/fleet/host_input.h"
#include "tui/console/app.h"

/* done: in the UI thread, unless the view was closed meanwhile. */
void host_reading_start(struct view *view, const char *name,
			void (*done)(struct view *view, const struct host *host, int status, const struct err *err));

#endif
