#include "tui/console/plan_answers.h"

#include <stdio.h>

int plan_answers(const struct planning *planned, bool asks, bool refused, bool close_first, struct answer out[ANSWERS])
{
	int count = 0;

	if (close_first)
		out[count++] = (struct answer){ANSWER_CLOSE, 0};
	for (int i = 0; asks && i < planned->offer_count; i++)
		out[count++] = (struct answer){ANSWER_OFFER, i};
	if ((asks || refused) && planned->remedy[0])
		out[count++] = (struct answer){ANSWER_REMEDY, 0};
	if (!close_first)
		out[count++] = (struct answer){ANSWER_CLOSE, 0};
	return count;
}

/* The first word is wide enough for the longest title of a way. */
void plan_answer_words(const struct planning *planned, const struct answer *answer, const char *title, const char *close,
		       char out[ANSWER_WORDS])
{
	const struct command_way *way = planned->offers[answer->offer].way;

	if (answer->kind == ANSWER_CLOSE)
		text_copy(out, ANSWER_WORDS, close);
	else if (answer->kind == ANSWER_REMEDY)
		snprintf(out, ANSWER_WORDS, "%-18s %s", "It is dead: fence", planned->remedy);
	else if (way)
		snprintf(out, ANSWER_WORDS, "%-18s %s", way->title, way->price);
	else
		text_copy(out, ANSWER_WORDS, title);
}
