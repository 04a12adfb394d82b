/* Hosts, images, releases, roots, the site. */
#include "tests/unit/test_db.h"

#include "db/site.h"
#include "db/template.h"

static void a_host_comes_back_as_it_was_written(void **state)
{
	struct rig *const rig = *state;
	struct host host = {
		.name = "desk1", .uuid = "4c4c4544-0042-3510-8054-b7c04f4e3533", .mac_count = 3,
		.macs = {"52:54:00:00:00:03", "52:54:00:00:00:01", "52:54:00:00:00:02"},
		.image = "deb12", .release = "2026-11-23", .size = INT64_C(20) << 30,
		.lock = LOCK_COOPERATIVE, .kernel = KERNEL_OWN, .kernel_version = "6.1.0-26-amd64", .kernel_args = "quiet console=ttyS0",
		.hold_reason = "new disk", .address = "10.0.4.11",
	};
	struct host found;

	add_release(rig, "deb12", "2026-11-23");
	ok(rig, host_insert(rig->db, &host, &rig->err));
	assert_true(host.id > 0 && host.created > 0);
	assert_int_equal(host.version, 1);
	ok(rig, host_by_name(rig->db, "desk1", &found, &rig->err));
	assert_memory_equal(&found, &host, sizeof host);
	ok(rig, host_by_mac(rig->db, "52:54:00:00:00:02", &found, &rig->err));
	assert_memory_equal(&found, &host, sizeof host);
	ok(rig, host_by_uuid(rig->db, host.uuid, &found, &rig->err));
	assert_memory_equal(&found, &host, sizeof host);
}

static void templates_are_kept_by_scope(void **state)
{
	static const char *const scopes[] = {"", "@1st", "@lab", "1desk", "desk"};
	struct rig *const rig = *state;
	struct template *list;
	size_t count;
	char *text;

	for (int i = 4; i >= 0; i--)
		ok(rig, template_put(rig->db, scopes[i], "old", &rig->err));
	ok(rig, template_put(rig->db, "@lab", "#!ipxe\n", &rig->err));
	ok(rig, template_find(rig->db, "@lab", &text, &rig->err));
	assert_string_equal(text, "#!ipxe\n");
	free(text);
	ok(rig, template_list(rig->db, &list, &count, &rig->err));
	assert_int_equal(count, 5);
	for (int i = 0; i < 5; i++)
		assert_string_equal(list[i].scope, scopes[i]);
	assert_int_equal(list[2].size, 7);
	assert_true(list[2].changed > 0);
	free(list);
	ok(rig, template_delete(rig->db, "@lab", &rig->err));
	ok(rig, template_delete(rig->db, "@lab", &rig->err));
	ok(rig, template_find(rig->db, "@lab", &text, &rig->err));
	assert_null(text);
}

static void a_missing_host_is_named(void **state)
{
	struct rig *const rig = *state;
	struct host host;

	refused(rig, host_by_name(rig->db, "desk9", &host, &rig->err), ERR_NOT_FOUND, "name \"desk9\"");
	refused(rig, host_by_mac(rig->db, "52:54:00:00:00:09", &host, &rig->err), ERR_NOT_FOUND, "00:09");
	refused(rig, host_by_uuid(rig->db, "x", &host, &rig->err), ERR_NOT_FOUND, "UUID \"x\"");
}

static void duplicates_name_field_value_and_holder(void **state)
{
	struct rig *const rig = *state;
	struct host other = make_host(1);
	int64_t count;

	text_copy(other.uuid, sizeof other.uuid, "4c4c4544-0042-3510-8054-b7c04f4e3533");
	ok(rig, host_insert(rig->db, &other, &rig->err));
	other = make_host(2);
	text_copy(other.name, sizeof other.name, "desk1");
	refused(rig, host_insert(rig->db, &other, &rig->err), ERR_EXISTS, "\"desk1\"");
	assert_string_equal(rig->err.field, "name");
	other = make_host(2);
	text_copy(other.macs[other.mac_count++], sizeof (((struct host *)0)->macs[0]), "52:54:00:00:00:01");
	refused(rig, host_insert(rig->db, &other, &rig->err), ERR_EXISTS, "\"52:54:00:00:00:01\" belongs to host \"desk1\"");
	assert_string_equal(rig->err.field, "mac");
	text_copy(other.macs[1], sizeof (((struct host *)0)->macs[0]), other.macs[0]);
	refused(rig, host_insert(rig->db, &other, &rig->err), ERR_EXISTS, "given twice");
	other = make_host(2);
	text_copy(other.uuid, sizeof other.uuid, "4c4c4544-0042-3510-8054-b7c04f4e3533");
	refused(rig, host_insert(rig->db, &other, &rig->err), ERR_EXISTS, "belongs to host \"desk1\"");
	assert_string_equal(rig->err.field, "uuid");
	assert_int_equal(other.id, 0);
	ok(rig, host_count(rig->db, &count, &rig->err));
	assert_int_equal(count, 1);
	text_copy(other.uuid, sizeof other.uuid, "");
	ok(rig, host_insert(rig->db, &other, &rig->err));
	text_copy(other.macs[0], sizeof (((struct host *)0)->macs[0]), "52:54:00:00:00:01");
	refused(rig, host_update(rig->db, &other, &rig->err), ERR_EXISTS, "desk1");
}

static void an_update_moves_the_version(void **state)
{
	struct rig *const rig = *state;
	struct host host = add_host(rig, 1), found;

	text_copy(host.name, sizeof host.name, "front");
	text_copy(host.macs[0], sizeof (((struct host *)0)->macs[0]), "52:54:00:00:00:aa");
	text_copy(host.macs[1], sizeof (((struct host *)0)->macs[0]), "52:54:00:00:00:01");
	host.mac_count = 2;
	ok(rig, host_update(rig->db, &host, &rig->err));
	assert_int_equal(host.version, 2);
	ok(rig, host_by_name(rig->db, "front", &found, &rig->err));
	assert_memory_equal(&found, &host, sizeof host);
	refused(rig, host_by_name(rig->db, "desk1", &found, &rig->err), ERR_NOT_FOUND, "desk1");
}

static void an_unknown_release_is_refused(void **state)
{
	struct rig *const rig = *state;
	struct host host = make_host(1);

	text_copy(host.image, sizeof host.image, "deb12");
	refused(rig, host_insert(rig->db, &host, &rig->err), ERR_USAGE, "without a release");
	text_copy(host.release, sizeof host.release, "r1");
	refused(rig, host_insert(rig->db, &host, &rig->err), ERR_NOT_FOUND, "Image \"deb12\" is not in the inventory");
	add_release(rig, "deb12", "r2");
	refused(rig, host_insert(rig->db, &host, &rig->err), ERR_NOT_FOUND, "no release \"r1\"");
	text_copy(host.release, sizeof host.release, "r2");
	ok(rig, host_insert(rig->db, &host, &rig->err));
}

/* The table refuses what a caller forgot to check. */
static void checks_are_the_second_line(void **state)
{
	static const struct host wrong[] = {
		{.name = ""}, {.name = "Desk"}, {.name = "-a"}, {.name = "a-"}, {.name = "a/b"}, {.name = "images"},
		{.name = "a", .uuid = "4C4C4544-0042-3510-8054-B7C04F4E3533"}, {.name = "a", .size = -1},
		{.name = "a", .kernel_args = "a\nb"}, {.name = "a", .hold_reason = "a\x1b"},
		{.name = "a", .address = "10.0.0.1\n"}, {.name = "a", .mac_count = 1, .macs = {"52:54:00:00:00:0G"}},
		{.name = "a", .mac_count = 1, .macs = {""}},
	};
	struct rig *const rig = *state;
	int64_t count;

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct host host = wrong[i];

		refused(rig, host_insert(rig->db, &host, &rig->err), ERR_FAILED, "CHECK");
	}
	ok(rig, host_count(rig->db, &count, &rig->err));
	assert_int_equal(count, 0);
}

static void two_connections_cannot_overwrite_each_other(void **state)
{
	struct rig *const rig = *state;
	struct host mine, theirs;
	struct db *other;

	add_host(rig, 1);
	ok(rig, db_open(rig->path, DB_READ_WRITE, &other, &rig->err));
	ok(rig, host_by_name(rig->db, "desk1", &mine, &rig->err));
	ok(rig, host_by_name(other, "desk1", &theirs, &rig->err));
	mine.size = 1;
	theirs.size = 2;
	ok(rig, host_update(rig->db, &mine, &rig->err));
	refused(rig, host_update(other, &theirs, &rig->err), ERR_CONFLICT, "changed meanwhile");
	refused(rig, host_delete(other, &theirs, &rig->err), ERR_CONFLICT, "changed meanwhile");
	ok(rig, host_by_name(other, "desk1", &theirs, &rig->err));
	assert_int_equal(theirs.size, 1);
	ok(rig, host_delete(other, &theirs, &rig->err));
	refused(rig, host_update(rig->db, &mine, &rig->err), ERR_NOT_FOUND, "removed meanwhile");
	db_close(other);
}

static void a_host_with_a_root_is_not_deleted(void **state)
{
	struct rig *const rig = *state;
	struct host host;
	struct root root = {.image = "deb12", .release = "r1", .rbd_id = "10f6b8b4567", .size = 5}, found;

	add_release(rig, "deb12", "r1");
	host = add_host(rig, 1);
	root.host_id = host.id;
	ok(rig, root_put(rig->db, &root, &rig->err));
	refused(rig, host_delete(rig->db, &host, &rig->err), ERR_REFUSED, "still has a root");
	ok(rig, root_delete(rig->db, host.id, &rig->err));
	ok(rig, root_delete(rig->db, host.id, &rig->err));
	refused(rig, root_by_host(rig->db, host.id, &found, &rig->err), ERR_NOT_FOUND, "no root");
	ok(rig, host_delete(rig->db, &host, &rig->err));
	refused(rig, host_by_mac(rig->db, host.macs[0], &host, &rig->err), ERR_NOT_FOUND, "MAC");
}

static void roots_are_put_replaced_and_listed(void **state)
{
	struct rig *const rig = *state;
	struct root root = {.image = "deb12", .release = "r1", .rbd_id = "aa", .size = 5, .created = 77}, *roots;
	size_t count;

	add_release(rig, "deb12", "r1");
	add_release(rig, "deb12", "r2");
	for (int i = 1; i <= 3; i++) {
		root.host_id = add_host(rig, i).id;
		ok(rig, root_put(rig->db, &root, &rig->err));
	}
	text_copy(root.release, sizeof root.release, "r2");
	text_copy(root.rbd_id, sizeof root.rbd_id, "bb");
	ok(rig, root_put(rig->db, &root, &rig->err));
	ok(rig, root_list(rig->db, &roots, &count, &rig->err));
	assert_int_equal(count, 3);
	assert_string_equal(roots[0].host, "desk1");
	assert_string_equal(roots[0].release, "r1");
	assert_int_equal(roots[0].created, 77);
	assert_string_equal(roots[2].release, "r2");
	assert_string_equal(roots[2].rbd_id, "bb");
	free(roots);
	root.host_id = 999;
	refused(rig, root_put(rig->db, &root, &rig->err), ERR_FAILED, "FOREIGN KEY");
	text_copy(root.release, sizeof root.release, "r9");
	refused(rig, root_put(rig->db, &root, &rig->err), ERR_NOT_FOUND, "r9");
}

static void images_count_their_releases_and_hosts(void **state)
{
	struct rig *const rig = *state;
	struct image image = {.name = "deb12"}, *images;
	struct release release, *releases;
	struct root root = {.image = "deb12", .release = "r2"};
	size_t count;

	add_release(rig, "ubuntu", "x");
	add_release(rig, "deb12", "r1");
	add_release(rig, "deb12", "r2");
	refused(rig, image_insert(rig->db, &image, &rig->err), ERR_EXISTS, "deb12");
	root.host_id = add_host(rig, 1).id;
	ok(rig, root_put(rig->db, &root, &rig->err));
	ok(rig, image_list(rig->db, &images, &count, &rig->err));
	assert_int_equal(count, 2);
	assert_string_equal(images[0].name, "deb12");
	assert_int_equal(images[0].release_count, 2);
	assert_int_equal(images[0].host_count, 1);
	assert_string_equal(images[0].source, "build bookworm");
	free(images);
	ok(rig, release_find(rig->db, "deb12", "", &release, &rig->err));
	assert_string_equal(release.name, "r2");
	assert_int_equal(release.host_count, 1);
	assert_string_equal(release.kernel, "6.1.0-28-amd64");
	ok(rig, release_find(rig->db, "deb12", NULL, &release, &rig->err));
	assert_string_equal(release.name, "r2");
	ok(rig, release_find(rig->db, "deb12", "r1", &release, &rig->err));
	refused(rig, release_insert(rig->db, &release, &rig->err), ERR_EXISTS, "r1");
	ok(rig, release_list(rig->db, NULL, &releases, &count, &rig->err));
	assert_int_equal(count, 3);
	assert_string_equal(releases[0].name, "r2");
	assert_string_equal(releases[2].image, "ubuntu");
	free(releases);
	ok(rig, release_list(rig->db, "deb12", &releases, &count, &rig->err));
	assert_int_equal(count, 2);
	free(releases);
	ok(rig, release_list(rig->db, "none", &releases, &count, &rig->err));
	assert_int_equal(count, 0);
	assert_null(releases);
}

static void a_used_image_is_not_deleted(void **state)
{
	struct rig *const rig = *state;
	struct release r1 = add_release(rig, "deb12", "r1"), r2 = add_release(rig, "deb12", "r2");
	struct root root = {.image = "deb12", .release = "r1"};
	struct host host = make_host(1);
	struct image image;

	text_copy(host.image, sizeof host.image, "deb12");
	text_copy(host.release, sizeof host.release, "r2");
	ok(rig, host_insert(rig->db, &host, &rig->err));
	root.host_id = host.id;
	ok(rig, root_put(rig->db, &root, &rig->err));
	refused(rig, release_delete(rig->db, r1.id, &rig->err), ERR_REFUSED, "\"deb12@r1\" is used by host \"desk1\"");
	refused(rig, release_delete(rig->db, r2.id, &rig->err), ERR_REFUSED, "\"deb12@r2\" is used by host \"desk1\"");
	refused(rig, image_delete(rig->db, r1.image_id, &rig->err), ERR_REFUSED, "host \"desk1\"");
	ok(rig, root_delete(rig->db, host.id, &rig->err));
	ok(rig, release_delete(rig->db, r1.id, &rig->err));
	ok(rig, host_delete(rig->db, &host, &rig->err));
	ok(rig, image_delete(rig->db, r1.image_id, &rig->err));
	refused(rig, image_by_name(rig->db, "deb12", &image, &rig->err), ERR_NOT_FOUND, "deb12");
	refused(rig, release_find(rig->db, "deb12", "r2", &r2, &rig->err), ERR_NOT_FOUND, "deb12");
}

static void hosts_list_in_natural_order(void **state)
{
	static const char *const names[] = {
		"7", "10", "a", "a-1", "a-b", "a1b", "a1b2", "a1b10", "a01b11", "a2", "a10", "desk1", "desk01", "desk2",
		"desk9", "desk10", "desk10a", "desk99999999999999999999", "desk100000000000000000000", "deskx",
	};
	struct rig *const rig = *state;
	const size_t total = sizeof names / sizeof *names;
	struct host *hosts;
	size_t count;

	for (size_t i = 0; i < total; i++) {
		struct host host = {0};

		text_copy(host.name, sizeof host.name, names[(i * 7 + 3) % total]);
		ok(rig, host_insert(rig->db, &host, &rig->err));
	}
	ok(rig, host_list(rig->db, &hosts, &count, &rig->err));
	assert_int_equal(count, total);
	/* desk1 and desk01 are one number: then plain order decides */
	for (size_t i = 0; i < total; i++)
		assert_string_equal(hosts[i].name, strcmp(names[i], "desk1") == 0 ? "desk01"
					: strcmp(names[i], "desk01") == 0 ? "desk1" : names[i]);
	free(hosts);
}

/* What the connection ran: how many statements, and the last one. */
struct trace {
	int count;
	char sql[2048];
};

static int note_statement(unsigned int type, void *context, void *statement, void *sql)
{
	struct trace *const trace = context;

	(void)type, (void)sql;
	trace->count++;
	text_copy(trace->sql, sizeof trace->sql, sqlite3_sql(statement));
	return 0;
}

static void expect_no_sorting(struct rig *rig, const char *sql)
{
	struct text explain = {0};
	struct query query;
	char line[200];
	int lines = 0;

	text_printf(&explain, "EXPLAIN QUERY PLAN %s", sql);
	query_start(&query, rig->db, explain.data, &rig->err);
	for (; query_step(&query); lines++) {
		query.column = 3;
		query_text(&query, line, sizeof line);
		assert_null(strstr(line, "TEMP B-TREE"));
	}
	ok(rig, query_end(&query));
	assert_true(lines > 0);
	text_free(&explain);
}

static void ten_thousand_hosts_list_with_one_query_along_an_index(void **state)
{
	struct rig *const rig = *state;
	struct host *hosts;
	int64_t start;
	size_t count;
	struct trace trace = {0};

	ok(rig, db_begin(rig->db, &rig->err));
	for (int i = 0; i < 10000; i++)
		add_host(rig, i);
	ok(rig, db_commit(rig->db, &rig->err));
	sqlite3_trace_v2(rig->db->handle, SQLITE_TRACE_STMT, note_statement, &trace);
	start = clock_ms();
	ok(rig, host_list(rig->db, &hosts, &count, &rig->err));
	print_message("# 10,000 hosts listed in %d ms\n", (int)(clock_ms() - start));
	sqlite3_trace_v2(rig->db->handle, 0, NULL, NULL);
	assert_int_equal(trace.count, 1);
	expect_no_sorting(rig, trace.sql);
	assert_int_equal(count, 10000);
	for (int i = 0; i < 10000; i++) {
		const struct host expected = make_host(i);

		assert_string_equal(hosts[i].name, expected.name);
		assert_string_equal(hosts[i].macs[0], expected.macs[0]);
	}
	free(hosts);
}

static void the_site_is_absent_until_stored(void **state)
{
	struct rig *const rig = *state;
	struct site site, found;

	ok(rig, site_load(rig->db, &site, &rig->err));
	assert_false(site.present);
	site = (struct site){
		.present = true, .pool = "rbd", .fs = "cephfs", .url = "http://10.0.0.1:8080", .boot_root = "/berth",
		.fsid = "5f6c3a52-0000-4000-8000-000000000001", .conf = "/etc/ceph/ceph.conf", .name = "client.berth",
		.web_gid = 33,
	};
	ok(rig, site_store(rig->db, &site, &rig->err));
	ok(rig, site_load(rig->db, &found, &rig->err));
	assert_memory_equal(&found, &site, sizeof site);
	text_copy(site.url, sizeof site.url, "http://10.0.0.2");
	text_copy(site.conf, sizeof site.conf, "");
	ok(rig, site_store(rig->db, &site, &rig->err));
	ok(rig, site_load(rig->db, &found, &rig->err));
	assert_string_equal(found.url, "http://10.0.0.2");
	assert_string_equal(found.conf, "");
	text_copy(site.url, sizeof site.url, "http://x\ny");
	refused(rig, site_store(rig->db, &site, &rig->err), ERR_FAILED, "CHECK");
	ok(rig, site_load(rig->db, &found, &rig->err));
	assert_string_equal(found.url, "http://10.0.0.2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_open, rig_remove)
		TEST(a_host_comes_back_as_it_was_written),
		TEST(templates_are_kept_by_scope),
		TEST(a_missing_host_is_named),
		TEST(duplicates_name_field_value_and_holder),
		TEST(an_update_moves_the_version),
		TEST(an_unknown_release_is_refused),
		TEST(checks_are_the_second_line),
		TEST(two_connections_cannot_overwrite_each_other),
		TEST(a_host_with_a_root_is_not_deleted),
		TEST(roots_are_put_replaced_and_listed),
		TEST(images_count_their_releases_and_hosts),
		TEST(a_used_image_is_not_deleted),
		TEST(hosts_list_in_natural_order),
		TEST(ten_thousand_hosts_list_with_one_query_along_an_index),
		TEST(the_site_is_absent_until_stored),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
