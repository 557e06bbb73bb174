/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tools of --under: one table, and from it the command line. */
#include "soakd/under.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/atomic_file.h"
#include "base/mem.h"
#include "base/spawn.h"
#include "soakd/target.h"

#define WORDS_MAX 32 /* of ours, before the user's */

const char *const under_tool_names[] = { "none", "memcheck", "massif", "dhat", "heaptrack", NULL };

struct tool {
	const char *program, *package;
	const char *words[8]; /* %s: the file's path, with %p where the tool puts the pid */
};

/*
 * A child that is forked has a file of its own, by %p, so that its output need not be silenced. Only what is definitely lost is
 * searched for: what is "possibly" lost is, in programs with pools and tagged pointers, mostly alive.
 */
static const struct tool tools[] = {
	[UNDER_MEMCHECK] = { "valgrind",
			     "valgrind",
			     { "-q", "--tool=memcheck", "--leak-check=full", "--show-leak-kinds=definite",
			       "--child-silent-after-fork=no", "--xml=yes", "--xml-file=%s/under/memcheck.%%p.xml" } },
	[UNDER_MASSIF] = { "valgrind", "valgrind", { "-q", "--tool=massif", "--massif-out-file=%s/under/massif.%%p.out" } },
	[UNDER_DHAT] = { "valgrind", "valgrind", { "-q", "--tool=dhat", "--dhat-out-file=%s/under/dhat.%%p.json" } },
	[UNDER_HEAPTRACK] = { "heaptrack", "heaptrack", { "-o", "%s/under/heaptrack" } },
};

/*
 * What PostgreSQL takes once, when a server starts, and keeps without a pointer that memcheck could find: else every server would
 * fail. Each process that it forks has a copy. Seen with 15 under valgrind 3.19; its own list is src/tools/valgrind.supp.
 */
static const char postgres_suppressions[] = "{\n"
					    "   copies of the arguments and the environment, so that the title can be set\n"
					    "   Memcheck:Leak\n"
					    "   match-leak-kinds: definite\n"
					    "   ...\n"
					    "   fun:save_ps_display_args\n"
					    "}\n"
					    "{\n"
					    "   the arguments of the command line\n"
					    "   Memcheck:Leak\n"
					    "   match-leak-kinds: definite\n"
					    "   fun:malloc\n"
					    "   fun:strdup\n"
					    "   fun:PostmasterMain\n"
					    "}\n";

bool under_is_postgres(const struct run_options *o)
{
	const char *slash = strrchr(o->launch[0], '/');
	const struct target_kind *kind = target_kind_of_comm(slash ? slash + 1 : o->launch[0]);

	return kind && strcmp(kind->name, "postgres") == 0;
}

enum sk_code under_settle(const struct run_options *o, struct sk_err *err)
{
	const char *without = o->under_options ? "under-options" : o->under_suppressions.n ? "under-suppressions" : NULL;

	if (o->under == UNDER_NONE)
		return without ? sk_fail(err, SK_EUSAGE, 0, "--%s goes with --under: give both", without) : SK_OK;
	if (!o->launch && !o->resume)
		return sk_fail(
			err, SK_EUSAGE, 0,
			"--under %s needs a command that soakd launches (-- CMD ARGS): a program that runs already cannot be "
			"put under it",
			under_tool_names[o->under]);
	if (o->malloc_stats)
		return sk_fail(err, SK_EUSAGE, 0,
			       "--malloc-stats and --under %s: the tool puts an allocator of its own in place of the one that "
			       "would be asked; give one of them",
			       under_tool_names[o->under]);
	if (o->stop_on_leak)
		return sk_fail(
			err, SK_EUSAGE, 0,
			"--stop-on-leak and --under %s: what the tool finds is known only when the target has ended; give one "
			"of them",
			under_tool_names[o->under]);
	if (o->under_suppressions.n && o->under != UNDER_MEMCHECK)
		return sk_fail(err, SK_EUSAGE, 0, "--under-suppressions is for --under memcheck: %s has none",
			       under_tool_names[o->under]);
	for (size_t i = 0; i < o->under_suppressions.n; i++)
		if (access(o->under_suppressions.v[i], R_OK) != 0)
			return sk_fail(err, SK_EUSAGE, errno, "--under-suppressions %s: %s", o->under_suppressions.v[i],
				       strerror(errno));
	return SK_OK;
}

/* Where execvp() would find it; what is there and no program has errno EACCES. */
static bool find_program(const char *name, char *path, size_t n)
{
	const char *dirs = getenv("PATH"), *end;
	struct stat st;
	int sys = ENOENT;

	if (strchr(name, '/'))
		dirs = "";
	else if (!dirs || !*dirs)
		dirs = "/usr/local/bin:/usr/bin:/bin";
	for (;; dirs = end + 1) {
		end = strchrnul(dirs, ':');
		snprintf(path, n, "%.*s%s%s", (int)(end - dirs), dirs, end > dirs ? "/" : "", name);
		if (stat(path, &st) == 0 && !S_ISDIR(st.st_mode)) {
			if (access(path, X_OK) == 0)
				return true;
			sys = EACCES;
		}
		if (*end == '\0')
			break;
	}
	errno = sys;
	return false;
}

enum sk_code under_check(const struct run_options *o, struct sk_err *err)
{
	const struct tool *t = &tools[o->under];
	char path[PATH_MAX];

	if (!find_program(t->program, path, sizeof(path)))
		return sk_fail(err, SK_ENOTFOUND, errno, "--under %s: there is no program %s; install the package %s",
			       under_tool_names[o->under], t->program, t->package);
	if (!find_program(o->launch[0], path, sizeof(path)))
		return sk_fail(err, errno == ENOENT ? SK_ENOTFOUND : SK_EPERM, errno, "cannot run %s: %s", o->launch[0],
			       strerror(errno));
	return SK_OK;
}

/* Whether a program's file has these bytes: the name of a library that it needs, a word of a script. */
static bool program_has(const char *name, const char *bytes)
{
	char path[PATH_MAX];
	struct stat st;
	bool has = false;
	int fd = find_program(name, path, sizeof(path)) ? open(path, O_RDONLY | O_CLOEXEC) : -1;

	if (fd == -1)
		return false;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0) {
		void *p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);

		if (p != MAP_FAILED) {
			has = memmem(p, (size_t)st.st_size, bytes, strlen(bytes)) != NULL;
			munmap(p, (size_t)st.st_size);
		}
	}
	close(fd);
	return has;
}

struct words {
	const char *v[WORDS_MAX];
	size_t n;
	struct text store; /* offsets until all are there: see word() */
	size_t at[WORDS_MAX];
};

static void word(struct words *w, const char *prefix, const char *s)
{
	w->at[w->n++] = w->store.len;
	text_add(&w->store, prefix);
	text_addn(&w->store, s, strlen(s) + 1);
}

/*
 * valgrind takes %p, %q and %n in a file's name: what is the path's own is doubled.
 * heaptrack takes %h and %p, and knows no such way.
 */
static void file_word(struct words *w, const char *format, const char *dir, bool doubled)
{
	w->at[w->n++] = w->store.len;
	for (const char *f = format; *f; f++) {
		if (f[0] == '%' && f[1] == 's') {
			for (const char *d = dir; *d; d++)
				text_add(&w->store, *d == '%' && doubled ? "%%" : (const char[]){ *d, '\0' });
			f++;
		} else if (f[0] == '%' && f[1] == '%') {
			text_addc(&w->store, *f++);
		} else {
			text_addc(&w->store, *f);
		}
	}
	text_addn(&w->store, "", 1);
}

static void add_words(struct words *w, const struct run_options *o, const char *dir)
{
	const struct tool *t = &tools[o->under];

	word(w, "", t->program);
	for (size_t i = 0; t->words[i]; i++)
		file_word(w, t->words[i], dir, true);
	if (o->under == UNDER_HEAPTRACK) {
		/* newer ones would open their window at the end */
		if (program_has(t->program, "--record-only"))
			word(w, "", "--record-only");
		return;
	}
	word(w, "", "--trace-children=yes");
	/* no pipes for a debugger in /tmp: one that is killed leaves them, and they stop another user's who gets the same pid */
	word(w, "", "--vgdb=no");
	/* malloc of a program that brings its own: redis of Debian. Without it nothing would be counted */
	if (program_has(o->launch[0], "libjemalloc.so"))
		word(w, "", "--soname-synonyms=somalloc=libjemalloc*");
	if (o->under == UNDER_MEMCHECK && under_is_postgres(o))
		file_word(w, "--suppressions=%s/under/postgres.supp", dir, false);
	for (size_t i = 0; i < o->under_suppressions.n && i < WORDS_MAX / 2; i++)
		word(w, "--suppressions=", o->under_suppressions.v[i]);
}

/* argv and, behind it, the text of our words; the user's are split into an allocation of their own that is copied. */
static char **join(const struct words *w, char **more, size_t n_more, char **command)
{
	size_t n = 0, more_bytes = 0, at;

	while (command[n])
		n++;
	for (size_t i = 0; i < n_more; i++)
		more_bytes += strlen(more[i]) + 1;
	char **argv = w->store.failed ? NULL : malloc((w->n + n_more + n + 1) * sizeof(*argv) + w->store.len + more_bytes);

	if (!argv)
		return NULL;
	char *text = (char *)(argv + w->n + n_more + n + 1);

	memcpy(text, w->store.s, w->store.len);
	for (at = 0; at < w->n; at++)
		argv[at] = text + w->at[at];
	text += w->store.len;
	for (size_t i = 0; i < n_more; i++) {
		argv[at++] = text;
		text = mempcpy(text, more[i], strlen(more[i]) + 1);
	}
	for (size_t i = 0; i <= n; i++) /* with its NULL */
		argv[at++] = command[i];
	return argv;
}

/* heaptrack is a shell script that does not quote the file's name. */
static enum sk_code check_path(const struct run_options *o, const char *dir, struct sk_err *err)
{
	if (o->under == UNDER_HEAPTRACK && strpbrk(dir, " \t\n*?[%'\"\\$`"))
		return sk_fail(
			err, SK_EUSAGE, 0,
			"--under heaptrack cannot write into \"%s\": give --out a path without blanks and special characters",
			dir);
	return SK_OK;
}

char **under_command(const struct run_options *o, const char *dir, struct sk_err *err)
{
	char whole[PATH_MAX], under[PATH_MAX + 8], **more = NULL, **argv = NULL;
	struct words w = { .n = 0, .store = TEXT_INIT };
	struct text file = TEXT_INIT;
	size_t n_more = 0;
	enum sk_code rc = SK_OK;

	if (!realpath(dir, whole)) {
		sk_fail(err, SK_EIO, errno, "cannot find the run directory %s: %s", dir, strerror(errno));
		return NULL;
	}
	snprintf(under, sizeof(under), "%s/under", whole);
	rc = check_path(o, whole, err);
	if (rc == SK_OK && o->under_options)
		rc = words_split(o->under_options, &more, &n_more, err);
	if (rc == SK_OK && mkdir(under, 0755) != 0)
		rc = sk_fail(err, SK_EIO, errno, "cannot make %s: %s", under, strerror(errno));
	if (rc == SK_OK && o->under == UNDER_MEMCHECK && under_is_postgres(o)) {
		text_addf(&file, "%s/postgres.supp", under);
		rc = atomic_write(text_str(&file), postgres_suppressions, sizeof(postgres_suppressions) - 1, err);
	}
	if (rc == SK_OK) {
		add_words(&w, o, whole);
		argv = join(&w, more, n_more, o->launch);
		if (!argv)
			sk_fail(err, SK_ENOMEM, 0, "no memory for the command under %s", under_tool_names[o->under]);
	}
	text_release(&w.store);
	text_release(&file);
	free(more);
	return argv;
}
