/*
 * A host's settings as a small text to edit: a line "option: value" for each
 * option of `host set`, its help as a comment above it. Pure; any thread.
 */
#ifndef BERTH_TUI_CONSOLE_HOST_TEXT_H
#define BERTH_TUI_CONSOLE_HOST_TEXT_H

#include "core/fleet/record.h"
#include "tui/command.h"
#include "tui/words.h"

char *host_text_write(const struct host *host, const struct command *set); /* caller frees */

/* What differs from the host, as options for `host set`, appended. ERR_USAGE: the
 * error's line, from 1, is in *line. */
int host_text_read(const char *text, const struct host *host, const struct command *set, struct words *out, int *line,
		   struct err *err);

/* The line that a field of an error stands in; 0: it is in none. */
int host_text_line(const char *text, const char *field);

/* The text with the error as a comment above that line (0: at the top), and no
 * other error. *line becomes the one that it is about. Caller frees. */
char *host_text_note(const char *text, int *line, const char *error);

#endif
