/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A /proc that a test writes: a few processes in an array, put on disk by fake_sync() in the kernel's formats. Numbers are made
 * up, so that a test decides when one is used again. Header only: each test is a program of its own.
 */
#ifndef TESTS_SOAKD_FAKE_PROC_H
#define TESTS_SOAKD_FAKE_PROC_H

#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/check.h"

#include "samplers/procfs.h"
#include "soakd/target_priv.h"

#define FAKE_SELF 999999 /* who soakd is in a fake tree */

struct fake_process {
	pid_t pid, ppid;
	uint64_t start;
	const char *comm, *cmdline; /* words separated by '|' */
	char state;                 /* 0: 'S' */
	unsigned flags;             /* PROC_STAT_*: beside those of any process */
	int threads;                /* 0: 1 */
	pid_t parent_tid;           /* the parent's thread that made it; 0: its first */
};

struct fake {
	char dir[64], path[512];
	struct fake_process p[64];
	size_t n;
	bool no_children;
	struct procfs fs;
	char events[4096]; /* "KIND DETAIL\n" each */
};

static inline const char *fake_path(struct fake *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static inline const char *fake_path(struct fake *f, const char *fmt, ...)
{
	int n = snprintf(f->path, sizeof(f->path), "%s/", f->dir);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(f->path + n, sizeof(f->path) - (size_t)n, fmt, ap);
	va_end(ap);
	return f->path;
}

static inline void fake_write_n(const char *path, const char *text, size_t n)
{
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	assert_int_equal(fwrite(text, 1, n, out), n);
	assert_int_equal(fclose(out), 0);
}

static inline void fake_write(const char *path, const char *text)
{
	fake_write_n(path, text, strlen(text));
}

static inline int fake_rm_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static inline void fake_rm(const char *path)
{
	nftw(path, fake_rm_one, 16, FTW_DEPTH | FTW_PHYS);
}

static inline void fake_open(struct fake *f)
{
	memset(f, 0, sizeof(*f));
	snprintf(f->dir, sizeof(f->dir), "/tmp/soakd-fake-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	assert_int_equal(mkdir(fake_path(f, "proc"), 0755), 0);
	assert_int_equal(procfs_open(&f->fs, fake_path(f, "proc"), NULL), SK_OK);
}

static inline void fake_close(struct fake *f)
{
	procfs_close(&f->fs);
	fake_rm(f->dir);
}

/* cmdline NULL: comm. What else there is to say, the caller says of the result. */
static inline struct fake_process *fake_add(struct fake *f, pid_t pid, pid_t ppid, uint64_t start, const char *comm,
					    const char *cmdline)
{
	assert_true(f->n < sizeof(f->p) / sizeof(*f->p));
	f->p[f->n] = (struct fake_process){ .pid = pid, .ppid = ppid, .start = start, .comm = comm, .cmdline = cmdline };
	return &f->p[f->n++];
}

static inline struct fake_process *fake_find(struct fake *f, pid_t pid)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->p[i].pid == pid)
			return &f->p[i];
	fail_msg("no process %d in the fake tree", (int)pid);
	return NULL;
}

static inline void fake_kill(struct fake *f, pid_t pid)
{
	struct fake_process *p = fake_find(f, pid);

	fake_rm(fake_path(f, "proc/%d", (int)pid));
	*p = f->p[--f->n];
}

static inline void fake_children_file(struct fake *f, const struct fake_process *p, pid_t tid)
{
	char list[1024] = "";
	size_t len = 0;

	mkdir(fake_path(f, "proc/%d/task/%d", (int)p->pid, (int)tid), 0755);
	for (size_t i = 0; i < f->n; i++)
		if (f->p[i].ppid == p->pid && (f->p[i].parent_tid ? f->p[i].parent_tid : p->pid) == tid)
			len += (size_t)snprintf(list + len, sizeof(list) - len, "%d ", (int)f->p[i].pid);
	fake_path(f, "proc/%d/task/%d/children", (int)p->pid, (int)tid);
	if (f->no_children)
		remove(f->path);
	else
		fake_write(f->path, list);
}

static inline void fake_sync(struct fake *f)
{
	char text[1024];

	for (size_t i = 0; i < f->n; i++) {
		const struct fake_process *p = &f->p[i];
		int pid = (int)p->pid;

		mkdir(fake_path(f, "proc/%d", pid), 0755);
		mkdir(fake_path(f, "proc/%d/task", pid), 0755);
		snprintf(text, sizeof(text),
			 "%d (%s) %c %d %d %d 0 -1 %u 10 0 0 0 1 2 0 0 20 0 %d 0 %llu 1000000 100 18446744073709551615 1 1 "
			 "0 0 0 0 0 0 0 0 0 0 "
			 "17 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n",
			 pid, p->comm, p->state ? p->state : 'S', (int)p->ppid, pid, pid, 4194304 | p->flags,
			 p->threads ? p->threads : 1, (unsigned long long)p->start);
		fake_write(fake_path(f, "proc/%d/stat", pid), text);
		snprintf(text, sizeof(text), "Name:\t%s\nUid:\t1000\t26\t26\t26\nGid:\t1000\t27\t27\t27\nNSpid:\t%d\n", p->comm,
			 pid);
		fake_write(fake_path(f, "proc/%d/status", pid), text);
		snprintf(text, sizeof(text), "%s", p->cmdline ? p->cmdline : p->comm);
		size_t len = strlen(text) + 1;

		for (char *s = text; *s; s++)
			if (*s == '|')
				*s = '\0';
		fake_write_n(fake_path(f, "proc/%d/cmdline", pid), text, len);
		for (int k = 0; k < (p->threads ? p->threads : 1); k++)
			fake_children_file(f, p, p->pid + k);
	}
}

static inline void fake_event(void *ctx, const char *kind, const char *detail)
{
	struct fake *f = ctx;
	size_t len = strlen(f->events);

	snprintf(f->events + len, sizeof(f->events) - len, "%s %s\n", kind, detail);
}

/* A target in the fake tree. */
static inline void fake_target(struct fake *f, struct target *t, const char *text)
{
	struct target_spec spec;

	assert_int_equal(target_spec_parse(text, &spec, NULL), SK_OK);
	assert_int_equal(target_init(t, &spec, &f->fs, NULL), SK_OK);
	t->priv->self = FAKE_SELF;
	t->event = fake_event;
	t->event_ctx = f;
}

static inline void fake_refresh(struct fake *f, struct target *t, double elapsed_s, enum sk_code rc)
{
	f->events[0] = '\0';
	fake_sync(f);
	assert_int_equal(target_refresh(t, elapsed_s, NULL), rc);
}

/* The tree as "pid:role pid:role", roots with a star. */
static inline const char *fake_tree(struct fake *f, const struct target *t)
{
	size_t len = 0;

	f->path[0] = '\0';
	for (size_t i = 0; i < t->n; i++)
		len += (size_t)snprintf(f->path + len, sizeof(f->path) - len, "%s%d%s:%s", i ? " " : "", (int)t->proc[i].pid,
					t->proc[i].root ? "*" : "", t->proc[i].role);
	return f->path;
}

#endif
