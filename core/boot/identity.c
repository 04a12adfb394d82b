#include "core/boot/identity.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define CONTENT_MAX 8192  /* one allocation: a buffer that grows leaves copies of the key */
#define ARCHIVE_MAX (CONTENT_MAX + 2048)
#define ALIGNMENT 512

struct line {
	const char *key, *value;
	bool may_be_empty;
};

#define LINE_COUNT 12

static void list_lines(const struct identity *identity, struct line out[LINE_COUNT])
{
	const struct line lines[LINE_COUNT] = {
		{"host", identity->host, false},
		{"pool", identity->pool, false},
		{"namespace", identity->namespace, false},
		{"image", identity->image, false},
		{"client", identity->client, false},
		{"key", identity->key, false},
		{"lock", identity->lock, false},
		{"monitors_v2", identity->monitors_v2, true},
		{"monitors_v1", identity->monitors_v1, true},
		{"fsid", identity->fsid, false},
		{"fs", identity->fs, false},
		{"boot", identity->boot, false},
	};

	memcpy(out, lines, sizeof lines);
}

/* No value in any sentence: one of them is the key. */
static int check_line(const struct line *line, struct err *err)
{
	if (!line->value || (!*line->value && !line->may_be_empty))
		return err_field(err, line->key, "Identity has no value for \"%s\"; run berth doctor to see "
				 "what the inventory lacks", line->key);
	if (text_has_control(line->value))
		return err_field(err, line->key, "Identity's value for \"%s\" has a control character; "
				 "correct it in the inventory", line->key);
	return 0;
}

static int check_identity(const struct identity *identity, const struct line *lines,
			  struct err *err)
{
	size_t length = 0;
	int code = 0;

	for (int i = 0; i < LINE_COUNT && !code; i++) {
		code = check_line(&lines[i], err);
		length += code ? 0 : strlen(lines[i].key) + strlen(lines[i].value) + 2;
	}
	if (code)
		return code;
	if (!*identity->monitors_v2 && !*identity->monitors_v1)
		return err_field(err, "monitors", "Identity has no monitor's address; check that the cluster's "
				 "monitor map has one");
	if (strcmp(identity->lock, "exclusive") != 0 && strcmp(identity->lock, "cooperative") != 0)
		return err_field(err, "lock", "Identity's lock policy is neither exclusive nor cooperative; "
				 "choose one of them");
	if (length >= CONTENT_MAX - sizeof "version=1\n")
		return err_field(err, "identity", "Identity of %zu bytes is too long; the limit is %d",
				 length, CONTENT_MAX);
	return 0;
}

static struct text make_content(const struct line *lines)
{
	struct text content = {.data = xcalloc(1, CONTENT_MAX), .capacity = CONTENT_MAX};

	text_add(&content, "version=1\n");
	for (int i = 0; i < LINE_COUNT; i++) {
		text_add(&content, lines[i].key);
		text_add(&content, "=");
		text_add(&content, lines[i].value);
		text_add(&content, "\n");
	}
	return content;
}

static int add_entry(struct archive *archive, int number, const char *path, unsigned int type,
		     unsigned int mode, const struct text *content)
{
	struct archive_entry *const entry = archive_entry_new();
	const size_t size = content ? content->length : 0;
	int result;

	if (!entry)
		abort();
	archive_entry_set_pathname(entry, path);
	archive_entry_set_filetype(entry, type);
	archive_entry_set_perm(entry, (mode_t)mode);
	archive_entry_set_ino(entry, number);
	archive_entry_set_nlink(entry, 1);
	archive_entry_set_mtime(entry, 0, 0);
	archive_entry_set_size(entry, (la_int64_t)size);
	result = archive_write_header(archive, entry);
	if (result == ARCHIVE_OK && size > 0 &&
	    archive_write_data(archive, content->data, size) != (la_ssize_t)size)
		result = ARCHIVE_FATAL;
	archive_entry_free(entry);
	return result;
}

/* The kernel makes no missing directories when it unpacks: hence the first entry. */
static int write_archive(struct archive *archive, const struct text *content,
			 unsigned char *bytes, size_t *used)
{
	if (archive_write_set_format_cpio_newc(archive) != ARCHIVE_OK ||
	    archive_write_set_bytes_per_block(archive, 0) != ARCHIVE_OK ||
	    archive_write_open_memory(archive, bytes, ARCHIVE_MAX, used) != ARCHIVE_OK ||
	    add_entry(archive, 1, "berth", AE_IFDIR, 0700, NULL) != ARCHIVE_OK ||
	    add_entry(archive, 2, "berth/identity", AE_IFREG, 0600, content) != ARCHIVE_OK)
		return ARCHIVE_FATAL;
	return archive_write_close(archive);
}

int identity_make(const struct identity *identity, unsigned char **out, size_t *length,
		  struct err *err)
{
	struct line lines[LINE_COUNT];
	struct archive *archive;
	struct text content;
	unsigned char *bytes;
	size_t used = 0;
	int code;

	list_lines(identity, lines);
	if ((code = check_identity(identity, lines, err)) != 0)
		return code;
	if (!(archive = archive_write_new()))
		abort();
	bytes = xcalloc(1, ARCHIVE_MAX);
	content = make_content(lines);
	if (write_archive(archive, &content, bytes, &used) != ARCHIVE_OK)
		code = err_set(err, ERR_FAILED, "Identity of host \"%s\" could not be packed (%s); report "
			       "this as a bug", identity->host, archive_error_string(archive));
	archive_write_free(archive);
	explicit_bzero(content.data, content.capacity);
	text_free(&content);
	if (code) {
		identity_free(bytes, ARCHIVE_MAX);
		return code;
	}
	*out = bytes;
	*length = (used + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	return 0;
}

bool identity_value(const void *bytes, size_t length, const char *key, char *out, size_t size)
{
	char needle[32];
	const int needle_length = snprintf(needle, sizeof(needle), "\n%s=", key);
	const char *at = memmem(bytes, length, needle, (size_t)needle_length);

	if (!at)
		return false;
	at += needle_length;
	const size_t left = length - (size_t)(at - (const char *)bytes);
	const char *end = memchr(at, '\n', left);
	if (!end || (size_t)(end - at) >= size)
		return false;
	memcpy(out, at, (size_t)(end - at));
	out[end - at] = '\0';
	return true;
}

void identity_free(unsigned char *bytes, size_t length)
{
	if (bytes)
		explicit_bzero(bytes, length);
	free(bytes);
}
