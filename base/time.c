#include <stdio.h>
#include <time.h>

#include "base/text.h"

int64_t time_now(void)
{
	return time(NULL);
}

char *time_rfc3339(int64_t seconds, char out[TIME_TEXT])
{
	const time_t when = seconds;
	struct tm utc;

	if (!gmtime_r(&when, &utc) ||
	    strftime(out, TIME_TEXT, "%Y-%m-%dT%H:%M:%SZ", &utc) == 0)
		snprintf(out, TIME_TEXT, "unknown");
	return out;
}

char *time_ago(int64_t seconds, char out[TIME_TEXT])
{
	if (seconds < 0)
		seconds = 0; /* clocks of two machines differ */
	if (seconds < 60)
		snprintf(out, TIME_TEXT, "%d s", (int)seconds);
	else if (seconds < 60 * 60)
		snprintf(out, TIME_TEXT, "%d min", (int)(seconds / 60));
	else if (seconds < 24 * 60 * 60)
		snprintf(out, TIME_TEXT, "%d h", (int)(seconds / (60 * 60)));
	else
		snprintf(out, TIME_TEXT, "%lld d", (long long)(seconds / (24 * 60 * 60)));
	return out;
}

int64_t clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
