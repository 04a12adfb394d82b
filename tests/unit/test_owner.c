/* Which process is surely gone: to be wrong here fences a living berth. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/text.h"
#include "core/fleet/owner.h"

/* Of this process, with another value in one place. */
static const char *other(int place, const char *value, char out[OWNER_SIZE])
{
	char own[OWNER_SIZE], words[4][64];
	int at = 0;

	owner_self(own);
	assert_int_equal(sscanf(own, "%63s %63s %63s %63s", words[0], words[1], words[2], words[3]), 4);
	text_copy(words[place], sizeof(words[place]), value);
	for (int i = 0; i < 4; i++)
		at += snprintf(out + at, OWNER_SIZE - (size_t)at, "%s%s", i ? " " : "", words[i]);
	return out;
}

static void we_live(void **state)
{
	char own[OWNER_SIZE];

	(void)state;
	owner_self(own);
	assert_true(owner_lives(own));
	assert_false(owner_is_dead(own));
}

static void a_process_that_ended_is_dead(void **state)
{
	char text[OWNER_SIZE], pid[16];
	const pid_t child = fork();

	(void)state;
	if (!child)
		_exit(0);
	waitpid(child, NULL, 0);
	snprintf(pid, sizeof(pid), "%d", (int)child);
	assert_true(owner_is_dead(other(1, pid, text)));
	assert_false(owner_lives(text));
	assert_true(owner_is_dead(other(2, "1", text))); /* its pid is used again */
}

static void what_we_can_not_see_is_not_dead(void **state)
{
	char text[OWNER_SIZE];

	(void)state;
	assert_false(owner_is_dead(other(0, "another-machine-or-boot", text)));
	assert_false(owner_is_dead(other(3, "1", text))); /* in a container */
	assert_false(owner_is_dead(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(we_live),
		cmocka_unit_test(a_process_that_ended_is_dead),
		cmocka_unit_test(what_we_can_not_see_is_not_dead),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
