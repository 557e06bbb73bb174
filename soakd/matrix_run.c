/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cells of a matrix as child processes of soakd itself, one after the other, with what surrounds each. */
#include "soakd/matrix_run.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "soakd/cmds.h"
#include "soakd/launch.h"

void cell_words(const struct run_all *r, struct matrix_cell c, const char *dir, struct cell_words *w)
{
	size_t n = r->n_options, *at = sk_calloc(r->m.n_vary + 3, sizeof(*at)), n_at = 0;

	*w = (struct cell_words){ .store = TEXT_INIT };
	w->argv = sk_calloc(r->n_run + r->m.n_vary + 4, sizeof(*w->argv));
	for (size_t i = 0; at && i < r->m.n_vary; i++) {
		at[n_at++] = w->store.len;
		text_addf(&w->store, "--%s=%s", r->m.vary[i].option, matrix_value(&r->m, c.combination, i));
		text_addn(&w->store, "", 1);
	}
	if (at && dir) {
		at[n_at++] = w->store.len;
		text_addf(&w->store, "--out=%s", dir);
		text_addn(&w->store, "", 1);
	}
	if (w->argv && at && !w->store.failed) {
		memcpy(w->argv, r->run, n * sizeof(*w->argv));
		for (size_t i = 0; i < n_at; i++)
			w->argv[n++] = w->store.s + at[i];
		memcpy(w->argv + n, r->run + r->n_options, (r->n_run - r->n_options) * sizeof(*w->argv));
		w->n = n + r->n_run - r->n_options;
	}
	free(at);
}

void cell_words_release(struct cell_words *w)
{
	free(w->argv);
	text_release(&w->store);
}

static volatile sig_atomic_t interrupts;
static volatile pid_t child;

/* The first ends the cell in order, as the terminal's own Ctrl-C may have told it already; the second at once. */
static void on_interrupt(int sig)
{
	(void)sig;
	interrupts++;
	if (child > 0)
		kill(child, interrupts > 1 ? SIGINT : SIGTERM);
}

static void hear_interrupts(void)
{
	const struct sigaction sa = { .sa_handler = on_interrupt };

	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
}

/* Runs words with their output appended to log; the exit status, 128 + N for a signal. */
static int run_words(char *const argv[], const char *log)
{
	struct sk_err err = { 0 };
	int fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0644), status = 0;
	const struct launch_fd fds[] = { { fd, 1 }, { fd, 2 } };
	pid_t pid = 0;
	enum sk_code rc;

	if (fd == -1) {
		complainf("cannot write %s: %s", log, strerror(errno));
		return EXIT_USAGE;
	}
	rc = launch_helper(argv, fds, 2, &pid, &err);
	close(fd);
	if (rc != SK_OK) {
		complain(&err);
		return rc == SK_ENOTFOUND ? EXIT_NOT_FOUND : EXIT_CANNOT_RUN;
	}
	child = pid;
	if (interrupts) /* heard before there was a child */
		kill(pid, SIGTERM);
	while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
		;
	child = 0;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* A run directory that a cell left unfinished: kept beside, under a name that no cell has. */
static void set_aside(const char *dir)
{
	char old[PATH_MAX];
	struct stat st;

	for (unsigned i = 1; lstat(dir, &st) == 0 && i < 1000; i++)
		if (snprintf(old, sizeof(old), "%s.interrupted-%u", dir, i) < (int)sizeof(old) && lstat(old, &st) != 0 &&
		    rename(dir, old) == 0)
			return;
}

/* false: the whole is at its end. */
static bool run_cell(struct run_all *r, size_t i, size_t left)
{
	struct matrix_cell c = matrix_cell(&r->m, i);
	char name[MATRIX_NAME], dir[PATH_MAX], log[PATH_MAX + 8], self[] = "/proc/self/exe";
	struct cell_words w;
	int status;

	matrix_name(&r->m, c, name, sizeof(name));
	if (snprintf(dir, sizeof(dir), "%s/cells/%s", r->dir, name) >= (int)sizeof(dir) - 5) {
		complainf("%s: the path of a cell is too long", r->dir);
		return false;
	}
	snprintf(log, sizeof(log), "%s.log", dir);
	complainf("cell %zu of %zu: %s, %zu left", i + 1, matrix_cells(&r->m), name, left);
	set_aside(dir);
	status = r->reset ? run_words(r->reset, log) : 0;
	if (status != 0) {
		if (!interrupts)
			complainf("--reset ended with status %d before %s; its words are in %s", status, name, log);
		return false;
	}
	cell_words(r, c, dir, &w);
	if (w.n) {
		char **argv = sk_calloc(w.n + 2, sizeof(*argv));

		if (argv) {
			argv[0] = self;
			memcpy(argv + 1, w.argv, w.n * sizeof(*argv));
			status = run_words(argv, log);
			free(argv);
		}
	}
	cell_words_release(&w);
	if (interrupts)
		return false;
	matrix_read(dir, status, &r->result[i]);
	return true;
}

/* ---- all of them ------------------------------------------------------------------------------------------------------- */

static int finish(struct run_all *r, size_t done)
{
	struct text t = TEXT_INIT;
	size_t n = matrix_cells(&r->m);
	int status = matrix_status(r->result, n);

	matrix_table(&r->m, r->result, &t);
	fputs(text_str(&t), stdout);
	text_release(&t);
	if (r->note)
		printf("note: %s\n", r->note);
	printf("cells: %s/cells, matrix.csv, matrix.json\n", r->dir);
	if (done < n)
		complainf("%zu of %zu cells were run; soakd matrix --resume %s goes on", done, n, r->dir);
	return done < n && (status == EXIT_NO_LEAK) ? EXIT_INCONCLUSIVE : status;
}

int matrix_run_cells(struct run_all *r)
{
	struct sk_err err = { 0 };
	size_t n = matrix_cells(&r->m), done = 0;
	enum sk_code rc;

	for (size_t i = 0; i < n; i++)
		done += r->result[i].done;
	hear_interrupts();
	rc = matrix_write(&r->m, r->dir, r->arguments, r->note, r->result, &err);
	for (size_t i = 0; rc == SK_OK && i < n && !interrupts; i++) {
		if (r->result[i].done)
			continue;
		if (!run_cell(r, i, n - done - 1))
			break;
		done++;
		rc = matrix_write(&r->m, r->dir, r->arguments, r->note, r->result, &err);
	}
	if (rc != SK_OK) {
		complain(&err);
		return EXIT_USAGE;
	}
	return finish(r, done);
}
