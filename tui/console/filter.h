/*
 * The filter language of tables: words that must all hold for a row.
 *
 *   lab            occurs in some column, in any case
 *   state:down     occurs in the column whose title begins so
 *   ~^desk0[1-4]$  a POSIX extended regular expression, in any case
 *   !held          the word after it must not hold: !state:up, !image:~deb1[12]
 *
 * Pure; any thread.
 */
#ifndef BERTH_TUI_CONSOLE_FILTER_H
#define BERTH_TUI_CONSOLE_FILTER_H

#include <stdbool.h>

#include "base/match.h"

#define FILTER_WORDS 16
#define FILTER_TEXT 128

struct table_kind;

struct filter_word {
	struct match match;
	int column;            /* -1: any */
};

struct filter {
	struct filter_word words[FILTER_WORDS];
	int count;
};

/* What is not typed whole yet ("state:", "!", "~(") says nothing. */
void filter_parse(struct filter *filter, const char *text, const struct table_kind *kind);
void filter_free(struct filter *filter); /* {0} again */

#endif
