/* What a template must keep. */
#include <string.h>

#include "core/boot/script.h"
#include "core/boot/template.h"

#define KERNEL_LINE "kernel ${kernel} ${args}"
#define IDENTITY_LINE "initrd --name identity.cpio ${identity}"
#define INITRD_LINE "initrd --name initrd.img ${initrd}"

struct reading {
	int number;          /* of the line, from 1 */
	int boot, kernel, identity, initrd, image; /* lines where each was seen first; 0 not */
	struct text last;    /* the last line that is not empty */
};

static bool begins(const char *line, const char *start)
{
	const size_t length = strlen(start);

	return strncmp(line, start, length) == 0 && (line[length] == ' ' || line[length] == '\0');
}

static void note(int *seen, int number, bool is_it)
{
	if (is_it && !*seen)
		*seen = number;
}

static void read_line(struct reading *this, const char *line)
{
	const char *const word = line + strspn(line, " \t");

	note(&this->boot, this->number, begins(line, "${boot}"));
	note(&this->kernel, this->number, begins(line, KERNEL_LINE));
	note(&this->identity, this->number, begins(line, IDENTITY_LINE));
	note(&this->initrd, this->number, begins(line, INITRD_LINE));
	note(&this->image, this->number, begins(word, "initrd") || begins(word, "module") || begins(word, "imgfetch"));
	if (*word) {
		text_clear(&this->last);
		text_add(&this->last, line);
	}
}

static int check_line(const struct reading *this, const char *line, struct err *err)
{
	const size_t length = strlen(line);

	if (this->number == 1 && strcmp(line, "#!ipxe") != 0)
		return err_field(err, "template", "line 1 must be #!ipxe, alone: without it iPXE takes the file for no script");
	if (length && line[length - 1] == '\\')
		return err_field(err, "template", "line %d ends in a backslash, which would draw the next line into it: leave it out", this->number);
	return 0;
}

static int check_boot(const struct reading *this, struct err *err)
{
	const bool whole = this->kernel && this->identity && this->initrd;

	if (!this->boot && !whole)
		return err_field(err, "template", "the template boots nothing: give it the line ${boot}, or lines that begin with "
				 "`" KERNEL_LINE "`, `" IDENTITY_LINE "` and `" INITRD_LINE "`");
	if (this->initrd && this->image < this->identity)
		return err_field(err, "template", "line %d loads an image before the identity (line %d), which must be the first: under UEFI "
				 "the kernel would not find it", this->image, this->identity);
	if (this->initrd && !this->identity)
		return err_field(err, "template", "line %d loads an initrd without the identity before it: `" IDENTITY_LINE "`", this->initrd);
	return 0;
}

static int check_lines(const char *text, struct err *err)
{
	struct reading reading = {0};
	struct text line = {0};
	int code = 0;

	while (!code && template_line(&text, &line)) {
		reading.number++;
		read_line(&reading, text_string(&line));
		code = check_line(&reading, text_string(&line), err);
	}
	if (!code)
		code = check_boot(&reading, err);
	if (!code && strcmp(text_string(&reading.last), "${retry}") != 0)
		code = err_field(err, "template", "the last line must be ${retry}, alone: it fetches the script anew, so that a machine "
				 "does not stand still, and sees when its host is held");
	text_free(&line);
	text_free(&reading.last);
	return code;
}

/* A label is a line of its own. */
static bool has_label(const char *text, const char *label, size_t length)
{
	for (; text; text = strchr(text, '\n')) {
		text += *text == '\n';
		if (*text == ':' && strncmp(text + 1, label, length) == 0 && strchr(" \t\n", text[1 + length]))
			return true;
		if (!*text)
			break;
	}
	return false;
}

static int check_goto(const char *label, size_t length, const char *rest, struct err *err)
{
	if (!length || *label == '$' || has_label(rest, label, length))
		return 0;
	return err_field(err, "template", "`goto %.*s` leads to no label after it: write :%.*s further down (first is in ${boot}, other in "
			 "${boot_other}, failed in ${retry}; another try is ${retry}'s)", (int)length, label, (int)length, label);
}

/* Where ${retry} begins, which is the last: it does turn around, to fetch. */
static const char *find_retry(const char *script)
{
	const char *found = script + strlen(script);

	for (const char *at = script; (at = strstr(at, "\n:failed\n")) != NULL; at++)
		found = at;
	return found;
}

/* In a script that is filled: each word after a goto. */
static int check_gotos(const char *script, struct err *err)
{
	const char *const end = find_retry(script);
	int code = 0;

	for (const char *at = script; !code && (at = strstr(at, "goto")) && at < end; at += 4) {
		const char *const label = at + 4 + strspn(at + 4, " \t");
		const bool is_word = at == script || strchr(" \t\n", at[-1]);

		if (is_word && label > at + 4)
			code = check_goto(label, strcspn(label, " \t\n"), label, err);
	}
	return code;
}

static int check_filled(const char *template, const struct script_kernel *other, struct err *err)
{
	const struct script_input input = {
		.way = SCRIPT_BOOT, .url = "http://h", .host = "h", .first = {"k", "i", "w"}, .other = *other,
		.identity = "c", .kernel_args = "", .release = "a@b", .template = template,
	};
	struct text script = {0};
	int code = script_host(&input, &script, err);

	if (!code)
		code = check_gotos(text_string(&script), err);
	text_free(&script);
	return code;
}

int script_check_template(const char *text, struct err *err)
{
	int code;

	if (!*text || strlen(text) > TEMPLATE_SIZE)
		return err_field(err, "template", "the template has %zu bytes: give one of 1 to %d", strlen(text), TEMPLATE_SIZE);
	code = check_lines(text, err);
	if (!code)
		code = check_filled(text, &(struct script_kernel){0}, err);
	return code ? code : check_filled(text, &(struct script_kernel){"k2", "i2", "w2"}, err);
}
