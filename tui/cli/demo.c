#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tui/cli/cli.h"

/* In a build tree the program is build/KIND/berth; installed it is PREFIX/bin/berth. */
static bool find_script(const char *program, char out[PATH_MAX])
{
	static const char *const places[] = {"../../tests/rig/demo", "../libexec/berth/demo"};
	const int length = (int)(strrchr(program, '/') - program);

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		snprintf(out, PATH_MAX, "%.*s/%s", length, program, places[i]);
		if (!access(out, X_OK))
			return true;
	}
	return false;
}

int cli_demo(const char *word, struct err *err)
{
	char program[PATH_MAX] = "", script[PATH_MAX];

	if (word && strcmp(word, "start") && strcmp(word, "stop") && strcmp(word, "reset"))
		return err_field(err, "action", "the demo can not '%s': give start, stop or reset", word);
	if (readlink("/proc/self/exe", program, sizeof(program) - 1) < 0)
		return err_set(err, ERR_FAILED, "can not tell where this program is: %s", strerror(errno));
	if (!find_script(program, script))
		return err_set(err, ERR_NOT_FOUND, "the demo is not installed beside %s: run `make demo` in berth's source tree",
			       program);
	setenv("BERTH", program, 1);
	execl(script, script, word, (char *)NULL); /* without a word it opens the console */
	return err_set(err, ERR_FAILED, "can not run %s: %s", script, strerror(errno));
}
