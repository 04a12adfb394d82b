/*
 * Whatever passes as a template, its script begins with #!ipxe, loads the identity
 * before any other image that berth loads, and ends by fetching itself anew.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/boot/script.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

#define END ":failed\necho h could not be booted, next try in 5 seconds\nsleep 5 ||\nimgfree\n" \
	"chain --replace http://u/hosts/h/boot.ipxe || goto failed\n"

static const char *find_line(const char *text, const char *start)
{
	for (; (text = strstr(text, start)) != NULL; text++)
		if (strchr(" \n", text[strlen(start)]))
			return text;
	return NULL;
}

/* What is loaded together: imgfree drops what was loaded before. */
static char *cut_at_imgfree(char **rest)
{
	char *const part = *rest, *const end = part ? strstr(part, "\nimgfree\n") : NULL;

	if (end)
		*end = '\0';
	*rest = end ? end + strlen("imgfree\n") : NULL;
	return part;
}

static void check_part(const char *part)
{
	const char *const identity = find_line(part, "\ninitrd --name identity.cpio http://u/c");
	const char *const initrd = find_line(part, "\ninitrd --name initrd.img http://u/i");

	require(!identity || !initrd || identity < initrd);
}

static void check_script(const struct script_input *input)
{
	struct text out = {0};

	require(script_host(input, &out, NULL) == 0);
	require(strncmp(out.data, "#!ipxe\n", 7) == 0);
	char *const end = strstr(out.data, END);
	require(end != NULL);
	while (strstr(out.data, END) && out.data[strlen(out.data) - 1] == '\n' && strlen(out.data) > strlen(END) &&
	       strcmp(out.data + strlen(out.data) - strlen(END), END) != 0)
		out.data[strlen(out.data) - 1] = '\0'; /* empty lines after it */
	require(strcmp(out.data + strlen(out.data) - strlen(END), END) == 0);
	require(find_line(out.data, "\ninitrd --name identity.cpio http://u/c") != NULL);
	for (char *rest = out.data, *part; (part = cut_at_imgfree(&rest)) != NULL;)
		check_part(part);
	text_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *const text = xcalloc(size + 1, 1);
	struct script_input input = {
		.way = SCRIPT_BOOT, .url = "http://u", .host = "h", .first = {"k", "i", "w"}, .identity = "c",
		.kernel_args = "quiet", .release = "a@b", .template = text,
	};

	if (size)
		memcpy(text, data, size);
	if (script_check_template(text, NULL) == 0) {
		check_script(&input);
		input.other = (struct script_kernel){"o", "p", "x"};
		check_script(&input);
	}
	free(text);
	return 0;
}
