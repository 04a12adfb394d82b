/* What a machine is served when it boots: a page of its host's view, read anew
 * while it is looked at. The UI thread. */
#ifndef BERTH_TUI_CONSOLE_HOST_BOOT_H
#define BERTH_TUI_CONSOLE_HOST_BOOT_H

#include "core/fleet/boot_look.h"
#include "tui/console/app.h"
#include "tui/console/page.h"

struct host_boot {
	struct boot_look *look; /* NULL until it was read */
	bool reading;
	char error[1024];
};

/* Reads it on a worker; *this lives in the view. */
void host_boot_read(struct host_boot *this, struct view *view, const char *host);
void host_boot_write(const struct host_boot *this, const char *host, struct page *page);
void host_boot_close(struct host_boot *this);

#endif
