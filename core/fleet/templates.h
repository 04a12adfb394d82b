/*
 * Templates of boot scripts: which one a host's script is made from. The nearest
 * counts, whole: a host's own, its group's, the site's, berth's. Blocks; a worker's
 * thread.
 */
#ifndef BERTH_FLEET_TEMPLATES_H
#define BERTH_FLEET_TEMPLATES_H

#include "core/fleet/fleet.h"
#include "core/fleet/plan.h"
#include "db/host.h"
#include "db/template.h"

/* A template that is looked at before it is set. */
struct template_trial {
	char scope[TEMPLATE_SCOPE];
	char *text;                 /* owned; NULL: none */
};

/* *text is NULL for berth's own (SCRIPT_TEMPLATE); caller frees. scope is where it is
 * from; trial may be NULL. */
int template_of_host(struct fleet *fleet, const struct host *host, const struct template_trial *trial,
		     char **text, char scope[TEMPLATE_SCOPE], struct err *err);

/* Whose template that is: "berth's", "the site's", "@classroom's", "desk1's". */
#define TEMPLATE_WORDS 80
char *template_describe(struct fleet *fleet, const struct host *host, char out[TEMPLATE_WORDS]);

/* Whether this template is for this host. */
bool template_is_for(const char *scope, const struct host *host);

/* All of them: the site's, groups', hosts'. Caller frees. */
int templates_read(struct fleet *fleet, struct template **out, size_t *count, struct err *err);

/* NULL: the site; "@classroom"; "desk1". ERR_NOT_FOUND when nobody is called so. */
int template_scope_parse(struct fleet *fleet, const char *typed, char scope[TEMPLATE_SCOPE], struct err *err);
const char *template_scope_words(const char *scope); /* "the site", "@classroom", "desk1" */

/* What a host of that scope (as typed) has its script made from, and whose it is:
 * "berth", or template_scope_words. Caller frees *text. */
int template_in_use(struct fleet *fleet, const char *typed, char **text, char of[TEMPLATE_WORDS], struct err *err);

/* A file of this machine, checked (script_check_template). Caller frees. */
int template_read_file(const char *path, char **text, struct err *err);

/* They write no script: `boot diff` shows what would change, `boot publish` does it. */
int plan_template_set(struct fleet *fleet, const char *scope, const char *path, struct plans *out, struct err *err);
int plan_template_remove(struct fleet *fleet, const char *scope, struct plans *out, struct err *err);
/* Adds the step that takes a host's own template away, if it has one. */
int plan_add_template_removal(struct fleet *fleet, struct plan *plan, const char *host, struct err *err);

#endif
