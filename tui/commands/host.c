/* Hosts in the inventory: add, set, hold, unhold, rm, import. */
#include "core/fleet/hosts.h"
#include "core/fleet/provision.h"
#include "tui/commands/commands.h"

#define HOST_OPTIONS \
	{"uuid", "UUID", "the machine's SMBIOS UUID", false}, \
	{"image", "IMAGE[@RELEASE]", "the image its root is made from; default release: the newest", false}, \
	{"size", "SIZE", "of its root, such as 20G; default as large as the image", false}, \
	{"lock", "exclusive|cooperative", "how its root is mapped; default exclusive", false}, \
	{"kernel", "KERNEL", "image: its image's (default); own: the newest in its own /boot; or a version that is there", false}, \
	{"kernel-args", "ARGS", "more words for the kernel command line", false}, \
	{"address", "IP", "the machine's own address: any other that holds its root is FOREIGN", false}, \
	{"group", "GROUP", "the group it is in: @GROUP names all of its hosts", false}, \
	{"keep", "WHICH", "restore points that `snap prune` keeps: 'last 5, daily 7, weekly 4'; default the site's", false}, \
	{"reset", "yes|no", "a fresh root at every boot, by `op run-pending`; default no", false}

static struct host_input call_input(const struct call *call)
{
	return (struct host_input){
		.macs = call_option(call, "mac"),
		.uuid = call_option(call, "uuid"),
		.image = call_option(call, "image"),
		.size = call_option(call, "size"),
		.lock = call_option(call, "lock"),
		.kernel = call_option(call, "kernel"),
		.kernel_args = call_option(call, "kernel-args"),
		.address = call_option(call, "address"),
		.keep = call_option(call, "keep"),
		.reset = call_option(call, "reset"),
		.group = call_option(call, "group"),
	};
}

static int plan_add_call(struct fleet *fleet, const struct call *call, struct plans *out, struct err *err)
{
	const struct host_input input = call_input(call);

	return call_flag(call, "provision") ? plan_host_add_provision(fleet, call->words[0], &input, out, err)
					    : plan_host_add(fleet, call->words[0], &input, out, err);
}

const struct command command_host_add = {
	.noun = "host",
	.verb = "add",
	.args = "NAME",
	.words_min = 1,
	.words_max = 1,
	.help = "Add a machine to the inventory",
	.options = (const struct command_option[]){
		{"mac", "MAC[,MAC]", "the ports it boots from", true},
		HOST_OPTIONS,
		{"provision", NULL, "give it its root at once", false},
		{0},
	},
	.key = "A",
	.places = PLACE_FLEET,
	.guards = COMMAND_WRITES,
	.plan = plan_add_call,
};

/* What belongs to one machine can not be set for several. */
static int check_single(const struct call *call, size_t hosts, struct err *err)
{
	static const char *const single[] = {"mac", "uuid", "address"};

	for (size_t i = 0; i < sizeof(single) / sizeof(*single) && hosts > 1; i++) {
		const char *value = call_option(call, single[i]);

		if (value && *value)
			return err_field(err, single[i], "--%s %s can not belong to %zu hosts: name one host", single[i],
					 value, hosts);
	}
	return 0;
}

static int plan_set_one(struct fleet *fleet, const struct call *call, const char *host,
			struct plans *out, struct err *err)
{
	const struct host_input input = call_input(call);

	return plan_host_set(fleet, host, &input, out, err);
}

static int plan_set_call(struct fleet *fleet, const struct call *call, struct plans *out, struct err *err)
{
	char **names;
	size_t count;
	int status = call_hosts(fleet, call, call->word_count, &names, &count, err);

	if (status)
		return status;
	host_expand_free(names, count);
	status = check_single(call, count, err);
	if (!status)
		status = plan_each_host(fleet, call, call->word_count, plan_set_one, out, err);
	if (!status && !out->count)
		status = err_set(err, ERR_USAGE, "nothing to change: %s %s like that already; give at least one option with a new "
				 "value", count == 1 ? call->words[0] : "all of these hosts", count == 1 ? "is" : "are");
	return status;
}

const struct command command_host_set = {
	.noun = "host",
	.verb = "set",
	.args = "HOST...",
	.words_min = 1,
	.words_max = CALL_WORDS,
	.help = "Change what the inventory says about hosts; '' takes a value away",
	.options = (const struct command_option[]){
		{"mac", "MAC[,MAC]", "the ports it boots from", false},
		HOST_OPTIONS,
		{0},
	},
	.key = "e",
	.places = PLACE_FLEET | PLACE_HOST,
	.guards = COMMAND_WRITES,
	.plan = plan_set_call,
};

static int plan_hold_one(struct fleet *fleet, const struct call *call, const char *host,
			 struct plans *out, struct err *err)
{
	return plan_host_hold(fleet, host, call_option(call, "reason"), out, err);
}

static int plan_hold_call(struct fleet *fleet, const struct call *call, struct plans *out, struct err *err)
{
	return plan_each_host(fleet, call, call->word_count, plan_hold_one, out, err);
}

const struct command command_host_hold = {
	.noun = "host",
	.verb = "hold",
	.args = "HOST...",
	.words_min = 1,
	.words_max = CALL_WORDS,
	.help = "Block the boot of hosts: the machine shows the reason and tries again",
	.options = (const struct command_option[]){
		{"reason", "WORDS", "what the machine shows", true},
		{0},
	},
	.key = "H",
	.places = PLACE_FLEET | PLACE_HOST,
	.guards = COMMAND_CLUSTER | COMMAND_WRITES,
	.plan = plan_hold_call,
};

static int plan_unhold_one(struct fleet *fleet, const struct call *call, const char *host,
			   struct plans *out, struct err *err)
{
	(void)call;
	return plan_host_unhold(fleet, host, out, err);
}

static int plan_unhold_call(struct fleet *fleet, const struct call *call, struct plans *out, struct err *err)
{
	return plan_each_host(fleet, call, call->word_count, plan_unhold_one, out, err);
}

const struct command command_host_unhold = {
	.noun = "host",
	.verb = "unhold",
	.args = "HOST...",
	.words_min = 1,
	.words_max = CALL_WORDS,
	.help = "Let held hosts boot again",
	.key = "U",
	.places = PLACE_FLEET | PLACE_HOST,
	.guards = COMMAND_CLUSTER | COMMAND_WRITES | COMMAND_CONFIRM,
	.plan = plan_unhold_call,
};

static int plan_rm_one(struct fleet *fleet, const struct call *call, const char *host,
		       struct plans *out, struct err *err)
{
	(void)call;
	return plan_host_remove(fleet, host, out, err);
}

static int plan_rm_call(struct fleet *fleet, const struct call *call, struct plans *out, struct err *err)
{
	return plan_each_host(fleet, call, call->word_count, plan_rm_one, out, err);
}

const struct command command_host_rm = {
	.noun = "host",
	.verb = "rm",
	.args = "HOST...",
	.words_min = 1,
	.words_max = CALL_WORDS,
	.help = "Take hosts without a root out of the inventory",
	.key = "D",
	.places = PLACE_FLEET | PLACE_HOST,
	.guards = COMMAND_WRITES | COMMAND_DESTROYS | COMMAND_CONFIRM,
	.plan = plan_rm_call,
};

static int plan_import_call(struct fleet *fleet, const struct call *call, struct plans *out, struct err *err)
{
	return plan_host_import(fleet, call->words[0], out, err);
}

const struct command command_host_import = {
	.noun = "host",
	.verb = "import",
	.args = "FILE.csv",
	.words_min = 1,
	.words_max = 1,
	.help = "Add the machines of a CSV file, all or none; its first line names the columns",
	.guards = COMMAND_WRITES | COMMAND_CONFIRM,
	.plan = plan_import_call,
};
