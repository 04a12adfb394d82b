/*
 * The files that go into an image, carried inside the program. Pure, any thread;
 * what is returned lives as long as the program.
 */
#ifndef BERTH_KIT_FILES_H
#define BERTH_KIT_FILES_H

#include <stddef.h>

struct kit_file {
	const char *path; /* in the image: /usr/share/initramfs-tools/hooks/berth */
	int mode;
	const unsigned char *bytes;
	size_t length;
};

const struct kit_file *kit_files(size_t *count);

#endif
