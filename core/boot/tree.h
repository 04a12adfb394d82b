/*
 * Paths of the boot tree, relative to <boot-root>, without a leading slash;
 * also what they are called when a machine fetches them. Pure, any thread.
 * Names come in checked (core/boot/name.h). Every function returns `out`.
 */
#ifndef BERTH_BOOT_TREE_H
#define BERTH_BOOT_TREE_H

#define TREE_PATH 256

char *tree_host(const char *host, char out[TREE_PATH]);            /* hosts/desk1 */
char *tree_host_script(const char *host, char out[TREE_PATH]);     /* hosts/desk1/boot.ipxe */
char *tree_host_identity(const char *host, char out[TREE_PATH]);   /* hosts/desk1/identity.cpio */
char *tree_host_boot(const char *host, char out[TREE_PATH]);       /* hosts/desk1/boot */
char *tree_by_mac(const char *mac, char out[TREE_PATH]);           /* by-mac/52-54-00-11-22-33 */
char *tree_by_uuid(const char *uuid, char out[TREE_PATH]);         /* by-uuid/<uuid> */
char *tree_link_target(const char *host, char out[TREE_PATH]);     /* ../hosts/desk1 */
char *tree_release(const char *image, const char *release, char out[TREE_PATH]);        /* images/deb12/2026-11-23 */
char *tree_release_kernel(const char *image, const char *release, char out[TREE_PATH]); /* .../vmlinuz */
char *tree_release_initrd(const char *image, const char *release, char out[TREE_PATH]); /* .../initrd.img */
char *tree_release_packages(const char *image, const char *release, char out[TREE_PATH]); /* .../packages */

/* In the place of a release, which can not be called so: the kernel of what the
 * image holds now, its version in a file `version`, and its packages. */
#define TREE_NEXT ".next"

#define TREE_FIRST_SCRIPT "boot.ipxe"
#define TREE_UNKNOWN_SCRIPT "unknown.ipxe"

#endif
