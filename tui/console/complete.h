/* What may come next in a command line: from the command table and what the
 * snapshot knows. Pure; any thread. */
#ifndef BERTH_TUI_CONSOLE_COMPLETE_H
#define BERTH_TUI_CONSOLE_COMPLETE_H

#include <stddef.h>

#include "tui/console/snapshot.h"

#define CANDIDATES_MAX 200

struct candidate {
	char word[130];
	const char *help;      /* from the table, or "" */
};

struct candidates {
	struct candidate items[CANDIDATES_MAX];
	int count;
	size_t start;          /* where in the line the word begins that they complete */
};

/* For the end of `line`. */
void complete_line(const char *line, const struct snapshot *snapshot, struct candidates *out);

#endif
