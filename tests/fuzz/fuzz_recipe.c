/* Whatever is in a recipe: what is taken comes out as it went in, and none of its
 * values can be an option or a line of its own. And the users' file. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/fleet/recipe.h"
#include "core/fleet/users.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void try_recipe(const char *text)
{
	struct recipe *recipe = xcalloc(1, sizeof(*recipe)), *again = xcalloc(1, sizeof(*again));
	struct text out = {0};

	if (!recipe_parse(text, recipe, NULL)) {
		for (int key = 0; key < RECIPE_KEYS; key++)
			require(recipe->values[key][0] != '-' && !strchr(recipe->values[key], '\n'));
		if (!recipe_write(recipe, &out, NULL)) {
			require(!recipe_parse(text_string(&out), again, NULL));
			require(!memcmp(recipe, again, sizeof(*again)));
		}
	}
	text_free(&out);
	free(recipe);
	free(again);
}

static void try_users(const char *text)
{
	struct users users;

	if (users_parse(text, &users, NULL))
		return;
	for (size_t i = 0; i < users.count; i++)
		require(users.items[i].name[0] && users.items[i].name[0] != '-' && !strpbrk(users.items[i].name, ":/ \n") &&
			!strpbrk(users.items[i].password, ":\n") && !strpbrk(users.items[i].groups, ": \n"));
	users_free(&users);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xcalloc(1, size + 1);

	memcpy(text, data, size);
	try_recipe(text);
	try_users(text);
	free(text);
	return 0;
}
