/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Real processes: what a launched program finds, how a failed exec is told, how a tree is ended, and following it on the real
 * /proc. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "tests/soakd/fake_proc.h"

#include "soakd/descriptors.h"
#include "soakd/kin.h"
#include "soakd/launch.h"

static char dir[64], log_file[100];

static int set_up(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/soakd-launch-XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	snprintf(log_file, sizeof(log_file), "%s/log", dir);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	fake_rm(dir);
	return 0;
}

/* What the log has by now, without the newline at its end. */
static const char *logged(void)
{
	static char text[4096];
	int fd = open(log_file, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd == -1 ? 0 : read(fd, text, sizeof(text) - 1);

	if (fd != -1)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	if (n > 0 && text[n - 1] == '\n')
		text[n - 1] = '\0';
	return text;
}

static pid_t sh(const char *script)
{
	char shell[] = "/bin/sh", c[] = "-c", *text = strdup(script);
	char *argv[] = { shell, c, text, NULL };
	struct sk_err err = { 0 };
	pid_t pid = -1;

	if (launch_command(argv, NULL, log_file, &pid, &err) != SK_OK)
		fail_msg("%s", err.msg);
	free(text);
	return pid;
}

static int status_of(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

/* A shell script says when it has got so far; a test waits for that, not for time. */
static void wait_for_log(const char *text)
{
	while (strcmp(logged(), text) != 0)
		poll(NULL, 0, 2);
}

static void fresh_log(void)
{
	remove(log_file);
}

static void output_and_input(void **state)
{
	(void)state;
	fresh_log();
	assert_int_equal(status_of(sh("echo one; echo two >&2; cat; exit 7")), 7 << 8);
	assert_string_equal(logged(), "one\ntwo"); /* and cat found the end of /dev/null at once */
	assert_int_equal(status_of(sh("echo three")), 0);
	assert_string_equal(logged(), "one\ntwo\nthree"); /* appended */
}

static void nothing_inherited(void **state)
{
	int leak = open("/dev/null", O_RDONLY); /* without CLOEXEC, as a library may */

	(void)state;
	fresh_log();
	assert_true(leak > 2);
	setenv("NOTIFY_SOCKET", "/run/x", 1);
	/* ls itself opens the directory as descriptor 3 */
	assert_int_equal(status_of(sh("ls -x /proc/self/fd; echo \"notify=$NOTIFY_SOCKET\"; [ $(cut -d \" \" -f 5 /proc/$$/stat) "
				      "= $$ ] && echo group")),
			 0);
	assert_string_equal(logged(), "0  1  2  3\nnotify=\ngroup");
	assert_string_equal(getenv("NOTIFY_SOCKET"), "/run/x");
	unsetenv("NOTIFY_SOCKET");
	close(leak);
}

/* We keep thousands of files open and raise our limit for it; others may call select(). */
/* valgrind answers getrlimit() itself: what it says is then not what a child gets. */
static bool limits_are_the_kernels(void)
{
	struct rlimit told;
	char line[256];
	unsigned long long soft = 0;
	FILE *f = fopen("/proc/self/limits", "r");

	while (f && fgets(line, sizeof(line), f))
		if (strncmp(line, "Max open files", 14) == 0)
			soft = strtoull(line + 14, NULL, 10);
	if (f)
		fclose(f);
	return getrlimit(RLIMIT_NOFILE, &told) == 0 && told.rlim_cur == soft;
}

static void the_limit_of_descriptors(void **state)
{
	struct rlimit was, less, now;
	char want[32];

	(void)state;
	fresh_log();
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &was), 0);
	less = (struct rlimit){ was.rlim_max > 200 ? 200 : was.rlim_max - 1, was.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &less), 0);
	if (!limits_are_the_kernels())
		skip();
	descriptors_raise();
	descriptors_raise(); /* what was found first is what is given back */
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &now), 0);
	assert_int_equal(now.rlim_cur, was.rlim_max);
	assert_int_equal(status_of(sh("ulimit -Sn")), 0);
	snprintf(want, sizeof(want), "%llu", (unsigned long long)less.rlim_cur);
	assert_string_equal(logged(), want);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &was), 0);
}

static void default_signals(void **state)
{
	sigset_t set, old;
	void (*pipe_handler)(int) = signal(SIGPIPE, SIG_IGN);

	(void)state;
	fresh_log();
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, &old);
	assert_int_equal(status_of(sh("grep -E '^Sig(Blk|Ign):' /proc/self/status | sed "
				      "'s/[0-9a-f]\\{9\\}\\([0-9a-f]\\{7\\}\\)$/\\1/' | tr -d '\\t\\n'")),
			 0);
	sigprocmask(SIG_SETMASK, &old, NULL);
	signal(SIGPIPE, pipe_handler);
	/* of 1 to 28: 32 and 33 are the C library's own: it neither sets nor resets them, whoever started the test decides */
	assert_string_equal(logged(), "SigBlk:0000000SigIgn:0000000");
}

static void failed_exec(void **state)
{
	char missing[] = "/nonexistent/server", plain[100], *argv[] = { missing, NULL };
	struct sk_err err = { 0 };
	pid_t pid = 4711;

	(void)state;
	assert_int_equal(launch_command(argv, NULL, log_file, &pid, &err), SK_ENOTFOUND);
	assert_string_equal(err.msg, "cannot run /nonexistent/server: No such file or directory");
	assert_int_equal(err.sys, ENOENT);
	assert_int_equal(pid, 4711);
	snprintf(plain, sizeof(plain), "%s/plain", dir);
	fake_write(plain, "no program\n");
	argv[0] = plain;
	assert_int_equal(launch_command(argv, NULL, log_file, &pid, &err), SK_EPERM);
	assert_int_equal(err.sys, EACCES);
	assert_int_equal(launch_command(argv, NULL, "/nonexistent/log", &pid, &err), SK_EIO);
	assert_int_equal(launch_helper(argv, NULL, 0, &pid, &err), SK_EPERM);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* no child was left */
	assert_int_equal(errno, ECHILD);
}

/* Descriptors may cross: what is 3 here is 4 there, and the other way round. */
static void mapped_descriptors(void **state)
{
	char shell[] = "/bin/sh", c[] = "-c", script[] = "cat; cat <&3; cat <&4; ls -x /proc/self/fd", text[200];
	char *argv[] = { shell, c, script, NULL };
	int p[3][2], out[2], saved = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 10);
	pid_t pid;

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(pipe2(p[i], O_CLOEXEC), 0);
		assert_int_equal(write(p[i][1], &"abc"[i], 1), 1);
		close(p[i][1]);
	}
	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	dup2(out[1], STDOUT_FILENO);
	int three = p[1][0], four = p[2][0];

	/* put "b" on 4 and "c" on 3, so that the mapping has to swap */
	three = fcntl(three, F_DUPFD_CLOEXEC, 20);
	four = fcntl(four, F_DUPFD_CLOEXEC, 20);
	int keep3 = fcntl(3, F_DUPFD_CLOEXEC, 30), keep4 = fcntl(4, F_DUPFD_CLOEXEC, 30);
	int b, d = p[0][0] == 3 || p[0][0] == 4 ? fcntl(p[0][0], F_DUPFD_CLOEXEC, 20) : p[0][0];

	b = dup3(three, 4, O_CLOEXEC);
	assert_int_equal(b, 4);
	assert_int_equal(dup3(four, 3, O_CLOEXEC), 3);
	const struct launch_fd fds[] = { { d, 0 }, { 4, 3 }, { 3, 4 } };
	enum sk_code rc = launch_helper(argv, fds, 3, &pid, NULL);

	dup2(saved, STDOUT_FILENO);
	if (keep3 != -1)
		dup3(keep3, 3, O_CLOEXEC);
	if (keep4 != -1)
		dup3(keep4, 4, O_CLOEXEC);
	assert_int_equal(rc, SK_OK);
	assert_int_equal(status_of(pid), 0);
	close(out[1]);
	ssize_t n = read(out[0], text, sizeof(text) - 1);

	text[n > 0 ? n : 0] = '\0';
	assert_string_equal(text, "abc0  1  2  3  4  5\n");
}

static bool runs(pid_t pid)
{
	struct procfs fs;
	struct proc_stat st;

	assert_int_equal(procfs_open(&fs, "/proc", NULL), SK_OK);
	bool yes = proc_stat_read(&fs, pid, &st, NULL) == SK_OK && !proc_stat_is_zombie(&st);

	procfs_close(&fs);
	return yes;
}

/* TERM is enough for the child and the shell; its ignorer is killed. The grace is short for the test's sake alone. */
static void stop_a_tree(void **state)
{
	int child = 0, deaf = 0;
	pid_t pid;

	(void)state;
	fresh_log();
	pid = sh("sleep 1000 & a=$!; sh -c 'trap \"\" TERM; echo deaf; while :; do sleep 1000; done' & b=$!; echo $a $b; wait");
	while (sscanf(logged(), "deaf %d %d", &child, &deaf) != 2 && sscanf(logged(), "%d %d\ndeaf", &child, &deaf) != 2)
		poll(NULL, 0, 2);
	while (!strstr(logged(), "deaf"))
		poll(NULL, 0, 2);
	assert_true(runs(pid) && runs(child) && runs(deaf));
	assert_int_equal(launch_stop(pid, 0.1, NULL), SK_OK);
	assert_false(runs(pid) || runs(child) || runs(deaf));
	assert_int_equal(launch_stop(pid, 0.1, NULL), SK_OK); /* nobody is there */
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
}

/* Whoever is not of the tree stays: another child of ours, and whoever has started us. */
static void stop_leaves_others_alone(void **state)
{
	pid_t other, pid;

	(void)state;
	fresh_log();
	other = sh("exec sleep 1000");
	pid = sh("exec sleep 1000");
	assert_int_equal(launch_stop(pid, 5, NULL), SK_OK);
	assert_false(runs(pid));
	assert_true(runs(other));
	assert_int_equal(launch_stop(other, 5, NULL), SK_OK);
	assert_false(runs(other));
}

static bool spare_the_shell(pid_t root, pid_t pid, pid_t ppid, const char *comm)
{
	(void)ppid;
	(void)comm;
	return pid == root;
}

static struct kin kin_now(pid_t launched)
{
	struct kin k;
	struct procfs fs;

	assert_int_equal(procfs_open(&fs, "/proc", NULL), SK_OK);
	assert_int_equal(kin_init(&k, &fs, NULL), SK_OK);
	procfs_close(&fs);
	k.launched = launched;
	return k;
}

/* Orphans are ours; a spared process is not asked and ends by itself; who does not go is counted. */
static void stop_slowly(void **state)
{
	struct kin kin = kin_now(0);
	const struct launch_ending term = { .ask = SIGTERM, .wait_s = 20, .kin = &kin },
				   hup = { .ask = SIGHUP, .wait_s = 20, .kin = &kin },
				   spare = { .ask = SIGTERM, .wait_s = 20, .kin = &kin, .spare = spare_the_shell },
				   deaf = { .ask = SIGTERM, .wait_s = 0.1, .kin = &kin };
	unsigned killed = 99;
	int child = 0;
	pid_t pid;

	(void)state;
	fresh_log();
	pid = sh("sleep 1000 & echo $!"); /* the shell ends, the child is left to us */
	kin.launched = pid;
	while (sscanf(logged(), "%d", &child) != 1 || runs(pid))
		poll(NULL, 0, 2);
	assert_int_equal(launch_stop_command(pid, &term, &killed, NULL), SK_OK);
	assert_false(runs(child));
	assert_int_equal(killed, 0);
	fresh_log();
	pid = sh("trap 'echo heard; exit' HUP; echo up; while :; do sleep 0.01; done");
	kin.launched = pid;
	wait_for_log("up");
	assert_int_equal(launch_stop_command(pid, &hup, &killed, NULL), SK_OK);
	wait_for_log("up\nheard");
	assert_int_equal(killed, 0);
	fresh_log();
	pid = sh("trap 'echo asked' TERM; sleep 1000 & echo asleep; wait $!; echo end");
	kin.launched = pid;
	wait_for_log("asleep");
	assert_int_equal(launch_stop_command(pid, &spare, &killed, NULL), SK_OK);
	assert_null(strstr(logged(), "asked"));
	assert_non_null(strstr(logged(), "end"));
	fresh_log();
	pid = sh("trap '' TERM; echo deaf; while :; do sleep 1000; done");
	kin.launched = pid;
	wait_for_log("deaf");
	assert_int_equal(launch_stop_command(pid, &deaf, &killed, NULL), SK_OK);
	assert_false(runs(pid));
	assert_true(killed >= 1);
	kin_release(&kin);
}

/* A child that was there before the command stays, and so does one that another program of ours left; who was seen goes. */
static void stop_no_strangers(void **state)
{
	struct identity was = { 0 };
	struct identities seen = { &was, 0, 1 };
	pid_t before, other, pid, member;
	struct proc_stat st;
	struct procfs fs;
	unsigned killed;

	(void)state;
	fresh_log();
	before = sh("exec sleep 1000");
	struct kin kin = kin_now(0);
	const struct launch_ending how = { .ask = SIGTERM, .wait_s = 20, .kin = &kin, .seen = &seen };

	assert_false(kin.alone);
	other = sh("exec sleep 1000"); /* groups of their own: neither theirs nor a mark makes them the command's */
	member = sh("exec sleep 1000");
	pid = kin.launched = sh("exec sleep 1000");
	assert_int_equal(procfs_open(&fs, "/proc", NULL), SK_OK);
	assert_int_equal(proc_stat_read(&fs, member, &st, NULL), SK_OK);
	was = (struct identity){ member, st.ppid, st.starttime };
	seen.n = 1;
	assert_int_equal(launch_stop_command(pid, &how, &killed, NULL), SK_OK);
	assert_false(runs(pid) || runs(member));
	assert_true(runs(before) && runs(other));
	was = (struct identity){ other, st.ppid, st.starttime + 1000000 }; /* a number that another has by now */
	assert_int_equal(launch_stop_command(pid, &how, &killed, NULL), SK_OK);
	assert_true(runs(before) && runs(other));
	launch_stop(before, 5, NULL);
	launch_stop(other, 5, NULL);
	kin_release(&kin);
	procfs_close(&fs);
}

/* The real /proc: identity with a pidfd, a child that joins, the way of its end although nobody has reaped it. */
static void follow_for_real(void **state)
{
	char argv0[] = "sh";
	struct target_spec spec;
	struct fake f = { 0 };
	struct target t;
	struct procfs fs;
	siginfo_t si;
	pid_t pid;

	(void)state;
	fresh_log();
	pid = sh("sleep 1000 & echo up; wait");
	wait_for_log("up");
	assert_int_equal(procfs_open(&fs, "/proc", NULL), SK_OK);
	assert_int_equal(target_spec_launch(argv0, &spec, NULL), SK_OK);
	assert_int_equal(target_init(&t, &spec, &fs, NULL), SK_OK);
	t.event = fake_event;
	t.event_ctx = &f;
	assert_int_equal(target_adopt(&t, pid, NULL), SK_OK);
	assert_int_equal(t.n, 2);
	assert_string_equal(t.proc[0].comm, "sh");
	assert_int_equal(t.proc[0].uid, geteuid());
	pid_t child = t.proc[1].pid;
	int fd = target_root_pidfd(&t);

	if (fd != -1) /* valgrind has none */
		assert_int_equal(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	assert_int_equal(target_refresh(&t, 1, NULL), SK_OK);
	assert_string_equal(f.events, "");
	kill(pid, SIGKILL);
	kill(child, SIGKILL);
	assert_int_equal(waitid(P_PID, (id_t)pid, &si, WEXITED | WNOWAIT), 0);
	assert_int_equal(waitid(P_PID, (id_t)child, &si, WEXITED), 0); /* re-parented to us: launch_command made us its reaper */
	if (fd != -1)
		assert_int_equal(poll(&(struct pollfd){ .fd = fd, .events = POLLIN }, 1, 0), 1);
	assert_int_equal(target_refresh(&t, 2, NULL), SK_EGONE);
	assert_int_equal(t.state, TARGET_DEAD);
	assert_true(WIFSIGNALED(t.exit_status) && WTERMSIG(t.exit_status) == SIGKILL);
	assert_non_null(strstr(f.events, "was killed by signal 9"));
	assert_int_equal(status_of(pid), SIGKILL); /* it was not reaped behind the loop's back */
	target_release(&t);
	procfs_close(&fs);
}

/* A command that forks and leaves: its child is ours, and is the target from then on. */
static void a_daemon(void **state)
{
	char argv0[] = "sh";
	struct target_spec spec;
	struct target t;
	struct procfs fs;
	siginfo_t si;
	pid_t pid;

	(void)state;
	fresh_log();
	pid = sh("(sh -c 'echo up; kill -STOP $$' &)"); /* stopped, so that it has no child of its own */
	wait_for_log("up");
	assert_int_equal(procfs_open(&fs, "/proc", NULL), SK_OK);
	assert_int_equal(target_spec_launch(argv0, &spec, NULL), SK_OK);
	assert_int_equal(target_init(&t, &spec, &fs, NULL), SK_OK);
	assert_int_equal(waitid(P_PID, (id_t)pid, &si, WEXITED | WNOWAIT), 0);
	t.priv->found = true; /* it was adopted while it ran, and nothing of it was seen since */
	t.spec.pid = pid;
	struct kin kin = { .self = getpid(), .launched = pid };
	t.kin = &kin;
	assert_int_equal(target_refresh(&t, 1, NULL), SK_OK);
	assert_int_equal(t.state, TARGET_ALIVE);
	assert_int_equal(t.n, 1);
	assert_string_equal(t.proc[0].comm, "sh");
	assert_int_not_equal(t.proc[0].pid, pid);
	assert_int_equal(t.proc[0].ppid, getpid());
	assert_true(t.proc[0].root);
	assert_int_equal(launch_stop(t.proc[0].pid, 10, NULL), SK_OK);
	assert_int_equal(target_refresh(&t, 2, NULL), SK_EGONE);
	assert_int_equal(t.state, TARGET_DEAD);
	assert_int_equal(status_of(pid), 0);
	target_release(&t);
	procfs_close(&fs);
}

/* A user may have no more descriptors than the places that they are moved to on their way. */
static void few_descriptors(void **state)
{
	char cat[] = "cat";
	char *argv[] = { cat, NULL };
	struct rlimit was, few;
	struct sk_err err = { 0 };
	int in[2];
	pid_t pid = -1;

	(void)state;
	assert_int_equal(pipe2(in, O_CLOEXEC), 0);
	close(in[1]);
	const struct launch_fd fds[] = { { in[0], STDIN_FILENO } };

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &was), 0);
	for (rlim_t n = 64; n >= 32; n /= 2) {
		few = (struct rlimit){ n, was.rlim_max };
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
		enum sk_code rc = launch_helper(argv, fds, 1, &pid, &err);

		assert_int_equal(setrlimit(RLIMIT_NOFILE, &was), 0);
		if (rc != SK_OK)
			fail_msg("with %d descriptors: %s", (int)n, err.msg);
		assert_int_equal(status_of(pid), 0);
	}
	close(in[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(output_and_input),
		cmocka_unit_test(nothing_inherited),
		cmocka_unit_test(default_signals),
		cmocka_unit_test(failed_exec),
		cmocka_unit_test(mapped_descriptors),
		cmocka_unit_test(stop_a_tree),
		cmocka_unit_test(stop_leaves_others_alone),
		cmocka_unit_test(stop_slowly),
		cmocka_unit_test(stop_no_strangers),
		cmocka_unit_test(follow_for_real),
		cmocka_unit_test(a_daemon),
		cmocka_unit_test(the_limit_of_descriptors),
		cmocka_unit_test(few_descriptors),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
