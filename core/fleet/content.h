/*
 * What a root holds, told from its first bytes, and how far that reaches. Pure.
 */
#ifndef BERTH_FLEET_CONTENT_H
#define BERTH_FLEET_CONTENT_H

#include <stdbool.h>
#include <stdint.h>

enum content { CONTENT_UNKNOWN, CONTENT_EXT4, CONTENT_XFS, CONTENT_BTRFS, CONTENT_LUKS };

/* Enough of the start to hold every superblock that is looked for: btrfs has its
 * own at 64 KiB (Linux, fs/btrfs/disk-io.h). What a shorter thing lacks is zero. */
#define CONTENT_HEAD (0x10000 + 4096)

const char *content_word(enum content content); /* "ext4", ... */

/* *size: bytes, as the content itself says; of LUKS, the least that it can be. A
 * damaged head may tell of any size. */
enum content content_read(const unsigned char head[CONTENT_HEAD], uint64_t *size);

/* The same, and what else may be in its place: "vfat", "swap", "LVM", ... "nothing
 * known". For people. */
const char *content_word_of_head(const unsigned char head[CONTENT_HEAD]);

/* Of an ext4: nothing waits in its journal, so that its size is what it says. */
bool content_is_clean(const unsigned char head[CONTENT_HEAD]);

#endif
