/*
 * A line to type in at the bottom, over a view: the filter, the search. No key
 * that is typed into it acts on anything else.
 */
#ifndef BERTH_TUI_CONSOLE_PROMPT_H
#define BERTH_TUI_CONSOLE_PROMPT_H

#include "tui/console/view.h"

struct prompt_spec {
	const char *label;     /* "/" */
	const char *text;      /* what is there at first */
	void (*changed)(struct view *owner, const char *text); /* at each key; may be NULL */
	/* taken: Enter; else Esc. The prompt is closed already. */
	void (*ended)(struct view *owner, const char *text, bool taken);
};

/* owner lies below it and outlives it. */
struct view *prompt_open(struct view *owner, const struct prompt_spec *spec);

#endif
