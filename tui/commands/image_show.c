/* Golden images: what shows them. */
#include <stdlib.h>

#include "core/fleet/read.h"
#include "tui/commands/commands.h"

static void show_image(const struct image *image, struct out *out)
{
	out_string(out, "image", image->name);
	out_size(out, "size", image->size);
	out_int(out, "release_count", image->release_count);
	out_int(out, "root_count", image->host_count);
	out_string(out, "source", image->source);
	out_time(out, "created", image->created);
}

static int show_list(struct fleet *fleet, const struct call *call, struct out *out, struct err *err)
{
	struct image *images = NULL;
	size_t count = 0;
	const int status = fleet_images(fleet, &images, &count, err);

	(void)call;
	if (status)
		return status;
	out_list(out, NULL);
	for (size_t i = 0; i < count; i++) {
		out_record(out, NULL);
		show_image(&images[i], out);
		out_end(out);
	}
	out_end(out);
	if (!count)
		out_line(out, "no images yet: `berth image build` or `berth image import` makes one");
	free(images);
	return 0;
}

const struct command command_image_list = {
	.noun = "image",
	.verb = "list",
	.args = "",
	.help = "List the golden images",
	.show = show_list,
};

static void show_releases(const struct release *releases, size_t count, struct out *out)
{
	out_list(out, "releases");
	for (size_t i = 0; i < count; i++) {
		out_record(out, NULL);
		out_string(out, "release", releases[i].name);
		out_size(out, "size", releases[i].size);
		out_string(out, "kernel", releases[i].kernel);
		out_int(out, "root_count", releases[i].host_count);
		out_time(out, "created", releases[i].created);
		out_end(out);
	}
	out_end(out);
}

static int show_one(struct fleet *fleet, const struct call *call, struct out *out, struct err *err)
{
	struct release *releases = NULL;
	struct image image;
	size_t count = 0;
	int status = fleet_image(fleet, call->words[0], &image, err);

	if (!status)
		status = fleet_releases(fleet, image.name, &releases, &count, err);
	if (status)
		return status;
	out_record(out, NULL);
	show_image(&image, out);
	show_releases(releases, count, out);
	out_end(out);
	free(releases);
	return 0;
}

const struct command command_image_show = {
	.noun = "image",
	.verb = "show",
	.args = "IMAGE",
	.words_min = 1,
	.words_max = 1,
	.help = "Show an image with its releases",
	.show = show_one,
};

/* Text is the recipe and nothing else: it may be compared, and built of again. */
static int show_recipe(struct fleet *fleet, const struct call *call, struct out *out, struct err *err)
{
	struct image image;
	const int status = fleet_image(fleet, call->words[0], &image, err);

	if (status)
		return status;
	if (!*image.recipe)
		return err_set(err, ERR_NOT_FOUND, "image %s was not built by berth (%s), so it has no recipe", image.name, image.source);
	out_record(out, NULL);
	if (out_is_json(out))
		out_string(out, "image", image.name);
	out_block(out, "recipe", image.recipe);
	out_end(out);
	return 0;
}

const struct command command_image_recipe = {
	.noun = "image",
	.verb = "recipe",
	.args = "IMAGE",
	.words_min = 1,
	.words_max = 1,
	.help = "Print what an image was built of, for `image build --recipe`",
	.show = show_recipe,
};
