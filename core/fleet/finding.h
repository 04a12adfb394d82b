/* How the doctor's files note what they find. For this room. */
#ifndef BERTH_FLEET_FINDING_H
#define BERTH_FLEET_FINDING_H

#include "core/fleet/doctor.h"
#include "core/fleet/internal.h"

struct host;

struct examination {
	struct fleet *fleet;
	struct cluster *cluster;
	const struct progress *progress;
	struct diagnosis *diagnosis;
};

/* target_format is borrowed for one word: "host %s". Returns the new finding,
 * good until the next one. */
struct finding *finding_add(struct examination *e, enum finding_level level, const char *kind, const char *target,
			    const char *words, ...) __attribute__((format(printf, 5, 6)));
void finding_repair(struct finding *finding, const char *words, ...) __attribute__((format(printf, 2, 3)));
/* A step of a safe repair; steals args. */
void finding_step(struct finding *finding, const char *kind, json_t *args, const char *words, ...)
	__attribute__((format(printf, 4, 5)));

/* Each looks at one kind of thing; an error ends the examination. */
int examine_site(struct examination *e, struct err *err);        /* doctor_site.c: cluster, tree, operations */
int examine_hosts(struct examination *e, struct err *err);       /* doctor_host.c: what each host should have */
int examine_host_script(struct examination *e, const struct host *host, const char *target, struct err *err); /* doctor_script.c */
int examine_images(struct examination *e, struct err *err);      /* doctor_image.c: images and releases */
int examine_strangers(struct examination *e, struct err *err);   /* doctor_stranger.c: what the inventory does not know */

#endif
