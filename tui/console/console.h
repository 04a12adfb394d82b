/*
 * The full-screen console. One UI thread, which is the caller's; all work on
 * inventory and cluster runs on workers with fleets of their own.
 */
#ifndef BERTH_TUI_CONSOLE_CONSOLE_H
#define BERTH_TUI_CONSOLE_CONSOLE_H

#include <stdbool.h>

#include "base/err.h"
#include "core/fleet/fleet.h"

struct console_options {
	bool ascii;            /* signs and borders in ASCII, whatever the locale has */
};

/* Runs until the admin quits; gives the terminal back on every way out.
 * ERR_USAGE when standard input or output is no terminal. fleet is only forked:
 * it stays the caller's. */
int console_run(struct fleet *fleet, const struct console_options *options, struct err *err);

#endif
