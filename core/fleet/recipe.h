/*
 * What an image is built of, as text: a line a thing, "suite = bookworm", with the
 * names of `berth image build`'s options; '#' begins a comment. It is kept with
 * the image and holds no secret: users are in a file that it only names. Pure.
 */
#ifndef BERTH_FLEET_RECIPE_H
#define BERTH_FLEET_RECIPE_H

#include "base/err.h"
#include "base/text.h"

enum recipe_key {
	RECIPE_SUITE, RECIPE_MIRROR, RECIPE_INCLUDE, RECIPE_SIZE, RECIPE_OVERLAY, RECIPE_HOOK, RECIPE_USERS,
	RECIPE_LOCALE, RECIPE_TIMEZONE, RECIPE_KEYBOARD, RECIPE_KEYS
};

#define RECIPE_VALUE 512
#define RECIPE_TEXT 4096 /* of all of it, as recipe_write makes it, with its NUL */

struct recipe {
	char values[RECIPE_KEYS][RECIPE_VALUE]; /* "" not given */
};

const char *recipe_key_name(enum recipe_key key); /* "suite" */

/* Checks the value for what can be told without looking at anything. ERR_USAGE. */
int recipe_set(struct recipe *recipe, enum recipe_key key, const char *value, struct err *err);

/* Starts from an empty recipe. ERR_USAGE names the line. */
int recipe_parse(const char *text, struct recipe *out, struct err *err);

/* In the order of the keys, each that is given; ERR_USAGE when it is longer than RECIPE_TEXT. */
int recipe_write(const struct recipe *recipe, struct text *out, struct err *err);

#endif
