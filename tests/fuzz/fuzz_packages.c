/*
 * Whatever a status file holds, a list has lines of a name and a version, sorted,
 * with nothing that a terminal could take amiss, and is equal to itself.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/fleet/packages.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void no_change(void *context, const char *name, const char *from, const char *to)
{
	(void)context;
	require(strcmp(name, "") >= 0 && (from || to));
	require(!text_has_control(name) && !text_has_control(from ? from : "") && !text_has_control(to ? to : ""));
}

static void fail(void *context, const char *name, const char *from, const char *to)
{
	(void)context, (void)name, (void)from, (void)to;
	abort();
}

static void check_lines(char *list)
{
	const char *before = "";

	for (char *line; list && *list; before = line) {
		line = strsep(&list, "\n");
		require(strchr(line, ' ') && strchr(line, ' ') == strrchr(line, ' ') && !text_has_control(line));
		require(strcmp(before, line) <= 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *const input = xcalloc(1, size + 1), out[PACKAGES_SUMMARY];
	struct text list = {0};

	if (size > 0)
		memcpy(input, data, size);
	packages_from_status(input, size, &list);
	packages_diff(text_string(&list), text_string(&list), fail, NULL);
	packages_diff(input, text_string(&list), no_change, NULL);
	require(!text_has_control(packages_summary(input, text_string(&list), out)));
	if (list.data)
		check_lines(list.data);
	text_free(&list);
	free(input);
	return 0;
}
