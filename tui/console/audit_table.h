/* Lines of the audit as a table: of all that was done, or of one host. */
#ifndef BERTH_TUI_CONSOLE_AUDIT_TABLE_H
#define BERTH_TUI_CONSOLE_AUDIT_TABLE_H

#include "core/fleet/read.h"
#include "tui/console/app.h"
#include "tui/console/page.h"
#include "tui/console/table.h"

extern const struct table_kind audit_table_kind;   /* rows are struct audit */
extern const struct table_kind history_table_kind; /* the same of one target, whose name need not be said */

enum role audit_role(const char *result);
/* For the lines below the table; row NULL: nothing. */
void audit_about(const struct audit *row, struct page *page);
/* The whole line, as a text. */
void audit_show(struct app *app, const struct audit *row);

#endif
