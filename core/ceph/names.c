#include "core/ceph/internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/ceph/image.h"

void names_add(struct names *names, const char *name)
{
	if (names->count == names->capacity) {
		names->capacity = names->capacity ? 2 * names->capacity : 16;
		names->names = xrealloc(names->names, names->capacity * sizeof(*names->names));
	}
	names->names[names->count++] = xstrdup(name);
}

void names_clear(struct names *names)
{
	cluster_names_free(names->names, names->count);
	*names = (struct names){0};
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void names_give(struct names *names, char ***out, size_t *count)
{
	if (names->count)
		qsort(names->names, names->count, sizeof(*names->names), compare);
	*out = names->names;
	*count = names->count;
	*names = (struct names){0};
}

void cluster_names_free(char **names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(names[i]);
	free(names);
}
