/* What the doctor found, as a table. */
#ifndef BERTH_TUI_CONSOLE_DOCTOR_TABLE_H
#define BERTH_TUI_CONSOLE_DOCTOR_TABLE_H

#include "core/fleet/doctor.h"
#include "tui/console/app.h"
#include "tui/console/table.h"

extern const struct table_kind doctor_table_kind; /* rows are struct finding; the context a bool: in ASCII */

enum role doctor_role(enum finding_level level);
/* The whole finding, as a text. */
void doctor_show(struct app *app, const struct finding *finding);

#endif
