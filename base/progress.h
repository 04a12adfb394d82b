/*
 * How long work tells its caller how far it is, and learns that it should stop.
 * The work calls them from its own thread; each function may be NULL, and a
 * NULL struct progress is allowed wherever one is taken.
 */
#ifndef BERTH_BASE_PROGRESS_H
#define BERTH_BASE_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
	void (*report)(void *context, int64_t done, int64_t total); /* total 0: not known */
	void (*report_bytes)(void *context, int64_t done, int64_t total); /* NULL: report takes those, too */
	void (*say)(void *context, const char *words); /* what it is at, where nothing can be counted */
	bool (*cancelled)(void *context);
	void *context;
};

void progress_report(const struct progress *progress, int64_t done, int64_t total);
/* The same where what is counted are bytes: then a rate means something. */
void progress_report_bytes(const struct progress *progress, int64_t done, int64_t total);
void progress_say(const struct progress *progress, const char *words);
bool progress_cancelled(const struct progress *progress);

#endif
