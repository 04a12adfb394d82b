#include "core/fleet/templates.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/boot/name.h"
#include "core/boot/script.h"
#include "core/boot/template.h"
#include "core/fleet/host_input.h"
#include "core/fleet/internal.h"
#include "core/fleet/step.h"

static void scope_of_group(const struct host *host, char out[TEMPLATE_SCOPE])
{
	snprintf(out, TEMPLATE_SCOPE, "@%s", host->group);
}

/* From the widest to the nearest. */
static int scopes_of(const struct host *host, char out[3][TEMPLATE_SCOPE])
{
	int count = 0;

	out[count++][0] = '\0';
	if (host->group[0])
		scope_of_group(host, out[count++]);
	text_copy(out[count++], TEMPLATE_SCOPE, host->name);
	return count;
}

bool template_is_for(const char *scope, const struct host *host)
{
	char scopes[3][TEMPLATE_SCOPE];

	for (int i = scopes_of(host, scopes); i > 0; i--)
		if (!strcmp(scopes[i - 1], scope))
			return true;
	return false;
}

int template_of_host(struct fleet *fleet, const struct host *host, const struct template_trial *trial,
		     char **text, char scope[TEMPLATE_SCOPE], struct err *err)
{
	char scopes[3][TEMPLATE_SCOPE];
	int status = 0;

	*text = NULL;
	scope[0] = '\0';
	for (int i = scopes_of(host, scopes); i > 0 && !*text && !status; i--) {
		text_copy(scope, TEMPLATE_SCOPE, scopes[i - 1]);
		if (trial && trial->text && !strcmp(trial->scope, scope))
			*text = xstrdup(trial->text);
		else
			status = template_find(fleet->db, scope, text, err);
	}
	return status;
}

int templates_read(struct fleet *fleet, struct template **out, size_t *count, struct err *err)
{
	return template_list(fleet->db, out, count, err);
}

char *template_describe(struct fleet *fleet, const struct host *host, char out[TEMPLATE_WORDS])
{
	char scope[TEMPLATE_SCOPE], *text;
	struct err why = {0};

	if (template_of_host(fleet, host, NULL, &text, scope, &why))
		text_copy(out, TEMPLATE_WORDS, why.text);
	else
		snprintf(out, TEMPLATE_WORDS, "%s's", text ? template_scope_words(scope) : "berth");
	free(text);
	return out;
}

const char *template_scope_words(const char *scope)
{
	return *scope ? scope : "the site";
}

int template_scope_parse(struct fleet *fleet, const char *typed, char scope[TEMPLATE_SCOPE], struct err *err)
{
	char **names, group[NAME_SIZE];
	size_t count;
	struct host host;
	int status;

	scope[0] = '\0';
	if (!typed)
		return 0;
	if (*typed != '@') {
		status = host_find(fleet, typed, &host, err);
		text_copy(scope, TEMPLATE_SCOPE, status ? "" : host.name);
		return status;
	}
	status = name_parse_group(typed + 1, group, err);
	if (!status)
		status = host_expand(fleet, typed, &names, &count, err);
	if (status)
		return status;
	host_expand_free(names, count);
	snprintf(scope, TEMPLATE_SCOPE, "@%s", group);
	return 0;
}

int template_in_use(struct fleet *fleet, const char *typed, char **text, char of[TEMPLATE_WORDS], struct err *err)
{
	char scope[TEMPLATE_SCOPE], from[TEMPLATE_SCOPE];
	struct host host = {0};
	int status = template_scope_parse(fleet, typed, scope, err);

	*text = NULL;
	if (!status && *scope == '@')
		text_copy(host.group, sizeof(host.group), scope + 1);
	else if (!status && *scope)
		status = host_find(fleet, scope, &host, err);
	if (!status)
		status = template_of_host(fleet, &host, NULL, text, from, err);
	if (status)
		return status;
	text_copy(of, TEMPLATE_WORDS, *text ? template_scope_words(from) : "berth");
	if (!*text)
		*text = xstrdup(SCRIPT_TEMPLATE);
	return 0;
}

int template_read_file(const char *path, char **text, struct err *err)
{
	char bytes[TEMPLATE_SIZE + 2];
	FILE *file = fopen(path, "re");
	size_t length = 0;

	*text = NULL;
	if (file)
		length = fread(bytes, 1, sizeof(bytes) - 1, file);
	const bool failed = !file || ferror(file);
	const int why = errno;
	if (file)
		fclose(file);
	if (failed)
		return err_field(err, "template", "template %s can not be read: %s", path, strerror(why));
	bytes[length] = '\0';
	if (memchr(bytes, '\0', length))
		return err_field(err, "template", "template %s is no text: it has a byte 0", path);
	const int status = script_check_template(bytes, err);
	if (status)
		return err_prefix(err, "template %s", path);
	*text = xstrdup(bytes);
	return 0;
}

int plan_template_set(struct fleet *fleet, const char *typed, const char *path, struct plans *out, struct err *err)
{
	char scope[TEMPLATE_SCOPE], *text = NULL;
	int status = template_scope_parse(fleet, typed, scope, err);

	if (!status)
		status = template_read_file(path, &text, err);
	if (status)
		return status;
	plan_add(plans_add(out, "set", "template of %s", template_scope_words(scope)), "template-set",
		 json_pack("{ss ss}", "scope", scope, "text", text),
		 "note the template of %s; `berth boot diff` shows what `berth boot publish` would then write", template_scope_words(scope));
	free(text);
	return 0;
}

static void add_removal(struct plan *plan, const char *scope)
{
	plan_add(plan, "template-set", json_pack("{ss ss}", "scope", scope, "text", ""), "forget the template of %s",
		 template_scope_words(scope));
}

int plan_add_template_removal(struct fleet *fleet, struct plan *plan, const char *host, struct err *err)
{
	char *text;
	const int status = template_find(fleet->db, host, &text, err);

	if (text)
		add_removal(plan, host);
	free(text);
	return status;
}

/* Of a group that is empty by now, too: so the name is only checked for its form. */
int plan_template_remove(struct fleet *fleet, const char *typed, struct plans *out, struct err *err)
{
	char scope[TEMPLATE_SCOPE] = "", *text = NULL;
	int status = 0;

	if (typed && *typed == '@') {
		scope[0] = '@';
		status = name_parse_group(typed + 1, scope + 1, err);
	} else {
		status = template_scope_parse(fleet, typed, scope, err);
	}
	if (!status)
		status = template_find(fleet->db, scope, &text, err);
	if (!status && !text)
		status = err_set(err, ERR_NOT_FOUND, "%s has no template of its own: `berth template list` shows those that there are",
				 template_scope_words(scope));
	free(text);
	if (!status)
		add_removal(plans_add(out, "rm", "template of %s", template_scope_words(scope)), scope);
	return status;
}

/* template-set {scope, text}: text "" takes it away. */

static int template_set_look(struct step *step, bool *kept, struct err *err)
{
	char *text;
	const int status = template_find(step->fleet->db, step_arg(step, "scope"), &text, err);

	*kept = !status && !strcmp(text ? text : "", step_arg(step, "text"));
	step_note(step, "text", json_string(text ? text : ""));
	free(text);
	return status;
}

static int put_text(struct step *step, const char *text, struct err *err)
{
	return *text ? template_put(step->fleet->db, step_arg(step, "scope"), text, err)
		     : template_delete(step->fleet->db, step_arg(step, "scope"), err);
}

static int template_set_run(struct step *step, struct err *err)
{
	return put_text(step, step_arg(step, "text"), err);
}

static int template_set_undo(struct step *step, struct err *err)
{
	return put_text(step, step_noted(step, "text"), err);
}

const struct step_kind template_steps[] = {
	{"template-set", template_set_look, template_set_run, template_set_undo},
	{0},
};
