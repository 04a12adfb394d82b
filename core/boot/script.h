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
	SCRIPT_BOOT,     /* load and boot */
	SCRIPT_HOLD,     /* show host and reason, retry every 30 s */
	SCRIPT_NO_ROOT,  /* the host is known and has no root yet: say so, retry */
	SCRIPT_NO_KERNEL /* its release has no kernel in the tree: say so, retry */
};

struct script_input {
	enum script_way way;
	const char *url;          /* http://HOST:PORT */
	const char *host;
	const char *kernel;       /* path in the tree, for SCRIPT_BOOT */
	const char *initrd;       /* path in the tree */
	const char *identity;     /* path in the tree */
	const char *kernel_args;  /* the host's own; checked; "" none */
	const char *reason;       /* for SCRIPT_HOLD */
	const char *release;      /* deb12@2026-11-23, shown while it boots */
};

/* The site's first script: chain by MAC, then by UUID, then unknown.ipxe. */
void script_first(const char *url, struct text *out);
/* Shows MAC and UUID on the screen, waits, retries. */
void script_unknown(const char *url, struct text *out);
void script_host(const struct script_input *input, struct text *out);

#endif
