/*
 * A question, or a message, in a box over the view: a text and choices below
 * each other. The one that destroys nothing stands first.
 */
#ifndef BERTH_TUI_CONSOLE_DIALOG_H
#define BERTH_TUI_CONSOLE_DIALOG_H

#include "tui/console/view.h"

#define DIALOG_CHOICES 16

struct dialog_spec {
	const char *title;     /* copied, as is text */
	const char *text;
	const char *choices[DIALOG_CHOICES]; /* not copied; none: "Close" */
	int first;             /* the one that is selected at first */
	bool alarming;         /* the text is an error's */
	/* choice: its index, -1 for Esc. The dialog is closed already. May be NULL. */
	void (*chosen)(struct view *owner, int choice);
};

/* owner lies below it and outlives it. */
struct view *dialog_open(struct view *owner, const struct dialog_spec *spec);

/* A message with nothing to choose. */
void dialog_say(struct app *app, const char *title, const char *text, bool alarming);

#endif
