/* What was done to a host: its lines of the audit, and above them operations
 * that are not at an end. A page of its view, with a table. The UI thread. */
#ifndef BERTH_TUI_CONSOLE_HOST_HISTORY_H
#define BERTH_TUI_CONSOLE_HOST_HISTORY_H

#include "tui/console/audit_table.h"

struct host_history {
	struct table table;
	struct audit *rows;
	size_t count;
	bool reading, known;
	char error[1024];
};

void host_history_open(struct host_history *this);
void host_history_close(struct host_history *this);
/* Reads it on a worker; *this lives in the view. */
void host_history_read(struct host_history *this, struct view *view, const char *host);
void host_history_about(const struct host_history *this, struct page *page);
/* Opens the selected one: the operation with its steps, or the whole line. */
void host_history_enter(struct host_history *this, struct app *app);

#endif
