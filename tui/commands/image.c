/* Golden images: what makes and removes them. */
#include "core/fleet/image_build.h"
#include "core/fleet/image_import.h"
#include "core/fleet/images.h"
#include "tui/commands/commands.h"

static int plan_build(struct fleet *fleet, const struct call *call, struct plans *out, struct err *err)
{
	const struct image_build build = {
		.name = call->words[0],
		.suite = call_option(call, "suite"),
		.mirror = call_option(call, "mirror"),
		.include = call_option(call, "include"),
		.size = call_option(call, "size"),
	};

	return plan_image_build(fleet, &build, out, err);
}

const struct command command_image_build = {
	.noun = "image",
	.verb = "build",
	.args = "NAME",
	.words_min = 1,
	.words_max = 1,
	.help = "Make a golden image of a Debian suite, with its first release",
	.options = (const struct command_option[]){
		{"suite", "SUITE", "Debian suite, such as bookworm", true},
		{"mirror", "URL", "package mirror; default mmdebstrap's own", false},
		{"include", "PKG[,PKG]", "more packages", false},
		{"size", "SIZE", "of the image; default 4G", false},
		{0},
	},
	.key = "b",
	.places = PLACE_IMAGES,
	.guards = COMMAND_CLUSTER | COMMAND_WRITES | COMMAND_CONFIRM,
	.plan = plan_build,
};

static int plan_import(struct fleet *fleet, const struct call *call, struct plans *out, struct err *err)
{
	const struct image_import import = {
		.name = call->words[0],
		.path = call->words[1],
		.size = call_option(call, "size"),
		.kernel = call_option(call, "kernel"),
		.initrd = call_option(call, "initrd"),
	};

	return plan_image_import(fleet, &import, out, err);
}

const struct command command_image_import = {
	.noun = "image",
	.verb = "import",
	.args = "NAME FILE|DIR",
	.words_min = 2,
	.words_max = 2,
	.help = "Make a golden image of a disk (raw, qcow2), a tar file, an OCI image or a directory",
	.options = (const struct command_option[]){
		{"size", "SIZE", "of the image; default as large as the file needs", false},
		{"kernel", "FILE", "kernel, where berth can not look into the file (LUKS)", false},
		{"initrd", "FILE", "initrd that goes with --kernel", false},
		{0},
	},
	.key = "i",
	.places = PLACE_IMAGES,
	.guards = COMMAND_CLUSTER | COMMAND_WRITES | COMMAND_CONFIRM,
	.plan = plan_import,
};

static int plan_release(struct fleet *fleet, const struct call *call, struct plans *out, struct err *err)
{
	return plan_image_release(fleet, call->words[0], call->words[1], out, err);
}

const struct command command_image_release = {
	.noun = "image",
	.verb = "release",
	.args = "IMAGE [RELEASE]",
	.words_min = 1,
	.words_max = 2,
	.help = "Freeze a new release of an image; its name is today's date if none is given",
	.key = "f",
	.places = PLACE_IMAGES,
	.guards = COMMAND_CLUSTER | COMMAND_WRITES | COMMAND_CONFIRM,
	.plan = plan_release,
};

static int plan_rm(struct fleet *fleet, const struct call *call, struct plans *out, struct err *err)
{
	return plan_image_remove(fleet, call->words[0], out, err);
}

const struct command command_image_rm = {
	.noun = "image",
	.verb = "rm",
	.args = "IMAGE[@RELEASE]",
	.words_min = 1,
	.words_max = 1,
	.help = "Move an image to the trash, or remove one release for good",
	.key = "D",
	.places = PLACE_IMAGES,
	.guards = COMMAND_CLUSTER | COMMAND_WRITES | COMMAND_DESTROYS | COMMAND_TYPED | COMMAND_CONFIRM,
	.plan = plan_rm,
};
