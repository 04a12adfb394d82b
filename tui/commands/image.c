/* Golden images: what makes and removes them. */
#include "core/fleet/image_build.h"
#include "core/fleet/image_import.h"
#include "core/fleet/images.h"
#include "tui/commands/commands.h"

static int plan_build(struct fleet *fleet, const struct call *call, struct plans *out, struct err *err)
{
	struct image_build build = {.name = call->words[0], .recipe = call_option(call, "recipe")};

	for (int key = 0; key < RECIPE_KEYS; key++)
		build.values[key] = call_option(call, recipe_key_name((enum recipe_key)key));
	return plan_image_build(fleet, &build, out, err);
}

const struct command command_image_build = {
	.noun = "image",
	.verb = "build",
	.args = "NAME",
	.words_min = 1,
	.words_max = 1,
	.help = "Make a golden image of a Debian or Ubuntu suite, with its first release",
	.options = (const struct command_option[]){
		{"suite", "SUITE", "such as bookworm or noble; needed, unless the recipe has it", false},
		{"mirror", "URL", "package mirror, or a line of sources.list; default mmdebstrap's own", false},
		{"include", "PKG[,PKG]", "more packages", false},
		{"size", "SIZE", "of the image; default 4G", false},
		{"overlay", "DIR", "files to copy over the root, as root's", false},
		{"hook", "FILE", "script to run in the root at the end", false},
		{"users", "FILE", "users with their groups, SSH keys and hashed passwords", false},
		{"locale", "LOCALE", "such as de_DE.UTF-8", false},
		{"timezone", "ZONE", "such as Europe/Berlin", false},
		{"keyboard", "LAYOUT[:VARIANT]", "of the machines' consoles, such as de:nodeadkeys", false},
		{"recipe", "FILE", "all of these from a file, as `image recipe` prints it; what is given here wins", false},
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
