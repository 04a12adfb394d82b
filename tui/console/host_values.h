/* A host's settings as the options of `host set` take them. Pure. */
#ifndef BERTH_TUI_CONSOLE_HOST_VALUES_H
#define BERTH_TUI_CONSOLE_HOST_VALUES_H

#include "base/text.h"
#include "core/fleet/record.h"

/* Appends the value of that option, nothing when the host has none. */
void host_value_add(const struct host *host, const char *option, struct text *out);

#endif
