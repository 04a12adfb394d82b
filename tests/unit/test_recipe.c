/* Recipes, suites and the users' file: what is taken, what is refused, and that
 * no secret is in a refusal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/fleet/recipe.h"
#include "core/fleet/suite.h"
#include "core/fleet/users.h"

static void a_recipe_is_read_and_written(void **state)
{
	struct recipe *recipe = calloc(1, sizeof(*recipe));
	struct text text = {0};
	struct err err = {0};

	(void)state;
	assert_int_equal(recipe_parse("# words\n\n\tsize=4G \r\nsuite = bookworm\n  include=a,b  \nhook = /a file/with = in it", recipe, &err), 0);
	assert_int_equal(recipe_write(recipe, &text, &err), 0);
	assert_string_equal(text.data, "suite = bookworm\ninclude = a,b\nsize = 4G\nhook = /a file/with = in it\n");
	struct recipe *again = calloc(1, sizeof(*again));
	assert_int_equal(recipe_parse(text.data, again, &err), 0);
	assert_memory_equal(recipe, again, sizeof(*again));
	text_free(&text);
	free(recipe);
	free(again);
}

static void refuses_recipe(const char *text, const char *field, const char *words)
{
	struct recipe *recipe = calloc(1, sizeof(*recipe));
	struct err err = {0};
	const int status = recipe_parse(text, recipe, &err);

	if (status != ERR_USAGE || strcmp(err.field, field) || !strstr(err.text, words))
		fail_msg("'%s': %d %s '%s' does not say '%s'", text, status, err.field, err.text, words);
	free(recipe);
}

static void a_bad_recipe_is_refused(void **state)
{
	(void)state;
	refuses_recipe("suite bookworm", "recipe", "line 1");
	refuses_recipe("\nsweet = a", "recipe", "line 2");
	refuses_recipe("= a", "recipe", "line 1");
	refuses_recipe("suite =", "suite", "line 1");
	refuses_recipe("suite = a\nsuite = b", "recipe", "second time");
	refuses_recipe("suite = -x", "suite", "'-x'");
	refuses_recipe("suite = a;b", "suite", "bookworm");
	refuses_recipe("mirror = mirror.example", "mirror", "http://");
	refuses_recipe("mirror = http://me:secret@mirror/", "mirror", "without a password");
	refuses_recipe("include = a b", "include", "'a b'");
	refuses_recipe("locale = german", "locale", "de_DE.UTF-8");
	refuses_recipe("locale = de_DE", "locale", "de_DE.UTF-8");
	refuses_recipe("timezone = /etc/passwd", "timezone", "Europe/Berlin");
	refuses_recipe("timezone = ../../etc/passwd", "timezone", "Europe/Berlin");
	refuses_recipe("keyboard = de$", "keyboard", "nodeadkeys");
	refuses_recipe("hook = a\tb", "hook", "'a?b'");
}

static void a_recipe_has_an_end(void **state)
{
	struct recipe *recipe = calloc(1, sizeof(*recipe));
	struct text text = {0};
	struct err err = {0};
	char value[RECIPE_VALUE + 1];

	(void)state;
	memset(value, 'a', sizeof(value));
	value[RECIPE_VALUE] = '\0';
	assert_int_equal(recipe_set(recipe, RECIPE_HOOK, value, &err), ERR_USAGE);
	value[RECIPE_VALUE - 1] = '\0';
	assert_int_equal(recipe_set(recipe, RECIPE_HOOK, value, &err), 0);
	for (int key = 0; key < RECIPE_KEYS; key++)
		memcpy(recipe->values[key], value, RECIPE_VALUE);
	assert_int_equal(recipe_write(recipe, &text, &err), ERR_USAGE);
	text_free(&text);
	free(recipe);
}

static void suites_are_known(void **state)
{
	const struct suite *suite;
	struct err err = {0};

	(void)state;
	assert_int_equal(suite_find("bookworm", &suite, &err), 0);
	assert_string_equal(suite->kernel, "linux-image-amd64");
	assert_int_equal(suite_find("noble", &suite, &err), 0);
	assert_string_equal(suite->keyring_package, "ubuntu-keyring");
	assert_int_equal(suite_find("warty", &suite, &err), ERR_USAGE);
	assert_non_null(strstr(err.text, "'warty'"));
	assert_non_null(strstr(err.text, "bookworm"));
	assert_non_null(strstr(err.text, "noble"));
	assert_int_equal(suite_find("", &suite, &err), ERR_USAGE);
	assert_int_equal(suite_find("bookworm trixie", &suite, &err), ERR_USAGE);
}

static void users_are_read(void **state)
{
	struct users users;
	struct err err = {0};

	(void)state;
	assert_int_equal(users_parse("# who\nuser anna\n  groups sudo,video\nkey ssh-ed25519 AAAAx anna@desk\n\nkey ssh-rsa AAAAy\n"
				     "password $6$salt$hash\r\nuser root\n", &users, &err), 0);
	assert_int_equal(users.count, 2);
	assert_string_equal(users.items[0].name, "anna");
	assert_string_equal(users.items[0].groups, "sudo,video");
	assert_string_equal(users.items[0].password, "$6$salt$hash");
	assert_string_equal(users.items[0].keys.data, "ssh-ed25519 AAAAx anna@desk\nssh-rsa AAAAy\n");
	assert_string_equal(users.items[1].name, "root");
	assert_string_equal(users.items[1].password, "");
	users_free(&users);
}

static void refuses_users(const char *text, const char *words)
{
	struct users users;
	struct err err = {0};
	const int status = users_parse(text, &users, &err);

	if (status != ERR_USAGE || strcmp(err.field, "users") || !strstr(err.text, words) || strstr(err.text, "SECRET"))
		fail_msg("'%s': %d '%s' does not say '%s', or says too much", text, status, err.text, words);
}

static void bad_users_are_refused_and_not_repeated(void **state)
{
	(void)state;
	refuses_users("", "nobody");
	refuses_users("password $6$SECRET$", "line 1");
	refuses_users("user a\npassword SECRET", "line 2");
	refuses_users("user a\npassword $6$SEC:RET$x", "line 2");
	refuses_users("user a\npassword $SECRET", "openssl passwd");
	refuses_users("user a\n\nkey SECRET", "line 3");
	refuses_users("user a\nSECRET", "line 2");
	refuses_users("user SECRET", "small letters");
	refuses_users("user a:0:0", "line 1");
	refuses_users("user -a", "line 1");
	refuses_users("user abcdefghijklmnopqrstuvwxyz0123456", "at most 32");
	refuses_users("user a\nuser a", "second time");
	refuses_users("user a\ngroups sudo,,video", "line 2");
	refuses_users("user a\ngroups ", "line 2");
	refuses_users("user a\ngroups sudo video", "line 2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_recipe_is_read_and_written),
		cmocka_unit_test(a_bad_recipe_is_refused),
		cmocka_unit_test(a_recipe_has_an_end),
		cmocka_unit_test(suites_are_known),
		cmocka_unit_test(users_are_read),
		cmocka_unit_test(bad_users_are_refused_and_not_repeated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
