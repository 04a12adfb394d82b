/*
 * CEPH_ARGS: librados reads most options out of it by itself, but the client's
 * name and the conf must be known before it does.
 */
#include "core/ceph/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* `word` is "--name=X": X. `word` is "--name": the next word. */
static const char *value_of(const char *word, const char *option, char **rest)
{
	const size_t length = strlen(option);

	if (strncmp(word, option, length))
		return NULL;
	if (word[length] == '=')
		return word + length + 1;
	return word[length] ? NULL : strtok_r(NULL, " \t", rest);
}

/* The last of the named options in CEPH_ARGS, as a new string. */
static char *find(const char *const *options)
{
	const char *environment = getenv("CEPH_ARGS");
	char *copy = xstrdup(environment ? environment : ""), *rest = NULL, *found = NULL;

	for (char *word = strtok_r(copy, " \t", &rest); word; word = strtok_r(NULL, " \t", &rest)) {
		for (const char *const *option = options; *option; option++) {
			const char *value = value_of(word, *option, &rest);

			if (!value)
				continue;
			free(found);
			found = xstrdup(value);
			break;
		}
	}
	free(copy);
	return found;
}

char *ceph_args_name(void)
{
	static const char *const names[] = {"--name", "-n", NULL}, *const ids[] = {"--id", "--user", NULL};
	char *name = find(names);

	if (name)
		return name;
	char *id = find(ids);
	if (id) {
		struct text text = {0};

		text_printf(&text, "client.%s", id);
		free(id);
		return text_take(&text);
	}
	return NULL;
}

char *ceph_args_conf(void)
{
	static const char *const confs[] = {"--conf", "-c", NULL};

	return find(confs);
}
