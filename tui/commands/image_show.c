/* Golden images: what shows them. */
#include <stdlib.h>
#include <string.h>

#include "core/fleet/packages.h"
#include "core/fleet/read.h"
#include "core/fleet/release.h"
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
		out_string(out, "note", releases[i].note);
		out_end(out);
	}
	out_end(out);
}

static int show_image_whole(struct fleet *fleet, const char *name, struct out *out, struct err *err)
{
	struct release *releases = NULL;
	struct image image;
	size_t count = 0;
	int status = fleet_image(fleet, name, &image, err);

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

/* The packages are in the tree: without the cluster their number is not known. */
static int show_release(struct fleet *fleet, const char *typed, struct out *out, struct err *err)
{
	struct release release;
	char *packages = NULL;
	int status = release_typed(fleet, typed, &release, err);

	if (status)
		return status;
	status = release_packages(fleet, release.image, release.name, &packages, err);
	out_record(out, NULL);
	out_string(out, "image", release.image);
	out_string(out, "release", release.name);
	out_size(out, "size", release.size);
	out_string(out, "kernel", release.kernel);
	out_int(out, "root_count", release.host_count);
	out_time(out, "created", release.created);
	out_string(out, "note", release.note);
	if (packages)
		out_int(out, "package_count", (int64_t)packages_count(packages));
	else
		out_string(out, "package_count", NULL);
	out_end(out);
	if (status == ERR_NOT_FOUND)
		out_line(out, "%s", err->text);
	free(packages);
	return status == ERR_NOT_FOUND ? 0 : status;
}

static int show_one(struct fleet *fleet, const struct call *call, struct out *out, struct err *err)
{
	const char *typed = call->words[0];

	return strchr(typed, '@') ? show_release(fleet, typed, out, err) : show_image_whole(fleet, typed, out, err);
}

const struct command command_image_show = {
	.noun = "image",
	.verb = "show",
	.args = "IMAGE[@RELEASE]",
	.words_min = 1,
	.words_max = 1,
	.help = "Show an image with its releases, or one release",
	.show = show_one,
};

struct diff {
	struct out *out;
	size_t count;
};

static void show_change(void *context, const char *name, const char *from, const char *to)
{
	struct diff *diff = context;

	diff->count++;
	out_record(diff->out, NULL);
	out_string(diff->out, "package", name);
	out_string(diff->out, "change", !from ? "added" : !to ? "removed" : "changed");
	out_string(diff->out, "from", from);
	out_string(diff->out, "to", to);
	out_end(diff->out);
}

static int read_packages(struct fleet *fleet, const char *typed, char **list, struct err *err)
{
	struct release release;
	const int status = release_typed(fleet, typed, &release, err);

	return status ? status : release_packages(fleet, release.image, release.name, list, err);
}

static int show_diff(struct fleet *fleet, const struct call *call, struct out *out, struct err *err)
{
	struct diff diff = {.out = out};
	char *from = NULL, *to = NULL;
	int status = read_packages(fleet, call->words[0], &from, err);

	if (!status)
		status = read_packages(fleet, call->words[1], &to, err);
	if (!status) {
		out_list(out, NULL);
		packages_diff(from, to, show_change, &diff);
		out_end(out);
		if (!diff.count)
			out_line(out, "the same packages");
	}
	free(from);
	free(to);
	return status;
}

const struct command command_image_diff = {
	.noun = "image",
	.verb = "diff",
	.args = "IMAGE@RELEASE IMAGE@RELEASE",
	.words_min = 2,
	.words_max = 2,
	.help = "Show the packages that differ between two releases",
	.guards = COMMAND_CLUSTER,
	.show = show_diff,
};
