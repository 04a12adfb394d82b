#include "tui/console/line.h"

#include <string.h>

#include "base/text.h"
#include "tui/console/glyph.h"

void line_set(struct line *line, const char *text)
{
	text_copy(line->text, sizeof(line->text), text);
	line->cursor = strlen(line->text);
}

static void cut(struct line *line, size_t from, size_t to)
{
	memmove(line->text + from, line->text + to, strlen(line->text + to) + 1);
	line->cursor = from;
}

static bool insert(struct line *line, const char *bytes, size_t length)
{
	const size_t rest = strlen(line->text + line->cursor) + 1;

	if (line->cursor + length + rest > sizeof(line->text))
		return false;
	memmove(line->text + line->cursor + length, line->text + line->cursor, rest);
	memcpy(line->text + line->cursor, bytes, length);
	line->cursor += length;
	return true;
}

static size_t encode(int code, char out[4])
{
	if (code < 0x80) {
		out[0] = (char)code;
		return 1;
	}
	const size_t length = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
	for (size_t i = length - 1; i > 0; i--, code >>= 6)
		out[i] = (char)(0x80 | (code & 0x3f));
	out[0] = (char)((length == 2 ? 0xc0 : length == 3 ? 0xe0 : 0xf0) | code);
	return length;
}

static size_t word_before(const struct line *line)
{
	size_t at = line->cursor;

	while (at > 0 && line->text[at - 1] == ' ')
		at--;
	while (at > 0 && line->text[at - 1] != ' ')
		at--;
	return at;
}

static enum line_answer move_to(struct line *line, size_t offset)
{
	line->cursor = offset;
	return LINE_MOVED;
}

static enum line_answer cut_range(struct line *line, size_t from, size_t to)
{
	if (from == to)
		return LINE_MOVED;
	cut(line, from, to);
	return LINE_CHANGED;
}

static enum line_answer type(struct line *line, int key)
{
	char bytes[4];

	if (key < 0x20 || (key >= 0x7f && key < 0xa0) || key >= INPUT_UP)
		return LINE_NOT_MINE;
	return insert(line, bytes, encode(key, bytes)) ? LINE_CHANGED : LINE_MOVED;
}

enum line_answer line_key(struct line *line, int key)
{
	switch (key) {
	case INPUT_LEFT: return move_to(line, glyph_before(line->text, line->cursor));
	case INPUT_RIGHT: return move_to(line, glyph_behind(line->text, line->cursor));
	case INPUT_HOME: case INPUT_CONTROL('a'): return move_to(line, 0);
	case INPUT_END: case INPUT_CONTROL('e'): return move_to(line, strlen(line->text));
	case INPUT_BACKSPACE: return cut_range(line, glyph_before(line->text, line->cursor), line->cursor);
	case INPUT_DELETE: return cut_range(line, line->cursor, glyph_behind(line->text, line->cursor));
	case INPUT_CONTROL('u'): return cut_range(line, 0, line->cursor);
	case INPUT_CONTROL('k'): return cut_range(line, line->cursor, strlen(line->text));
	case INPUT_CONTROL('w'): return cut_range(line, word_before(line), line->cursor);
	default: return type(line, key);
	}
}

static bool is_control(char byte)
{
	return (unsigned char)byte < 0x20 || byte == 0x7f;
}

void line_paste(struct line *line, const char *text)
{
	size_t length = strlen(text);

	while (length > 0 && is_control(text[length - 1]))
		length--;
	for (size_t at = 0; at < length;) {
		const size_t next = glyph_behind(text, at);

		if (!insert(line, is_control(text[at]) ? " " : text + at, is_control(text[at]) ? 1 : next - at))
			return;
		at = is_control(text[at]) ? at + 1 : next;
	}
}

void line_draw(const struct line *line, struct pen *pen, enum role role, struct screen *screen)
{
	const int room = pen->end - pen->x - 1; /* a column for the cursor behind the last character */
	size_t from = 0;
	char before[LINE_SIZE];

	for (;;) {
		memcpy(before, line->text + from, line->cursor - from);
		before[line->cursor - from] = '\0';
		if (glyph_columns(before) <= room || from >= line->cursor)
			break;
		from = glyph_behind(line->text, from);
	}
	const int column = pen->x + glyph_columns(before);
	pen_text(pen, role, line->text + from);
	if (screen)
		paint_cursor(screen, pen->y, column);
}
