/*
 * A form made of a command's arguments and options. What it is given is checked
 * by planning it: errors come back to their fields, a good plan goes on to the
 * plan's dialog.
 */
#ifndef BERTH_TUI_CONSOLE_COMMAND_FORM_H
#define BERTH_TUI_CONSOLE_COMMAND_FORM_H

#include "tui/command.h"
#include "tui/console/view.h"
#include "tui/words.h"

/* words: noun, verb and `targets` targets; steals them. `host set` of one host
 * begins with what the inventory has. */
struct view *command_form_open(const struct command *command, struct words *words, int targets);

#endif
