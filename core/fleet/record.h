/* Inventory rows as JSON and back: for the journal, which must be able to put a
 * row back as it was, and for the metadata of images. Pure. */
#ifndef BERTH_FLEET_RECORD_H
#define BERTH_FLEET_RECORD_H

#include <jansson.h>

#include "db/host.h"
#include "db/image.h"
#include "db/point.h"
#include "db/root.h"

json_t *record_of_host(const struct host *host);             /* new */
/* Sets the members that are there, leaves the others. */
void record_apply_host(const json_t *record, struct host *host);
json_t *record_of_root(const struct root *root);             /* new */
void record_apply_root(const json_t *record, struct root *root);
json_t *record_of_release(const struct release *release);    /* new */
void record_apply_release(const json_t *record, struct release *release);
json_t *record_of_point(const struct point *point);          /* new */
void record_apply_point(const json_t *record, struct point *point);

const char *lock_policy_word(enum lock_policy lock);         /* "exclusive", "cooperative" */
/* As `host set --kernel` takes it: "image", "own", or the version that is pinned. */
const char *kernel_word(enum kernel_source kernel, const char *version);
void kernel_word_apply(const char *word, enum kernel_source *kernel, char version[128]);

#endif
