/* Ceph's error numbers as our codes and as sentences. */
#include "core/ceph/internal.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

static int code_of(int rc)
{
	switch (-rc) {
	case ENOENT: case ENODATA: return ERR_NOT_FOUND;
	case EEXIST: return ERR_EXISTS;
	case EBUSY: case EROFS: case ENOTEMPTY: return ERR_REFUSED;
	case ETIMEDOUT: case ENOTCONN: case EHOSTUNREACH: case ECONNREFUSED: case EHOSTDOWN: return ERR_UNREACHABLE;
	case ECANCELED: return ERR_CANCELLED;
	default: return ERR_FAILED;
	}
}

/* The daemon that a cap is for, as a noun and what to look at. */
static const char *who_is_silent(const char *cap)
{
	if (!strncmp(cap, "osd", 3))
		return "an OSD does not answer; look at `ceph osd tree`";
	if (!strncmp(cap, "mds", 3))
		return "the file system's mds does not answer; look at `ceph fs status`";
	return "the monitors do not answer; are they up, and is the network?";
}

static void add_reason(struct text *text, const struct cluster *c, int rc, const char *cap)
{
	switch (-rc) {
	case ETIMEDOUT: case ENOTCONN: case EHOSTUNREACH: case ECONNREFUSED: case EHOSTDOWN:
		text_printf(text, "%s (waited %d s)", who_is_silent(cap), c->timeout);
		break;
	case EPERM: case EACCES:
		text_printf(text, "%s may not; the cap that is probably missing is %s (docs/security.md has the whole line)",
			    c->name, cap);
		break;
	case ESHUTDOWN:
		text_printf(text, "the cluster has fenced this very client (its address is on the OSD blocklist); "
			    "the next try makes a new connection");
		break;
	case ENOENT: case ENODATA:
		text_add(text, "there is no such thing");
		break;
	case EEXIST:
		text_add(text, "there is one already");
		break;
	case EBUSY:
		text_add(text, "it is in use");
		break;
	case EROFS:
		text_add(text, "another client owns its exclusive lock");
		break;
	case ENOTEMPTY:
		text_add(text, "it is not empty");
		break;
	case ENOSPC: case EDQUOT:
		text_add(text, "the cluster or its quota is full; look at `ceph df`");
		break;
	default:
		text_add(text, strerror(-rc));
	}
}

int cluster_error(struct cluster *c, struct err *err, int rc, const char *cap, const char *format, ...)
{
	struct text text = {0};
	va_list args;

	va_start(args, format);
	text_vprintf(&text, format, args);
	va_end(args);
	text_add(&text, ": ");
	add_reason(&text, c, rc, cap);
	if (rc == -ESHUTDOWN && strncmp(cap, "mds", 3))
		connection_forget(c);
	const int code = err_set(err, code_of(rc), "%s", text.data);
	text_free(&text);
	return code;
}
