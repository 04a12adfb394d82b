/*
 * iPXE scripts as text. Pure, any thread; the caller frees *out with text_free.
 *
 * Each script retries for ever with a message: a machine in a rack has nobody
 * to press a key. Order matters: identity first, initrd second, on the imgfetch
 * lines and in initrd= (docs/safety.md says why: the EFI stub joins initrds
 * without padding).
 */
#ifndef BERTH_BOOT_SCRIPT_H
#define BERTH_BOOT_SCRIPT_H

#include <stdbool.h>

#include "base/text.h"

enum script_way {
	SCRIPT_BOOT,     /* load and boot; from a template */
	SCRIPT_HOLD,     /* show host and reason, retry every 30 s */
	SCRIPT_NO_ROOT,  /* the host is known and has no root yet: say so, retry */
	SCRIPT_NO_KERNEL /* its release has no kernel in the tree: say so, retry */
};

struct script_kernel {
	const char *kernel;       /* path in the tree */
	const char *initrd;       /* the same */
	const char *words;        /* for the menu: "6.1.0-26-amd64" */
};

struct script_input {
	enum script_way way;
	const char *url;          /* http://HOST:PORT */
	const char *host;
	const char *group;        /* NULL or "": none */
	struct script_kernel first; /* for SCRIPT_BOOT */
	struct script_kernel other; /* tried when first can not be fetched or started, and offered in the menu; NULLs: none */
	const char *identity;     /* path in the tree */
	const char *kernel_args;  /* the host's own; checked; "" none */
	const char *reason;       /* for SCRIPT_HOLD */
	const char *release;      /* deb12@2026-11-23, shown while it boots */
	const char *template;     /* for SCRIPT_BOOT; NULL: SCRIPT_TEMPLATE */
};

/* berth's own. ${boot} has the label first and goes on to other, ${boot_other} has
 * the label other and goes on to failed, where ${retry} fetches the script anew;
 * ${menu} asks for a key and goes to one of them, when there are two kernels. */
#define SCRIPT_TEMPLATE \
	"#!ipxe\n" \
	"echo ${host} boots ${release}\n" \
	"${menu}\n" \
	"${boot}\n" \
	"${boot_other}\n" \
	"${retry}\n"

/* The site's first script: chain by MAC, then by UUID, then unknown.ipxe. */
void script_first(const char *url, struct text *out);
/* Shows MAC and UUID on the screen, waits, retries. */
void script_unknown(const char *url, struct text *out);

/* Appends the whole script. Can fail for SCRIPT_BOOT alone: with ERR_USAGE for a
 * template that script_check_template would refuse, with ERR_FAILED for a value
 * that iPXE would take for more than itself. */
int script_host(const struct script_input *input, struct text *out, struct err *err);

/* What a template must keep (script_check.c):
 * - it begins with #!ipxe, and its last line is ${retry}: a machine always fetches
 *   its script anew before another try, so that a hold is seen;
 * - it has ${boot}, or in their place lines that begin with
 *       kernel ${kernel} ${args}
 *       initrd --name identity.cpio ${identity}
 *       initrd --name initrd.img ${initrd}
 *   in this order, and no other image before the identity;
 * - each goto leads to a label after it: nothing turns around with an old script.
 * ERR_USAGE with field "template", the line and the remedy. */
int script_check_template(const char *text, struct err *err);

#endif
