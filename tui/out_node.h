/* What a struct out collects, and the two ways to write it down; for tui/out*.c. */
#ifndef BERTH_TUI_OUT_NODE_H
#define BERTH_TUI_OUT_NODE_H

#include "base/text.h"

enum out_kind {
	OUT_LIST, OUT_RECORD, /* containers */
	OUT_STRING, OUT_STRINGS, OUT_INT, OUT_BOOL, OUT_SIZE, OUT_TIME,
	OUT_BLOCK, OUT_LINE,
};

struct out_node {
	enum out_kind kind;
	char *key;                     /* NULL none */
	char *string;                  /* NULL: null */
	int64_t number;
	struct out_node *parent;
	struct out_node *first, *last; /* children: members, records, or the strings of OUT_STRINGS */
	struct out_node *next;
};

/* Append the finished document to *to. */
void out_write_text(const struct out_node *top, struct text *to);
void out_write_json(const struct out_node *top, struct text *to);

#endif
