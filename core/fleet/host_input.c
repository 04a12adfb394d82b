/* What was typed about a host, checked and put into a struct host. */
#include "core/fleet/host_input.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/boot/name.h"
#include "core/ceph/cluster.h"
#include "core/fleet/internal.h"
#include "core/fleet/kernels.h"
#include "core/fleet/record.h"
#include "core/fleet/retention.h"
#include "db/image.h"
#include "db/root.h"

static int apply_macs(const char *list, struct host *host, struct err *err)
{
	char *copy = xstrdup(list), *rest = copy, *word;
	int status = 0;

	host->mac_count = 0;
	while (!status && (word = strsep(&rest, ",; "))) {
		char mac[MAC_SIZE];

		if (!*word)
			continue;
		status = name_parse_mac(word, mac, err);
		for (int i = 0; !status && i < host->mac_count; i++)
			if (!strcmp(host->macs[i], mac))
				status = err_field(err, "mac", "MAC %s is given twice: give each once", mac);
		if (!status && host->mac_count == HOST_MACS_MAX)
			status = err_field(err, "mac", "more than %d MACs for one host: give those of the ports it boots from",
					   HOST_MACS_MAX);
		if (!status)
			text_copy(host->macs[host->mac_count++], MAC_SIZE, mac);
	}
	free(copy);
	return status;
}

static int apply_image(struct fleet *fleet, const char *value, struct host *host, struct err *err)
{
	struct release release;
	int status;

	if (!*value) {
		host->image[0] = host->release[0] = '\0';
		return 0;
	}
	status = name_parse_image_release(value, host->image, host->release, err);
	if (!status)
		status = release_find(fleet->db, host->image, host->release, &release, err);
	if (!status) /* the newest of now, when none was named */
		text_copy(host->release, sizeof(host->release), release.name);
	else if (err && !err->field[0]) /* the inventory does not know what was typed where */
		text_copy(err->field, sizeof(err->field), "image");
	return status;
}

static int apply_word(const char *value, const char *field, const char *first,
		      const char *second, bool *is_second, struct err *err)
{
	*is_second = !strcmp(value, second);
	if (*is_second || !strcmp(value, first))
		return 0;
	return err_field(err, field, "%s '%s' is not known: give %s or %s", field, value, first, second);
}

static int apply_address(const char *value, struct host *host, struct err *err)
{
	unsigned char bytes[16];

	if (*value && inet_pton(AF_INET, value, bytes) != 1 && inet_pton(AF_INET6, value, bytes) != 1)
		return err_field(err, "address", "address '%s' is no IP address: write it like 10.0.4.11 or fd00::11", value);
	text_copy(host->address, sizeof(host->address), value);
	return 0;
}

int host_check_pool(struct fleet *fleet, int64_t size, struct err *err)
{
	char wanted[SIZE_TEXT], have[SIZE_TEXT];
	struct cluster_health health;
	struct cluster *cluster;
	struct err ignored;

	/* Whether the pool can hold it is asked again when the root is made. */
	if (!fleet->site.present || fleet_cluster(fleet, &cluster, &ignored) ||
	    cluster_health(cluster, &health, &ignored))
		return 0;
	if (size <= health.pool_used + health.pool_free)
		return 0;
	return err_field(err, "size", "size %s is larger than the whole pool %s, which can hold %s: give a smaller size",
			 size_format(size, wanted), fleet->site.pool,
			 size_format(health.pool_used + health.pool_free, have));
}

static int check_size(struct fleet *fleet, const struct host *host, struct err *err)
{
	char wanted[SIZE_TEXT], least[SIZE_TEXT];
	struct release release;

	if (!host->size)
		return 0;
	if (host->image[0]) {
		const int status = release_find(fleet->db, host->image, host->release, &release, err);

		if (status)
			return status;
		if (host->size < release.size)
			return err_field(err, "size", "size %s is too small for %s@%s, which needs %s: give at least that",
					 size_format(host->size, wanted), release.image, release.name,
					 size_format(release.size, least));
	}
	return 0;
}

static int apply_size(const char *value, struct host *host, struct err *err)
{
	host->size = 0;
	return *value ? size_parse(value, "size", &host->size, err) : 0;
}

static int apply_args(const char *value, struct host *host, struct err *err)
{
	const int status = name_check_kernel_args(value, err);

	text_copy(host->kernel_args, sizeof(host->kernel_args), value);
	return status;
}

static int apply_words(const struct host_input *input, struct host *host, struct err *err)
{
	bool second;
	int status = 0;

	if (input->lock) {
		status = apply_word(input->lock, "lock", "exclusive", "cooperative", &second, err);
		host->lock = second ? LOCK_COOPERATIVE : LOCK_EXCLUSIVE;
	}
	if (!status && input->reset) {
		status = apply_word(input->reset, "reset", "no", "yes", &second, err);
		host->reset = second;
	}
	return status;
}

static int apply_kernel(struct fleet *fleet, const char *value, struct host *host, struct err *err)
{
	int status = 0;

	if (!strcmp(value, kernel_word(host->kernel, host->kernel_version)))
		return 0; /* a pinned one may be gone by now: nothing is asked for */
	if (strcmp(value, "image"))
		status = kernels_check(fleet, host, strcmp(value, "own") ? value : "", err);
	if (!status)
		kernel_word_apply(value, &host->kernel, host->kernel_version);
	return status;
}

static int apply_keep(const char *value, struct host *host, struct err *err)
{
	char text[RETENTION_TEXT];
	struct retention retention;
	const int status = retention_parse(value, &retention, err);

	if (!status)
		text_copy(host->keep, sizeof(host->keep), *value ? retention_format(&retention, text) : "");
	return status;
}

static int apply_uuid(const char *value, struct host *host, struct err *err)
{
	host->uuid[0] = '\0';
	return *value ? name_parse_uuid(value, host->uuid, err) : 0;
}

static int apply_group(const char *value, struct host *host, struct err *err)
{
	host->group[0] = '\0';
	return *value ? name_parse_group(value, host->group, err) : 0;
}

int host_input_apply(struct fleet *fleet, const struct host_input *input, struct host *host, struct err *err)
{
	int status = apply_words(input, host, err);

	if (!status && input->kernel)
		status = apply_kernel(fleet, input->kernel, host, err);
	if (!status && input->macs)
		status = apply_macs(input->macs, host, err);
	if (!status && input->uuid)
		status = apply_uuid(input->uuid, host, err);
	if (!status && input->image)
		status = apply_image(fleet, input->image, host, err);
	if (!status && input->size)
		status = apply_size(input->size, host, err);
	if (!status && input->kernel_args)
		status = apply_args(input->kernel_args, host, err);
	if (!status && input->address)
		status = apply_address(input->address, host, err);
	if (!status && input->keep)
		status = apply_keep(input->keep, host, err);
	if (!status && input->group)
		status = apply_group(input->group, host, err);
	if (!status && (input->size || input->image))
		status = check_size(fleet, host, err);
	return status;
}

int host_find(struct fleet *fleet, const char *typed, struct host *host, struct err *err)
{
	char name[NAME_SIZE];
	const int status = name_parse_host(typed, name, err);

	return status ? status : host_by_name(fleet->db, name, host, err);
}

int host_check_unique(struct fleet *fleet, const struct host *host, struct err *err)
{
	struct host other;
	struct err ignored;

	if (!host->id && !host_by_name(fleet->db, host->name, &other, &ignored))
		return err_set(err, ERR_EXISTS, "host %s is in the inventory already: `berth host set %s` changes it",
			       host->name, host->name);
	for (int i = 0; i < host->mac_count; i++)
		if (!host_by_mac(fleet->db, host->macs[i], &other, &ignored) && other.id != host->id)
			return err_field(err, "mac", "MAC %s belongs to host %s already: give another, or change %s first",
					 host->macs[i], other.name, other.name);
	if (host->uuid[0] && !host_by_uuid(fleet->db, host->uuid, &other, &ignored) && other.id != host->id)
		return err_field(err, "uuid", "UUID %s belongs to host %s already: give another, or change %s first",
				 host->uuid, other.name, other.name);
	return 0;
}
