/* By the longest common subsequence: a boot script has some twenty lines. */
#include "core/boot/difference.h"

#include <stdlib.h>
#include <string.h>

struct lines {
	char *copy;
	const char **items;
	size_t count;
};

static void split(const char *text, struct lines *out)
{
	char *rest = out->copy = xstrdup(text), *line;

	while ((line = strsep(&rest, "\n"))) {
		if (!rest && !*line)
			break;
		out->items = xrealloc(out->items, (out->count + 1) * sizeof *out->items);
		out->items[out->count++] = line;
	}
}

static void free_lines(struct lines *lines)
{
	free(lines->items);
	free(lines->copy);
}

/* common[a * width + b]: how many lines the rests from a and from b have in common. */
static unsigned *count_common(const struct lines *from, const struct lines *to)
{
	const size_t width = to->count + 1;
	unsigned *common = xcalloc((from->count + 1) * width, sizeof *common);

	for (size_t a = from->count; a-- > 0;)
		for (size_t b = to->count; b-- > 0;) {
			const unsigned skip_a = common[(a + 1) * width + b], skip_b = common[a * width + b + 1];

			common[a * width + b] = strcmp(from->items[a], to->items[b]) == 0 ? common[(a + 1) * width + b + 1] + 1
				: skip_a > skip_b ? skip_a : skip_b;
		}
	return common;
}

struct edit {
	char sign;
	const char *line;
};

static size_t find_edits(const struct lines *from, const struct lines *to, const unsigned *common, struct edit *out)
{
	const size_t width = to->count + 1;
	size_t a = 0, b = 0, count = 0;

	while (a < from->count || b < to->count) {
		const bool more_a = a < from->count, more_b = b < to->count;

		if (more_a && more_b && common && strcmp(from->items[a], to->items[b]) == 0)
			out[count++] = (struct edit){' ', from->items[a++]}, b++;
		else if (more_a && (!more_b || !common || common[(a + 1) * width + b] >= common[a * width + b + 1]))
			out[count++] = (struct edit){'-', from->items[a++]};
		else
			out[count++] = (struct edit){'+', to->items[b++]};
	}
	return count;
}

static bool is_near_change(const struct edit *edits, size_t count, size_t at)
{
	return edits[at].sign != ' ' || (at > 0 && edits[at - 1].sign != ' ') || (at + 1 < count && edits[at + 1].sign != ' ');
}

static void write_edits(const struct edit *edits, size_t count, struct text *out)
{
	bool left_out = false, changed = false;

	for (size_t i = 0; i < count; i++)
		changed |= edits[i].sign != ' ';
	for (size_t i = 0; i < count && changed; i++) {
		const bool near = is_near_change(edits, count, i);

		if (near)
			text_printf(out, "%c %s\n", edits[i].sign, edits[i].line);
		else if (!left_out)
			text_add(out, "  ...\n");
		left_out = !near;
	}
}

void difference_lines(const char *from, const char *to, struct text *out)
{
	struct lines a = {0}, b = {0};

	split(from, &a);
	split(to, &b);
	struct edit *edits = xcalloc(a.count + b.count + 1, sizeof *edits);
	unsigned *common = a.count > DIFFERENCE_LINES || b.count > DIFFERENCE_LINES ? NULL : count_common(&a, &b);
	write_edits(edits, find_edits(&a, &b, common, edits), out);
	free(common);
	free(edits);
	free_lines(&a);
	free_lines(&b);
}
