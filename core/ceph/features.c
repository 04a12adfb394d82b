#include "core/ceph/features.h"

#include <inttypes.h>
#include <rbd/features.h>

#include "base/text.h"
#include "core/ceph/rbd_class.h"

#define ROOT_FEATURES (RBD_FEATURE_LAYERING | RBD_FEATURE_EXCLUSIVE_LOCK | RBD_FEATURE_DEEP_FLATTEN)

static void name_features(uint64_t features, struct text *out)
{
	static const struct { uint64_t bit; const char *name; } known[] = {
		{RBD_FEATURE_LAYERING, RBD_FEATURE_NAME_LAYERING}, {RBD_FEATURE_STRIPINGV2, RBD_FEATURE_NAME_STRIPINGV2},
		{RBD_FEATURE_EXCLUSIVE_LOCK, RBD_FEATURE_NAME_EXCLUSIVE_LOCK},
		{RBD_FEATURE_OBJECT_MAP, RBD_FEATURE_NAME_OBJECT_MAP}, {RBD_FEATURE_FAST_DIFF, RBD_FEATURE_NAME_FAST_DIFF},
		{RBD_FEATURE_DEEP_FLATTEN, RBD_FEATURE_NAME_DEEP_FLATTEN},
		{RBD_FEATURE_JOURNALING, RBD_FEATURE_NAME_JOURNALING}, {RBD_FEATURE_DATA_POOL, RBD_FEATURE_NAME_DATA_POOL},
		{RBD_FEATURE_MIGRATING, RBD_FEATURE_NAME_MIGRATING},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (features & known[i].bit)
			text_printf(out, "%s%s", out->length ? "," : "", known[i].name);
		features &= ~known[i].bit;
	}
	if (features)
		text_printf(out, "%s0x%" PRIx64, out->length ? "," : "", features);
}

/* The bit `operations` only says that the image is a clone, has one, or has a
 * snapshot that is being removed. */
static int check_features(const struct pool *pool, const char *id, uint64_t features, struct err *err)
{
	const uint64_t differ = (features ^ ROOT_FEATURES) & ~RBD_FEATURE_OPERATIONS;
	const uint64_t extra = features & differ, missing = ROOT_FEATURES & differ;
	struct text text = {0};

	if (!differ)
		return 0;
	name_features(extra ? extra : missing, &text);
	const int status = err_set(err, ERR_REFUSED, "image %s in %s/%s has the wrong features for a change that needs no lock: "
				   "%s %s with `rbd feature %s`, while no machine uses it", id, pool->name, pool->ns,
				   extra ? "turn off" : "turn on", text.data, extra ? "disable" : "enable");
	text_free(&text);
	return status;
}

int features_read(const struct pool *pool, const char *id, uint64_t *features, struct err *err)
{
	const int rc = rbd_class_features(pool->io, id, features);

	return rc ? pool_error(pool, err, rc, "asked for its features", id, NULL) : check_features(pool, id, *features, err);
}
