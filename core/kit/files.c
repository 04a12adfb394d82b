/*
 * The assembler takes the bytes in and lays out the table, for only it knows
 * their number. Paths are relative to the directory where make runs.
 */
#include "core/kit/files.h"

#define FILES(X) \
	X("0755", "build/kit/berth-map", "/usr/lib/berth/berth-map") \
	X("0755", "core/kit/host/settle", "/usr/lib/berth/settle") \
	X("0755", "core/kit/host/seed-boot", "/usr/lib/berth/seed-boot") \
	X("0644", "core/kit/host/berth-boot.service", "/usr/lib/systemd/system/berth-boot.service") \
	X("0644", "core/kit/host/boot-mount.conf", "/usr/lib/systemd/system/boot.mount.d/berth.conf") \
	X("0644", "core/kit/host/kernel-img.conf", "/etc/kernel-img.conf") \
	X("0644", "core/kit/initramfs/conf", "/usr/share/initramfs-tools/conf.d/berth") \
	X("0755", "core/kit/initramfs/hook", "/usr/share/initramfs-tools/hooks/berth") \
	X("0755", "core/kit/initramfs/local-top", "/usr/share/initramfs-tools/scripts/local-top/berth") \
	X("0755", "core/kit/initramfs/local-bottom", "/usr/share/initramfs-tools/scripts/local-bottom/berth")

/* A row is a struct kit_file. */
#define ROW(mode, file, path) \
	".section .rodata\n" \
	"1: .asciz \"" path "\"\n" \
	"2: .incbin \"" file "\"\n" \
	"3:\n" \
	".section .data.rel.ro.kit, \"aw\"\n" \
	".quad 1b\n" \
	".long " mode ", 0\n" \
	".quad 2b, 3b - 2b\n"

__asm__(".section .data.rel.ro.kit, \"aw\"\n"
	".balign 8\n"
	"kit_table:\n"
	FILES(ROW)
	".text\n");

#define COUNT_ONE(mode, file, path) + 1
#define FILE_COUNT (0 FILES(COUNT_ONE))

extern const struct kit_file kit_table[FILE_COUNT];
_Static_assert(sizeof(struct kit_file) == 32 && offsetof(struct kit_file, bytes) == 16,
	       "the rows above are laid out for 64 bits");

const struct kit_file *kit_files(size_t *count)
{
	*count = FILE_COUNT;
	return kit_table;
}
