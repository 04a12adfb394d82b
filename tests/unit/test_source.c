/* What an admin gives to `berth image import`: what is taken, and what is refused
 * before anything is done. Disks are made by sfdisk and mkfs here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <archive.h>
#include <archive_entry.h>
#include <cmocka.h>

#include "base/text.h"
#include "core/fleet/partition.h"
#include "core/fleet/source.h"
#include "core/fleet/tarball.h"

/* A directory of its own, in which `script` is run; names below are in it. */
static char dir[] = "/tmp/berth-source-XXXXXX";

static const char *in_dir(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static void run(const char *script)
{
	char command[4096];

	snprintf(command, sizeof(command), "exec 2>&1; set -e; cd %s; PATH=$PATH:/usr/sbin:/sbin\n%s", dir, script);
	if (system(command)) /* NOLINT: the test's own words */
		fail_msg("this failed: %s", script);
}

static int make_dir(void **state)
{
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	run("mkdir -p tree/etc tree/usr tree/boot; mkfs.ext4 -q -F -d tree root.ext4 8M >log; mkfs.ext4 -q -F empty.ext4 4M >log\n"
	    "tar -C tree -cf root.tar .\n"
	    "table() { truncate -s 40M $1; printf \"label: $2\\nsize=1M\\nsize=4M\\nsize=8M\\n\" | sfdisk -q $1; }\n"
	    "put() { dd if=$1 of=$2 bs=1M seek=$3 conv=notrunc,sparse status=none; }\n"
	    "for t in gpt dos; do table $t $t; put empty.ext4 $t 2; put root.ext4 $t 6; done\n"
	    "truncate -s 40M logical; printf 'label: dos\\n1: start=2048,size=4M\\n2: start=10240,size=30M,type=5\\n5: start=12288,size=4M\\n6: start=22528,size=8M\\n' |"
	    " sfdisk -q logical; put root.ext4 logical 11\n"
	    "qemu-img convert -c -f raw -O qcow2 gpt q.qcow2");
	return 0;
}

static int remove_dir(void **state)
{
	(void)state;
	run("rm -rf \"$PWD\"");
	return 0;
}

static void takes(const char *name, enum source_kind kind, int partition, int64_t start, int64_t size)
{
	struct source source;
	struct err err = {0};

	if (source_inspect(in_dir(name), &source, &err))
		fail_msg("%s was refused: %s", name, err.text);
	assert_int_equal(source.kind, kind);
	if (kind != SOURCE_DISK)
		return;
	assert_int_equal(source.content, CONTENT_EXT4);
	assert_int_equal(source.partition, partition);
	assert_int_equal(source.start, start);
	assert_int_equal(source.size, size);
}

static void refuses(const char *name, const char *words)
{
	struct source source;
	struct err err = {0};
	const int status = source_inspect(in_dir(name), &source, &err);

	if (status != ERR_USAGE || !strstr(err.text, words) || !strstr(err.text, name))
		fail_msg("%s: %d, '%s' does not say '%s'", name, status, err.text, words);
}

#define MIB ((int64_t)1 << 20)

static void a_root_is_found(void **state)
{
	(void)state;
	takes("root.ext4", SOURCE_DISK, 0, 0, 8 * MIB);
	takes("gpt", SOURCE_DISK, 3, 6 * MIB, 8 * MIB);
	takes("dos", SOURCE_DISK, 3, 6 * MIB, 8 * MIB);
	takes("logical", SOURCE_DISK, 6, 11 * MIB, 8 * MIB);
	takes("q.qcow2", SOURCE_DISK, 3, 6 * MIB, 8 * MIB);
	takes("tree", SOURCE_DIRECTORY, 0, 0, 0);
	takes("root.tar", SOURCE_TAR, 0, 0, 0);
	run("for f in gzip bzip2 xz zstd; do $f -q -c root.tar >root.$f; done");
	takes("root.gzip", SOURCE_TAR, 0, 0, 0);
	takes("root.bzip2", SOURCE_TAR, 0, 0, 0);
	takes("root.xz", SOURCE_TAR, 0, 0, 0);
	takes("root.zstd", SOURCE_TAR, 0, 0, 0);
	run("mkdir -p oci; echo '{}' >oci/oci-layout; tar -C oci -cf oci.tar oci-layout; tar -C oci -cf dotted.tar ./oci-layout");
	takes("oci", SOURCE_OCI, 0, 0, 0);
	takes("oci.tar", SOURCE_OCI, 0, 0, 0);
	takes("dotted.tar", SOURCE_OCI, 0, 0, 0);
}

static void a_disk_without_one_is_refused(void **state)
{
	(void)state;
	run("cp --sparse=always gpt none; dd if=/dev/zero of=none bs=1M seek=6 count=8 conv=notrunc status=none");
	refuses("none", "no root file system: its partitions are 1 (nothing known, 1 MiB), 2 (ext4 without /etc and /usr, 4 MiB), "
		"3 (nothing known, 8 MiB)");
	run("cp --sparse=always gpt two; truncate -s 60M two; "
	    "printf 'label: gpt\\nsize=8M\\nsize=8M\\n' | sfdisk -q --wipe always two; for s in 1 9; do dd if=root.ext4 of=two bs=1M seek=$s conv=notrunc status=none; done");
	refuses("two", "more than one possible root file system: its partitions are 1 (ext4 with a root file system, 8 MiB), 2 (ext4 with");
	run("head -c 512 /dev/zero >fat; printf 'FAT16   ' | dd of=fat bs=1 seek=54 conv=notrunc status=none; "
	    "printf '\\125\\252' | dd of=fat bs=1 seek=510 conv=notrunc status=none");
	refuses("fat", "(vfat)");
	run("head -c 2M /dev/urandom >noise; : >empty; head -c 1M /dev/zero >zeros");
	refuses("noise", "(nothing known)");
	refuses("empty", "(nothing known)");
	refuses("zeros", "(nothing known)");
}

static void what_was_cut_is_refused(void **state)
{
	(void)state;
	run("head -c 8M gpt >cut-gpt; head -c 8M dos >cut-dos; head -c 4M root.ext4 >cut-ext4; head -c 100K q.qcow2 >cut-qcow2; "
	    "head -c 9M logical >cut-logical");
	refuses("cut-gpt", "partition 3 that reaches behind its end");
	refuses("cut-dos", "partition 3 that reaches behind its end");
	refuses("cut-logical", "behind its end");
	refuses("cut-ext4", "truncated or damaged: its ext4 header tells of 8 MiB");
	refuses("cut-qcow2", "damaged or truncated qcow2");
	run("cp q.qcow2 bad.qcow2; dd if=/dev/urandom of=bad.qcow2 bs=4k seek=48 count=32 conv=notrunc status=none");
	refuses("bad.qcow2", "damaged or truncated qcow2");
	run("head -c 100K /dev/urandom >tree/usr/noise; tar -C tree -cf noisy.tar etc usr; gzip -c noisy.tar >noisy.gz\n"
	    "head -c 50K noisy.tar >cut.tar; head -c 50K noisy.gz >cut.gz; tar -C tree -cf bare.tar boot");
	refuses("cut.tar", "damaged or truncated tar");
	refuses("cut.gz", "damaged or truncated tar");
	refuses("bare.tar", "no root file system");
	run("mkdir -p bare");
	refuses("bare", "there is no etc");
	run("qemu-img create -q -f qcow2 -F raw -b root.ext4 over.qcow2");
	refuses("over.qcow2", "backing file");
}

/* A root, and in it one member more. */
static void make_tar(const char *name, unsigned type, const char *symlink, const char *hardlink)
{
	struct archive *archive = archive_write_new();
	const char *const names[] = {"etc", "usr", name};

	archive_write_set_format_pax_restricted(archive);
	assert_int_equal(archive_write_open_filename(archive, in_dir("evil.tar")), ARCHIVE_OK);
	for (int i = 0; i < 3; i++) {
		struct archive_entry *entry = archive_entry_new();

		archive_entry_set_pathname(entry, names[i]);
		archive_entry_set_filetype(entry, i < 2 ? AE_IFDIR : type);
		archive_entry_set_perm(entry, 0755);
		if (i == 2 && symlink)
			archive_entry_set_symlink(entry, symlink);
		if (i == 2 && hardlink)
			archive_entry_set_hardlink(entry, hardlink);
		assert_int_equal(archive_write_header(archive, entry), ARCHIVE_OK);
		archive_entry_free(entry);
	}
	archive_write_free(archive);
}

static void what_leads_outside_is_refused(void **state)
{
	(void)state;
	make_tar("etc/../../evil", AE_IFREG, NULL, NULL);
	refuses("evil.tar", "'etc/../../evil' has '..' in its path");
	make_tar("/etc/evil", AE_IFREG, NULL, NULL);
	refuses("evil.tar", "'/etc/evil' is an absolute path");
	make_tar("etc/x", AE_IFREG, NULL, "/etc/shadow");
	refuses("evil.tar", "'etc/x' is a hard link that leads outside");
	make_tar("etc/x", AE_IFREG, NULL, "../shadow");
	refuses("evil.tar", "'etc/x' is a hard link that leads outside");
	make_tar("etc/x", AE_IFLNK, "../../shadow", NULL);
	refuses("evil.tar", "'etc/x' is a symbolic link that leads outside");
	make_tar("etc/mtab", AE_IFLNK, "../proc/self/mounts", NULL);
	takes("evil.tar", SOURCE_TAR, 0, 0, 0);
	make_tar("etc/null", AE_IFCHR, NULL, NULL);
	takes("evil.tar", SOURCE_TAR, 0, 0, 0);
}

static void a_name_by_itself(void **state)
{
	(void)state;
	assert_null(tarball_refuses("./usr//bin/./x", false, NULL));
	assert_null(tarball_refuses("usr/..x/...", false, NULL));
	assert_null(tarball_refuses("a/b/c", true, "../../x/../y"));
	assert_null(tarball_refuses("a", true, "/anything/../at/all"));
	assert_non_null(tarball_refuses("a/b/c", true, "../../x/../../y/.."));
	assert_non_null(tarball_refuses("", false, NULL));
	assert_non_null(tarball_refuses("..", false, NULL));
	assert_non_null(tarball_refuses("usr/..", false, NULL));
	assert_non_null(tarball_refuses("a", false, "b/../../c"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_root_is_found),
		cmocka_unit_test(a_disk_without_one_is_refused),
		cmocka_unit_test(what_was_cut_is_refused),
		cmocka_unit_test(what_leads_outside_is_refused),
		cmocka_unit_test(a_name_by_itself),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
