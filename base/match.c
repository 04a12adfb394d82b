#include "base/match.h"

#include <string.h>

#include "base/text.h"

bool match_parse(struct match *match, const char *text)
{
	*match = (struct match){.negated = *text == '!'};
	text += match->negated;
	match->is_regex = *text == '~';
	text += match->is_regex;
	text_copy(match->text, sizeof(match->text), text);
	return *text && (!match->is_regex || !regcomp(&match->regex, text, REG_EXTENDED | REG_ICASE | REG_NOSUB));
}

void match_free(struct match *match)
{
	if (match->is_regex)
		regfree(&match->regex);
	match->is_regex = false;
}

bool match_occurs(const struct match *match, const char *where)
{
	return match->is_regex ? !regexec(&match->regex, where, 0, NULL, 0) : strcasestr(where, match->text) != NULL;
}
