#include "tui/console/errand.h"

#include <stdlib.h>

struct sent {
	struct errand errand;
	struct app *app;
	uint64_t view;
};

static int errand_run(struct job *job, void *data, struct err *err)
{
	const struct sent *sent = data;
	struct fleet *fleet;
	int status = fleet_fork(sent->app->fleet, &fleet, err);

	if (status)
		return status;
	status = sent->errand.work(sent->errand.data, fleet, job, err);
	fleet_close(fleet);
	return status;
}

static void errand_message(void *data, void *message)
{
	const struct sent *sent = data;

	sent->errand.message(sent->errand.data, message);
}

static void errand_done(void *data, int status, const struct err *err)
{
	struct sent *sent = data;

	sent->errand.done(sent->app, app_find(sent->app, sent->view), sent->errand.data, status, err);
	free(sent);
}

int64_t errand_start(struct app *app, const struct view *view, const struct errand *errand)
{
	struct sent *sent = xcalloc(1, sizeof(*sent));

	*sent = (struct sent){.errand = *errand, .app = app, .view = view ? view->serial : 0};
	return jobs_add(app->jobs, &(struct job_spec){
		.run = errand_run, .message = errand_message, .done = errand_done, .data = sent});
}
