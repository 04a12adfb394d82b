/*
 * What the console remembers of its user from one time to the next: words under
 * keys, in $XDG_STATE_HOME/berth/console. The UI thread, but for memory_write.
 */
#ifndef BERTH_TUI_CONSOLE_MEMORY_H
#define BERTH_TUI_CONSOLE_MEMORY_H

#include <stdbool.h>

#include "base/err.h"
#include "base/text.h"
#include "tui/console/table.h"

struct memory {
	char *path;            /* NULL: there is no home */
	char **lines;          /* "fleet.sort state down" */
	int count;
	bool changed;          /* since it was loaded or written */
	char complaint[256];   /* what could not be read, or "" */
};

/* No file is no complaint. What makes no sense is left out. */
void memory_load(struct memory *memory);
void memory_free(struct memory *memory);

const char *memory_get(const struct memory *memory, const char *key); /* the words; NULL none */
void memory_put(struct memory *memory, const char *key, const char *words);

/* Columns, sort and folds of a table of that kind. */
void memory_recall_table(struct memory *memory, struct table *table);
void memory_keep_table(struct memory *memory, const struct table *table);

/* The whole file, and writing it: whole or not at all. Any thread. */
char *memory_text(const struct memory *memory); /* caller frees */
int memory_write(const char *path, const char *text, struct err *err);

#endif
