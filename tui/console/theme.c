#include "tui/console/theme.h"

#include <ncurses.h>
#include <stdlib.h>
#include <string.h>

/* A colour of the 256, and the one of the 8 that stands in for it. */
struct colour {
	short rich, basic;
};

struct look {
	struct colour colour;
	attr_t attributes;
};

struct theme_table {
	const char *name;
	struct look roles[ROLE_COUNT];
	struct look grounds[GROUND_COUNT];
	struct colour on_loud;  /* LOUD is its colour as background, with this on it */
};

#define DEFAULT {-1, -1}

static const struct theme_table themes[] = {
	{
		.name = "dark",
		.roles = {
			[ROLE_PLAIN] = {DEFAULT, 0},
			[ROLE_QUIET] = {{247, -1}, 0},
			[ROLE_LINE] = {{240, -1}, 0},
			[ROLE_STRONG] = {DEFAULT, A_BOLD},
			[ROLE_ACCENT] = {{80, COLOR_CYAN}, 0},
			[ROLE_GOOD] = {{114, COLOR_GREEN}, 0},
			[ROLE_WARN] = {{221, COLOR_YELLOW}, 0},
			[ROLE_BAD] = {{210, COLOR_RED}, 0},
			[ROLE_LOUD] = {{160, COLOR_RED}, A_BOLD},
		},
		.grounds = {
			[GROUND_PLAIN] = {DEFAULT, 0},
			[GROUND_BAR] = {{235, -1}, 0},
			[GROUND_SELECTED] = {{237, COLOR_BLUE}, 0},
			[GROUND_PANEL] = {{235, -1}, 0},
			[GROUND_FIELD] = {{24, COLOR_BLUE}, 0},
		},
		.on_loud = {231, COLOR_WHITE},
	}, {
		.name = "light",
		.roles = {
			[ROLE_PLAIN] = {DEFAULT, 0},
			[ROLE_QUIET] = {{243, -1}, 0},
			[ROLE_LINE] = {{250, -1}, 0},
			[ROLE_STRONG] = {DEFAULT, A_BOLD},
			[ROLE_ACCENT] = {{25, COLOR_BLUE}, 0},
			[ROLE_GOOD] = {{28, COLOR_GREEN}, 0},
			[ROLE_WARN] = {{130, COLOR_MAGENTA}, 0},
			[ROLE_BAD] = {{160, COLOR_RED}, 0},
			[ROLE_LOUD] = {{160, COLOR_RED}, A_BOLD},
		},
		.grounds = {
			[GROUND_PLAIN] = {DEFAULT, 0},
			[GROUND_BAR] = {{254, -1}, 0},
			[GROUND_SELECTED] = {{153, COLOR_CYAN}, 0},
			[GROUND_PANEL] = {{255, -1}, 0},
			[GROUND_FIELD] = {{189, COLOR_CYAN}, 0},
		},
		.on_loud = {231, COLOR_WHITE},
	}, {
		.name = "contrast",
		.roles = {
			[ROLE_PLAIN] = {{231, COLOR_WHITE}, 0},
			[ROLE_QUIET] = {{231, COLOR_WHITE}, 0},
			[ROLE_LINE] = {{231, COLOR_WHITE}, 0},
			[ROLE_STRONG] = {{231, COLOR_WHITE}, A_BOLD},
			[ROLE_ACCENT] = {{51, COLOR_CYAN}, A_BOLD},
			[ROLE_GOOD] = {{46, COLOR_GREEN}, A_BOLD},
			[ROLE_WARN] = {{226, COLOR_YELLOW}, A_BOLD},
			[ROLE_BAD] = {{217, COLOR_RED}, A_BOLD},
			[ROLE_LOUD] = {{226, COLOR_YELLOW}, A_BOLD},
		},
		.grounds = {
			[GROUND_PLAIN] = {{16, COLOR_BLACK}, 0},
			[GROUND_BAR] = {{16, COLOR_BLACK}, 0},
			[GROUND_SELECTED] = {{18, COLOR_BLUE}, A_BOLD},
			[GROUND_PANEL] = {{16, COLOR_BLACK}, 0},
			[GROUND_FIELD] = {{18, COLOR_BLUE}, A_BOLD},
		},
		.on_loud = {16, COLOR_BLACK},
	}, {
		.name = "none", /* attributes alone; so it must be the one without colours */
		.roles = {
			[ROLE_STRONG] = {DEFAULT, A_BOLD},
			[ROLE_ACCENT] = {DEFAULT, A_BOLD},
			[ROLE_QUIET] = {DEFAULT, A_DIM},
			[ROLE_LINE] = {DEFAULT, A_DIM},
			[ROLE_WARN] = {DEFAULT, A_BOLD},
			[ROLE_BAD] = {DEFAULT, A_BOLD},
			[ROLE_LOUD] = {DEFAULT, A_BOLD | A_REVERSE},
		},
		.grounds = {
			[GROUND_BAR] = {DEFAULT, 0},
			[GROUND_SELECTED] = {DEFAULT, A_REVERSE},
			[GROUND_FIELD] = {DEFAULT, A_REVERSE},
		},
	},
};
enum { THEME_DARK, THEME_LIGHT, THEME_CONTRAST, THEME_NONE, THEME_COUNT };

/* COLORFGBG is "15;0": the background's number comes last. */
static bool terminal_is_light(void)
{
	const char *colours = getenv("COLORFGBG");
	const char *ground = colours ? strrchr(colours, ';') : NULL;

	return ground && (!strcmp(ground, ";7") || !strcmp(ground, ";15"));
}

static const struct theme_table *choose(void)
{
	const char *no_color = getenv("NO_COLOR"), *wanted = getenv("BERTH_THEME");

	if ((no_color && *no_color) || !has_colors() || COLORS < 8)
		return &themes[THEME_NONE];
	for (int i = 0; wanted && i < THEME_COUNT; i++)
		if (!strcmp(wanted, themes[i].name))
			return &themes[i];
	return &themes[terminal_is_light() ? THEME_LIGHT : THEME_DARK];
}

/* The 256 are palettes' numbers; a terminal with direct colours (xterm-direct)
 * takes each number above 7 for red, green and blue. */
static int direct(int number)
{
	static const int levels[] = {0, 95, 135, 175, 215, 255};

	if (number < 16)
		return number;
	if (number >= 232)
		return (8 + (number - 232) * 10) * 0x010101;
	number -= 16;
	return levels[number / 36] << 16 | levels[number / 6 % 6] << 8 | levels[number % 6];
}

static int pick(struct colour colour)
{
	return COLORS < 256 ? colour.basic : COLORS > 256 ? direct(colour.rich) : colour.rich;
}

static unsigned make_style(const struct theme_table *table, int role_number, int ground_number)
{
	const struct look *role = &table->roles[role_number], *ground = &table->grounds[ground_number];
	const bool loud = role_number == ROLE_LOUD;
	const int pair = 1 + role_number * GROUND_COUNT + ground_number;
	attr_t attributes = role->attributes | ground->attributes;

	if (table == &themes[THEME_NONE])
		return attributes;
	init_extended_pair(pair, pick(loud ? table->on_loud : role->colour), pick(loud ? role->colour : ground->colour));
	if (COLORS < 256 && role_number == ROLE_QUIET)
		attributes |= A_DIM;
	return attributes | (unsigned)COLOR_PAIR(pair);
}

void theme_start(struct theme *theme)
{
	if (has_colors()) {
		start_color();
		use_default_colors();
	}
	const struct theme_table *table = choose();
	for (int role = 0; role < ROLE_COUNT; role++)
		for (int ground = 0; ground < GROUND_COUNT; ground++)
			theme->attributes[role][ground] = make_style(table, role, ground);
}

enum role theme_state_role(enum host_state state)
{
	static const enum role roles[HOST_STATES] = {
		[HOST_DRAFT] = ROLE_QUIET, [HOST_DOWN] = ROLE_PLAIN, [HOST_UP] = ROLE_GOOD,
		[HOST_HELD] = ROLE_WARN, [HOST_STALE] = ROLE_BAD, [HOST_FOREIGN] = ROLE_LOUD,
		[HOST_DOUBLE] = ROLE_LOUD, [HOST_MISSING] = ROLE_LOUD, [HOST_UNKNOWN] = ROLE_QUIET,
	};

	return roles[state];
}
