/* What the doctor finds on one host and its image, what it repairs, what it leaves. */
#ifndef BERTH_TESTS_CLUSTER_DOCTOR_RIG_H
#define BERTH_TESTS_CLUSTER_DOCTOR_RIG_H

#include "tests/cluster/fault_rig.h"

#define HOST "t-doctor-a"
#define GOLD "t-doctor-gold"
#define STRANGER "t-doctor-x"

static struct fleet_rig *rig;

static inline int run_provision(struct fleet *fleet)
{
	struct plans plans = {0};
	const int status = plan_host_provision(fleet, HOST, &plans, &rig->err);

	return status ? status : rig_run(fleet, &plans, &rig->err);
}

static inline void host_begin(void)
{
	struct host host = {.name = HOST, .image = GOLD, .release = "1", .macs = {"52:54:00:00:d0:01"}, .mac_count = 1};

	rig_end_clients(rig);
	scrub_host(rig, HOST);
	ok(rig, host_insert(fleet_db(rig->fleet), &host, &rig->err));
	ok(rig, run_provision(rig->fleet));
}

static inline struct host host_row(void)
{
	struct host host;

	ok(rig, host_by_name(fleet_db(rig->fleet), HOST, &host, &rig->err));
	return host;
}

/* What the doctor says of this test's things, and of nobody else's. */
static inline struct diagnosis examine(struct fleet *fleet)
{
	struct diagnosis diagnosis = {0};
	size_t kept = 0;

	ok(rig, doctor_examine(fleet, NULL, &diagnosis, &rig->err));
	for (size_t i = 0; i < diagnosis.count; i++) {
		if (finding_is_ours(rig, &diagnosis.items[i]))
			diagnosis.items[kept++] = diagnosis.items[i];
		else
			json_decref(diagnosis.items[i].steps);
	}
	diagnosis.count = kept;
	return diagnosis;
}

static inline void repair(struct fleet *fleet)
{
	struct diagnosis diagnosis = examine(fleet);
	struct plans plans = {0};

	plan_doctor_repair(&diagnosis, &plans);
	ok(rig, rig_run(fleet, &plans, &rig->err));
	diagnosis_free(&diagnosis);
}

static inline const struct finding *find(const struct diagnosis *diagnosis, const char *kind, const char *target, const char *words)
{
	for (size_t i = 0; i < diagnosis->count; i++) {
		const struct finding *finding = &diagnosis->items[i];

		if (!strcmp(finding->kind, kind) && !strcmp(finding->target, target) && strstr(finding->words, words))
			return finding;
	}
	return NULL;
}

/* One finding of this kind about it, with these words; and what it would do. */
static inline void finds_on(const char *target, const char *kind, enum finding_level level, const char *words, bool safe, const char *remedy)
{
	struct diagnosis diagnosis = examine(rig->fleet);
	const struct finding *finding = find(&diagnosis, kind, target, words);

	if (!finding) {
		for (size_t i = 0; i < diagnosis.count; i++)
			print_error("%s: %s: %s\n", diagnosis.items[i].target, diagnosis.items[i].kind, diagnosis.items[i].words);
		fail_msg("no %s about %s with \"%s\"", kind, target, words);
		return;
	}
	assert_string_equal(finding_level_word(finding->level), finding_level_word(level));
	assert_int_equal(finding->steps != NULL, safe);
	if (!strstr(finding->repair, remedy))
		fail_msg("no \"%s\" in the repair: %s", remedy, finding->repair);
	diagnosis_free(&diagnosis);
}

#define finds(kind, level, words, safe, remedy) finds_on("host " HOST, kind, level, words, safe, remedy)

static inline void clean(void)
{
	struct diagnosis diagnosis = examine(rig->fleet);

	if (diagnosis.count)
		fail_msg("the doctor finds on %s: %s", diagnosis.items[0].target, diagnosis.items[0].words);
	diagnosis_free(&diagnosis);
}

#define repaired(kind, level, words, remedy) do { \
	finds(kind, level, words, true, remedy); \
	repair(rig->fleet); \
	clean(); \
} while (0)

/* Named, and left: --repair changes nothing at all. */
static inline void left_alone(const char *target, const char *kind, enum finding_level level, const char *words, const char *remedy)
{
	char *before = list_all(rig), *after;

	finds_on(target, kind, level, words, false, remedy);
	repair(rig->fleet);
	after = list_all(rig);
	assert_string_equal(before, after);
	finds_on(target, kind, level, words, false, remedy);
	free(before);
	free(after);
}

#endif
