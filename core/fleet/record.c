#include "core/fleet/record.h"

#include <stddef.h>
#include <string.h>

#include "base/text.h"

const char *lock_policy_word(enum lock_policy lock)
{
	return lock == LOCK_COOPERATIVE ? "cooperative" : "exclusive";
}

const char *kernel_word(enum kernel_source kernel, const char *version)
{
	return kernel == KERNEL_IMAGE ? "image" : *version ? version : "own";
}

void kernel_word_apply(const char *word, enum kernel_source *kernel, char version[128])
{
	*kernel = strcmp(word, "image") ? KERNEL_OWN : KERNEL_IMAGE;
	text_copy(version, 128, *kernel == KERNEL_IMAGE || !strcmp(word, "own") ? "" : word);
}

json_t *record_of_host(const struct host *host)
{
	json_t *macs = json_array();

	for (int i = 0; i < host->mac_count; i++)
		json_array_append_new(macs, json_string(host->macs[i]));
	return json_pack("{ss ss so ss ss sI ss ss ss ss ss ss sb ss}",
			 "name", host->name, "uuid", host->uuid, "macs", macs,
			 "image", host->image, "release", host->release,
			 "size", (json_int_t)host->size,
			 "lock", lock_policy_word(host->lock),
			 "kernel", kernel_word(host->kernel, host->kernel_version),
			 "kernel_args", host->kernel_args,
			 "hold_reason", host->hold_reason, "address", host->address,
			 "keep", host->keep, "reset", host->reset, "group", host->group);
}

static void apply_string(const json_t *record, const char *key, char *out, size_t size)
{
	const char *value = json_string_value(json_object_get(record, key));

	if (value)
		text_copy(out, size, value);
}

static void apply_macs(const json_t *macs, struct host *host)
{
	const size_t count = json_array_size(macs);

	host->mac_count = 0;
	for (size_t i = 0; i < count && i < HOST_MACS_MAX; i++)
		text_copy(host->macs[host->mac_count++], sizeof(host->macs[0]),
			  json_string_value(json_array_get(macs, i)));
}

void record_apply_host(const json_t *record, struct host *host)
{
	const json_t *macs = json_object_get(record, "macs");
	const json_t *size = json_object_get(record, "size");
	const json_t *reset = json_object_get(record, "reset");
	const char *lock = json_string_value(json_object_get(record, "lock"));
	const char *kernel = json_string_value(json_object_get(record, "kernel"));

	apply_string(record, "name", host->name, sizeof(host->name));
	apply_string(record, "uuid", host->uuid, sizeof(host->uuid));
	apply_string(record, "image", host->image, sizeof(host->image));
	apply_string(record, "release", host->release, sizeof(host->release));
	apply_string(record, "kernel_args", host->kernel_args, sizeof(host->kernel_args));
	apply_string(record, "hold_reason", host->hold_reason, sizeof(host->hold_reason));
	apply_string(record, "address", host->address, sizeof(host->address));
	apply_string(record, "keep", host->keep, sizeof(host->keep));
	apply_string(record, "group", host->group, sizeof(host->group));
	if (reset)
		host->reset = json_is_true(reset);
	if (macs)
		apply_macs(macs, host);
	if (size)
		host->size = json_integer_value(size);
	if (lock)
		host->lock = strcmp(lock, "cooperative") ? LOCK_EXCLUSIVE : LOCK_COOPERATIVE;
	if (kernel)
		kernel_word_apply(kernel, &host->kernel, host->kernel_version);
}

json_t *record_of_root(const struct root *root)
{
	return json_pack("{sI ss ss ss sI sI}", "host_id", (json_int_t)root->host_id,
			 "image", root->image, "release", root->release, "rbd_id", root->rbd_id,
			 "size", (json_int_t)root->size, "created", (json_int_t)root->created);
}

void record_apply_root(const json_t *record, struct root *root)
{
	root->host_id = json_integer_value(json_object_get(record, "host_id"));
	apply_string(record, "image", root->image, sizeof(root->image));
	apply_string(record, "release", root->release, sizeof(root->release));
	apply_string(record, "rbd_id", root->rbd_id, sizeof(root->rbd_id));
	root->size = json_integer_value(json_object_get(record, "size"));
	root->created = json_integer_value(json_object_get(record, "created"));
}

json_t *record_of_release(const struct release *release)
{
	return json_pack("{ss sI ss ss sI}", "name", release->name, "size", (json_int_t)release->size,
			 "kernel", release->kernel, "note", release->note, "created", (json_int_t)release->created);
}

void record_apply_release(const json_t *record, struct release *release)
{
	apply_string(record, "name", release->name, sizeof(release->name));
	apply_string(record, "kernel", release->kernel, sizeof(release->kernel));
	apply_string(record, "note", release->note, sizeof(release->note));
	release->size = json_integer_value(json_object_get(record, "size"));
	release->created = json_integer_value(json_object_get(record, "created"));
}

json_t *record_of_point(const struct point *point)
{
	return json_pack("{ss ss ss ss sI ss ss ss ss sb sb sI}", "name", point->name, "rbd_id", point->rbd_id,
			 "image", point->image, "release", point->release, "size", (json_int_t)point->size,
			 "kernel", kernel_word(point->kernel, point->kernel_version), "kernel_args", point->kernel_args, "note", point->note,
			 "user", point->user, "pinned", point->pinned, "safety", point->safety,
			 "created", (json_int_t)point->created);
}

void record_apply_point(const json_t *record, struct point *point)
{
	const char *kernel = json_string_value(json_object_get(record, "kernel"));

	apply_string(record, "name", point->name, sizeof(point->name));
	apply_string(record, "rbd_id", point->rbd_id, sizeof(point->rbd_id));
	apply_string(record, "image", point->image, sizeof(point->image));
	apply_string(record, "release", point->release, sizeof(point->release));
	apply_string(record, "kernel_args", point->kernel_args, sizeof(point->kernel_args));
	apply_string(record, "note", point->note, sizeof(point->note));
	apply_string(record, "user", point->user, sizeof(point->user));
	if (kernel)
		kernel_word_apply(kernel, &point->kernel, point->kernel_version);
	point->size = json_integer_value(json_object_get(record, "size"));
	point->created = json_integer_value(json_object_get(record, "created"));
	point->pinned = json_is_true(json_object_get(record, "pinned"));
	point->safety = json_is_true(json_object_get(record, "safety"));
}
