/* A host's state in words: what is so, what it means, what one can do. Pure. */
#ifndef BERTH_TUI_EXPLAIN_H
#define BERTH_TUI_EXPLAIN_H

#include <stddef.h>
#include <stdint.h>

#include "core/fleet/view.h"

void explain_state(const struct fleet_row *row, const struct fleet_view *view, int64_t now, char *out, size_t size);

/* "14:02:31" in local time. */
char *explain_clock(int64_t seconds, char out[16]);

/* "2026-11-23 14:02" in local time. */
char *explain_when(int64_t seconds, char *out); /* at least TIME_TEXT bytes */

#endif
