#include "tui/console/host_reading.h"

#include <stdlib.h>

#include "tui/console/errand.h"

struct reading {
	char name[64];
	struct host host;
	void (*done)(struct view *view, const struct host *host, int status, const struct err *err);
};

static int reading_work(void *data, struct fleet *fleet, struct job *job, struct err *err)
{
	struct reading *reading = data;

	(void)job;
	return host_find(fleet, reading->name, &reading->host, err);
}

static void reading_done(struct app *app, struct view *view, void *data, int status, const struct err *err)
{
	struct reading *reading = data;

	(void)app;
	if (view)
		reading->done(view, &reading->host, status, err);
	free(reading);
}

void host_reading_start(struct view *view, const char *name,
			void (*done)(struct view *view, const struct host *host, int status, const struct err *err))
{
	struct reading *reading = xcalloc(1, sizeof(*reading));

	reading->done = done;
	text_copy(reading->name, sizeof(reading->name), name);
	errand_start(view->app, view, &(struct errand){.work = reading_work, .done = reading_done, .data = reading});
}
