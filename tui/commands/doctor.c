/* The doctor: what it finds, and the repairs that are safe. */
#include "core/fleet/doctor.h"
#include "tui/commands/commands.h"

static void show_finding(const struct finding *finding, struct out *out)
{
	out_record(out, NULL);
	out_string(out, "level", finding_level_word(finding->level));
	out_string(out, "target", finding->target);
	out_string(out, "kind", finding->kind);
	out_string(out, "what", finding->words);
	out_string(out, "repair", finding->repair);
	out_bool(out, "safe", finding->steps != NULL);
	out_end(out);
}

static void show_text(const struct diagnosis *diagnosis, struct out *out)
{
	for (size_t i = 0; i < diagnosis->count; i++) {
		const struct finding *finding = &diagnosis->items[i];

		out_line(out, "%s  %s: %s", finding_level_word(finding->level), finding->target, finding->words);
		if (finding->repair[0])
			out_line(out, "         %s%s", finding->steps ? "--repair: " : "", finding->repair);
	}
	out_line(out, "%zu host%s and %zu image%s looked at: %zu finding%s", diagnosis->hosts, diagnosis->hosts == 1 ? "" : "s",
		 diagnosis->images, diagnosis->images == 1 ? "" : "s", diagnosis->count, diagnosis->count == 1 ? "" : "s");
}

static bool is_ill(const struct diagnosis *diagnosis)
{
	for (size_t i = 0; i < diagnosis->count; i++)
		if (diagnosis->items[i].level != FINDING_NOTE)
			return true;
	return false;
}

static int show(struct fleet *fleet, const struct call *call, struct out *out, struct err *err)
{
	struct diagnosis diagnosis;
	int status = doctor_examine(fleet, NULL, &diagnosis, err);

	(void)call;
	if (status)
		return status;
	if (out_is_json(out)) {
		out_list(out, NULL);
		for (size_t i = 0; i < diagnosis.count; i++)
			show_finding(&diagnosis.items[i], out);
		out_end(out);
	} else {
		show_text(&diagnosis, out);
	}
	if (is_ill(&diagnosis))
		status = err_set(err, ERR_FAILED, "the cluster is not as the inventory says, see above");
	diagnosis_free(&diagnosis);
	return status;
}

const struct command command_doctor = {
	.noun = "doctor",
	.args = "",
	.help = "Hold the cluster against the inventory; exit status 1 when something is wrong",
	.guards = COMMAND_CLUSTER,
	.show = show,
};

static int plan_repair(struct fleet *fleet, const struct call *call, struct plans *out, struct err *err)
{
	struct diagnosis diagnosis;
	const int status = doctor_examine(fleet, NULL, &diagnosis, err);

	(void)call;
	if (status)
		return status;
	plan_doctor_repair(&diagnosis, out);
	diagnosis_free(&diagnosis);
	return 0;
}

const struct command command_doctor_repair = {
	.noun = "doctor",
	.verb = "--repair",
	.args = "",
	.help = "Repair what can be repaired without taking data away; run it until it has nothing to do",
	.key = "R",
	.places = PLACE_DOCTOR,
	.guards = COMMAND_CLUSTER | COMMAND_WRITES | COMMAND_CONFIRM,
	.plan = plan_repair,
};
