/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Following a real tree by files that stay open, with stat and with statm as the pulse: births from any thread, deaths, zombies,
 * new commands, and the system calls and the memory that this may not take. No step waits for time: refreshes are told theirs.
 */
#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "tests/soakd/fake_proc.h"

#include "tests/samplers/count_malloc.h"

/* ---- a process that forks when it is told to, from its first thread ('m') or its second ('t'); 'x': it calls exec ------- */

static int order[2], answer[2]; /* pipes */
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t told = PTHREAD_COND_INITIALIZER;
static bool wanted;

static void fork_one(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	if (write(answer[1], &pid, sizeof(pid)) != (ssize_t)sizeof(pid))
		_exit(1);
}

static void *second_thread(void *arg)
{
	(void)arg;
	pthread_mutex_lock(&turn);
	for (;;) {
		while (!wanted)
			pthread_cond_wait(&told, &turn);
		wanted = false;
		fork_one();
	}
	return NULL;
}

static void obey(void)
{
	char name[] = "sleep", seconds[] = "1000", c;
	char *const argv[] = { name, seconds, NULL };
	pthread_t second;
	pid_t ready = 0;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGCHLD, SIG_IGN); /* its dead do not stay */
	if (pthread_create(&second, NULL, second_thread, NULL) != 0 || write(answer[1], &ready, sizeof(ready)) < 0)
		_exit(1);
	while (read(order[0], &c, 1) == 1) {
		if (c == 'm') {
			fork_one();
		} else if (c == 'x') {
			execvp(name, argv);
			_exit(1);
		} else {
			pthread_mutex_lock(&turn);
			wanted = true;
			pthread_cond_signal(&told);
			pthread_mutex_unlock(&turn);
		}
	}
	_exit(0);
}

static pid_t hear(void)
{
	pid_t pid = -1;

	assert_int_equal(read(answer[0], &pid, sizeof(pid)), sizeof(pid));
	return pid;
}

static pid_t tell(char c)
{
	assert_int_equal(write(order[1], &c, 1), 1);
	return hear();
}

struct watched {
	struct procfs fs;
	struct target t;
	struct fake f; /* for its events */
	pid_t root;
};

static void begin(struct watched *w, const char *pulse)
{
	struct target_spec spec;
	char text[32];

	memset(w, 0, sizeof(*w));
	assert_int_equal(pipe(order), 0);
	assert_int_equal(pipe(answer), 0);
	w->root = fork();
	assert_true(w->root >= 0);
	if (w->root == 0)
		obey();
	assert_int_equal(hear(), 0);
	snprintf(text, sizeof(text), "pid:%d", (int)w->root);
	assert_int_equal(procfs_open(&w->fs, "/proc", NULL), SK_OK);
	assert_int_equal(target_spec_parse(text, &spec, NULL), SK_OK);
	assert_int_equal(target_init(&w->t, &spec, &w->fs, NULL), SK_OK);
	w->t.pulse = pulse;
	w->t.event = fake_event;
	w->t.event_ctx = &w->f;
	assert_int_equal(target_adopt(&w->t, w->root, NULL), SK_OK); /* by name our own children are none of a target's */
	assert_int_equal(w->t.n, 1);
	assert_true(procfs_is_kept(&w->fs, w->root));
}

static void end(struct watched *w)
{
	for (size_t i = 0; i < w->t.n; i++)
		kill(w->t.proc[i].pid, SIGKILL);
	waitpid(w->root, NULL, 0);
	target_release(&w->t);
	procfs_close(&w->fs);
	for (int i = 0; i < 2; i++) {
		close(order[i]);
		close(answer[i]);
	}
}

/* Refreshes at that second and returns how many there are. */
static size_t at(struct watched *w, double elapsed_s)
{
	w->f.events[0] = '\0';
	assert_int_equal(target_refresh(&w->t, elapsed_s, NULL), SK_OK);
	return w->t.n;
}

static void kill_and_wait(struct watched *w, pid_t pid)
{
	struct proc_stat st;

	assert_int_equal(kill(pid, SIGKILL), 0);
	while (proc_stat_read(&w->fs, pid, &st, NULL) == SK_OK) /* its parent does not wait for it: it goes by itself */
		usleep(1000);
}

static void births_and_deaths(const char *pulse)
{
	struct watched w;
	pid_t a, b, c, d;

	begin(&w, pulse);
	assert_int_equal(at(&w, 100), 1); /* a full look: of now, and the root is young no more */
	a = tell('m');
	assert_int_equal(at(&w, 101), 2);
	assert_true(target_has_pid(&w.t, a) && w.t.proc[1].born);
	assert_double_equal(w.t.proc[1].first_s, 101, 0);
	b = tell('t'); /* of a thread that never forked before: the next full look finds it, and it is born */
	assert_int_equal(at(&w, 102), 2);
	assert_int_equal(at(&w, 100 + LOOK_S), 3);
	assert_true(target_has_pid(&w.t, b) && w.t.proc[2].born);
	c = tell('t'); /* from now on it is one that forks */
	assert_int_equal(at(&w, 101 + LOOK_S), 4);
	d = tell('m');
	assert_int_equal(at(&w, 102 + LOOK_S), 5);
	assert_int_equal(w.t.proc[0].n_forker, 2);
	kill_and_wait(&w, a);
	kill_and_wait(&w, c);
	assert_int_equal(at(&w, 103 + LOOK_S), 3);
	assert_true(target_has_pid(&w.t, b) && target_has_pid(&w.t, d));
	assert_false(target_has_pid(&w.t, a) || target_has_pid(&w.t, c));
	assert_false(procfs_is_kept(&w.fs, a));
	kill_and_wait(&w, b);
	assert_int_equal(at(&w, 200), 2); /* the second thread has no child any more */
	assert_int_equal(w.t.proc[0].n_forker, 1);
	kill(w.root, SIGKILL); /* not reaped: an exited root is gone */
	assert_int_equal(waitid(P_PID, (id_t)w.root, &(siginfo_t){ 0 }, WEXITED | WNOWAIT), 0);
	assert_int_equal(target_refresh(&w.t, 201, NULL), SK_EGONE);
	assert_int_equal(w.t.state, TARGET_DEAD);
	kill(d, SIGKILL);
	end(&w);
}

static void by_stat(void **state)
{
	(void)state;
	births_and_deaths("stat");
}

static void by_statm(void **state)
{
	(void)state;
	births_and_deaths("statm");
}

/* By statm a new command is learned in the next full look, by stat at once. */
static void a_new_command(void **state)
{
	struct watched w;
	char c = 'x';

	(void)state;
	begin(&w, "statm");
	assert_int_equal(at(&w, 100), 1);
	assert_int_equal(write(order[1], &c, 1), 1);
	for (struct proc_stat st = { 0 }; strcmp(st.comm, "sleep") != 0;)
		assert_int_equal(proc_stat_read(&w.fs, w.root, &st, NULL), SK_OK);
	assert_int_equal(at(&w, 101), 1);
	assert_string_not_equal(w.t.proc[0].comm, "sleep");
	assert_int_equal(at(&w, 100 + LOOK_S), 1);
	assert_string_equal(w.t.proc[0].comm, "sleep");
	assert_string_equal(w.t.proc[0].role, "sleep");
	assert_string_equal(w.f.events, "");
	end(&w);
}

/* Young processes are looked at in full: they fork, exec and take their title. */
static void the_young(void **state)
{
	struct watched w;

	(void)state;
	begin(&w, "statm");
	assert_int_equal(at(&w, 1), 1);
	tell('t');
	assert_int_equal(at(&w, 2), 2);
	end(&w);
}

static size_t open_descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	size_t n = 0;

	assert_non_null(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

/* A hundred processes by number, some hundred times: no memory and no descriptor more than after the first time. */
static void nothing_grows(void **state)
{
	struct watched w;
	unsigned long before;
	size_t all;

	(void)state;
	int counting = count_begin();

	begin(&w, "statm");
	for (int i = 0; i < 100; i++)
		tell(i % 2 ? 'm' : 't');
	assert_int_equal(at(&w, 100), 101);
	assert_int_equal(at(&w, 200), 101);
	assert_int_equal(at(&w, 201), 101); /* by the pulse alone, for the first time */
	for (size_t i = 0; i < w.t.n; i++)
		assert_ptr_equal(proc_by_pid(&w.t, w.t.proc[i].pid), &w.t.proc[i]);
	assert_null(proc_by_pid(&w.t, 1));
	all = open_descriptors();
	before = mallocs;
	for (int i = 0; i < 300; i++)
		if (target_refresh(&w.t, 202 + i, NULL) != SK_OK)
			fail_msg("refresh %d", i);
	assert_int_equal(mallocs - before, 0);
	assert_int_equal(open_descriptors(), all);
	end(&w);
	if (!counting)
		skip();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_stat),   cmocka_unit_test(by_statm),      cmocka_unit_test(a_new_command),
		cmocka_unit_test(the_young), cmocka_unit_test(nothing_grows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
