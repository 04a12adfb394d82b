#include "tui/out.h"

#include <stdlib.h>

#include "tui/out_node.h"

struct out {
	bool json;
	struct out_node top;  /* an unnamed list of what stands at the top */
	struct out_node *at;  /* the open container */
};

struct out *out_new(bool json)
{
	struct out *out = xcalloc(1, sizeof(*out));

	out->json = json;
	out->top.kind = OUT_LIST;
	out->at = &out->top;
	return out;
}

static void node_free_children(struct out_node *node)
{
	struct out_node *child = node->first, *next;

	for (; child; child = next) {
		next = child->next;
		node_free_children(child);
		free(child->key);
		free(child->string);
		free(child);
	}
}

char *out_finish(struct out *out)
{
	struct text text = {0};

	if (out->json)
		out_write_json(&out->top, &text);
	else
		out_write_text(&out->top, &text);
	node_free_children(&out->top);
	free(out);
	return text_take(&text);
}

bool out_is_json(const struct out *out)
{
	return out->json;
}

static struct out_node *node_add(struct out_node *parent, enum out_kind kind, const char *key)
{
	struct out_node *node = xcalloc(1, sizeof(*node));

	node->kind = kind;
	node->key = key ? xstrdup(key) : NULL;
	node->parent = parent;
	if (parent->last)
		parent->last->next = node;
	else
		parent->first = node;
	parent->last = node;
	return node;
}

void out_list(struct out *out, const char *name)
{
	out->at = node_add(out->at, OUT_LIST, name);
}

void out_record(struct out *out, const char *name)
{
	out->at = node_add(out->at, OUT_RECORD, name);
}

void out_end(struct out *out)
{
	out->at = out->at->parent;
}

static void put_string(struct out_node *node, const char *value)
{
	node->string = value && *value ? xstrdup(value) : NULL;
}

void out_string(struct out *out, const char *key, const char *value)
{
	put_string(node_add(out->at, OUT_STRING, key), value);
}

void out_strings(struct out *out, const char *key, const char *const *values, size_t count)
{
	struct out_node *node = node_add(out->at, OUT_STRINGS, key);

	for (size_t i = 0; i < count; i++)
		put_string(node_add(node, OUT_STRING, NULL), values[i]);
}

static void add_number(struct out *out, enum out_kind kind, const char *key, int64_t value)
{
	node_add(out->at, kind, key)->number = value;
}

void out_int(struct out *out, const char *key, int64_t value)
{
	add_number(out, OUT_INT, key, value);
}

void out_bool(struct out *out, const char *key, bool value)
{
	add_number(out, OUT_BOOL, key, value);
}

void out_size(struct out *out, const char *key, int64_t bytes)
{
	add_number(out, OUT_SIZE, key, bytes);
}

void out_time(struct out *out, const char *key, int64_t seconds)
{
	add_number(out, OUT_TIME, key, seconds);
}

void out_line(struct out *out, const char *format, ...)
{
	struct text text = {0};
	va_list args;

	va_start(args, format);
	text_vprintf(&text, format, args);
	va_end(args);
	node_add(out->at, OUT_LINE, NULL)->string = text_take(&text);
}

void out_block(struct out *out, const char *key, const char *text)
{
	put_string(node_add(out->at, OUT_BLOCK, key), text);
}
