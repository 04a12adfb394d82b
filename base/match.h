/*
 * One word of a search, as people type it: "lab" occurs somewhere, in any case;
 * "~^desk0[1-4]$" is a POSIX extended regular expression, in any case; "!held"
 * must not be so. Pure; any thread.
 */
#ifndef BERTH_BASE_MATCH_H
#define BERTH_BASE_MATCH_H

#include <regex.h>
#include <stdbool.h>

#define MATCH_TEXT 128

struct match {
	bool negated;
	bool is_regex;
	regex_t regex;
	char text[MATCH_TEXT];
};

/* False for what is not whole ("", "!", "~("): there is nothing to free then. */
bool match_parse(struct match *match, const char *text);
void match_free(struct match *match);

/* Whether the text occurs; what negation makes of that is the caller's. */
bool match_occurs(const struct match *match, const char *where);

#endif
