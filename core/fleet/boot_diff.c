#include "core/fleet/boot_diff.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/boot/difference.h"
#include "core/boot/tree.h"
#include "core/ceph/tree.h"
#include "core/fleet/internal.h"
#include "core/fleet/publish.h"

struct comparing {
	struct fleet *fleet;
	struct cluster *cluster;
	const struct template_trial *trial;
	struct boot_diff *diff;
};

static bool in_name(char c)
{
	return isalnum((unsigned char)c) || c == '-';
}

/* The same change of two hosts is the same text. */
static char *without_name(const char *text, const char *host)
{
	const size_t length = strlen(host);
	struct text out = {0};

	for (const char *at = text; *at;) {
		const bool begins = at == text || !in_name(at[-1]);

		if (begins && strncmp(at, host, length) == 0 && !in_name(at[length])) {
			text_add(&out, "HOST");
			at += length;
		} else {
			text_append(&out, at++, 1);
		}
	}
	return text_take(&out);
}

/* Of many hosts the most have the change of one that was just seen. */
static struct boot_change *find_change(struct boot_diff *diff, const char *general)
{
	for (size_t i = diff->count; i-- > 0;)
		if (!strcmp(diff->items[i].general, general))
			return &diff->items[i];
	return NULL;
}

static void add_change(struct boot_diff *diff, const char *host, const char *lines)
{
	char *general = without_name(lines, host);
	struct boot_change *change = find_change(diff, general);

	if (change) {
		free(general);
	} else {
		diff->items = xrealloc(diff->items, (diff->count + 1) * sizeof(*diff->items));
		change = &diff->items[diff->count++];
		*change = (struct boot_change){.general = general, .lines = xstrdup(lines)};
	}
	change->hosts = xrealloc(change->hosts, (change->host_count + 1) * sizeof(*change->hosts));
	change->hosts[change->host_count++] = host;
}

static const char *keep_name(struct boot_diff *diff, const char *name)
{
	diff->names = xrealloc(diff->names, (diff->looked_at + 1) * sizeof(*diff->names));
	return diff->names[diff->looked_at++] = xstrdup(name);
}

/* A draft that has no script needs none yet. */
static bool is_untouched_draft(const struct comparing *this, const struct host *host)
{
	struct root root;
	struct err ignored;

	return root_by_host(this->fleet->db, host->id, &root, &ignored) == ERR_NOT_FOUND;
}

static int compare(const struct comparing *this, const struct host *host, struct err *err)
{
	char path[TREE_PATH], *is = NULL;
	struct text wanted = {0}, lines = {0};
	struct err why = {0};
	size_t length;
	int status = cluster_file_read(this->cluster, tree_host_script(host->name, path), &is, &length, err);

	if (status && status != ERR_NOT_FOUND)
		return status;
	if (status && is_untouched_draft(this, host))
		return 0;
	const char *name = keep_name(this->diff, host->name);
	status = publish_script_trial(this->fleet, host, this->trial, &wanted, &why);
	if (status)
		text_printf(&lines, "! %s\n", why.text);
	else
		difference_lines(is ? is : "", text_string(&wanted), &lines);
	if (lines.length)
		add_change(this->diff, name, text_string(&lines));
	free(is);
	text_free(&wanted);
	text_free(&lines);
	return status == ERR_UNREACHABLE ? err_set(err, status, "%s", why.text) : 0;
}

static int compare_named(const struct comparing *this, char *const *names, size_t count, struct err *err)
{
	struct host host;
	int status = 0;

	for (size_t i = 0; i < count && !status; i++) {
		status = host_by_name(this->fleet->db, names[i], &host, err);
		if (!status)
			status = compare(this, &host, err);
	}
	return status;
}

static int compare_all(const struct comparing *this, struct err *err)
{
	struct host *hosts = NULL;
	size_t count = 0;
	int status = host_list(this->fleet->db, &hosts, &count, err);

	for (size_t i = 0; i < count && !status; i++)
		status = compare(this, &hosts[i], err);
	free(hosts);
	return status;
}

static int most_hosts_first(const void *a, const void *b)
{
	const struct boot_change *x = a, *y = b;

	return x->host_count != y->host_count ? (x->host_count < y->host_count ? 1 : -1) : strverscmp(x->hosts[0], y->hosts[0]);
}

int boot_diff_read(struct fleet *fleet, char *const *hosts, size_t count, const struct template_trial *trial,
		   struct boot_diff *out, struct err *err)
{
	struct comparing this = {.fleet = fleet, .trial = trial, .diff = out};
	int status = fleet_cluster(fleet, &this.cluster, err);

	*out = (struct boot_diff){0};
	if (!status)
		status = hosts ? compare_named(&this, hosts, count, err) : compare_all(&this, err);
	if (status) {
		boot_diff_free(out);
		return status;
	}
	if (out->count)
		qsort(out->items, out->count, sizeof(*out->items), most_hosts_first);
	return 0;
}

void boot_diff_free(struct boot_diff *diff)
{
	for (size_t i = 0; i < diff->count; i++) {
		free(diff->items[i].hosts);
		free(diff->items[i].lines);
		free(diff->items[i].general);
	}
	for (size_t i = 0; i < diff->looked_at; i++)
		free(diff->names[i]);
	free(diff->items);
	free(diff->names);
	*diff = (struct boot_diff){0};
}
