#include "core/ceph/luks.h"

#include <errno.h>
#include <string.h>

#include "core/ceph/opened.h"

/* "LUKS", 0xba, 0xbe, and the version in two bytes. */
static const char magic[6] = {'L', 'U', 'K', 'S', (char)0xba, (char)0xbe};

static int read_version(struct cluster_handle *handle, int *version, struct err *err)
{
	char head[8] = "";
	const ssize_t n = rbd_read(handle->image.handle, 0, sizeof(head), head);

	if (n < 0)
		return handle_error(handle, err, (int)n, "read", NULL);
	*version = memcmp(head, magic, sizeof(magic)) ? 0 : head[7];
	return 0;
}

int cluster_handle_is_luks(struct cluster_handle *handle, bool *is, struct err *err)
{
	int version;
	const int status = read_version(handle, &version, err);

	*is = !status && version;
	return status;
}

static int load(struct cluster_handle *handle, int version, const char *passphrase)
{
	rbd_encryption_luks1_format_options_t one = {.passphrase = passphrase, .passphrase_size = strlen(passphrase)};
	rbd_encryption_luks2_format_options_t two = {.passphrase = passphrase, .passphrase_size = strlen(passphrase)};

	return version == 1 ? rbd_encryption_load(handle->image.handle, RBD_ENCRYPTION_FORMAT_LUKS1, &one, sizeof(one))
			    : rbd_encryption_load(handle->image.handle, RBD_ENCRYPTION_FORMAT_LUKS2, &two, sizeof(two));
}

int cluster_handle_unlock(struct cluster_handle *handle, const char *passphrase, struct err *err)
{
	int version;
	const int status = read_version(handle, &version, err);

	if (status)
		return status;
	const int rc = load(handle, version, passphrase);
	if (rc == -EPERM)
		return err_set(err, ERR_REFUSED, "the passphrase does not open %s", handle->name);
	return rc < 0 ? handle_error(handle, err, rc, "opened with its passphrase", NULL) : 0;
}
