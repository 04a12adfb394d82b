/* Many hosts from a CSV file (RFC 4180), read by libcsv. */
#include "core/fleet/hosts.h"

#include <csv.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/boot/name.h"
#include "core/fleet/record.h"

#define COLUMNS_MAX 16
#define HOSTS_MAX 100000

struct import {
	struct fleet *fleet;
	const char *path;
	const char *columns[COLUMNS_MAX]; /* the known name of each column */
	int column_count;
	char *fields[COLUMNS_MAX];        /* of this row; owned */
	int field_count;
	bool too_many;                    /* fields in this row */
	size_t row;                       /* counted from 1, the head included */
	struct host *hosts;
	size_t *rows;                     /* where each host stood */
	size_t count, capacity;
	int status;
	struct err *err;
};

static const struct { const char *name; size_t offset; } columns[] = {
	{"mac", offsetof(struct host_input, macs)},
	{"uuid", offsetof(struct host_input, uuid)},
	{"image", offsetof(struct host_input, image)},
	{"size", offsetof(struct host_input, size)},
	{"lock", offsetof(struct host_input, lock)},
	{"kernel", offsetof(struct host_input, kernel)},
	{"kernel_args", offsetof(struct host_input, kernel_args)},
	{"address", offsetof(struct host_input, address)},
	{"group", offsetof(struct host_input, group)},
};

static const char *known_column(const char *name)
{
	if (!strcmp(name, "name"))
		return "name";
	for (size_t i = 0; i < sizeof(columns) / sizeof(*columns); i++)
		if (!strcmp(name, columns[i].name))
			return columns[i].name;
	return NULL;
}

static const char *field_of(const struct import *import, const char *column)
{
	for (int i = 0; i < import->column_count && i < import->field_count; i++)
		if (!strcmp(import->columns[i], column))
			return import->fields[i];
	return NULL;
}

static bool has_column(const struct import *import, const char *name)
{
	for (int i = 0; i < import->column_count; i++)
		if (!strcmp(import->columns[i], name))
			return true;
	return false;
}

static int take_head(struct import *import)
{
	for (int i = 0; i < import->field_count; i++) {
		const char *known = known_column(import->fields[i]);

		if (!known)
			return err_field(import->err, "file", "column '%s' is not known: the first row names the columns, out of "
					 "name,mac,uuid,image,size,lock,kernel,kernel_args,address,group", import->fields[i]);
		if (has_column(import, known))
			return err_field(import->err, "file", "column '%s' is there twice", known);
		import->columns[import->column_count++] = known;
	}
	if (!has_column(import, "name") || !has_column(import, "mac"))
		return err_field(import->err, "file", "the first row must name the columns, 'name' and 'mac' among them");
	return 0;
}

/* An empty field is one that was not given. */
static void fill_input(const struct import *import, struct host_input *input)
{
	for (size_t i = 0; i < sizeof(columns) / sizeof(*columns); i++) {
		const char *value = field_of(import, columns[i].name);

		if (value && *value)
			memcpy((char *)input + columns[i].offset, &value, sizeof(value));
	}
}

static struct host *next_host(struct import *import)
{
	if (import->count == import->capacity) {
		import->capacity = import->capacity ? import->capacity * 2 : 64;
		import->hosts = xrealloc(import->hosts, import->capacity * sizeof(*import->hosts));
		import->rows = xrealloc(import->rows, import->capacity * sizeof(*import->rows));
	}
	import->rows[import->count] = import->row;
	import->hosts[import->count] = (struct host){0};
	return &import->hosts[import->count++];
}

static int take_host(struct import *import)
{
	const char *name = field_of(import, "name");
	struct host_input input = {0};

	if (import->count == HOSTS_MAX)
		return err_field(import->err, "file", "more than %d hosts in one file: split it", HOSTS_MAX);
	struct host *host = next_host(import);
	fill_input(import, &input);
	int status = name_parse_host(name ? name : "", host->name, import->err);
	if (!status)
		status = host_input_apply(import->fleet, &input, host, import->err);
	if (!status && !host->mac_count)
		status = err_field(import->err, "mac", "host %s has no MAC: give the address of the port it boots from", host->name);
	return status ? status : host_check_unique(import->fleet, host, import->err);
}

static void forget_fields(struct import *import)
{
	for (int i = 0; i < import->field_count; i++)
		free(import->fields[i]);
	import->field_count = 0;
	import->too_many = false;
}

static void on_field(void *bytes, size_t length, void *context)
{
	struct import *import = context;

	if (import->field_count == COLUMNS_MAX) {
		import->too_many = true;
		return;
	}
	char *copy = xcalloc(1, length + 1);
	memcpy(copy, bytes, length);
	if (memchr(copy, '\0', length)) /* a value ends where C would end it: never silently */
		import->too_many = true;
	import->fields[import->field_count++] = copy;
}

static void on_row(int end, void *context)
{
	struct import *import = context;

	(void)end;
	if (import->status)
		return;
	import->row++;
	if (import->too_many || (import->row > 1 && import->field_count > import->column_count))
		import->status = err_field(import->err, "file", "this row has more fields than the first one names, or a zero byte");
	else
		import->status = import->row == 1 ? take_head(import) : take_host(import);
	if (import->status)
		err_prefix(import->err, "%s, row %zu", import->path, import->row);
	forget_fields(import);
}

static int parse(struct import *import, struct csv_parser *parser, FILE *file)
{
	char buffer[65536];
	size_t n;

	while (!import->status && (n = fread(buffer, 1, sizeof(buffer), file)) > 0)
		if (csv_parse(parser, buffer, n, on_field, on_row, import) != n)
			break;
	if (import->status)
		return import->status;
	if (ferror(file))
		return err_set(import->err, ERR_FAILED, "%s can not be read: %s", import->path, strerror(errno));
	if (csv_error(parser) != CSV_SUCCESS || csv_fini(parser, on_field, on_row, import))
		return err_field(import->err, "file", "%s, row %zu: a quote is out of place: write \"...\" around a whole field, and \"\" "
				 "for a quote in it", import->path, import->row + 1);
	return import->status;
}

static int read_file(struct import *import)
{
	struct csv_parser parser;
	FILE *file = fopen(import->path, "re");

	if (!file)
		return err_set(import->err, errno == ENOENT ? ERR_NOT_FOUND : ERR_FAILED, "%s can not be read: %s",
			       import->path, strerror(errno));
	csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI);
	const int status = parse(import, &parser, file);
	csv_free(&parser);
	fclose(file);
	forget_fields(import);
	if (!status && !import->count)
		return err_field(import->err, "file", "%s names no host: its first row names the columns, each further row a host",
				 import->path);
	return status;
}

struct claim { const char *value; size_t row; };

static int compare_claims(const void *a, const void *b)
{
	const struct claim *x = a, *y = b;
	const int order = strcmp(x->value, y->value);

	return order ? order : (x->row > y->row) - (x->row < y->row);
}

static int check_claims(const struct import *import, struct claim *claims, size_t count, const char *field)
{
	qsort(claims, count, sizeof(*claims), compare_claims);
	for (size_t i = 1; i < count; i++)
		if (!strcmp(claims[i - 1].value, claims[i].value))
			return err_field(import->err, field, "%s, row %zu: %s %s stands in row %zu already", import->path,
					 claims[i].row, field, claims[i].value, claims[i - 1].row);
	return 0;
}

/* Against each other; against the inventory each host was checked already. */
static int check_file_unique(const struct import *import)
{
	struct claim *claims = xcalloc(import->count * HOST_MACS_MAX + 1, sizeof(*claims));
	size_t names = 0, macs = 0, uuids = 0;
	int status;

	for (size_t i = 0; i < import->count; i++)
		claims[names++] = (struct claim){import->hosts[i].name, import->rows[i]};
	status = check_claims(import, claims, names, "name");
	for (size_t i = 0; i < import->count; i++)
		for (int m = 0; m < import->hosts[i].mac_count; m++)
			claims[macs++] = (struct claim){import->hosts[i].macs[m], import->rows[i]};
	if (!status)
		status = check_claims(import, claims, macs, "mac");
	for (size_t i = 0; i < import->count; i++)
		if (import->hosts[i].uuid[0])
			claims[uuids++] = (struct claim){import->hosts[i].uuid, import->rows[i]};
	if (!status)
		status = check_claims(import, claims, uuids, "uuid");
	free(claims);
	return status;
}

static int64_t largest(const struct import *import)
{
	int64_t size = 0;

	for (size_t i = 0; i < import->count; i++)
		if (import->hosts[i].size > size)
			size = import->hosts[i].size;
	return size;
}

static json_t *records(const struct import *import)
{
	json_t *list = json_array();

	for (size_t i = 0; i < import->count; i++)
		json_array_append_new(list, record_of_host(&import->hosts[i]));
	return list;
}

int plan_host_import(struct fleet *fleet, const char *path, struct plans *out, struct err *err)
{
	struct import import = {.fleet = fleet, .path = path, .err = err};
	int status = read_file(&import);

	if (!status)
		status = check_file_unique(&import);
	if (!status)
		status = host_check_pool(fleet, largest(&import), err);
	if (!status)
		plan_add(plans_add(out, "import", "inventory"), "hosts-add", json_pack("{so}", "records", records(&import)),
			 "add %zu host%s to the inventory, all or none", import.count, import.count == 1 ? "" : "s");
	free(import.hosts);
	free(import.rows);
	return status;
}
