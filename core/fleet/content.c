#include "core/fleet/content.h"

#include <endian.h>
#include <string.h>

const char *content_word(enum content content)
{
	static const char *const words[] = {"unknown", "ext4", "xfs", "btrfs", "LUKS"};

	return words[content];
}

static uint32_t le32(const unsigned char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return le32toh(v);
}

static uint32_t be32(const unsigned char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return be32toh(v);
}

static uint64_t be64(const unsigned char *p)
{
	return (uint64_t)be32(p) << 32 | be32(p + 4);
}

static uint64_t le64(const unsigned char *p)
{
	return (uint64_t)le32(p + 4) << 32 | le32(p);
}

/* Linux, fs/ext4/ext4.h, struct ext4_super_block at 1024. */
static uint64_t ext4_size(const unsigned char *head)
{
	const unsigned char *super = head + 1024;
	const uint32_t shift = le32(super + 24);
	const uint64_t high = le32(super + 96) & 0x80 ? le32(super + 336) : 0; /* INCOMPAT_64BIT */

	return shift > 6 ? UINT64_MAX : (high << 32 | le32(super + 4)) << (10 + shift);
}

bool content_is_clean(const unsigned char head[CONTENT_HEAD])
{
	return !(le32(head + 1024 + 96) & 0x4); /* INCOMPAT_RECOVER */
}

enum content content_read(const unsigned char head[CONTENT_HEAD], uint64_t *size)
{
	if (!memcmp(head, "LUKS\xba\xbe", 6)) {
		/* version 1: payload offset in sectors; version 2: header size, twice */
		*size = head[7] == 1 ? (uint64_t)be32(head + 104) * 512 : be64(head + 8) * 2;
		return CONTENT_LUKS;
	}
	if (!memcmp(head, "XFSB", 4)) {
		*size = be64(head + 8) * be32(head + 4);
		return CONTENT_XFS;
	}
	if (head[1080] == 0x53 && head[1081] == 0xef) {
		*size = ext4_size(head);
		return CONTENT_EXT4;
	}
	if (!memcmp(head + 0x10040, "_BHRfS_M", 8)) {
		*size = le64(head + 0x10070);
		return CONTENT_BTRFS;
	}
	*size = 0;
	return CONTENT_UNKNOWN;
}

const char *content_word_of_head(const unsigned char head[CONTENT_HEAD])
{
	static const struct { size_t at; const char *magic, *word; } others[] = {
		{82, "FAT32   ", "vfat"}, {54, "FAT16   ", "vfat"}, {54, "FAT12   ", "vfat"}, {3, "NTFS    ", "ntfs"},
		{3, "EXFAT   ", "exfat"}, {4086, "SWAPSPACE2", "swap"}, {0x8001, "CD001", "a CD's ISO 9660"},
		{512 + 24, "LVM2 001", "LVM"}, {24, "LVM2 001", "LVM"}, {0, "hsqs", "squashfs"},
		{0x400, "\x10\x20\xf5\xf2", "f2fs"},
	};
	uint64_t size;
	const enum content content = content_read(head, &size);

	if (content != CONTENT_UNKNOWN)
		return content_word(content);
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (!memcmp(head + others[i].at, others[i].magic, strlen(others[i].magic)))
			return others[i].word;
	return "nothing known";
}
