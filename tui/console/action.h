/*
 * From a key or a typed line to what happens: the command table says what a
 * command needs. One that shows something runs on a worker and opens a text;
 * one that changes something is planned on a worker, shown, confirmed and run.
 */
#ifndef BERTH_TUI_CONSOLE_ACTION_H
#define BERTH_TUI_CONSOLE_ACTION_H

#include "tui/command.h"
#include "tui/console/app.h"
#include "tui/words.h"

/* The command for what is selected or marked in the view on top. A form asks
 * for what else it needs. */
void action_on_targets(struct app *app, const struct command *command);

/* A whole command line, without "berth". Steals *words. */
void action_on_words(struct app *app, struct words *words);

/* Whether it can not be done now; says why in a dialog. */
bool action_refuse(struct app *app, const struct command *command);

/* Why it can not be done now, or 0. */
int action_why_not(struct app *app, const struct command *command, struct err *err);

/* "Provision desk1", "Provision 3 hosts". */
void action_title(const struct command *command, const struct words *words, char *out, size_t size);

#endif
