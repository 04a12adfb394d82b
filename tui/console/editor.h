/* The admin's own editor, in this terminal. The UI thread, which waits for it;
 * workers go on. */
#ifndef BERTH_TUI_CONSOLE_EDITOR_H
#define BERTH_TUI_CONSOLE_EDITOR_H

#include "tui/console/terminal.h"

/* Runs $VISUAL, else $EDITOR, else vi on the file; line 0: where it likes. ^Z
 * stops both. ERR_CANCELLED: it ended with another status than 0. */
int editor_run(struct screen *screen, const char *path, int line, struct err *err);

#endif
