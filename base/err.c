#include "base/err.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/text.h"

/* Takes ownership of sentence. Cleaned before it is cut: a cut in the middle
 * of a character would otherwise show as a stray '?'. */
static void err_fill(struct err *err, int code, const char *field, char *sentence)
{
	text_harmless(sentence);
	err->code = code;
	text_copy(err->field, sizeof err->field, field);
	text_copy(err->text, sizeof err->text, sentence);
	free(sentence);
}

static char *err_format(const char *format, va_list args)
{
	struct text text = {0};

	text_vprintf(&text, format, args);
	return text_take(&text);
}

int err_set(struct err *err, int code, const char *format, ...)
{
	va_list args;

	if (!err)
		return code;
	va_start(args, format);
	err_fill(err, code, "", err_format(format, args));
	va_end(args);
	return code;
}

int err_field(struct err *err, const char *field, const char *format, ...)
{
	va_list args;

	if (!err)
		return ERR_USAGE;
	va_start(args, format);
	err_fill(err, ERR_USAGE, field, err_format(format, args));
	va_end(args);
	return ERR_USAGE;
}

int err_prefix(struct err *err, const char *format, ...)
{
	struct text text = {0};
	char field[sizeof err->field];
	va_list args;

	if (!err)
		return ERR_FAILED;
	va_start(args, format);
	text_vprintf(&text, format, args);
	va_end(args);
	text_printf(&text, ": %s", err->text);
	text_copy(field, sizeof field, err->field);
	err_fill(err, err->code, field, text_take(&text));
	return err->code;
}

int err_exit_status(int code)
{
	switch (code) {
	case 0:               return 0;
	case ERR_USAGE:
	case ERR_EXISTS:      return 2; /* the same words will never succeed */
	case ERR_REFUSED:     return 3;
	case ERR_NOT_FOUND:   return 4;
	case ERR_UNREACHABLE: return 5;
	default:              return 1;
	}
}
