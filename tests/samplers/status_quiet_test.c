/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A process that does nothing is not asked for its status, on the real /proc: in every row the figures are those of a fresh reading,
 * whatever the process did, and whatever was done to it.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "samplers/registry.h"
#include "samplers/sampler.h"
#include "tests/check.h"

#define PAGE       4096
#define FILE_PAGES 4
#define ROOM       ((size_t)256 * PAGE)

struct room {
	char *anon, *shared, *file; /* the same addresses in parent and child */
};

typedef void step_fn(struct room *r);

static void nothing(struct room *r)
{
	(void)r;
}

static void faults(struct room *r)
{
	memset(r->anon, 1, 20 * PAGE);
}

static void gives_back(struct room *r)
{
	madvise(r->anon, 10 * PAGE, MADV_DONTNEED);
}

static void unmaps(struct room *r)
{
	munmap(r->anon + 15 * PAGE, 5 * PAGE);
}

static void touches_shared(struct room *r)
{
	memset(r->shared, 1, 30 * PAGE);
}

static void reads_a_file(struct room *r)
{
	for (int i = 0; i < FILE_PAGES; i++)
		if (*(volatile char *)(r->file + i * PAGE) == 1)
			getpid();
}

/* As many pages as before, and as many of them shared: statm says the same. */
static void trades(struct room *r)
{
	madvise(r->file, FILE_PAGES * PAGE, MADV_DONTNEED);
	memset(r->shared + 40 * PAGE, 1, FILE_PAGES * PAGE);
}

static void moves(struct room *r)
{
	void *to = mmap(NULL, ROOM, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (to == MAP_FAILED || mremap(r->anon + 100 * PAGE, 50 * PAGE, 50 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, to) != to)
		_exit(1);
}

static step_fn *const steps[] = { nothing, faults, gives_back, unmaps, touches_shared, reads_a_file, trades, moves };
#define STEPS (sizeof(steps) / sizeof(*steps))

static struct room room_make(void)
{
	int exe = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	struct room r = { mmap(NULL, ROOM, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
			  mmap(NULL, ROOM, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0),
			  mmap(NULL, FILE_PAGES * PAGE, PROT_READ, MAP_PRIVATE, exe, 0) };

	assert_true(r.anon != MAP_FAILED && r.shared != MAP_FAILED && r.file != MAP_FAILED);
	close(exe);
	madvise(r.anon, ROOM, MADV_NOHUGEPAGE);
	return r;
}

static void room_free(struct room *r)
{
	munmap(r->anon, ROOM);
	munmap(r->shared, ROOM);
	munmap(r->file, FILE_PAGES * PAGE);
}

static void wait_stopped(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, WUNTRACED), pid);
	assert_true(WIFSTOPPED(status));
}

/* Stops after each step: nothing changes while it is looked at. */
static pid_t start(struct room *r)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		raise(SIGSTOP);
		for (size_t i = 0; i < STEPS; i++) {
			steps[i](r);
			raise(SIGSTOP);
		}
		_exit(0);
	}
	wait_stopped(pid);
	return pid;
}

static void end(pid_t pid)
{
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

struct watch {
	struct procfs fs, plain;
	pid_t pid;
	unsigned asked; /* how often its status was read, by the record that a reading leaves */
};

static void watch_begin(struct watch *w, pid_t pid)
{
	*w = (struct watch){ .pid = pid };
	assert_int_equal(procfs_open(&w->fs, "/proc", NULL), SK_OK);
	assert_int_equal(procfs_open(&w->plain, "/proc", NULL), SK_OK);
	procfs_keep(&w->fs, pid);
	assert_true(procfs_is_kept(&w->fs, pid));
}

static void watch_end(struct watch *w)
{
	procfs_close(&w->plain);
	procfs_close(&w->fs);
}

static void refresh(struct watch *w)
{
	procfs_row(&w->fs);
	assert_int_equal(procfs_read_once(&w->fs, w->pid, "stat", NULL), SK_OK);
}

/* A row of it: stat as the refresh reads it, then status; beside it what everybody sees. */
static void row(struct watch *w, const char *what)
{
	double ours[STATUS_N], theirs[STATUS_N];

	refresh(w);
	assert_int_equal(sampler_status.read(&w->fs, w->pid, ours, NULL), SK_OK);
	assert_int_equal(sampler_status.read(&w->plain, w->pid, theirs, NULL), SK_OK);
	for (int i = 0; i < STATUS_N; i++)
		if (!(ours[i] == theirs[i]))
			fail_msg("%s: %s is %g, not %g", what, sampler_status.metric[i].name, ours[i], theirs[i]);
	w->asked += kept_find(&w->fs.kept, w->pid)->status.row == w->fs.kept.row;
}

static void rows(struct watch *w, int n, const char *what)
{
	for (int i = 0; i < n; i++)
		row(w, what);
}

static void whatever_it_does(void **state)
{
	static const char *const names[STEPS] = { "nothing",        "faults",       "gives back", "unmaps",
						  "touches shared", "reads a file", "trades",     "moves" };

	(void)state;
	for (int between = 0; between <= 3; between++) { /* more rows between its steps: how long it has been quiet */
		struct room r = room_make();
		struct watch w;

		watch_begin(&w, start(&r));
		rows(&w, 4, "before all");
		for (size_t i = 0; i < STEPS; i++) {
			assert_int_equal(kill(w.pid, SIGCONT), 0);
			wait_stopped(w.pid);
			refresh(&w); /* a row of somebody who does not want status */
			rows(&w, between + 1, names[i]);
		}
		end(w.pid);
		procfs_row(&w.fs);
		double out[STATUS_N];

		assert_int_equal(sampler_status.read(&w.fs, w.pid, out, NULL), SK_EGONE);
		watch_end(&w);
		room_free(&r);
	}
}

/* A page that another process puts into its memory is in no counter of its own. */
static void whatever_is_done_to_it(void **state)
{
	struct room r = room_make();
	struct watch w;
	char byte = 1;

	(void)state;
	watch_begin(&w, start(&r));
	rows(&w, 4, "before all");
	for (size_t i = 0; i < 40; i++) {
		struct iovec from = { &byte, 1 }, to = { r.anon + i * PAGE, 1 };

		if (process_vm_writev(w.pid, &from, 1, &to, 1, 0) != 1) {
			end(w.pid);
			watch_end(&w);
			skip(); /* not allowed here */
		}
		row(&w, "a page from outside");
	}
	end(w.pid);
	watch_end(&w);
	room_free(&r);
}

/* And it is asked in one row of sixteen nevertheless, each process in its own. */
static void seldom_asked(void **state)
{
	struct room r = room_make();
	struct watch w, other;
	unsigned last = 0;

	(void)state;
	watch_begin(&w, start(&r));
	watch_begin(&other, start(&r));
	rows(&w, 8, "idle");
	w.asked = 0;
	for (int i = 0; i < 160; i++) {
		row(&w, "idle");
		if (kept_find(&w.fs.kept, w.pid)->status.row == w.fs.kept.row)
			last = w.fs.kept.row;
		assert_true(w.fs.kept.row - last < 16 || last == 0);
	}
	assert_in_range(w.asked, 10, 20); /* ten, if nobody else took a page from it */
	rows(&other, 168, "idle");
	assert_in_range(other.asked, 10, 24);
	if ((other.pid - w.pid) % 16 != 0)
		assert_int_not_equal(kept_find(&w.fs.kept, w.pid)->status.row, kept_find(&other.fs.kept, other.pid)->status.row);
	end(w.pid);
	end(other.pid);
	watch_end(&w);
	watch_end(&other);
	room_free(&r);
}

/* Who is busy pays for no statm; who is not kept, and who has nothing to compare with, is asked every time. */
static void only_the_quiet(void **state)
{
	struct room r = room_make();
	struct watch w;
	double out[STATUS_N];
	size_t len;

	(void)state;
	watch_begin(&w, start(&r));
	for (int i = 0; i < 40; i++) {
		procfs_row(&w.fs);
		struct kept *k = kept_find(&w.fs.kept, w.pid);

		k->stat[10] = (char)('a' + i % 2); /* as if its counters had moved */
		assert_int_equal(procfs_read_once(&w.fs, w.pid, "stat", NULL), SK_OK);
		assert_int_equal(sampler_status.read(&w.fs, w.pid, out, NULL), SK_OK);
		assert_null(kept_text(&w.fs.kept, k, KEPT_STATM, &len));
		assert_int_equal(k->status.row, w.fs.kept.row);
		assert_false(k->status.known);
	}
	for (int i = 0; i < 20; i++) { /* without stat */
		procfs_row(&w.fs);
		assert_int_equal(sampler_status.read(&w.fs, w.pid, out, NULL), SK_OK);
		assert_int_equal(kept_find(&w.fs.kept, w.pid)->status.row, w.fs.kept.row);
	}
	end(w.pid);
	watch_end(&w);
	room_free(&r);
}

/* How often in 160 rows of an idle process its status is read if it says this. */
static unsigned asked_of(const char *status)
{
	struct room r = room_make();
	struct watch w;
	double out[STATUS_N];
	unsigned asked = 0;
	int fd = memfd_create("status", 0);

	assert_int_equal(write(fd, status, strlen(status)), strlen(status));
	watch_begin(&w, start(&r));
	kept_find(&w.fs.kept, w.pid)->fd[KEPT_STATUS] = fd; /* closed with the others */
	for (int i = 0; i < 162; i++) {
		refresh(&w);
		assert_int_equal(sampler_status.read(&w.fs, w.pid, out, NULL), SK_OK);
		asked += i >= 2 && kept_find(&w.fs.kept, w.pid)->status.row == w.fs.kept.row;
	}
	end(w.pid);
	watch_end(&w);
	room_free(&r);
	return asked;
}

/* Swap can be given back without a fault and without a page less: who has some, or does not say, is asked every time. */
static void swap_is_always_asked_for(void **state)
{
	(void)state;
	assert_in_range(asked_of("VmSize:\t8 kB\nVmRSS:\t4 kB\nVmSwap:\t0 kB\n"), 10, 20);
	assert_int_equal(asked_of("VmSize:\t8 kB\nVmRSS:\t4 kB\nVmSwap:\t4 kB\n"), 160);
	assert_int_equal(asked_of("VmSize:\t8 kB\nVmRSS:\t4 kB\n"), 160);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whatever_it_does), cmocka_unit_test(whatever_is_done_to_it),   cmocka_unit_test(seldom_asked),
		cmocka_unit_test(only_the_quiet),   cmocka_unit_test(swap_is_always_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
