#include "core/fleet/hosts.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/boot/name.h"
#include "core/fleet/internal.h"
#include "core/fleet/meta.h"
#include "core/fleet/publish.h"
#include "core/fleet/record.h"
#include "core/fleet/resize.h"
#include "core/fleet/templates.h"
#include "db/host.h"
#include "db/root.h"

int plan_host_add(struct fleet *fleet, const char *typed, const struct host_input *input,
		  struct plans *out, struct err *err)
{
	struct host host = {0};
	int status = name_parse_host(typed, host.name, err);

	if (!status)
		status = host_input_apply(fleet, input, &host, err);
	if (!status && !host.mac_count)
		status = err_field(err, "mac", "host %s needs a MAC: give --mac, the address of the port it boots from",
				   host.name);
	if (!status)
		status = host_check_unique(fleet, &host, err);
	if (!status)
		status = host_check_pool(fleet, host.size, err);
	if (status)
		return status;
	struct plan *plan = plans_add(out, "add", "host %s", host.name);
	plan_add(plan, "host-add", json_pack("{ss so}", "host", host.name, "record", record_of_host(&host)),
		 "add %s (%s) to the inventory", host.name, host.macs[0]);
	return 0;
}

void plan_publish_steps(struct plan *plan, const struct host *host, json_t *links_to_drop)
{
	plan_add(plan, "script", json_pack("{ss}", "host", host->name), "write hosts/%s/boot.ipxe", host->name);
	plan_add(plan, "links", json_pack("{ss so so}", "host", host->name, "add", publish_links(host),
					  "drop", links_to_drop ? links_to_drop : json_array()),
		 "link %d MAC%s%s to hosts/%s", host->mac_count, host->mac_count == 1 ? "" : "s",
		 host->uuid[0] ? " and the UUID" : "", host->name);
}

/* The members of `after` that differ from `before`. */
static json_t *record_changes(const struct host *before, const struct host *after)
{
	json_t *old = record_of_host(before), *new = record_of_host(after), *changes = json_object();
	const char *key;
	json_t *value;

	json_object_foreach(new, key, value)
		if (!json_equal(json_object_get(old, key), value))
			json_object_set(changes, key, value);
	json_decref(old);
	json_decref(new);
	return changes;
}

static json_t *links_gone(const struct host *before, const struct host *after)
{
	json_t *old = publish_links(before), *new = publish_links(after), *gone = json_array();
	size_t i, j;
	json_t *a, *b;

	json_array_foreach(old, i, a) {
		bool stays = false;

		json_array_foreach(new, j, b)
			stays |= json_equal(a, b);
		if (!stays)
			json_array_append(gone, a);
	}
	json_decref(old);
	json_decref(new);
	return gone;
}

static int check_set(const struct host *before, const struct host *after, const struct root *root, struct err *err)
{
	if (strcmp(before->image, after->image) || strcmp(before->release, after->release))
		return err_field(err, "image", "host %s has a root of %s@%s: `berth host assign %s %s` gives it another one "
				 "and keeps the old root in the trash", before->name, root->image, root->release,
				 before->name, after->image[0] ? after->image : "IMAGE");
	return 0;
}

static void set_words(json_t *changes, char *out, size_t size)
{
	struct text words = {0};
	const char *key;
	json_t *value;

	json_object_foreach(changes, key, value)
		text_printf(&words, "%s%s", words.length ? ", " : "", key);
	text_copy(out, size, text_string(&words));
	text_free(&words);
}

/* Whether a machine sees any of these when it boots: its group, where a template
 * may be the group's or name it. */
static bool concerns_boot(struct fleet *fleet, const json_t *changes)
{
	static const char *const others[] = {"keep", "reset", "group"};
	size_t count = json_object_size(changes), template_count = 0;
	struct template *templates = NULL;
	struct err ignored;

	templates_read(fleet, &templates, &template_count, &ignored);
	free(templates);
	if (template_count && json_object_get(changes, "group"))
		return true;

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		count -= json_object_get(changes, others[i]) != NULL;
	return count > 0;
}

static int plan_set(struct fleet *fleet, struct plan *plan, const struct host *before, const struct host *after,
		    const struct root *root, json_t *changes, struct err *err)
{
	char words[160];
	int status = 0;

	set_words(changes, words, sizeof(words));
	plan_add(plan, "host-set", json_pack("{ss sI sO}", "host", before->name, "version", (json_int_t)before->version,
					     "record", changes), "set %s of %s in the inventory", words, before->name);
	if (!root)
		return 0;
	if (after->size != before->size && after->size && after->size != root->size)
		status = plan_resize(fleet, plan, after, root, after->size, err);
	if (before->lock != after->lock)
		plan_add(plan, "identity", json_pack("{ss}", "host", before->name),
			 "write hosts/%s/identity.cpio: lock %s from the next boot on", before->name,
			 lock_policy_word(after->lock));
	if (concerns_boot(fleet, changes))
		plan_publish_steps(plan, after, links_gone(before, after));
	plan_add_host_meta(plan, before->name);
	return status;
}

int plan_host_set(struct fleet *fleet, const char *typed, const struct host_input *input,
		  struct plans *out, struct err *err)
{
	struct host before, after;
	struct root root;
	bool has_root = false;
	int status = host_find(fleet, typed, &before, err);

	after = before;
	if (!status)
		status = host_input_apply(fleet, input, &after, err);
	if (!status && !after.mac_count)
		status = err_field(err, "mac", "host %s would have no MAC: give at least one", before.name);
	if (!status)
		status = host_check_unique(fleet, &after, err);
	if (!status && input->size)
		status = host_check_pool(fleet, after.size, err);
	if (!status) {
		status = root_by_host(fleet->db, before.id, &root, err);
		has_root = !status;
		status = has_root ? check_set(&before, &after, &root, err)
				  : status == ERR_NOT_FOUND ? 0 : status;
	}
	if (status)
		return status;
	json_t *changes = record_changes(&before, &after);
	if (json_object_size(changes))
		status = plan_set(fleet, plans_add(out, "set", "host %s", before.name), &before, &after,
				  has_root ? &root : NULL, changes, err);
	json_decref(changes);
	return status;
}

int plan_host_remove(struct fleet *fleet, const char *typed, struct plans *out, struct err *err)
{
	struct host host;
	struct root root;
	struct err ignored;
	int status = host_find(fleet, typed, &host, err);

	if (status)
		return status;
	if (!root_by_host(fleet->db, host.id, &root, &ignored))
		return err_set(err, ERR_REFUSED, "host %s still has a root: `berth host retire %s` first, "
			       "which moves it to the trash", host.name, host.name);
	struct plan *plan = plans_add(out, "rm", "host %s", host.name);
	status = plan_add_template_removal(fleet, plan, host.name, err);
	if (status)
		return status;
	if (fleet->site.present) {
		plan_add(plan, "links", json_pack("{ss s[] so}", "host", host.name, "add", "drop", publish_links(&host)),
			 "remove the links to hosts/%s", host.name);
		plan_add(plan, "host-dir-remove", json_pack("{ss}", "host", host.name), "remove hosts/%s", host.name);
	}
	plan_add(plan, "host-remove", json_pack("{ss}", "host", host.name), "take %s out of the inventory", host.name);
	return 0;
}

void plan_add_reason(struct plan *plan, const struct host *host, int64_t version, const char *reason)
{
	json_t *args = json_pack("{ss sI s{ss}}", "host", host->name, "version", (json_int_t)version,
				 "record", "hold_reason", reason);

	if (*reason)
		plan_add(plan, "host-set", args, "note that %s is held: %s", host->name, reason);
	else
		plan_add(plan, "host-set", args, "note that %s is not held any more", host->name);
}

static void plan_hold(struct fleet *fleet, struct plan *plan, const struct host *host, const char *reason)
{
	struct root root;
	struct err ignored;

	plan_add_reason(plan, host, host->version, reason);
	plan_publish_steps(plan, host, NULL);
	if (!root_by_host(fleet->db, host->id, &root, &ignored))
		plan_add_host_meta(plan, host->name);
}

int plan_host_hold(struct fleet *fleet, const char *typed, const char *reason, struct plans *out, struct err *err)
{
	struct host host;
	int status = host_find(fleet, typed, &host, err);

	if (!status && !*reason)
		status = err_field(err, "reason", "a hold needs a reason, which the machine shows: give --reason 'WORDS'");
	if (!status)
		status = name_check_words(reason, "reason", err);
	if (status)
		return status;
	plan_hold(fleet, plans_add(out, "hold", "host %s", host.name), &host, reason);
	return 0;
}

int plan_host_unhold(struct fleet *fleet, const char *typed, struct plans *out, struct err *err)
{
	struct host host;
	const int status = host_find(fleet, typed, &host, err);

	if (status)
		return status;
	if (!host.hold_reason[0])
		return err_set(err, ERR_REFUSED, "host %s is not held: nothing to lift", host.name);
	plan_hold(fleet, plans_add(out, "unhold", "host %s", host.name), &host, "");
	return 0;
}

int plan_host_publish(struct fleet *fleet, const char *typed, struct plans *out, struct err *err)
{
	struct host host;
	struct root root;
	struct err ignored;
	const int status = host_find(fleet, typed, &host, err);

	if (status)
		return status;
	struct plan *plan = plans_add(out, "publish", "host %s", host.name);
	if (!root_by_host(fleet->db, host.id, &root, &ignored))
		plan_add(plan, "identity", json_pack("{ss}", "host", host.name), "write hosts/%s/identity.cpio", host.name);
	plan_publish_steps(plan, &host, NULL);
	return 0;
}
