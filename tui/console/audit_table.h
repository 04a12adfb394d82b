/* Lines of the audit as a table: of all that was done, or of one host. */
#ifndef BERTH_TUI_CONSOLE_AUDIT_TABLE_H
#define BERTH_TUI_CONSOLE_AUDIT_TABLE_H

#include "core/fleet/read.h"
#include "tui/console/app.h"
#include "tui/console/page.h"
#include "tui/console/table.h"

extern const struct table_kind audit_table_kind;   /* rows are struct audit */
extern const struct table_kind history_table_kind; /* the same of one target, whose name need not be said */

/* Such a table, with the lines that were read last. */
struct audit_list {
	struct table table;
	struct audit *rows;   /* newest first */
	size_t count;
	bool reading, known;
	char error[1024];     /* of the last reading, "" none */
};

void audit_list_open(struct audit_list *list, const struct table_kind *kind);
void audit_list_close(struct audit_list *list);
/* A reading has ended. Takes *rows and leaves NULL; NULL: those there are still hold. */
void audit_list_take(struct audit_list *list, struct audit **rows, size_t count, int status, const struct err *err);
/* For the lines below the table: what went wrong, or the selected line. */
void audit_list_about(const struct audit_list *list, struct page *page);

enum role audit_role(const char *result);
/* The whole line, as a text. */
void audit_show(struct app *app, const struct audit *row);

#endif
