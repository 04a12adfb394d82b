#include <stdio.h>
#include <string.h>

#include "core/fleet/host_input.h"
#include "tui/commands/commands.h"

int call_hosts(struct fleet *fleet, const struct call *call, int count, char ***names, size_t *name_count, struct err *err)
{
	struct text range = {0};

	for (int i = 0; i < count; i++)
		text_printf(&range, "%s%s", i ? "," : "", call->words[i]);
	const int status = host_expand(fleet, text_string(&range), names, name_count, err);
	text_free(&range);
	return status;
}

int plan_each_host(struct fleet *fleet, const struct call *call, int count, host_planner *planner,
		   struct plans *out, struct err *err)
{
	char **names;
	size_t name_count;
	int status = call_hosts(fleet, call, count, &names, &name_count, err);

	if (status)
		return status;
	for (size_t i = 0; i < name_count && !status; i++)
		status = planner(fleet, call, names[i], out, err);
	host_expand_free(names, name_count);
	return status;
}

char *image_release_words(const char *image, const char *release, char out[IMAGE_RELEASE])
{
	snprintf(out, IMAGE_RELEASE, "%s%s%s", image, *image && *release ? "@" : "", *image ? release : "");
	return out;
}
