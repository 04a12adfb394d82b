/* ':' - a command line of berth's with completion and history. */
#ifndef BERTH_TUI_CONSOLE_PALETTE_H
#define BERTH_TUI_CONSOLE_PALETTE_H

struct app;
void palette_open(struct app *app);

#endif
