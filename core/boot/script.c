/*
 * Three habits of every script here: `chain --replace`, for a plain chain nests
 * and would eat the memory of a machine that waits for days; `imgfree` before
 * each try, for images that were fetched already stay; and an empty command
 * behind `||` where a failure must not end the script.
 */
#include "core/boot/script.h"

#include <string.h>

#include "core/boot/tree.h"

#define IDENTITY_NAME "identity.cpio"
#define INITRD_NAME "initrd.img"

static void add_wait(struct text *out, int seconds)
{
	text_printf(out, "sleep %d ||\n", seconds); /* ^C only ends the wait */
}

static void add_chain(struct text *out, const char *url, const char *path, const char *otherwise)
{
	text_printf(out, "chain --replace %s/%s ||%s\n", url, path, otherwise);
}

/* What every loop ends with: the server is away. */
static void add_retry(struct text *out, const char *url)
{
	text_printf(out, "echo No boot script from %s, next try in 5 seconds\n", url);
	add_wait(out, 5);
	text_add(out, "goto retry\n");
}

void script_first(const char *url, struct text *out)
{
	text_add(out, "#!ipxe\n"
		      ":retry\n"
		      "imgfree\n");
	add_chain(out, url, "by-mac/${netX/mac:hexhyp}/boot.ipxe", "");
	add_chain(out, url, "by-uuid/${uuid}/boot.ipxe", "");
	add_chain(out, url, TREE_UNKNOWN_SCRIPT, "");
	add_retry(out, url);
}

/* What firmware says when it has none, and what `host add` would refuse. */
#define NO_UUID(value) "iseq ${uuid} " value " && goto without_uuid ||\n"

void script_unknown(const char *url, struct text *out)
{
	text_add(out, "#!ipxe\n"
		      "echo berth has no boot script for this machine.\n"
		      "echo MAC: ${netX/mac}\n"
		      "echo UUID: ${uuid}\n"
		      "echo If its host is in the inventory: berth host provision NAME. If not:\n"
		      "isset ${uuid} || goto without_uuid\n"
		      NO_UUID("00000000-0000-0000-0000-000000000000")
		      NO_UUID("ffffffff-ffff-ffff-ffff-ffffffffffff")
		      "echo berth host add NAME --mac ${netX/mac} --uuid ${uuid}\n"
		      "goto wait\n"
		      ":without_uuid\n"
		      "echo berth host add NAME --mac ${netX/mac}\n"
		      ":wait\n"
		      "echo Next try in 30 seconds.\n");
	add_wait(out, 30);
	text_add(out, ":retry\n"
		      "imgfree\n");
	add_chain(out, url, TREE_FIRST_SCRIPT, "");
	add_retry(out, url);
}

/* True when a word of the arguments starts so. */
static bool has_word(const char *args, const char *start)
{
	for (const char *at = args; (at = strstr(at, start)) != NULL; at++)
		if (at == args || at[-1] == ' ')
			return true;
	return false;
}

static void add_kernel(struct text *out, const struct script_input *input)
{
	text_printf(out, "kernel %s/%s initrd=" IDENTITY_NAME " initrd=" INITRD_NAME, input->url,
		    input->kernel);
	if (!has_word(input->kernel_args, "root="))
		text_add(out, " root=/dev/rbd0");
	text_add(out, " ro");
	if (!has_word(input->kernel_args, "ip="))
		text_add(out, " ip=dhcp");
	text_add(out, " BOOTIF=01-${netX/mac:hexhyp}");
	if (*input->kernel_args)
		text_printf(out, " %s", input->kernel_args);
	text_add(out, " || goto failed\n");
}

/* A failure fetches this script anew: by then it may be another. */
static void add_boot(struct text *out, const struct script_input *input, const char *self)
{
	text_printf(out, "echo %s boots %s\n"
			 ":retry\n"
			 "imgfree\n", input->host, input->release);
	add_kernel(out, input);
	text_printf(out, "initrd --name " IDENTITY_NAME " %s/%s || goto failed\n", input->url,
		    input->identity);
	text_printf(out, "initrd --name " INITRD_NAME " %s/%s || goto failed\n", input->url,
		    input->initrd);
	text_printf(out, "boot ||\n"
			 ":failed\n"
			 "echo %s could not be booted, next try in 5 seconds\n", input->host);
	add_wait(out, 5);
	text_add(out, "imgfree\n");
	add_chain(out, input->url, self, " goto retry");
}

static void add_reason(struct text *out, const struct script_input *input)
{
	switch (input->way) {
	case SCRIPT_NO_ROOT:
		text_printf(out, "echo %s has no root yet. An admin can make one with:\n"
				 "echo berth host provision %s\n", input->host, input->host);
		break;
	case SCRIPT_NO_KERNEL:
		text_printf(out, "echo %s cannot boot: %s has no kernel in the boot tree.\n"
				 "echo An admin can assign another release with:\n"
				 "echo berth host assign %s IMAGE@RELEASE\n",
			    input->host, input->release, input->host);
		break;
	default:
		text_printf(out, *input->reason ? "echo %s is held: %s\n" : "echo %s is held%s\n",
			    input->host, input->reason);
	}
}

static void add_pause(struct text *out, const struct script_input *input, const char *self)
{
	text_add(out, ":retry\n"
		      "imgfree\n");
	add_reason(out, input);
	text_add(out, "echo Next try in 30 seconds.\n");
	add_wait(out, 30);
	add_chain(out, input->url, self, " goto retry");
}

void script_host(const struct script_input *input, struct text *out)
{
	char self[TREE_PATH];

	tree_host_script(input->host, self);
	text_add(out, "#!ipxe\n");
	if (input->way == SCRIPT_BOOT)
		add_boot(out, input, self);
	else
		add_pause(out, input, self);
}
