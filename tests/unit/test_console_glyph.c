/* Widths of text, cutting it, and the line that one types in. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tui/console/glyph.h"
#include "tui/console/line.h"

static void columns_are_counted(void **state)
{
	(void)state;
	assert_int_equal(glyph_columns(""), 0);
	assert_int_equal(glyph_columns("desk1"), 5);
	assert_int_equal(glyph_columns("größe"), 5);
	assert_int_equal(glyph_columns("机器"), 4);
	assert_int_equal(glyph_columns("e\xcc\x81"), 1); /* a combining acute */
	assert_int_equal(glyph_columns("● up"), 4);
}

static void what_can_not_be_shown_is_one_question_mark(void **state)
{
	static const char *const strange[] = {"\xff", "\x1b", "\x7f", "\xc2\x9b", "\xe2\x80\xae", "\xe2\x80\x8b", "\xed\xa0\x80"};
	wchar_t shown;

	(void)state;
	for (size_t i = 0; i < sizeof(strange) / sizeof(*strange); i++) {
		const char *at = strange[i];

		assert_int_equal(glyph_next(&at, &shown), 1);
		assert_int_equal(shown, L'?');
	}
	const char *at = "\xf0\x9f"; /* cut in the middle */
	assert_int_equal(glyph_next(&at, &shown), 1);
	assert_int_equal(glyph_next(&at, &shown), 1);
	assert_int_equal(glyph_next(&at, &shown), -1);
}

static void text_is_cut_between_characters(void **state)
{
	int used;

	(void)state;
	assert_int_equal(glyph_fit("desk1", 3, &used), 3);
	assert_int_equal(used, 3);
	assert_int_equal(glyph_fit("机器", 3, &used), 3); /* the second is two columns wide */
	assert_int_equal(used, 2);
	assert_int_equal(glyph_fit("e\xcc\x81x", 1, &used), 3); /* the mark stays with its letter */
	assert_int_equal(glyph_fit("abc", 0, NULL), 0);
	assert_int_equal(glyph_fit("abc", 9, &used), 3);
	assert_int_equal(used, 3);
}

static void one_steps_over_whole_characters(void **state)
{
	const char *text = "ae\xcc\x81机z";

	(void)state;
	assert_int_equal(glyph_behind(text, 0), 1);
	assert_int_equal(glyph_behind(text, 1), 4);
	assert_int_equal(glyph_behind(text, 4), 7);
	assert_int_equal(glyph_behind(text, 8), 8);
	assert_int_equal(glyph_before(text, 8), 7);
	assert_int_equal(glyph_before(text, 7), 4);
	assert_int_equal(glyph_before(text, 4), 1);
	assert_int_equal(glyph_before(text, 0), 0);
}

static void type(struct line *line, const char *keys)
{
	for (; *keys; keys++)
		line_key(line, *keys);
}

static void a_line_is_typed_and_mended(void **state)
{
	struct line line = {0};

	(void)state;
	type(&line, "desk9");
	assert_int_equal(line_key(&line, INPUT_BACKSPACE), LINE_CHANGED);
	type(&line, "1");
	assert_string_equal(line.text, "desk1");
	assert_int_equal(line_key(&line, INPUT_HOME), LINE_MOVED);
	assert_int_equal(line_key(&line, INPUT_DELETE), LINE_CHANGED);
	line_key(&line, 0xfc); /* u umlaut */
	assert_string_equal(line.text, "\xc3\xbc" "esk1");
	line_key(&line, INPUT_LEFT);
	assert_int_equal(line.cursor, 0);
	line_key(&line, INPUT_RIGHT);
	assert_int_equal(line.cursor, 2);
	line_key(&line, INPUT_CONTROL('k'));
	assert_string_equal(line.text, "\xc3\xbc");
	line_set(&line, "host add desk1");
	line_key(&line, INPUT_CONTROL('w'));
	assert_string_equal(line.text, "host add ");
	line_key(&line, INPUT_CONTROL('u'));
	assert_string_equal(line.text, "");
	assert_int_equal(line_key(&line, INPUT_BACKSPACE), LINE_MOVED);
	assert_int_equal(line_key(&line, INPUT_UP), LINE_NOT_MINE);
	assert_int_equal(line_key(&line, INPUT_TAB), LINE_NOT_MINE);
}

static void a_paste_is_made_harmless_and_fits(void **state)
{
	struct line line = {0};
	char much[10001];

	(void)state;
	line_paste(&line, "52:54:00\t01\n");
	assert_string_equal(line.text, "52:54:00 01");
	memset(much, 'x', sizeof(much) - 1);
	much[sizeof(much) - 1] = '\0';
	line_set(&line, "");
	line_paste(&line, much);
	assert_int_equal(strlen(line.text), LINE_SIZE - 1);
	assert_int_equal(line.cursor, LINE_SIZE - 1);
	assert_int_equal(line_key(&line, 'y'), LINE_MOVED); /* full */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_are_counted),
		cmocka_unit_test(what_can_not_be_shown_is_one_question_mark),
		cmocka_unit_test(text_is_cut_between_characters),
		cmocka_unit_test(one_steps_over_whole_characters),
		cmocka_unit_test(a_line_is_typed_and_mended),
		cmocka_unit_test(a_paste_is_made_harmless_and_fits),
	};

	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
