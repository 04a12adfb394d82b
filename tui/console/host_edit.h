/* A host edited as text, in the admin's own editor: errors bring the editor back
 * with the error at its line; what would be done is shown before it is done. */
#ifndef BERTH_TUI_CONSOLE_HOST_EDIT_H
#define BERTH_TUI_CONSOLE_HOST_EDIT_H

#include "tui/console/app.h"

/* For the one host that the view on top acts on; says why not. */
void host_edit_target(struct app *app);

#endif
