/* The words of a command line that is being put together. Pure; any thread. */
#ifndef BERTH_TUI_WORDS_H
#define BERTH_TUI_WORDS_H

#include <stdbool.h>

#include "base/err.h"

struct words {
	char **items;
	int count;
};

void words_add(struct words *words, const char *word);
/* Names in order; neighbours like desk01 desk02 desk03 become desk[01-03]. */
void words_add_names(struct words *words, const char *const *names, int count);
void words_free(struct words *words); /* {0} again */
void words_drop_first(struct words *words);
struct words words_copy(const struct words *words);

/* As a shell splits them: blanks, '', "", backslash. ERR_USAGE: a quote is open. */
int words_split(const char *line, struct words *out, struct err *err);

#endif
