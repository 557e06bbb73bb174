/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The files that make a tree of processes: the first byte of the input chooses which of them has the rest as its text, the others are
 * as the kernel writes them. A target is found in it, by pid and by group, and followed for a row. Beyond not crashing: nobody is a
 * member twice, names are printable, the process that the target was told to watch is there.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "soakd/target_priv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define STAT(pid, comm, ppid)                                                                                                    \
#pid " (" comm ") S " #ppid " 1 1 0 -1 4194304 10 0 0 0 1 2 0 0 20 0 1 0 50 1000000 100 18446744073709551615 1 1 0\n"
#define STATUS(comm) "Name:\t" comm "\nUid:\t1000\t26\t26\t26\nGid:\t1000\t27\t27\t27\n"

static struct file {
	const char *path, *text;
	int fd;
} files[] = {
	/* the first five are fuzzed */
	{ "p/100/task/100/children", "101 102 ", -1 },
	{ "p/100/status", STATUS("postgres"), -1 },
	{ "p/101/cmdline", "postgres: checkpointer \0\0", -1 },
	{ "p/101/stat", STAT(101, "postgres", 100), -1 },
	{ "c/a/cgroup.procs", "100\n101\n102\n", -1 },
	{ "p/100/stat", STAT(100, "postgres", 1), -1 },
	{ "p/100/cmdline", "postgres", -1 },
	{ "p/101/status", STATUS("postgres"), -1 },
	{ "p/101/task/101/children", "", -1 },
	{ "p/102/stat", STAT(102, "nginx", 100), -1 },
	{ "p/102/status", STATUS("nginx"), -1 },
	{ "p/102/cmdline", "nginx: worker process", -1 },
	{ "p/102/task/102/children", "", -1 },
};
#define N_FILES (sizeof(files) / sizeof(*files))
#define FUZZED  5

static char root[] = "/tmp/soakd-fuzz-XXXXXX";

static void must(bool ok)
{
	if (!ok)
		abort();
}

static void fill(const struct file *f, const void *text, size_t n)
{
	must(ftruncate(f->fd, 0) == 0 && pwrite(f->fd, text, n, 0) == (ssize_t)n);
}

/* Makes the folders above path, or removes them again, the lowest first. */
static void folders(const char *path, bool make)
{
	char part[128];

	snprintf(part, sizeof(part), "%s/%s", root, path);
	if (make)
		for (char *s = strchr(part + sizeof(root), '/'); s; s = strchr(s + 1, '/')) {
			*s = '\0';
			mkdir(part, 0700);
			*s = '/';
		}
	else
		for (char *s = strrchr(part, '/'); s && s > part + sizeof(root); s = strrchr(part, '/')) {
			*s = '\0';
			rmdir(part);
		}
}

static void clean(void)
{
	char path[128];

	for (size_t i = 0; i < N_FILES; i++) {
		snprintf(path, sizeof(path), "%s/%s", root, files[i].path);
		unlink(path);
	}
	for (size_t i = 0; i < N_FILES; i++)
		folders(files[i].path, false);
	rmdir(root);
}

static void build(void)
{
	char path[128];

	must(mkdtemp(root) != NULL);
	atexit(clean);
	for (size_t i = 0; i < N_FILES; i++) {
		folders(files[i].path, true);
		snprintf(path, sizeof(path), "%s/%s", root, files[i].path);
		files[i].fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
		must(files[i].fd != -1);
		fill(&files[i], files[i].text, strlen(files[i].text));
	}
}

static void members(const struct target *t)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct proc *p = &t->proc[i];

		must(p->pid >= 100 && p->pid <= 102); /* no other is in this tree */
		for (size_t k = 0; k < i; k++)
			must(t->proc[k].pid != p->pid);
		must(memchr(p->role, '\0', sizeof(p->role)) != NULL && memchr(p->comm, '\0', sizeof(p->comm)) != NULL);
		for (const char *s = p->role; *s; s++)
			must(*s >= ' ' && *s < 0x7f);
	}
}

static void follow(struct procfs *fs, const char *text, bool must_find)
{
	struct target_spec spec;
	struct target t;
	struct sk_err err = { 0 };
	char path[128];
	enum sk_code rc;

	must(target_spec_parse(text, &spec, NULL) == SK_OK && target_init(&t, &spec, fs, NULL) == SK_OK);
	t.priv->self = 999999;
	free(t.priv->cgroup_root);
	snprintf(path, sizeof(path), "%s/c", root);
	t.priv->cgroup_root = strdup(path);
	rc = target_find(&t, &err);
	must(rc == SK_OK || err.msg[0] != '\0');
	if (rc == SK_OK) {
		members(&t);
		must(!must_find || target_has_pid(&t, 100));
		target_refresh(&t, 10, NULL);
		members(&t);
	}
	target_release(&t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct procfs fs;
	struct file *f;
	char path[128];

	if (size == 0 || size > 100000)
		return 0;
	if (files[0].fd == -1)
		build();
	f = &files[data[0] % FUZZED];
	fill(f, data + 1, size - 1);
	snprintf(path, sizeof(path), "%s/p", root);
	must(procfs_open(&fs, path, NULL) == SK_OK);
	follow(&fs, "pid:100", f != &files[1]);
	follow(&fs, "cgroup:/a", false);
	procfs_close(&fs);
	fill(f, f->text, strlen(f->text));
	return 0;
}
