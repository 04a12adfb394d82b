/*
 * A view: something that has the screen, or lies over the view below it. Views
 * are a stack: Enter pushes one, Esc takes it off. A new view is a file with a
 * struct view_ops and, when a number key opens it, a row in views.c.
 * The UI thread. No view knows Ceph, SQL or ncurses.
 */
#ifndef BERTH_TUI_CONSOLE_VIEW_H
#define BERTH_TUI_CONSOLE_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "tui/console/paint.h"

struct app;
struct table;
struct view;

/* A key of the view's own, for the line of hints and for '?'. Actions on hosts
 * are not here: they come from the command table. */
struct key_help {
	const char *keys;      /* "Enter" */
	const char *words;     /* "open the host" */
	const char *hint;      /* "open": for the line of hints; NULL: only in '?' */
};

struct view_ops {
	unsigned place;        /* enum command_place: whose keys act here; 0 none */
	bool overlay;          /* drawn over the view below */
	bool modal;            /* takes every key: no palette, no help, no quitting over it */
	const struct key_help *keys; /* ends with keys NULL; NULL: none */
	/* How it is called in the breadcrumbs. */
	void (*title)(const struct view *view, char *out, size_t size);
	/* What stands behind the breadcrumbs; may be NULL. */
	void (*summary)(const struct view *view, struct pen *pen);
	/* It was just pushed, or there is a new app->snapshot; may be NULL. */
	void (*update)(struct view *view);
	void (*draw)(struct view *view, struct area area);
	/* False: not mine. INPUT_CLICK comes to views that have no table. */
	bool (*key)(struct view *view, int key);
	void (*paste)(struct view *view, const char *text); /* NULL: ignored */
	/* The hosts (or other names) that actions here are for; names live as long
	 * as the snapshot. May be NULL. */
	int (*targets)(const struct view *view, const char **names, int most);
	/* The table that it shows, for table_view.h and the mouse; may be NULL. */
	struct table *(*table)(struct view *view);
	/* A command line that shows what is here; may be NULL. */
	void (*line)(const struct view *view, char *out, size_t size);
	/* What lay over it was closed; may be NULL. */
	void (*uncovered)(struct view *view);
	void (*close)(struct view *view);  /* frees it */
};

/* First member of each view's own struct. */
struct view {
	const struct view_ops *ops;
	struct app *app;
	struct view *below;
	uint64_t serial;       /* no two views ever have the same */
};

#endif
