/*
 * Three habits of every script here: `chain --replace`, for a plain chain nests
 * and would eat the memory of a machine that waits for days; `imgfree` before
 * each try, for images that were fetched already stay; and an empty command
 * behind `||` where a failure must not end the script.
 */
#include "core/boot/script.h"

#include <string.h>

#include "core/boot/name.h"
#include "core/boot/template.h"
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

static void add_args(struct text *out, const struct script_input *input)
{
	text_add(out, "initrd=" IDENTITY_NAME " initrd=" INITRD_NAME);
	if (!has_word(input->kernel_args, "root="))
		text_add(out, " root=/dev/rbd0");
	text_add(out, " ro");
	if (!has_word(input->kernel_args, "ip="))
		text_add(out, " ip=dhcp");
	text_add(out, " BOOTIF=01-${netX/mac:hexhyp}");
	if (*input->kernel_args)
		text_printf(out, " %s", input->kernel_args);
}

static void add_boot(struct text *out, const struct script_input *input, const struct script_kernel *kernel,
		     const char *otherwise)
{
	text_printf(out, "imgfree\n"
			 "kernel %s/%s ", input->url, kernel->kernel);
	add_args(out, input);
	text_printf(out, " || goto %s\n"
			 "initrd --name " IDENTITY_NAME " %s/%s || goto %s\n", otherwise, input->url, input->identity, otherwise);
	text_printf(out, "initrd --name " INITRD_NAME " %s/%s || goto %s\n"
			 "boot ||\n", input->url, kernel->initrd, otherwise);
}

/* `prompt` fails when no key comes, and where iPXE was built without it. */
static void add_menu(struct text *out, const struct script_input *input)
{
	if (!input->other.kernel)
		return;
	text_printf(out, "prompt --key m --timeout 3000 Press m within 3 seconds to choose the kernel || goto first\n"
			 "menu Which kernel does %s boot?\n"
			 "item first %s, as usual\n"
			 "item --key o other %s, instead (o)\n"
			 "choose --default first --timeout 60000 kernel || goto first\n"
			 "goto ${kernel}\n", input->host, input->first.words, input->other.words);
}

static void add_boot_other(struct text *out, const struct script_input *input)
{
	text_add(out, ":other\n");
	if (!input->other.kernel)
		return;
	text_printf(out, "echo %s tries %s\n", input->host, input->other.words);
	add_boot(out, input, &input->other, "failed");
}

/* Another try is always a script fetched anew: by then the host may be held. */
static void add_failed(struct text *out, const struct script_input *input)
{
	char self[TREE_PATH];

	text_printf(out, ":failed\n"
			 "echo %s could not be booted, next try in 5 seconds\n", input->host);
	add_wait(out, 5);
	text_add(out, "imgfree\n");
	add_chain(out, input->url, tree_host_script(input->host, self), " goto failed");
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

/* What a template's names stand for; each text is of one script_host. */
struct pieces {
	struct text kernel, initrd, identity, script, args; /* values */
	struct text menu, boot, boot_other, retry;          /* blocks */
};

static void make_pieces(const struct script_input *input, struct pieces *out)
{
	char self[TREE_PATH];

	text_printf(&out->kernel, "%s/%s", input->url, input->first.kernel);
	text_printf(&out->initrd, "%s/%s", input->url, input->first.initrd);
	text_printf(&out->identity, "%s/%s", input->url, input->identity);
	text_printf(&out->script, "%s/%s", input->url, tree_host_script(input->host, self));
	add_args(&out->args, input);
	add_menu(&out->menu, input);
	text_add(&out->boot, ":first\n");
	add_boot(&out->boot, input, &input->first, "other");
	add_boot_other(&out->boot_other, input);
	add_failed(&out->retry, input);
}

static void free_pieces(struct pieces *pieces)
{
	struct text *const all = (struct text *)pieces;

	for (size_t i = 0; i < sizeof *pieces / sizeof *all; i++)
		text_free(&all[i]);
}

/* The values of the inventory were checked when they were typed; once more, for
 * what comes from the cluster or from an inventory that something else wrote. */
static int check_values(const struct script_input *input, struct err *err)
{
	const char *const values[] = {
		input->host, input->group, input->release, input->url, input->kernel_args, input->first.kernel, input->first.initrd,
		input->first.words, input->other.kernel, input->other.initrd, input->other.words,
	};

	for (size_t i = 0; i < sizeof values / sizeof *values; i++)
		if (values[i] && !name_is_harmless(values[i]))
			return err_set(err, ERR_FAILED, "the boot script of %s can not be written: \"%s\" has characters that iPXE would take "
				       "for more than themselves; change it", input->host, values[i]);
	return 0;
}

static int fill_boot(const struct script_input *input, struct text *out, struct err *err)
{
	struct pieces pieces = {0};
	int code = check_values(input, err);

	if (code)
		return code;
	make_pieces(input, &pieces);
	const struct template_value values[] = {
		{"host", input->host, false},
		{"group", input->group ? input->group : "", false},
		{"release", input->release, false},
		{"url", input->url, false},
		{"kernel", text_string(&pieces.kernel), false},
		{"initrd", text_string(&pieces.initrd), false},
		{"identity", text_string(&pieces.identity), false},
		{"args", text_string(&pieces.args), false},
		{"kernel_args", input->kernel_args, false},
		{"script", text_string(&pieces.script), false},
		{"menu", text_string(&pieces.menu), true},
		{"boot", text_string(&pieces.boot), true},
		{"boot_other", text_string(&pieces.boot_other), true},
		{"retry", text_string(&pieces.retry), true},
		{0},
	};
	code = template_fill(input->template ? input->template : SCRIPT_TEMPLATE, values, out, err);
	free_pieces(&pieces);
	return code;
}

int script_host(const struct script_input *input, struct text *out, struct err *err)
{
	char self[TREE_PATH];

	if (input->way == SCRIPT_BOOT)
		return fill_boot(input, out, err);
	text_add(out, "#!ipxe\n");
	add_pause(out, input, tree_host_script(input->host, self));
	return 0;
}
