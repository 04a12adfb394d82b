/* Forms: moving, typing, choosing, completing, errors in their places. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "tui/console/form.h"

static int open_form(void **state)
{
	static const char releases[][130] = {"deb12@2026-11-24", "deb12@2026-11-02", "noble@2026-10-02"};
	struct form *form = xcalloc(1, sizeof(*form));
	struct form_field *image;

	form_add(form, "mac", "the ports it boots from", true);
	image = form_add(form, "image", "what its root is made from", false);
	image->offers = releases;
	image->offer_count = 3;
	form_add_choice(form, "lock", "how its root is mapped", false, "exclusive|cooperative");
	form_add(form, "kernel-args", "more words", false);
	form_add_flag(form, "provision", "give it its root at once");
	*state = form;
	return 0;
}

static int close_form(void **state)
{
	free(*state);
	return 0;
}

static void type(struct form *form, const char *keys)
{
	for (; *keys; keys++)
		assert_int_equal(form_key(form, *keys), FORM_TAKEN);
}

static void fields_are_gone_through_in_both_directions(void **state)
{
	struct form *form = *state;

	form_key(form, INPUT_TAB);
	assert_int_equal(form->current, 1);
	form_key(form, INPUT_UP);
	form_key(form, INPUT_BACK_TAB);
	assert_int_equal(form->current, 4);
	form_key(form, INPUT_DOWN);
	assert_int_equal(form->current, 0);
	assert_int_equal(form_key(form, INPUT_ENTER), FORM_TAKEN);
	form->current = 4;
	assert_int_equal(form_key(form, INPUT_ENTER), FORM_SUBMIT);
	assert_int_equal(form_key(form, INPUT_CONTROL('s')), FORM_SUBMIT);
	assert_int_equal(form_key(form, INPUT_PAGE_UP), FORM_NOT_MINE);
}

static void what_is_typed_is_its_value(void **state)
{
	struct form *form = *state;

	type(form, "52:54:00:00:00:01");
	assert_string_equal(form_value(form, "mac"), "52:54:00:00:00:01");
	assert_string_equal(form_value(form, "image"), "");
	assert_string_equal(form_value(form, "no-such-field"), "");
	form_set(form, "mac", "old");
	assert_false(field_changed(&form->fields[0]));
	type(form, "x");
	assert_true(field_changed(&form->fields[0]));
}

static void choices_go_round(void **state)
{
	struct form *form = *state;

	form->current = 2;
	form_key(form, ' ');
	assert_string_equal(form_value(form, "lock"), "exclusive");
	form_key(form, INPUT_RIGHT);
	assert_string_equal(form_value(form, "lock"), "cooperative");
	form_key(form, ' ');
	assert_string_equal(form_value(form, "lock"), "");
	form_key(form, INPUT_LEFT);
	assert_string_equal(form_value(form, "lock"), "cooperative");
	assert_int_equal(form_key(form, 'x'), FORM_NOT_MINE);
	form->current = 4;
	form_key(form, ' ');
	assert_string_equal(form_value(form, "provision"), "yes");
}

static void an_image_is_completed(void **state)
{
	struct form *form = *state;

	form->current = 1;
	type(form, "deb");
	form_key(form, INPUT_CONTROL('n'));
	assert_string_equal(form_value(form, "image"), "deb12@2026-11-24");
	form_key(form, INPUT_CONTROL('n'));
	assert_string_equal(form_value(form, "image"), "deb12@2026-11-02");
	form_key(form, INPUT_CONTROL('u'));
	type(form, "zzz");
	form_key(form, INPUT_CONTROL('n'));
	assert_string_equal(form_value(form, "image"), "zzz");
}

static void errors_go_to_their_fields(void **state)
{
	struct form *form = *state;
	struct err err = {0};

	err_field(&err, "kernel_args", "a quote is not allowed");
	form_fail(form, &err);
	assert_int_equal(form->current, 3);
	assert_string_equal(form->fields[3].error, "a quote is not allowed");
	type(form, "x"); /* what is mended is not complained about any more */
	assert_string_equal(form->fields[3].error, "");
	err_set(&err, ERR_FAILED, "the disk is full");
	err.field[0] = '\0';
	form_fail(form, &err);
	assert_string_equal(form->error, "the disk is full");
	assert_int_equal(form->current, 3);
}

static void a_field_that_is_needed_is_asked_for(void **state)
{
	struct form *form = *state;

	form->current = 3;
	assert_false(form_is_complete(form));
	assert_int_equal(form->current, 0);
	assert_true(form->fields[0].error[0] != '\0');
	type(form, "1");
	assert_true(form_is_complete(form));
}

static void a_paste_goes_into_text_alone(void **state)
{
	struct form *form = *state;

	form_paste(form, "52:54:00:00:00:01\n");
	assert_string_equal(form_value(form, "mac"), "52:54:00:00:00:01");
	assert_int_equal(form->current, 0); /* the newline did not submit or move */
	form->current = 2;
	form_paste(form, "exclusive");
	assert_string_equal(form_value(form, "lock"), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(fields_are_gone_through_in_both_directions, open_form, close_form),
		cmocka_unit_test_setup_teardown(what_is_typed_is_its_value, open_form, close_form),
		cmocka_unit_test_setup_teardown(choices_go_round, open_form, close_form),
		cmocka_unit_test_setup_teardown(an_image_is_completed, open_form, close_form),
		cmocka_unit_test_setup_teardown(errors_go_to_their_fields, open_form, close_form),
		cmocka_unit_test_setup_teardown(a_field_that_is_needed_is_asked_for, open_form, close_form),
		cmocka_unit_test_setup_teardown(a_paste_goes_into_text_alone, open_form, close_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
