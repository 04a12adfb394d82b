#include <jansson.h>
#include <stdlib.h>

#include "tui/out_node.h"

static json_t *json_of(const struct out_node *node);

/* JSON escapes control characters; bytes that are no UTF-8 it can not hold. */
static json_t *json_of_string(const char *string)
{
	json_t *json = json_string(string);
	char *copy;

	if (json)
		return json;
	copy = xstrdup(string);
	for (char *at = copy; *at; at++)
		if ((unsigned char)*at >= 0x80)
			*at = '?';
	json = json_string(copy);
	free(copy);
	return json;
}

static json_t *json_of_time(int64_t seconds)
{
	char text[TIME_TEXT];

	return seconds ? json_string(time_rfc3339(seconds, text)) : json_null();
}

static json_t *json_of_items(const struct out_node *node)
{
	json_t *array = json_array();

	for (const struct out_node *child = node->first; child; child = child->next)
		if (child->kind != OUT_LINE)
			json_array_append_new(array, json_of(child));
	return array;
}

static json_t *json_of_members(const struct out_node *node)
{
	json_t *object = json_object();

	for (const struct out_node *child = node->first; child; child = child->next)
		if (child->kind != OUT_LINE)
			json_object_set_new(object, child->key, json_of(child));
	return object;
}

static json_t *json_of(const struct out_node *node)
{
	switch (node->kind) {
	case OUT_LIST:
	case OUT_STRINGS:
		return json_of_items(node);
	case OUT_RECORD:
		return json_of_members(node);
	case OUT_INT:
		return json_integer(node->number);
	case OUT_SIZE:
		return node->number < 0 ? json_null() : json_integer(node->number);
	case OUT_BOOL:
		return json_boolean(node->number);
	case OUT_TIME:
		return json_of_time(node->number);
	default:
		return node->string ? json_of_string(node->string) : json_null();
	}
}

void out_write_json(const struct out_node *top, struct text *to)
{
	const struct out_node *document = top->first;

	while (document && document->kind == OUT_LINE)
		document = document->next;
	if (!document)
		return;
	json_t *json = json_of(document);
	char *string = json_dumps(json, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
	text_printf(to, "%s\n", string);
	free(string);
	json_decref(json);
}
