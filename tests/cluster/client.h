/* Other clients (tests/rig/client.c), driven from a test. */
#ifndef BERTH_TESTS_CLUSTER_CLIENT_H
#define BERTH_TESTS_CLUSTER_CLIENT_H

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

struct counters { _Atomic uint64_t issued, acknowledged, errors, rounds; };

struct client {
	pid_t pid;
	FILE *to, *from;
	struct counters *counters;
	char name[40];     /* client.4298 */
	char address[80];
};

static inline struct counters *client_counters(char path[64])
{
	strcpy(path, "/tmp/berth-counters-XXXXXX");
	const int fd = mkstemp(path);

	if (fd < 0 || ftruncate(fd, sizeof(struct counters)))
		abort();
	void *at = mmap(NULL, sizeof(struct counters), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	return at == MAP_FAILED ? NULL : at;
}

/* Sends a line without waiting for the answer. */
static inline void client_order(struct client *client, const char *line)
{
	fprintf(client->to, "%s\n", line);
	fflush(client->to);
}

/* 0 or the positive errno that it answered; words after "ok" go to out. */
static inline int client_answer(struct client *client, char out[256])
{
	char line[256] = "";
	int code = -1;

	if (!fgets(line, sizeof(line), client->from))
		return -1;
	line[strcspn(line, "\n")] = '\0';
	if (sscanf(line, "err %d", &code) == 1)
		return code;
	if (out)
		strcpy(out, line + 3);
	return 0;
}

static inline int client_do(struct client *client, const char *line)
{
	client_order(client, line);
	return client_answer(client, NULL);
}

static inline void client_start_with(struct client *client, const char *conf, const char *name, const char *image)
{
	char program[512], path[64], words[256];
	const char *berth = getenv("BERTH");
	int in[2], out[2];
	posix_spawn_file_actions_t actions;

	snprintf(program, sizeof(program), "%.*s/tests/rig/client", (int)(strrchr(berth, '/') - berth), berth);
	client->counters = client_counters(path);
	if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC))
		abort();
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, in[0], 0);
	posix_spawn_file_actions_adddup2(&actions, out[1], 1);
	char *const argv[] = {program, (char *)(uintptr_t)conf, (char *)(uintptr_t)name, (char *)(uintptr_t)image, path, NULL};
	if (posix_spawn(&client->pid, program, &actions, NULL, argv, environ))
		abort();
	posix_spawn_file_actions_destroy(&actions);
	close(in[0]);
	close(out[1]);
	client->to = fdopen(in[1], "w");
	client->from = fdopen(out[0], "r");
	client_order(client, "connect");
	const int code = client_answer(client, words);
	if (code || sscanf(words, "%39s %79s", client->name, client->address) != 2) {
		fprintf(stderr, "the client %s of %s does not connect: %d\n", name, image, code);
		abort();
	}
	unlink(path);
}

static inline void client_start_as(struct client *client, const char *name, const char *image)
{
	client_start_with(client, getenv("BERTH_TEST_CONF"), name, image);
}

/* As a machine's own key would, with client.berth's. */
static inline void client_start(struct client *client, const char *image)
{
	client_start_as(client, getenv("BERTH_TEST_NAME"), image);
}

static inline void client_reap(struct client *client)
{
	fclose(client->to);
	fclose(client->from);
	while (waitpid(client->pid, NULL, 0) < 0)
		;
	munmap(client->counters, sizeof(*client->counters));
	*client = (struct client){0};
}

static inline void client_kill(struct client *client)
{
	kill(client->pid, SIGKILL);
	client_reap(client);
}

/* Lets go cleanly. */
static inline void client_end(struct client *client)
{
	if (!client->pid)
		return;
	kill(client->pid, SIGCONT);
	client_reap(client);
}

#endif
