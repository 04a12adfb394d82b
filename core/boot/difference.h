/* What differs between two short texts, line by line. Pure, any thread. */
#ifndef BERTH_BOOT_DIFFERENCE_H
#define BERTH_BOOT_DIFFERENCE_H

#include "base/text.h"

#define DIFFERENCE_LINES 1000 /* of longer ones every line counts as changed */

/* Appends the lines of `from` that `to` lacks with "- ", those that it has beside
 * them with "+ ", and with "  " the line before and after a change; "  ..." stands
 * for what is left out. Nothing, when they are equal. */
void difference_lines(const char *from, const char *to, struct text *out);

#endif
