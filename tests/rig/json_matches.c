/*
 * json_matches DOCS SECTION < DOCUMENT: does the document have exactly the
 * fields that DOCS (docs/json.md) tells of below "## SECTION"? Prints each
 * difference; exit status 1 if there is one.
 */
#include <jansson.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define FIELDS_MAX 64

struct field {
	char path[96];
	char type[32];
	bool seen;
};

struct schema {
	struct field fields[FIELDS_MAX];
	int count;
	int wrong;
};

/* "| `path` | type | what |" */
static void read_row(const char *line, struct schema *schema)
{
	struct field *field = &schema->fields[schema->count];

	if (schema->count < FIELDS_MAX && sscanf(line, "| `%95[^`]` | %31[^|]", field->path, field->type) == 2) {
		field->type[strcspn(field->type, "\n")] = '\0';
		for (size_t end = strlen(field->type); end && field->type[end - 1] == ' '; end--)
			field->type[end - 1] = '\0';
		schema->count++;
	}
}

static bool read_section(const char *path, const char *section, struct schema *schema)
{
	FILE *file = fopen(path, "r");
	char line[512];
	bool inside = false;

	while (file && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		if (!strncmp(line, "## ", 3))
			inside = !strcmp(line + 3, section);
		else if (inside)
			read_row(line, schema);
	}
	if (file)
		fclose(file);
	return schema->count > 0;
}

static bool is_time(const json_t *value)
{
	regex_t regex;
	bool matches;

	if (!json_is_string(value) ||
	    regcomp(&regex, "^20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9]Z$", REG_EXTENDED | REG_NOSUB))
		return false;
	matches = !regexec(&regex, json_string_value(value), 0, NULL, 0);
	regfree(&regex);
	return matches;
}

static bool has_type(const json_t *value, const char *type)
{
	char base[32];

	if (json_is_null(value))
		return strstr(type, " or null");
	text_copy(base, sizeof(base), type);
	base[strcspn(base, " ")] = '\0';
	if (!strcmp(base, "time"))
		return is_time(value);
	if (!strcmp(base, "string"))
		return json_is_string(value);
	if (!strcmp(base, "boolean"))
		return json_is_boolean(value);
	return json_is_integer(value) && (!strcmp(base, "integer") || (!strcmp(base, "bytes") && json_integer_value(value) >= 0));
}

static void complain(struct schema *schema, const char *what, const char *path)
{
	printf("%s: %s\n", path, what);
	schema->wrong++;
}

static void check_leaf(struct schema *schema, const char *path, const json_t *value)
{
	for (int i = 0; i < schema->count; i++)
		if (!strcmp(schema->fields[i].path, path)) {
			schema->fields[i].seen = true;
			if (!has_type(value, schema->fields[i].type))
				complain(schema, schema->fields[i].type, path);
			return;
		}
	complain(schema, "not in the documentation", path);
}

/* Fields of an empty list can not be seen. */
static void pass_empty(struct schema *schema, const char *prefix)
{
	for (int i = 0; i < schema->count; i++)
		if (!strncmp(schema->fields[i].path, prefix, strlen(prefix)))
			schema->fields[i].seen = true;
}

static void check(struct schema *schema, const char *path, json_t *value)
{
	char inner[96];
	const char *key;
	json_t *child;
	size_t i;

	if (json_is_array(value)) {
		snprintf(inner, sizeof(inner), "%s[]", path);
		if (!json_array_size(value))
			pass_empty(schema, inner);
		json_array_foreach(value, i, child)
			check(schema, inner, child);
	} else if (json_is_object(value)) {
		json_object_foreach(value, key, child) {
			snprintf(inner, sizeof(inner), "%.40s%s%.50s", path, *path ? "." : "", key);
			check(schema, inner, child);
		}
	} else {
		check_leaf(schema, path, value);
	}
}

int main(int argc, char **argv)
{
	struct schema schema = {.count = 0};
	json_error_t error;

	if (argc != 3 || !read_section(argv[1], argv[2], &schema)) {
		fprintf(stderr, "json_matches: no section %s\n", argc == 3 ? argv[2] : "");
		return 2;
	}
	json_t *document = json_loadf(stdin, JSON_REJECT_DUPLICATES, &error);
	if (!document)
		complain(&schema, error.text, "not one JSON document");
	else
		check(&schema, "", document);
	for (int i = 0; document && i < schema.count; i++)
		if (!schema.fields[i].seen)
			complain(&schema, "documented, but not there", schema.fields[i].path);
	json_decref(document);
	return schema.wrong > 0;
}
