/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page between launched programs and the monitor: claims, torn writes, the dead, pids used again, and the environment. */
#include "tests/check.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "soakd/malloc_page.h"
#include "tests/soakd/fake_proc.h"

#define NOW 1000

static struct malloc_page page;
static struct malloc_watch watch;

static int fresh(void **unused)
{
	(void)unused;
	memset(&page, 0, sizeof(page));
	watch = (struct malloc_watch){ .page = &page, .path = "/dev/shm/soakd-x/7", .library = "/lib/x.so" };
	return 0;
}

static struct malloc_slot *say(uint32_t pid, uint64_t starttime, uint64_t kb)
{
	struct malloc_slot *s = malloc_slot_claim(&page, pid, starttime);
	const struct malloc_figures f = { kb * 1024, kb * 2048, kb * 1024, MALLOC_UNKNOWN, NOW, MALLOC_GOOD };

	assert_non_null(s);
	malloc_slot_write(s, &f);
	return s;
}

static void claims(void **unused)
{
	struct malloc_slot *a = malloc_slot_claim(&page, 10, 1), *b = malloc_slot_claim(&page, 11, 1);
	struct malloc_figures f;

	(void)unused;
	assert_ptr_equal(a, &page.slot[0]);
	assert_ptr_equal(b, &page.slot[1]);
	assert_int_equal(page.high, 2);
	assert_false(malloc_slot_read(a, &f)); /* claimed, not written */
	say(10, 1, 5);
	assert_true(malloc_slot_read(a, &f));
	assert_int_equal(f.in_use, 5 * 1024);
	/* after an exec: the same slot, and nothing of the program before */
	assert_ptr_equal(malloc_slot_claim(&page, 10, 1), a);
	assert_false(malloc_slot_read(a, &f));
	atomic_store(&a->pid, 0);
	assert_ptr_equal(malloc_slot_claim(&page, 12, 1), a); /* the first that is free */
	for (uint32_t i = 2; i < MALLOC_SLOTS; i++)
		assert_non_null(malloc_slot_claim(&page, 100 + i, 1));
	assert_null(malloc_slot_claim(&page, 99, 1));
	assert_int_equal(page.full, 1);
	assert_int_equal(page.high, MALLOC_SLOTS);
}

static void *claim_some(void *arg)
{
	uint32_t first = *(uint32_t *)arg;

	for (uint32_t i = 0; i < 100; i++)
		if (!malloc_slot_claim(&page, first + i, 1))
			abort();
	return NULL;
}

static void claims_at_once(void **unused)
{
	pthread_t t[8];
	uint32_t first[8];
	size_t taken = 0;

	(void)unused;
	for (uint32_t i = 0; i < 8; i++) {
		first[i] = 1000 + 100 * i;
		assert_int_equal(pthread_create(&t[i], NULL, claim_some, &first[i]), 0);
	}
	for (size_t i = 0; i < 8; i++)
		pthread_join(t[i], NULL);
	for (size_t i = 0; i < MALLOC_SLOTS; i++)
		taken += page.slot[i].pid != 0;
	assert_int_equal(taken, 800); /* nobody took another's */
	assert_true(page.high >= 800);
}

static void *write_many(void *arg)
{
	for (uint64_t i = 1; i <= 200000; i++) {
		const struct malloc_figures f = { i, 2 * i, 3 * i, 4 * i, 5 * i, MALLOC_GOOD };

		malloc_slot_write(arg, &f);
	}
	return NULL;
}

static void never_torn(void **unused)
{
	struct malloc_slot *s = malloc_slot_claim(&page, 10, 1);
	struct malloc_figures f = { 0 };
	pthread_t t;

	(void)unused;
	assert_int_equal(pthread_create(&t, NULL, write_many, s), 0);
	while (f.in_use < 200000)
		if (malloc_slot_read(s, &f) && (f.mapped != 2 * f.in_use || f.unused != 3 * f.in_use ||
						f.retained != 4 * f.in_use || f.until_ns != 5 * f.in_use))
			fail_msg("torn: %lu %lu", (unsigned long)f.in_use, (unsigned long)f.mapped);
	pthread_join(t, NULL);
	atomic_store(&s->seq, 7); /* its writer was killed in the middle */
	assert_false(malloc_slot_read(s, &f));
}

static void freshness(void **unused)
{
	struct malloc_slot *s = say(10, 1, 5);
	const struct malloc_figures slow = { MALLOC_UNKNOWN, MALLOC_UNKNOWN, MALLOC_UNKNOWN,
					     MALLOC_UNKNOWN, UINT64_MAX,     MALLOC_SLOW };
	const struct proc p = { .pid = 10, .starttime = 1 };
	struct malloc_figures f;

	(void)unused;
	assert_true(malloc_watch_read(s, NOW, &f));
	assert_false(malloc_watch_read(s, NOW + 1, &f)); /* left behind by what was there before an exec */
	malloc_slot_write(s, &slow);
	assert_false(malloc_watch_read(s, NOW, &f));
	assert_non_null(strstr(malloc_watch_why(&watch, NULL, &p), "--allow-stall"));
}

/* Without a slot it is asked of the kernel whether the library is there. */
static void why_without_a_slot(void **unused)
{
	char maps[12000];
	const struct proc p = { .pid = 10, .starttime = 1 };
	struct fake fake;

	(void)unused;
	fake_open(&fake);
	fake_add(&fake, 10, 1, 1, "srv", NULL);
	fake_sync(&fake);
	assert_non_null(strstr(malloc_watch_why(&watch, &fake.fs, &p), "cannot be seen"));
	fake_write(fake_path(&fake, "proc/10/maps"), "7f00-7f01 r-xp 0 0 0 /lib/libc.so.6\n");
	assert_non_null(strstr(malloc_watch_why(&watch, &fake.fs, &p), "the library is not in it"));
	for (size_t at = 4070; at < 4120; at += 7) { /* also where one chunk ends and the next begins */
		memset(maps, 'l', sizeof(maps));
		snprintf(maps + at, sizeof(maps) - at, "%s\n", "/lib/libsoakd-malloc.so");
		fake_write(fake_path(&fake, "proc/10/maps"), maps);
		assert_non_null(strstr(malloc_watch_why(&watch, &fake.fs, &p), "could not open the page"));
	}
	page.full = 1;
	assert_non_null(strstr(malloc_watch_why(&watch, &fake.fs, &p), "more processes"));
	atomic_store(&say(10, 1, 5)->code, 12345); /* a foreign program can write anything */
	assert_non_null(strstr(malloc_watch_why(&watch, &fake.fs, &p), "more processes"));
	fake_close(&fake);
}

static uint32_t dead_pid(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	waitpid(pid, NULL, 0);
	return (uint32_t)pid;
}

static void sums(void **unused)
{
	struct proc proc[] = { { .pid = 20, .starttime = 5 }, { .pid = 21, .starttime = 6 }, { .pid = 22, .starttime = 7 } };
	const struct target t = { .proc = proc, .n = 3 };
	struct malloc_slot *gone, *living, *claimed;
	struct malloc_sum sum;

	(void)unused;
	malloc_watch_sum(&watch, &t, NOW, &sum);
	assert_true(isnan(sum.used_kb) && isnan(sum.mapped_kb)); /* nobody said anything: no value, not 0 */
	assert_int_equal((int)sum.sampled, 0);
	say(20, 5, 100);
	say(21, 6, 11);
	gone = say(dead_pid(), 9, 1000);
	living = say((uint32_t)getpid(), 9, 1000);
	claimed = malloc_slot_claim(&page, 22, 0); /* its start time is not there yet */
	malloc_watch_sum(&watch, &t, NOW, &sum);
	assert_double_equal(sum.used_kb, 111, 0);
	assert_double_equal(sum.mapped_kb, 222, 0);
	assert_int_equal((int)sum.sampled, 2);
	assert_int_equal(gone->pid, 0);
	assert_int_equal(living->pid, getpid()); /* not in the tree, and alive: it may be on its way */
	assert_int_equal(claimed->pid, 22);
	assert_null(malloc_watch_slot(&watch, &proc[2]));
	assert_ptr_equal(malloc_watch_slot(&watch, &proc[1]), &page.slot[1]);

	proc[1].starttime = 60; /* another process has the number now */
	malloc_watch_sum(&watch, &t, NOW, &sum);
	assert_double_equal(sum.used_kb, 100, 0);
	assert_int_equal(page.slot[1].pid, 0);
	atomic_store(&page.high, UINT32_MAX); /* what foreign programs write leads nowhere */
	malloc_watch_sum(&watch, &t, NOW, &sum);
	assert_double_equal(sum.used_kb, 100, 0);
}

static void environment(void **unused)
{
	char *const plain[] = { "A=1", "LD_PRELOADX=y", NULL },
		    *const loaded[] = { "LD_PRELOAD=/a.so /b.so", "SOAKD_MALLOC_PAGE=/old", "A=1", NULL },
		    *const empty[] = { "LD_PRELOAD=", NULL };
	static const char where[] = "SOAKD_MALLOC_PAGE=/dev/shm/soakd-x/7";
	char **env;

	(void)unused;
	env = malloc_watch_environ(&watch, plain);
	assert_string_equal(env[0], "A=1");
	assert_string_equal(env[1], "LD_PRELOADX=y");
	assert_string_equal(env[2], "LD_PRELOAD=/lib/x.so");
	assert_string_equal(env[3], where);
	assert_null(env[4]);
	free(env);
	env = malloc_watch_environ(&watch, loaded);
	assert_string_equal(env[0], "A=1");
	assert_string_equal(env[1], "LD_PRELOAD=/a.so /b.so:/lib/x.so");
	assert_string_equal(env[2], where);
	assert_null(env[3]);
	free(env);
	env = malloc_watch_environ(&watch, empty);
	assert_string_equal(env[0], "LD_PRELOAD=/lib/x.so");
	free(env);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(claims, fresh),
		cmocka_unit_test_setup(claims_at_once, fresh),
		cmocka_unit_test_setup(never_torn, fresh),
		cmocka_unit_test_setup(freshness, fresh),
		cmocka_unit_test_setup(why_without_a_slot, fresh),
		cmocka_unit_test_setup(sums, fresh),
		cmocka_unit_test_setup(environment, fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
