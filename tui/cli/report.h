#ifndef BERTH_TUI_CLI_REPORT_H
#define BERTH_TUI_CLI_REPORT_H

#include "base/err.h"
#include "tui/out.h"

/* The fields error, code and field of the current record; all null when err is NULL. */
void report_error(struct out *out, const struct err *err);

#endif
