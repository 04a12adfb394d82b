/*
 * What things look like: each role (what a text means) on each ground (what it
 * lies on) has colours and attributes. One table a theme; drawing code names
 * roles and grounds only. The UI thread.
 */
#ifndef BERTH_TUI_CONSOLE_THEME_H
#define BERTH_TUI_CONSOLE_THEME_H

#include <stdbool.h>

#include "core/fleet/state.h"

enum role {
	ROLE_PLAIN,
	ROLE_QUIET,    /* normal, not to be noticed */
	ROLE_LINE,     /* rules and borders */
	ROLE_STRONG,   /* names, titles */
	ROLE_ACCENT,   /* where one is, what one can press */
	ROLE_GOOD,
	ROLE_WARN,
	ROLE_BAD,
	ROLE_LOUD,     /* must not be overlooked */
	ROLE_COUNT
};

enum ground {
	GROUND_PLAIN,
	GROUND_BAR,      /* the top line */
	GROUND_SELECTED,
	GROUND_PANEL,    /* dialogs and forms */
	GROUND_FIELD,    /* where one types; the chosen answer of a dialog */
	GROUND_COUNT
};

struct style {
	enum role role;
	enum ground ground;
};

struct theme {
	unsigned attributes[ROLE_COUNT][GROUND_COUNT]; /* as ncurses has them, pair included */
};

/* Chooses by NO_COLOR, BERTH_THEME (dark, light, contrast, none), COLORFGBG and
 * what the terminal can do. After initscr. */
void theme_start(struct theme *theme);

enum role theme_state_role(enum host_state state);

#endif
