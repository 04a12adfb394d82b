/*
 * Errors are values: a function that can fail returns 0 or one of these
 * negative codes, and fills a struct err with one sentence for the admin:
 * what failed, on what, why, and what to do about it.
 *
 * Any thread; a struct err belongs to whoever declared it.
 */
#ifndef BERTH_BASE_ERR_H
#define BERTH_BASE_ERR_H

enum {
	ERR_FAILED = -1,      /* anything that has no word of its own below */
	ERR_USAGE = -2,       /* the input is wrong: say field, value, remedy */
	ERR_REFUSED = -3,     /* the root is in use, or the host's state forbids it */
	ERR_NOT_FOUND = -4,   /* no such host, image, release, operation ... */
	ERR_UNREACHABLE = -5, /* the cluster does not answer */
	ERR_CONFLICT = -6,    /* somebody else changed the same row meanwhile */
	ERR_CANCELLED = -7,   /* the admin asked to stop */
	ERR_EXISTS = -8,      /* a thing of that name is there already */
};

struct err {
	int code;          /* 0, or one of the above */
	char field[32];    /* for ERR_USAGE and ERR_EXISTS: the option or form field, else "" */
	char text[1024];   /* one sentence, no newline, no final full stop */
};

/* Fills *err (which may be NULL) and returns code, so that callers can write
 * `return err_set(err, ERR_FAILED, "...", ...)`. Control characters in the
 * result are replaced by '?': texts come from files and clusters as well. */
int err_set(struct err *err, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The same for wrong input: code ERR_USAGE, and the field that is wrong. */
int err_field(struct err *err, const char *field, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Puts "prefix: " before the text that is there; returns err->code. */
int err_prefix(struct err *err, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The exit status of DESIGN's contract for a code: 0..5. */
int err_exit_status(int code);

#endif
