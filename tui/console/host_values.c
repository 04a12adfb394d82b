#include "tui/console/host_values.h"

#include <string.h>

#include "core/fleet/record.h"

static void add_macs(const struct host *host, struct text *out)
{
	for (int i = 0; i < host->mac_count; i++)
		text_printf(out, "%s%s", i ? "," : "", host->macs[i]);
}

static void add_image(const struct host *host, struct text *out)
{
	text_printf(out, "%s%s%s", host->image, host->release[0] ? "@" : "", host->release);
}

static void add_size(const struct host *host, struct text *out)
{
	char size[SIZE_TEXT];

	if (host->size)
		text_add(out, size_format(host->size, size));
}

void host_value_add(const struct host *host, const char *option, struct text *out)
{
	const struct { const char *option, *value; } words[] = {
		{"uuid", host->uuid}, {"lock", lock_policy_word(host->lock)}, {"kernel", kernel_word(host->kernel, host->kernel_version)},
		{"kernel-args", host->kernel_args}, {"address", host->address}, {"group", host->group},
		{"keep", host->keep}, {"reset", host->reset ? "yes" : "no"},
	};
	static const struct { const char *option; void (*add)(const struct host *, struct text *); } made[] = {
		{"mac", add_macs}, {"image", add_image}, {"size", add_size},
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (!strcmp(words[i].option, option))
			text_add(out, words[i].value);
	for (size_t i = 0; i < sizeof(made) / sizeof(*made); i++)
		if (!strcmp(made[i].option, option))
			made[i].add(host, out);
}
