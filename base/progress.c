#include "base/progress.h"

void progress_report(const struct progress *progress, int64_t done, int64_t total)
{
	if (progress && progress->report)
		progress->report(progress->context, done, total);
}

void progress_report_bytes(const struct progress *progress, int64_t done, int64_t total)
{
	if (progress && progress->report_bytes)
		progress->report_bytes(progress->context, done, total);
	else
		progress_report(progress, done, total);
}

void progress_say(const struct progress *progress, const char *words)
{
	if (progress && progress->say)
		progress->say(progress->context, words);
}

bool progress_cancelled(const struct progress *progress)
{
	return progress && progress->cancelled && progress->cancelled(progress->context);
}
