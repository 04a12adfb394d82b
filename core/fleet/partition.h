/*
 * Partition tables: MBR, with the logical partitions of an extended one, and GPT
 * (UEFI specification 2.10, chapter 5). Pure: bytes come from a function.
 */
#ifndef BERTH_FLEET_PARTITION_H
#define BERTH_FLEET_PARTITION_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define PARTITION_MAX 128

struct partition {
	int number;        /* as the kernel counts */
	int64_t start, size; /* bytes; within the disk */
};

struct partition_disk {
	int64_t size;
	/* All of length bytes at `at`, which is within the disk with them. */
	int (*read)(void *context, int64_t at, void *bytes, size_t length, struct err *err);
	void *context;
};

/* *count 0: there is no table. ERR_USAGE: there is one, and it is damaged, or
 * belongs to a larger disk; the sentence goes on from the disk's name. */
int partition_list(const struct partition_disk *disk, struct partition out[PARTITION_MAX], size_t *count,
		   struct err *err);

#endif
