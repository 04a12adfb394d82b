/*
 * Reads the reply of cls_lock's get_info: Ceph's encoding, little-endian, each
 * struct with its version and length in front. Bytes come from a cluster and
 * are believed in nothing.
 */
#include "core/ceph/internal.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

struct reader { const unsigned char *at, *end; bool bad; };

static uint64_t read_integer(struct reader *r, size_t bytes)
{
	uint64_t value = 0;

	if (r->bad || (size_t)(r->end - r->at) < bytes) {
		r->bad = true;
		return 0;
	}
	for (size_t i = 0; i < bytes; i++)
		value |= (uint64_t)r->at[i] << 8 * i;
	r->at += bytes;
	return value;
}

static const unsigned char *read_bytes(struct reader *r, size_t length)
{
	const unsigned char *start = r->at;

	if (r->bad || (size_t)(r->end - r->at) < length) {
		r->bad = true;
		return NULL;
	}
	r->at += length;
	return start;
}

/* A struct's header; the result reads its inside only, r goes on after it. */
static struct reader read_struct(struct reader *r)
{
	read_integer(r, 1); /* version */
	read_integer(r, 1); /* oldest version that reads this */
	const size_t length = (size_t)read_integer(r, 4);
	const unsigned char *start = read_bytes(r, length);

	return (struct reader){start, start ? start + length : NULL, r->bad};
}

static void format_address(unsigned family, const unsigned char *data, size_t length, uint32_t nonce, char out[80])
{
	char ip[INET6_ADDRSTRLEN] = "";
	const unsigned port = length >= 2 ? (unsigned)data[0] << 8 | data[1] : 0;

	if (family == AF_INET && length >= 6 && inet_ntop(AF_INET, data + 2, ip, sizeof(ip)))
		snprintf(out, 80, "%s:%u/%u", ip, port, nonce);
	else if (family == AF_INET6 && length >= 22 && inet_ntop(AF_INET6, data + 6, ip, sizeof(ip)))
		snprintf(out, 80, "[%s]:%u/%u", ip, port, nonce);
}

/* Marker 1: the form since Ceph 10. Marker 0: a sockaddr_storage, family in
 * network order. */
static void read_address(struct reader *r, char out[80])
{
	if (read_integer(r, 1) == 0) {
		read_integer(r, 3);
		const uint32_t nonce = (uint32_t)read_integer(r, 4);
		const unsigned char *storage = read_bytes(r, 128);

		if (storage)
			format_address((unsigned)storage[0] << 8 | storage[1], storage + 2, 126, nonce, out);
		return;
	}
	struct reader in = read_struct(r);
	read_integer(&in, 4); /* v1, v2, any */
	const uint32_t nonce = (uint32_t)read_integer(&in, 4);
	const size_t length = (size_t)read_integer(&in, 4);
	const unsigned char *address = read_bytes(&in, length);
	if (address && length >= 2)
		format_address((unsigned)address[0] | (unsigned)address[1] << 8, address + 2, length - 2, nonce, out);
	r->bad |= in.bad;
}

/* locker_id_t: entity, cookie. locker_info_t: expiration, address, description. */
static void read_locker(struct reader *r, char client[40], char address[80])
{
	struct reader id = read_struct(r);
	read_integer(&id, 1); /* the entity's type: always a client */
	const uint64_t number = read_integer(&id, 8);

	struct reader info = read_struct(r);
	read_integer(&info, 8); /* expiration */
	read_address(&info, address);
	r->bad |= id.bad || info.bad;
	snprintf(client, 40, "client.%llu", (unsigned long long)number);
}

int lock_info_decode(const unsigned char *bytes, size_t length, char client[40], char address[80])
{
	struct reader all = {bytes, bytes + length, false};
	struct reader r = read_struct(&all);

	*client = *address = '\0';
	if (read_integer(&r, 4) > 0)
		read_locker(&r, client, address);
	if (!r.bad && !all.bad)
		return 0;
	*client = *address = '\0';
	return -1;
}

void lock_address_plain(char *address)
{
	const size_t word = strcspn(address, ":[");

	if ((word == 2 && address[0] == 'v') || !strncmp(address, "any:", 4))
		memmove(address, address + word + 1, strlen(address + word + 1) + 1);
}
