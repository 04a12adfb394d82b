/*
 * Text with ${name} in it. Pure, any thread.
 *
 *   ${host}      a name of small letters, digits and _ is a value of berth's; one
 *                that it does not have is an error that lists those it has
 *   ${net0/mac}  with a / or : in it, it is a setting of iPXE's and stays as it is
 *   $${ip}       stays as ${ip}: what iPXE knows under a plain name
 *   ${boot}      some values are lines of their own (blocks): alone on a line. An
 *                empty one leaves no line.
 *
 * There is no more: no conditions, no loops.
 */
#ifndef BERTH_BOOT_TEMPLATE_H
#define BERTH_BOOT_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

#define TEMPLATE_SIZE 16384 /* bytes at most */

struct template_value {
	const char *name;
	const char *value;
	bool block;         /* whole lines, each with its newline */
};

/* Printable ASCII, tabs and newlines; ERR_USAGE with field "template" names the
 * line. On an error what is in *out is of no use. values ends with name NULL. */
int template_fill(const char *text, const struct template_value *values, struct text *out, struct err *err);

/* The next line of *at, without its newline, and *at behind it; false at the end. */
bool template_line(const char **at, struct text *line);

#endif
