/*
 * The one command table. Each thing an admin can do is one entry; the command
 * line, the console's keys, its ':' palette, its '?' help, the man page and the
 * shell completion are all made from it. Nothing is named twice.
 *
 * A command that writes makes plans (core/fleet/plan.h) and changes nothing
 * itself; a command that only reads shows something through a struct out.
 */
#ifndef BERTH_TUI_COMMAND_H
#define BERTH_TUI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/text.h"
#include "core/fleet/fleet.h"
#include "core/fleet/plan.h"
#include "core/fleet/run.h"
#include "tui/out.h"

enum command_guard {
	COMMAND_CLUSTER = 1,   /* needs the cluster */
	COMMAND_WRITES = 2,
	COMMAND_DESTROYS = 4,  /* what it takes away can be had back only with effort */
	COMMAND_TYPED = 8,     /* can not be undone: the target's name must be typed */
	COMMAND_CONFIRM = 16,  /* the console asks y/n with the plan shown */
	COMMAND_FACE = 32,     /* run by a face itself (open the console, the demo) */
	COMMAND_TERMINAL = 64, /* needs the terminal for itself: not in the console */
};

enum command_place { /* where a key works in the console */
	PLACE_FLEET = 1,
	PLACE_HOST = 2,
	PLACE_IMAGES = 4,
	PLACE_OPERATIONS = 8,
	PLACE_POINTS = 16,     /* the restore points of a host: HOST is that one, NAME the selected point */
	PLACE_DOCTOR = 32,
	PLACE_ROLLOUTS = 64,
};

struct command_option {
	const char *name;      /* "mac", without the dashes */
	const char *value;     /* "MAC[,MAC]"; NULL: a flag */
	const char *help;      /* one line */
	bool required;
};

/* One of several ways to do a thing: the console's question offers each that can
 * be planned, with its price. */
#define COMMAND_WAYS 4
struct command_way {
	const char *option;    /* the flag that chooses it; NULL: none of them */
	const char *title;     /* "In place" */
	const char *price;     /* what it costs: one short line */
};

#define CALL_WORDS 256
#define CALL_OPTIONS 16

struct command;

/* A command line, parsed. Points into the strings it was parsed from. */
struct call {
	const struct command *command;
	const char *words[CALL_WORDS]; /* the arguments after noun and verb */
	int word_count;
	const char *values[CALL_OPTIONS]; /* by index of command->options; NULL not given; flags: "" */
	char line[512];        /* the equivalent command line, quoted: "berth host provision desk1" */
};

struct command {
	const char *noun;      /* "host"; for one-word commands the word itself */
	const char *verb;      /* "provision"; NULL for one-word commands */
	const char *args;      /* "HOST..." as shown in help; "" none */
	int words_min, words_max;
	const char *help;      /* one line, no full stop */
	const struct command_option *options; /* ends with name NULL; NULL: none */
	const struct command_way *ways; /* ends with title NULL; NULL: there is one way */
	const struct command *remedy; /* what may help when it is refused because the root is in use; NULL */
	const char *key;       /* in the console: "p"; NULL none. Acts on the selected thing */
	unsigned places;       /* enum command_place bits for the key */
	unsigned guards;       /* enum command_guard bits */
	/* Exactly one of plan, show and carry, unless COMMAND_FACE; beside carry,
	 * show tells what it would do. */
	int (*plan)(struct fleet *fleet, const struct call *call, struct plans *out, struct err *err);
	/* May fill out and fail all the same: what is known is shown, then the error. */
	int (*show)(struct fleet *fleet, const struct call *call, struct out *out, struct err *err);
	/* Goes on with an operation that the journal has. Blocks; see core/fleet/run.h. */
	int (*carry)(struct fleet *fleet, const struct call *call, const struct run_listener *listener, struct err *err);
};

/* All commands, grouped by noun; ends with NULL. */
extern const struct command *const command_table[];

const struct command *command_find(const char *noun, const char *verb); /* NULL none */
bool command_is_noun(const char *word);
/* words: "host", "provision", "desk1", "--size", "4G". ERR_USAGE names the word,
 * and suggests the nearest command for a wrong noun or verb. */
int command_parse(int count, char *const *words, struct call *out, struct err *err);
/* The option's value, or NULL. A name that the command does not have aborts. */
const char *call_option(const struct call *call, const char *name);
bool call_flag(const struct call *call, const char *name);

/* Why this command can not run now, or 0: read-only, no site. */
int command_allowed(const struct command *command, struct fleet *fleet, struct err *err);

/* All plans of a call to a command that plans, each with call->line as its
 * command. After an error there are none. Blocks: it may ask the cluster. */
int command_plan(const struct call *call, struct fleet *fleet, struct plans *out, struct err *err);

/* What could not become an operation leaves its trace in the audit; slips of
 * the fingers do not. err is command_plan's. */
void command_note_refusal(const struct call *call, struct fleet *fleet, const struct err *err);

/* "berth host add NAME --mac MAC[,MAC] [--uuid UUID]": how to type it. */
void command_usage(const struct command *command, struct text *out);
/* Appends a word as a shell would have to read it. */
void command_quote(const char *word, struct text *out);

#endif
