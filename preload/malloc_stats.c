/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * libsoakd-malloc.so: loaded into a program that soakd launches with --malloc-stats, it writes each second what the allocator
 * has into the page that soakd gave (base/malloc_page.h).
 *
 *   constructor ──▶ map the page, claim a slot, start one thread      fork() ──▶ the same in the child, once fork() is over
 *   thread      ──▶ ask the allocator, write, sleep                   exec   ──▶ a new constructor: the environment goes along
 *
 * It is a guest: it prints nothing, fails nothing, allocates nothing after the start, hears no signal, and any trouble is a code
 * in the slot or silence. fork(), daemon() and forkpty() are wrapped instead of using pthread_atfork(), because an allocator's
 * own handlers may not have run yet when ours would, and pthread_create() allocates. capset() is wrapped: it ends our thread.
 */
#include <errno.h>
#include <fcntl.h>
#include <dlfcn.h>
#include <pthread.h>
#include <pty.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "preload/allocators.h"

#define NS_PER_S           1000000000ULL
#define STALL_NS           20000000ULL /* the processor time of one look that a program is not asked to wait for */
#define SHARE              1000        /* of the time: one look, then 1000 times its length of sleep */
#define STACK              (64 * 1024)
#define FRESH_NS(sleep_ns) (3 * (sleep_ns) + 2 * NS_PER_S) /* figures older than that were left behind */

#define PUBLIC __attribute__((visibility("default")))

static struct malloc_page *page;
static bool known; /* the allocator */
static pid_t began_in;
static pthread_t thread; /* of began_in, where it has one: `running` */
static bool running;
static sem_t stop;
static int (*real_capset)(void *, const void *);
static pid_t (*real_fork)(void);
static int (*real_daemon)(int, int);
static int (*real_forkpty)(int *, char *, const struct termios *, const struct winsize *);

static uint64_t clock_ns(clockid_t clock)
{
	struct timespec t = { 0, 0 };

	clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

struct self {
	char state;         /* of the main thread */
	uint64_t threads;   /* with it, also when it has ended */
	uint64_t starttime; /* 0: not to be had */
};

/* The fields 3, 20 and 22 of /proc/self/stat; the second may hold anything but ends at the last parenthesis. See proc(5). */
static struct self self_read(void)
{
	char buf[1024], *s;
	int fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd == -1 ? -1 : read(fd, buf, sizeof(buf) - 1);
	struct self self = { 0, 0, 0 };

	if (fd != -1)
		close(fd);
	if (n <= 0)
		return self;
	buf[n] = '\0';
	s = strrchr(buf, ')');
	for (int field = 3; s && field <= 22; field++) {
		uint64_t v = 0;

		s = strchr(s + 1, ' ');
		for (char *digit = s ? s + 1 : buf + n; *digit >= '0' && *digit <= '9'; digit++)
			v = v * 10 + (uint64_t)(*digit - '0');
		if (s && field == 3)
			self.state = s[1];
		else if (s && field == 20)
			self.threads = v;
		else if (s && field == 22)
			self.starttime = v;
	}
	return self;
}

/* A program whose threads all have ended is over: it must not wait for ours. */
static bool is_last(void)
{
	struct self self = self_read();

	return self.state == 'Z' && self.threads <= 2;
}

/* true: told to stop. */
static bool rest(uint64_t ns)
{
	uint64_t until = clock_ns(CLOCK_MONOTONIC) + ns;

	return sem_clockwait(&stop, CLOCK_MONOTONIC,
			     &(struct timespec){ (time_t)(until / NS_PER_S), (long)(until % NS_PER_S) }) == 0;
}

static void *watch(void *arg)
{
	struct malloc_slot *slot = arg;
	const uint32_t pid = (uint32_t)getpid();

	prctl(PR_SET_NAME, "soakd-malloc");
	while (atomic_load(&slot->pid) == pid && !is_last()) { /* another pid: soakd took it back, it thought us dead */
		struct malloc_figures f = { MALLOC_UNKNOWN, MALLOC_UNKNOWN, MALLOC_UNKNOWN,
					    MALLOC_UNKNOWN, UINT64_MAX,     MALLOC_GOOD };
		uint64_t began = clock_ns(CLOCK_THREAD_CPUTIME_ID), took, sleep_ns = page->interval_ms * 1000000ULL;

		if (!allocator_ask(&f))
			f.code = MALLOC_FOREIGN;
		took = clock_ns(CLOCK_THREAD_CPUTIME_ID) - began;
		if (took > STALL_NS && !page->allow_stall)
			f.code = MALLOC_SLOW;
		if (sleep_ns < took * SHARE)
			sleep_ns = took * SHARE;
		if (f.code == MALLOC_GOOD)
			f.until_ns = clock_ns(CLOCK_MONOTONIC) + FRESH_NS(sleep_ns);
		malloc_slot_write(slot, &f);
		if (f.code != MALLOC_GOOD)
			break;
		if (rest(sleep_ns))
			break;
	}
	return NULL;
}

/* With all signals blocked: the program's handlers run in its own threads alone. */
static bool start_thread(struct malloc_slot *slot, size_t stack)
{
	pthread_attr_t attr;
	sigset_t all, before;

	if (pthread_attr_init(&attr) != 0)
		return false;
	if (stack)
		pthread_attr_setstacksize(&attr, stack);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	running = pthread_create(&thread, &attr, watch, slot) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attr);
	return running;
}

/* In a process that has none yet. */
static void begin(void)
{
	struct malloc_figures none = {
		MALLOC_UNKNOWN, MALLOC_UNKNOWN, MALLOC_UNKNOWN, MALLOC_UNKNOWN, UINT64_MAX, MALLOC_FOREIGN
	};
	struct malloc_slot *slot;
	int before = errno;

	if (!page || began_in == getpid())
		return;
	began_in = getpid();
	running = false;
	sem_init(&stop, 0, 0);
	slot = malloc_slot_claim(page, (uint32_t)began_in, self_read().starttime);
	if (slot && !(known && (start_thread(slot, STACK) || start_thread(slot, 0)))) { /* much thread-local storage needs more */
		none.code = known ? MALLOC_NO_THREAD : MALLOC_FOREIGN;
		malloc_slot_write(slot, &none);
	}
	errno = before;
}

static struct malloc_page *map_page(void)
{
	const char *path = getenv(MALLOC_PAGE_ENV);
	struct malloc_page *p = MAP_FAILED;
	struct stat st;
	int fd = path && *path ? open(path, O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK) : -1;

	if (fd == -1)
		return NULL;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size == (off_t)sizeof(*p))
		p = mmap(NULL, sizeof(*p), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (p == MAP_FAILED)
		return NULL;
	if (p->magic == MALLOC_PAGE_MAGIC && p->interval_ms > 0)
		return p;
	munmap(p, sizeof(*p));
	return NULL;
}

static void find_next(void *function, const char *name)
{
	void *f = dlsym(RTLD_NEXT, name);

	memcpy(function, &f, sizeof(f));
}

__attribute__((constructor)) static void start(void)
{
	int before = errno;

	find_next(&real_fork, "fork");
	find_next(&real_daemon, "daemon");
	find_next(&real_forkpty, "forkpty");
	page = map_page();
	known = page && allocator_find();
	begin();
	errno = before;
}

/* A library whose constructor runs before ours may already fork. */
#define REAL(f, name) ((f) || (find_next(&(f), name), (f)))

PUBLIC pid_t fork(void)
{
	pid_t pid;

	if (!REAL(real_fork, "fork")) {
		errno = ENOSYS;
		return -1;
	}
	pid = real_fork();
	if (pid == 0)
		begin();
	return pid;
}

PUBLIC int daemon(int nochdir, int noclose)
{
	int rc;

	if (!REAL(real_daemon, "daemon")) {
		errno = ENOSYS;
		return -1;
	}
	rc = real_daemon(nochdir, noclose);
	if (rc == 0)
		begin();
	return rc;
}

PUBLIC int forkpty(int *amaster, char *name, const struct termios *termp, const struct winsize *winp)
{
	int pid;

	if (!REAL(real_forkpty, "forkpty")) {
		errno = ENOSYS;
		return -1;
	}
	pid = real_forkpty(amaster, name, termp, winp);
	if (pid == 0)
		begin();
	return pid;
}

/*
 * Capabilities and PR_SET_KEEPCAPS are a thread's own, users and groups are set in all threads at once, and glibc aborts where one
 * may and another may not: setpriv(1) did. Who calls this gets his one thread back. Bounded: it may hold a lock that ours wants.
 */
int capset(void *header, const void *data);
PUBLIC int capset(void *header, const void *data)
{
	struct timespec until = { 0, 0 };

	if (!REAL(real_capset, "capset")) {
		errno = ENOSYS;
		return -1;
	}
	if (running && began_in == getpid()) {
		running = false;
		sem_post(&stop);
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_sec++;
		pthread_timedjoin_np(thread, NULL, &until);
	}
	return real_capset(header, data);
}
