/* What the files of berth-map share. Everything that is said goes to standard
 * error, the initramfs' console. */
#ifndef BERTH_KIT_BERTH_MAP_H
#define BERTH_KIT_BERTH_MAP_H

#include <stdbool.h>
#include <stddef.h>

#define IDENTITY_PATH "/berth/identity"
#define IDENTITY_SIZE 8192
#define RBD_BUS "/sys/bus/rbd/"

/* berth-map-tools.c */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
void pause_ms(long ms);
long now_seconds(void); /* since boot */
int read_whole(const char *path, char *out, size_t size, size_t *length); /* NUL after it; -1: no, or too long */
int write_line(const char *path, const char *line); /* 0 or errno */

/* berth-map-identity.c: 0 or -1, having said why. */
enum field {
	VERSION, HOST, POOL, NAMESPACE, IMAGE, CLIENT, KEY, LOCK, MONITORS_V2, MONITORS_V1, FSID, FS, BOOT,
	FIELD_COUNT
};

struct identity {
	char text[IDENTITY_SIZE];
	size_t length;
	char *value[FIELD_COUNT];
};

int identity_read(struct identity *identity);
int identity_forget(void); /* wipes the file; an exit status */

/* berth-map-key.c: the key to the kernel, wiped here. */
int key_add(struct identity *identity, char name[256]);

/* berth-map-root.c: maps the root, or gives up at `deadline`; an exit status. */
int root_map(const struct identity *identity, const char *key_name, long deadline);
bool root_is_mapped(void);

/* berth-map-exit.c: keeps a copy of this program for the shutdown; is that copy. */
void exit_keep(void);
int exit_leave(const char *verb);

#endif
