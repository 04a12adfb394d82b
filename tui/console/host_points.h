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
	const struct fleet_row *now;   /* NULL: a point */
	const struct point_row *point;
};

struct host_points {
	struct table table;
	struct point_row *points;      /* what was read; newest first */
	size_t count;
	struct host_point_row *rows;
	bool ascii;
	bool reading, known;
	uint64_t journal;              /* the snapshot's, when it was read */
	char error[1024];
};

struct host_points_result {
	char host[64];
	struct point_row *points;
	size_t count;
};

void host_points_open(struct host_points *this);
void host_points_close(struct host_points *this);

/* There is a new snapshot. */
void host_points_update(struct host_points *this, const struct app *app, const char *host);
/* Whether they are to be read now; the answer goes to host_points_take. */
bool host_points_begin(struct host_points *this, const struct app *app);
void host_points_take(struct host_points *this, struct host_points_result *result, const struct fleet_row *now);

/* The selected one, NULL: the root as it is now. */
const struct point_row *host_points_selected(const struct host_points *this);
void host_points_about(const struct host_points *this, const struct app *app, struct page *page);

#endif
