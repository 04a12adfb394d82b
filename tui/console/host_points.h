/*
 * The restore points of a host: a page of its view, with a table. Read on a
 * worker when the page is opened, when the journal changed, and on 'r'.
 * The UI thread.
 */
#ifndef BERTH_TUI_CONSOLE_HOST_POINTS_H
#define BERTH_TUI_CONSOLE_HOST_POINTS_H

#include "core/fleet/points.h"
#include "core/fleet/view.h"
#include "tui/console/app.h"
#include "tui/console/page.h"
#include "tui/console/table.h"

/* The root as it is now, or a restore point. */
struct host_point_row {
	int64_t id;
	const struct fleet_row *now;   /* NULL: one of the others */
	const struct point_row *point; /* NULL: the root now, or the release that it was made of */
	const char *release;
	int64_t made;
};

struct host_points {
	struct table table;
	struct point_row *points;      /* what was read; newest first */
	size_t count;
	struct host_point_row *rows;
	int64_t most;                  /* bytes of the largest one */
	char release[130];             /* what the root was made of, and when; "" none */
	int64_t made;
	bool ascii;
	bool reading, known;
	uint64_t journal;              /* the snapshot's, when it was read */
	char error[1024];
};

void host_points_open(struct host_points *this);
void host_points_close(struct host_points *this);

/* There is a new snapshot. */
void host_points_update(struct host_points *this, const struct app *app, const char *host);
/* Reads them on a worker, when that is due; *this lives in the view. */
void host_points_read(struct host_points *this, struct view *view, const char *host);

/* What its root was made of, for the end of the line. */
void host_points_of(struct host_points *this, const struct host_detail *detail);

/* The selected one, NULL: the root as it is now. */
const struct point_row *host_points_selected(const struct host_points *this);
void host_points_about(const struct host_points *this, const struct app *app, struct page *page);

#endif
