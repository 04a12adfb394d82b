#include "core/fleet/partition.h"

#include <endian.h>
#include <stdbool.h>
#include <string.h>

#define SECTOR 512
#define MBR_ENTRY 446
#define GPT_ENTRY_MAX 4096

struct listing {
	const struct partition_disk *disk;
	struct partition *out;
	size_t count;
	struct err *err;
};

static uint32_t le32(const unsigned char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return le32toh(v);
}

static uint64_t le64(const unsigned char *p)
{
	return (uint64_t)le32(p + 4) << 32 | le32(p);
}

static int read_at(struct listing *listing, uint64_t at, void *bytes, size_t length)
{
	const struct partition_disk *disk = listing->disk;

	if (disk->size < (int64_t)length || at > (uint64_t)disk->size - length)
		return err_field(listing->err, "file", "has a partition table that goes on behind its end: it is truncated "
				 "or damaged, copy it again");
	return disk->read(disk->context, (int64_t)at, bytes, length, listing->err);
}

/* start and size in units of `unit` bytes. */
static int add(struct listing *listing, int number, uint64_t start, uint64_t size, int64_t unit)
{
	const uint64_t most = (uint64_t)listing->disk->size / (uint64_t)unit;

	if (start == 0 || start > most || size > most - start)
		return err_field(listing->err, "file", "has a partition %d that reaches behind its end: it is truncated or "
				 "damaged, copy it again", number);
	if (size == 0 || listing->count == PARTITION_MAX)
		return 0;
	listing->out[listing->count++] = (struct partition){
		.number = number, .start = (int64_t)start * unit, .size = (int64_t)size * unit,
	};
	return 0;
}

/* GPT. Its header is in the second sector, whatever a sector's size is. */

static int read_gpt(struct listing *listing, const unsigned char header[SECTOR], int64_t sector)
{
	const uint64_t table = le64(header + 72);
	const uint32_t count = le32(header + 80), each = le32(header + 84);
	unsigned char entry[SECTOR / 4]; /* what is read of one */
	static const unsigned char unused[16];
	int status = 0;

	if (each < sizeof(entry) || each > GPT_ENTRY_MAX || table > (uint64_t)listing->disk->size / (uint64_t)sector)
		return err_field(listing->err, "file", "has a damaged GPT partition table: copy it again");
	for (uint32_t i = 0; i < count && i < PARTITION_MAX && !status; i++) {
		status = read_at(listing, table * (uint64_t)sector + (uint64_t)i * each, entry, sizeof(entry));
		if (status || !memcmp(entry, unused, sizeof(unused)))
			continue;
		const uint64_t first = le64(entry + 32), last = le64(entry + 40);
		status = last < first || last == UINT64_MAX
		       ? err_field(listing->err, "file", "has a damaged GPT partition table (partition %u): copy it again", i + 1)
		       : add(listing, (int)i + 1, first, last - first + 1, sector);
	}
	return status;
}

static int try_gpt(struct listing *listing, bool *found)
{
	static const int64_t sectors[] = {512, 4096};
	unsigned char header[SECTOR];

	*found = false;
	for (size_t i = 0; i < sizeof(sectors) / sizeof(*sectors); i++) {
		if (listing->disk->size < sectors[i] + SECTOR)
			continue;
		const int status = read_at(listing, (uint64_t)sectors[i], header, sizeof(header));

		if (status)
			return status;
		if (memcmp(header, "EFI PART", 8))
			continue;
		*found = true;
		return read_gpt(listing, header, sectors[i]);
	}
	return 0;
}

/* MBR */

static bool is_extended(unsigned char type)
{
	return type == 0x05 || type == 0x0f || type == 0x85;
}

/* A chain of tables with one partition and the way to the next one each. */
static int read_logical(struct listing *listing, uint64_t extended)
{
	unsigned char sector[SECTOR];
	uint64_t at = extended;

	for (int number = 5; number < 5 + PARTITION_MAX; number++) {
		const unsigned char *entry = sector + MBR_ENTRY, *next = entry + 16;
		int status = read_at(listing, at * SECTOR, sector, sizeof(sector));

		if (!status && (sector[510] != 0x55 || sector[511] != 0xaa))
			return 0;
		if (!status && entry[4])
			status = add(listing, number, at + le32(entry + 8), le32(entry + 12), SECTOR);
		if (status || !is_extended(next[4]) || !le32(next + 8))
			return status;
		at = extended + le32(next + 8);
	}
	return 0;
}

static int read_mbr(struct listing *listing, const unsigned char sector[SECTOR])
{
	int status = 0;

	for (int i = 0; i < 4 && !status; i++) {
		const unsigned char *entry = sector + MBR_ENTRY + 16 * i;

		if (is_extended(entry[4]))
			status = read_logical(listing, le32(entry + 8));
		else if (entry[4])
			status = add(listing, i + 1, le32(entry + 8), le32(entry + 12), SECTOR);
	}
	return status;
}

/* The same two bytes end the boot sector of a FAT or NTFS, with code in between. */
static bool is_mbr(const unsigned char sector[SECTOR])
{
	for (int i = 0; i < 4; i++)
		if (sector[MBR_ENTRY + 16 * i] & 0x7f)
			return false;
	return sector[510] == 0x55 && sector[511] == 0xaa;
}

int partition_list(const struct partition_disk *disk, struct partition out[PARTITION_MAX], size_t *count,
		   struct err *err)
{
	struct listing listing = {.disk = disk, .out = out, .err = err};
	unsigned char sector[SECTOR];
	bool gpt = false;
	int status = 0;

	*count = 0;
	if (disk->size < SECTOR)
		return 0;
	status = try_gpt(&listing, &gpt);
	if (!status && !gpt)
		status = read_at(&listing, 0, sector, sizeof(sector));
	if (!status && !gpt && is_mbr(sector))
		status = read_mbr(&listing, sector);
	*count = status ? 0 : listing.count;
	return status;
}
