/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A command to launch: is it there, and would --malloc-stats have something of it? Nothing is started. */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/spawn.h"
#include "soakd/doctor.h"
#include "soakd/malloc_page.h"
#include "soakd/program_kind.h"

/* The loader takes nothing from the environment of whoever has fewer rights than the program. */
static bool gains_rights(const struct stat *st)
{
	return ((st->st_mode & S_ISUID) && st->st_uid != geteuid()) || ((st->st_mode & S_ISGID) && st->st_gid != getegid());
}

static enum program_kind kind_of(const char *path)
{
	char buf[4096];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd == -1 ? -1 : read(fd, buf, sizeof(buf));

	if (fd != -1)
		close(fd);
	return n > 0 ? program_kind(buf, (size_t)n) : PROGRAM_UNKNOWN;
}

static void library(struct findings *f)
{
	struct malloc_watch m;
	struct sk_err err = { 0 };

	enum sk_code rc = malloc_watch_init(&m, 1, false, &err);

	if (rc == SK_OK)
		found_ok(f, "allocator statistics (--malloc-stats): the library is %s", m.library);
	else
		found(f, FINDING_WARN, "no allocator statistics",
		      rc == SK_EIO ? "mount -t tmpfs tmpfs /dev/shm" : "make, or make install", "%s", err.msg);
	malloc_watch_release(&m);
}

void doctor_command(struct findings *f, const char *name)
{
	static const char lost[] = "--malloc-stats will have nothing of it, the rest is measured as ever";
	char path[PATH_MAX];
	struct stat st;

	if (!program_find(name, path, sizeof(path))) {
		found(f, FINDING_FAIL, "it cannot be launched", NULL, "there is no program %s", name);
		return;
	}
	found_ok(f, "%s would be launched", path);
	library(f);
	if (stat(path, &st) == 0 && gains_rights(&st))
		found(f, FINDING_WARN, lost, "run a copy without that bit",
		      "%s is setuid or setgid: no library is loaded into it", path);
	else if (kind_of(path) == PROGRAM_STATIC)
		found(f, FINDING_WARN, lost, "link it dynamically", "%s is a static program: no library can be loaded into it",
		      path);
	else if (kind_of(path) == PROGRAM_OTHER)
		found(f, FINDING_WARN, lost, NULL, "%s is of another class of machine or another libc than soakd", path);
	else if (kind_of(path) == PROGRAM_SCRIPT)
		found_ok(f, "%s is a script: what is said of allocators is its interpreter's, and that of what it starts", path);
}
