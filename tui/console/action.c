#include "tui/console/action.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/fleet/host_input.h"
#include "tui/console/command_form.h"
#include "tui/console/dialog.h"
#include "tui/console/plan_dialog.h"
#include "tui/console/planning.h"
#include "tui/console/text_view.h"
#include "tui/explain.h"

#define TARGETS_MAX 20000

int action_why_not(struct app *app, const struct command *command, struct err *err)
{
	const struct fleet_view *fleet = app->snapshot->fleet;
	const int status = command_allowed(command, app->fleet, err);
	char when[16];

	if (status || !(command->guards & COMMAND_CLUSTER) || fleet->link != LINK_LOST)
		return status;
	if (!fleet->taken)
		return err_set(err, ERR_UNREACHABLE, "%s", fleet->link_words);
	return err_set(err, ERR_UNREACHABLE, "the cluster does not answer, its last answer came at %s: %s",
		       explain_clock(fleet->taken, when), fleet->link_words);
}

/* A word may be a range; how many a @group has is not known here, and its name says more. */
static int count_hosts(const char *word)
{
	char **names;
	size_t count;
	struct err ignored;

	if (host_expand(NULL, word, &names, &count, &ignored))
		return 1;
	host_expand_free(names, count);
	return (int)count;
}

static bool has_word(const struct words *words, int index)
{
	return index < words->count && strncmp(words->items[index], "--", 2);
}

/* How many targets the words after noun and verb name: those of a first argument
 * like "HOST..." are what the other arguments leave over. */
static int count_targets(const struct command *command, const struct words *words)
{
	const int first = command->verb ? 2 : 1;
	int others = 0, given = 0, targets = 0;

	for (const char *at = strchr(command->args, ' '); at; at = strchr(at + 1, ' '))
		others++;
	while (has_word(words, first + given))
		given++;
	for (int i = 0; i < (given > others ? given - others : given); i++)
		targets += strcmp(command->noun, "host") ? 1 : count_hosts(words->items[first + i]);
	return targets;
}

void action_title(const struct command *command, const struct words *words, char *out, size_t size)
{
	const int targets = count_targets(command, words), first = command->verb ? 2 : 1;
	const char *word = command->verb ? command->verb : command->noun;

	word += strspn(word, "-"); /* doctor --repair */
	if (targets > 1)
		snprintf(out, size, "%s %d %ss", word, targets, command->noun);
	else if (targets == 1 && !strcmp(command->noun, "snap"))
		snprintf(out, size, "snap %s %s %s", word, words->items[first], has_word(words, first + 1) ? words->items[first + 1] : "");
	else if (targets == 1 && strcmp(command->noun, "op"))
		snprintf(out, size, "%s %s", word, words->items[first]);
	else if (targets == 1)
		snprintf(out, size, "%s operation %s", word, words->items[first]);
	else
		snprintf(out, size, "%s%s%s", word, word == command->verb ? " " : "", word == command->verb ? command->noun : "");
	out[0] = (char)toupper((unsigned char)out[0]);
}

bool action_refuse(struct app *app, const struct command *command)
{
	char title[96];
	struct err err = {0};

	if (!action_why_not(app, command, &err))
		return false;
	snprintf(title, sizeof(title), "Can't %s now", command->verb ? command->verb : command->noun);
	dialog_say(app, title, err.text, true);
	return true;
}

static void text_ready(struct view *view, struct planning *planning, int status, const struct err *err)
{
	struct page *page = text_view_page(view);

	page_clear(page);
	if (planning->text)
		page_block(page, ROLE_PLAIN, planning->text);
	if (!status)
		return;
	page_end(page);
	page_words(page, ROLE_BAD, err->text);
}

static void show_text(struct app *app, struct words *words, const struct call *call)
{
	struct view *view = text_view_open(call->line, call->line);

	page_add(text_view_page(view), ROLE_QUIET, "reading ...");
	app_push(app, view);
	planning_start(view, words, text_ready);
	words_free(words);
}

static void say_terminal(struct app *app, const char *line)
{
	char text[700];

	snprintf(text, sizeof(text), "This needs the terminal for itself: leave the console with q, or press ^Z, then type: sudo %s", line);
	dialog_say(app, "Not in here", text, false);
}

void action_on_words(struct app *app, struct words *words)
{
	struct err err = {0};
	struct call call;

	if (command_parse(words->count, words->items, &call, &err)) {
		dialog_say(app, "This is no command", err.text, true);
	} else if (call.command->guards & COMMAND_FACE) {
		dialog_say(app, "Not in here", "This command belongs to the shell: leave the console with q, or press ^Z.", false);
	} else if (call.command->guards & COMMAND_TERMINAL) {
		say_terminal(app, call.line);
	} else if (action_refuse(app, call.command)) {
		/* said why */
	} else if (call.command->plan || call.command->carry) {
		app_push(app, plan_dialog_open(call.command, words));
		return;
	} else {
		show_text(app, words, &call);
		return;
	}
	words_free(words);
}

/* What begins with NAME makes a new thing. "[HOST...]" may be left out, for all, on
 * the command line alone. */
static bool wants_targets(const struct view *view, const struct command *command)
{
	return view->ops->place && (command->words_min > 0 || strstr(command->args, "HOST...")) && strncmp(command->args, "NAME", 4);
}

static bool has_required(const struct command *command)
{
	for (const struct command_option *option = command->options; option && option->name; option++)
		if (option->required)
			return true;
	return false;
}

static int count_arguments(const struct command *command)
{
	int count = *command->args != '\0';

	for (const char *at = strchr(command->args, ' '); at; at = strchr(at + 1, ' '))
		count++;
	return count;
}

/* More than what is selected, which `filled` arguments are for. Options that may
 * be left out are asked for where nothing else will be asked: `host set` is all
 * options. */
static bool needs_form(const struct command *command, int filled)
{
	const bool options = command->options && command->options[0].name;

	return has_required(command) || (options && !(command->guards & COMMAND_CONFIRM)) ||
	       (filled ? count_arguments(command) > filled : command->words_min > 0);
}

/* Restore points are named by two arguments, a release stands for its image where
 * an image is asked for; elsewhere the first argument takes all. */
static int add_targets(struct words *words, const struct command *command, const struct view *view,
		       const char *const *names, int count)
{
	char image[130];

	if (view->ops->place == PLACE_IMAGES && count && !strstr(command->args, "@")) {
		snprintf(image, sizeof(image), "%.*s", (int)strcspn(names[0], "@"), names[0]);
		words_add(words, image);
		return 1;
	}
	if (view->ops->place != PLACE_POINTS) {
		words_add_names(words, names, count);
		return count > 0;
	}
	for (int i = 0; i < count; i++)
		words_add(words, names[i]);
	return count;
}

static void act(struct app *app, const struct command *command, const char *const *names, int count)
{
	struct words words = {0};

	words_add(&words, command->noun);
	if (command->verb)
		words_add(&words, command->verb);
	const int filled = add_targets(&words, command, app->top, names, count);
	if (words.count > CALL_WORDS) {
		words_free(&words);
		dialog_say(app, "Too many at once", "The marked hosts make more words than a command may have: mark fewer, "
			   "or such whose names are numbered in a row.", true);
	} else if (needs_form(command, filled)) {
		app_push(app, command_form_open(command, &words, count));
	} else {
		action_on_words(app, &words);
	}
}

/* Of host and point, those that the command is for. */
static int read_targets(const struct view *view, const struct command *command, const char **names)
{
	const int count = view->ops->targets ? view->ops->targets(view, names, TARGETS_MAX) : 0;

	if (view->ops->place != PLACE_POINTS)
		return count;
	return count < command->words_min ? 0 : command->words_min;
}

void action_on_targets(struct app *app, const struct command *command)
{
	const bool wanted = wants_targets(app->top, command);
	const char **names = xcalloc(TARGETS_MAX, sizeof(*names));
	const int count = wanted ? read_targets(app->top, command, names) : 0;

	if (wanted && !count)
		app_say(app, ROLE_WARN, "%s: nothing that it could be done to is selected", command->verb ? command->verb : command->noun);
	else if (!action_refuse(app, command))
		act(app, command, names, count);
	free(names);
}
