/* What a plan that is shown can be answered with. Pure. */
#ifndef BERTH_TUI_CONSOLE_PLAN_ANSWERS_H
#define BERTH_TUI_CONSOLE_PLAN_ANSWERS_H

#include <stdbool.h>

#include "tui/console/planning.h"

struct answer {
	enum { ANSWER_CLOSE, ANSWER_OFFER, ANSWER_REMEDY } kind;
	int offer;
};
#define ANSWERS (COMMAND_WAYS + 2)
#define ANSWER_WORDS 200

/* asks: what is offered may be taken; refused: nothing is offered but the remedy.
 * Returns how many there are. */
int plan_answers(const struct planning *planned, bool asks, bool refused, bool close_first, struct answer out[ANSWERS]);

/* title: of an offer without ways; close: the word for leaving. */
void plan_answer_words(const struct planning *planned, const struct answer *answer, const char *title, const char *close,
		       char out[ANSWER_WORDS]);

#endif
