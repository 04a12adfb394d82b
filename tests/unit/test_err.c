#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"

static void err_set_fills_and_returns_the_code(void **state)
{
	struct err err = {.field = "old"};

	(void)state;
	assert_int_equal(err_set(&err, ERR_REFUSED, "root of %s is in use", "desk1"), ERR_REFUSED);
	assert_int_equal(err.code, ERR_REFUSED);
	assert_string_equal(err.text, "root of desk1 is in use");
	assert_string_equal(err.field, "");
	assert_int_equal(err_set(NULL, ERR_FAILED, "nobody listens"), ERR_FAILED);
}

static void err_field_names_the_field(void **state)
{
	struct err err;

	(void)state;
	assert_int_equal(err_field(&err, "mac", "MAC \"%s\" is wrong", "x"), ERR_USAGE);
	assert_string_equal(err.field, "mac");
	err_prefix(&err, "Line %d", 3);
	assert_string_equal(err.field, "mac");
	assert_string_equal(err.text, "Line 3: MAC \"x\" is wrong");
	assert_int_equal(err_field(NULL, "mac", "nobody listens"), ERR_USAGE);
}

static void control_characters_become_question_marks(void **state)
{
	struct err err;

	(void)state;
	err_set(&err, ERR_FAILED, "a\nb\tc\x1b[31md\x7f");
	assert_string_equal(err.text, "a?b?c?[31md?");
	err_set(&err, ERR_FAILED, "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x90\xa7");
	assert_string_equal(err.text, "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x90\xa7");
	err_set(&err, ERR_FAILED, "\xff \xc3 \xc0\xaf \xed\xa0\x80 \xc2\x9b\x33m \xf4\x90\x80\x80 \xe2\x82");
	assert_string_equal(err.text, "? ? ?? ??? ??3m ???? ??");
}

static void a_long_sentence_is_cut_between_characters(void **state)
{
	struct err err;
	char many[4001];

	(void)state;
	for (size_t i = 0; i < 4000; i += 2)
		memcpy(many + i, "\xc3\xbc", 2);
	many[4000] = '\0';
	err_set(&err, ERR_FAILED, "%s", many);
	assert_int_equal(strlen(err.text), sizeof err.text - 2);
	assert_null(strchr(err.text, '?'));
	err_prefix(&err, "%s", many);
	assert_null(strchr(err.text, '?'));
}

static void exit_statuses_are_the_contract(void **state)
{
	(void)state;
	assert_int_equal(err_exit_status(0), 0);
	assert_int_equal(err_exit_status(ERR_FAILED), 1);
	assert_int_equal(err_exit_status(ERR_USAGE), 2);
	assert_int_equal(err_exit_status(ERR_REFUSED), 3);
	assert_int_equal(err_exit_status(ERR_NOT_FOUND), 4);
	assert_int_equal(err_exit_status(ERR_UNREACHABLE), 5);
	assert_int_equal(err_exit_status(ERR_CONFLICT), 1);
	assert_int_equal(err_exit_status(ERR_CANCELLED), 1);
	assert_int_equal(err_exit_status(ERR_EXISTS), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(err_set_fills_and_returns_the_code),
		cmocka_unit_test(err_field_names_the_field),
		cmocka_unit_test(control_characters_become_question_marks),
		cmocka_unit_test(a_long_sentence_is_cut_between_characters),
		cmocka_unit_test(exit_statuses_are_the_contract),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
