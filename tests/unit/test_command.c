#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/cli/globals.h"
#include "tui/command.h"

#define WORDS_MAX 300

/* Splits at blanks; '_' stands for a blank within a word. */
struct typed {
	char copy[4096];
	char *words[WORDS_MAX];
	int count;
};

static void type(struct typed *typed, const char *line)
{
	char *rest = typed->copy, *word;

	typed->count = 0;
	assert_true(text_copy(typed->copy, sizeof(typed->copy), line));
	while ((word = strsep(&rest, " ")) && typed->count < WORDS_MAX) {
		for (char *at = word; *at; at++)
			if (*at == '_')
				*at = ' ';
		typed->words[typed->count++] = word;
	}
}

static void refused(const char *line, const char *field, const char *words)
{
	struct err err = {0};
	struct typed typed;
	struct call call;

	type(&typed, line);
	assert_int_equal(command_parse(typed.count, typed.words, &call, &err), ERR_USAGE);
	assert_string_equal(err.field, field);
	if (!strstr(err.text, words))
		fail_msg("%s: no \"%s\" in \"%s\"", line, words, err.text);
}

static void accepted(const char *line, struct typed *typed, struct call *call)
{
	struct err err = {0};

	type(typed, line);
	if (command_parse(typed->count, typed->words, call, &err))
		fail_msg("%s: %s", line, err.text);
}

static void a_line_becomes_a_call(void **state)
{
	struct typed typed;
	struct call call;

	(void)state;
	accepted("host add desk1 --mac 52:54:00:11:22:33 --size=20G --provision", &typed, &call);
	assert_ptr_equal(call.command, command_find("host", "add"));
	assert_int_equal(call.word_count, 1);
	assert_string_equal(call.words[0], "desk1");
	assert_string_equal(call_option(&call, "mac"), "52:54:00:11:22:33");
	assert_string_equal(call_option(&call, "size"), "20G");
	assert_null(call_option(&call, "uuid"));
	assert_true(call_flag(&call, "provision"));
	assert_string_equal(call.line, "berth host add desk1 --mac 52:54:00:11:22:33 --size 20G --provision");
}

static void values_may_be_empty_or_look_like_options(void **state)
{
	struct typed typed;
	struct call call;

	(void)state;
	accepted("host set desk1 --uuid= --kernel-args=--x_--y --lock -z", &typed, &call);
	assert_string_equal(call_option(&call, "uuid"), "");
	assert_string_equal(call_option(&call, "kernel-args"), "--x --y");
	assert_string_equal(call_option(&call, "lock"), "-z");
	assert_string_equal(call.line, "berth host set desk1 --uuid '' --lock -z --kernel-args='--x --y'");
}

static void after_two_dashes_all_are_arguments(void **state)
{
	struct typed typed;
	struct call call;

	(void)state;
	accepted("image import --size 4G -- deb12 --file", &typed, &call);
	assert_int_equal(call.word_count, 2);
	assert_string_equal(call.words[1], "--file");
	assert_string_equal(call.line, "berth image import --size 4G -- deb12 --file");
}

static void unknown_commands_get_the_nearest(void **state)
{
	(void)state;
	refused("hots list", "command", "'hots': did you mean `berth host`?");
	refused("host provison desk1", "command", "did you mean `berth host provision`?");
	refused("frobnicate", "command", "give one of init, image, host,");
	refused("host frobnicate", "command", "give one of add, list,");
	refused("host", "command", "needs a word more: one of add, list,");
	refused("host --size 4G", "command", "needs a word more");
}

static void arguments_are_counted(void **state)
{
	char line[2048] = "host retire";

	(void)state;
	refused("host add --mac x", "arguments", "NAME is missing: berth host add NAME --mac");
	refused("host add desk1 desk2 --mac x", "arguments", "'desk2' is one word too many");
	refused("host assign desk1", "arguments", "HOST... IMAGE[@RELEASE] is missing");
	refused("audit a b", "arguments", "'b' is one word too many");
	refused("init x --pool p --fs f --url u", "arguments", "'x' is one word too many");
	for (int i = 0; i <= CALL_WORDS; i++)
		strcat(line, " d");
	refused(line, "arguments", "'d' is one word too many");
}

static void options_are_checked(void **state)
{
	(void)state;
	refused("host add desk1", "mac", "option --mac is missing");
	refused("host add desk1 --mac", "mac", "option --mac needs a value");
	refused("host add desk1 --mac --uuid u", "mac", "option --mac needs a value");
	refused("host add desk1 --mac a --mac b", "mac", "given twice");
	refused("host add desk1 --mac a --provision=yes", "provision", "takes no value");
	refused("host add desk1 --mca a", "mca", "did you mean --mac?");
	refused("host add desk1 --frobnicate a", "frobnicate", "`berth help host add` lists");
	refused("host add desk1 -x", "option", "'-x' is not known");
	refused("status --mac a", "mac", "not known here");
}

static void quoted(const char *word, const char *expected)
{
	struct text text = {0};

	command_quote(word, &text);
	assert_string_equal(text.data, expected);
	text_free(&text);
}

static void words_are_quoted_for_a_shell(void **state)
{
	(void)state;
	quoted("desk1", "desk1");
	quoted("deb12@2026-11-23", "deb12@2026-11-23");
	quoted("", "''");
	quoted("desk[01-40]", "'desk[01-40]'");
	quoted("a b", "'a b'");
	quoted("it's", "'it'\\''s'");
	quoted("$(x)", "'$(x)'");
}

/* sh must read back what was typed: the line goes into the journal to be copied. */
static void a_shell_reads_the_line_back(void **state)
{
	static const char *const hard[] = {"it's", "a\"b", "$HOME `x` \\ !", "*?[a]{b,c}", "~", "#", "a;b&c|d<e>f", "(", "tab\there"};
	char command[256], back[128] = "";

	(void)state;
	for (size_t i = 0; i < sizeof(hard) / sizeof(*hard); i++) {
		struct text text = {0};

		command_quote(hard[i], &text);
		snprintf(command, sizeof(command), "printf %%s %s", text.data);
		FILE *pipe = popen(command, "r");
		assert_non_null(pipe);
		back[fread(back, 1, sizeof(back) - 1, pipe)] = '\0';
		pclose(pipe);
		assert_string_equal(back, hard[i]);
		text_free(&text);
	}
}

static void long_lines_are_cut_not_overrun(void **state)
{
	char line[2048] = "host set desk1 --kernel-args ";
	struct typed typed;
	struct call call;

	(void)state;
	memset(line + strlen(line), 'x', 1500);
	accepted(line, &typed, &call);
	assert_int_equal(strlen(call.line), sizeof(call.line) - 1);
}

static void globals(const char *line, struct typed *typed, struct globals *out, int expected)
{
	struct err err = {0};

	type(typed, line);
	assert_int_equal(globals_parse(typed->count, typed->words, out, &err), expected);
}

static void global_options_stand_anywhere(void **state)
{
	struct typed typed;
	struct globals out;

	(void)state;
	globals("berth --json host -qv add desk1 --mac x --conf=/c -i /i -nclient.x --yes", &typed, &out, 0);
	assert_true(out.json && out.quiet && out.verbose && out.yes);
	assert_false(out.dry_run || out.options.read_only || out.help || out.version);
	assert_string_equal(out.options.conf, "/c");
	assert_string_equal(out.options.inventory, "/i");
	assert_string_equal(out.options.name, "client.x");
	assert_int_equal(out.word_count, 5);
	assert_string_equal(out.words[2], "desk1");
	assert_string_equal(out.words[4], "x");
	globals_free(&out);
}

static void values_and_what_follows_two_dashes_are_no_globals(void **state)
{
	struct typed typed;
	struct globals out;

	(void)state;
	globals("berth host hold desk1 --reason -v -- --json", &typed, &out, 0);
	assert_false(out.verbose || out.json);
	assert_int_equal(out.word_count, 7);
	globals_free(&out);
}

static void bad_globals_are_refused(void **state)
{
	static const char *const lines[] = {"berth -z", "berth --json=1", "berth -i", "berth --conf", "berth --conf= x", "berth -qz"};
	struct typed typed;
	struct globals out;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		globals(lines[i], &typed, &out, ERR_USAGE);
		globals_free(&out);
	}
}

static void check_command(const struct command *command)
{
	const unsigned guards = command->guards;

	assert_ptr_equal(command_find(command->noun, command->verb), command);
	assert_true(command->help[0] && command->help[strlen(command->help) - 1] != '.');
	assert_true(command->words_min <= command->words_max && command->words_max <= CALL_WORDS);
	assert_int_equal(command->words_max > 0, command->args[0] != '\0');
	assert_int_equal(command->plan || command->show, !(guards & COMMAND_FACE));
	assert_false(command->plan && (command->show || command->carry));
	assert_int_equal((guards & COMMAND_WRITES) != 0, command->plan || command->carry);
	assert_true(!(guards & COMMAND_TYPED) || (guards & COMMAND_DESTROYS));
	assert_int_equal(command->key != NULL, command->places != 0);
}

/* globals_parse must know whether an option takes a value before it knows the command. */
static void check_option(const struct command_option *option)
{
	for (const struct command *const *at = command_table; *at; at++)
		for (const struct command_option *other = (*at)->options; other && other->name; other++)
			if (!strcmp(option->name, other->name))
				assert_int_equal(!option->value, !other->value);
	for (const struct global_option *global = global_options; global->option.name; global++)
		assert_string_not_equal(option->name, global->option.name);
}

static void keys_of_a_place_are_unique(const struct command *command)
{
	for (const struct command *const *at = command_table; *at; at++)
		if (*at != command && command->key && (*at)->key && (command->places & (*at)->places))
			assert_string_not_equal(command->key, (*at)->key);
}

static void the_table_is_in_order(void **state)
{
	int count;

	(void)state;
	for (const struct command *const *at = command_table; *at; at++) {
		check_command(*at);
		keys_of_a_place_are_unique(*at);
		count = 0;
		for (const struct command_option *option = (*at)->options; option && option->name; option++, count++)
			check_option(option);
		assert_true(count <= CALL_OPTIONS);
	}
}

static bool is_documented(const char *section)
{
	FILE *file = fopen("docs/json.md", "r"); /* from the tree's root, as tests/run does */
	char line[512];
	bool found = false;

	assert_non_null(file);
	while (!found && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		found = !strncmp(line, "## ", 3) && !strcmp(line + 3, section);
	}
	fclose(file);
	return found;
}

/* What the fields are is held against real documents in tests/cluster/test_cli_life. */
static void each_document_is_documented(void **state)
{
	char section[64];

	(void)state;
	for (const struct command *const *at = command_table; *at; at++) {
		if (!(*at)->show || (*at)->carry)
			continue;
		snprintf(section, sizeof(section), "%s%s%s", (*at)->noun, (*at)->verb ? " " : "", (*at)->verb ? (*at)->verb : "");
		if (!is_documented(section))
			fail_msg("docs/json.md has no section ## %s", section);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_becomes_a_call),
		cmocka_unit_test(values_may_be_empty_or_look_like_options),
		cmocka_unit_test(after_two_dashes_all_are_arguments),
		cmocka_unit_test(unknown_commands_get_the_nearest),
		cmocka_unit_test(arguments_are_counted),
		cmocka_unit_test(options_are_checked),
		cmocka_unit_test(words_are_quoted_for_a_shell),
		cmocka_unit_test(a_shell_reads_the_line_back),
		cmocka_unit_test(long_lines_are_cut_not_overrun),
		cmocka_unit_test(global_options_stand_anywhere),
		cmocka_unit_test(values_and_what_follows_two_dashes_are_no_globals),
		cmocka_unit_test(bad_globals_are_refused),
		cmocka_unit_test(the_table_is_in_order),
		cmocka_unit_test(each_document_is_documented),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
