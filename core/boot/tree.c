#include "core/boot/tree.h"

#include <stdio.h>

char *tree_host(const char *host, char out[TREE_PATH])
{
	snprintf(out, TREE_PATH, "hosts/%s", host);
	return out;
}

char *tree_host_script(const char *host, char out[TREE_PATH])
{
	snprintf(out, TREE_PATH, "hosts/%s/boot.ipxe", host);
	return out;
}

char *tree_host_identity(const char *host, char out[TREE_PATH])
{
	snprintf(out, TREE_PATH, "hosts/%s/identity.cpio", host);
	return out;
}

char *tree_host_boot(const char *host, char out[TREE_PATH])
{
	snprintf(out, TREE_PATH, "hosts/%s/boot", host);
	return out;
}

char *tree_by_mac(const char *mac, char out[TREE_PATH])
{
	snprintf(out, TREE_PATH, "by-mac/%s", mac);
	for (char *c = out; *c; c++)
		if (*c == ':')
			*c = '-'; /* as iPXE's hexhyp writes it */
	return out;
}

char *tree_by_uuid(const char *uuid, char out[TREE_PATH])
{
	snprintf(out, TREE_PATH, "by-uuid/%s", uuid);
	return out;
}

char *tree_link_target(const char *host, char out[TREE_PATH])
{
	snprintf(out, TREE_PATH, "../hosts/%s", host);
	return out;
}

char *tree_release(const char *image, const char *release, char out[TREE_PATH])
{
	snprintf(out, TREE_PATH, "images/%s/%s", image, release);
	return out;
}

char *tree_release_kernel(const char *image, const char *release, char out[TREE_PATH])
{
	snprintf(out, TREE_PATH, "images/%s/%s/vmlinuz", image, release);
	return out;
}

char *tree_release_initrd(const char *image, const char *release, char out[TREE_PATH])
{
	snprintf(out, TREE_PATH, "images/%s/%s/initrd.img", image, release);
	return out;
}

char *tree_release_packages(const char *image, const char *release, char out[TREE_PATH])
{
	snprintf(out, TREE_PATH, "images/%s/%s/packages", image, release);
	return out;
}
