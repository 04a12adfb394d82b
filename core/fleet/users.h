/*
 * The file of `--users`: who can log in on an image.
 *
 *	user anna
 *	groups sudo,video
 *	key ssh-ed25519 AAAA... anna@desk
 *	password $6$...           (as `mkpasswd` and `openssl passwd -6` print it)
 *
 * Each `user` begins another one; a user that the image has already (root) gets
 * what is given beside what it has. Errors name the line and never what is in it:
 * a hash is a secret. Pure, but for users_write.
 */
#ifndef BERTH_FLEET_USERS_H
#define BERTH_FLEET_USERS_H

#include "base/err.h"
#include "base/text.h"

struct user {
	char name[33];
	char groups[256];    /* "sudo,video"; "" none */
	char password[256];  /* a hash; "" none: no log in by password */
	struct text keys;    /* lines of authorized_keys */
};

struct users {
	struct user *items;
	size_t count;
};

int users_parse(const char *text, struct users *out, struct err *err);
void users_free(struct users *users); /* overwrites what was secret */

/* Of a file that nobody but its owner and group can read. ERR_USAGE. */
int users_read(const char *path, struct users *out, struct err *err);

/* For build.sh: DIR/users ("name:groups" a line), DIR/passwords ("name:hash"),
 * DIR/keys-NAME; all for their owner alone. */
int users_write(const struct users *users, const char *dir, struct err *err);

#endif
