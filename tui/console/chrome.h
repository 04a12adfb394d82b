/* What stands around every view: the top line, the breadcrumbs, the line of
 * operations, the line of hints. The UI thread. */
#ifndef BERTH_TUI_CONSOLE_CHROME_H
#define BERTH_TUI_CONSOLE_CHROME_H

#include "tui/console/app.h"

/* Draws everything, views included, and sends it to the terminal. */
void chrome_draw(struct app *app);

#endif
