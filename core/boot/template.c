#include "core/boot/template.h"

#include <string.h>

#define NAME_CHARACTERS "abcdefghijklmnopqrstuvwxyz0123456789_"

struct filling {
	const struct template_value *values;
	struct text *out;
	struct err *err;
	int number;  /* of the line, from 1 */
};

bool template_line(const char **at, struct text *line)
{
	const size_t length = strcspn(*at, "\n");

	text_clear(line);
	if (!**at)
		return false;
	text_append(line, *at, length);
	*at += length + ((*at)[length] == '\n');
	return true;
}

static int refuse_name(const struct filling *this, const char *name, int length)
{
	struct text known = {0};

	for (const struct template_value *value = this->values; value->name; value++)
		text_printf(&known, "%s%s", known.length ? ", " : "", value->name);
	const int code = err_field(this->err, "template", "line %d: ${%.*s} is no value that berth has: it has %s; what iPXE itself knows "
				   "is written like ${net0/%.*s}, or $${%.*s}", this->number, length, name, text_string(&known),
				   length, name, length, name);
	text_free(&known);
	return code;
}

static const struct template_value *find_value(const struct filling *this, const char *name, size_t length)
{
	for (const struct template_value *value = this->values; value->name; value++)
		if (strlen(value->name) == length && strncmp(value->name, name, length) == 0)
			return value;
	return NULL;
}

/* At "${": how much of the line is done, or an error. */
static int fill_name(const struct filling *this, const char *at)
{
	const char *const name = at + 2;
	const size_t length = strcspn(name, "}${");

	if (name[length] != '}' || !length)
		return err_field(this->err, "template", "line %d: after ${ a name and } must follow, and no other ${ in it", this->number);
	const struct template_value *const value = find_value(this, name, length);
	if (value && value->block)
		return err_field(this->err, "template", "line %d: ${%s} stands for whole lines: put it on a line of its own", this->number,
				 value->name);
	if (value)
		text_add(this->out, value->value);
	else if (memchr(name, '/', length) || memchr(name, ':', length))
		text_append(this->out, at, length + 3);
	else
		return refuse_name(this, name, (int)(length > 60 ? 60 : length));
	return (int)length + 3;
}

static int fill_line(const struct filling *this, const char *line)
{
	while (*line) {
		const size_t plain = strcspn(line, "$");
		int done = 1;

		text_append(this->out, line, plain);
		line += plain;
		if (!*line)
			break;
		if (strncmp(line, "$${", 3) == 0) {
			text_add(this->out, "${");
			done = 3;
		} else if (line[1] == '{') {
			done = fill_name(this, line);
		} else {
			text_add(this->out, "$");
		}
		if (done < 0)
			return done;
		line += done;
	}
	text_add(this->out, "\n");
	return 0;
}

/* The block that a line is, or NULL. */
static const struct template_value *line_block(const struct filling *this, const char *line)
{
	const size_t length = strlen(line);
	const struct template_value *value = NULL;

	if (length > 3 && strncmp(line, "${", 2) == 0 && line[length - 1] == '}')
		value = find_value(this, line + 2, length - 3);
	return value && value->block ? value : NULL;
}

static int check_characters(const struct filling *this, const char *line)
{
	for (const char *c = line; *c; c++)
		if ((*c < ' ' && *c != '\t') || *c > '~')
			return err_field(this->err, "template", "line %d has the character 0x%02x: use printable ASCII, and a newline alone "
					 "at the end of lines", this->number, (unsigned char)*c);
	return 0;
}

int template_fill(const char *text, const struct template_value *values, struct text *out, struct err *err)
{
	struct filling this = {.values = values, .out = out, .err = err};
	struct text line = {0};
	int code = 0;

	while (!code && template_line(&text, &line)) {
		this.number++;
		const struct template_value *const block = line_block(&this, text_string(&line));

		code = check_characters(&this, text_string(&line));
		if (!code && block)
			text_add(out, block->value);
		else if (!code)
			code = fill_line(&this, text_string(&line));
	}
	text_free(&line);
	return code;
}
