/* Pages of a host that are texts: what is so, and who held its root. Pure. */
#ifndef BERTH_TUI_CONSOLE_HOST_PAGES_H
#define BERTH_TUI_CONSOLE_HOST_PAGES_H

#include "core/fleet/view.h"
#include "tui/console/app.h"
#include "tui/console/page.h"

void host_write_overview(const struct host_detail *detail, const struct app *app, struct page *page);
void host_write_holders(const struct host_detail *detail, struct page *page);

#endif
