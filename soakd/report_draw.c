/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Drawing is done by soakd-draw, so that fonts and their caches die with each picture:
 *
 *   scene ─JSON─▶ memfd ─stdin─▶ soakd-draw ─▶ PATH, whole or not at all
 *                                    └─stderr─▶ pipe ─▶ its own line is the sentence of our error, or a note
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/json.h"
#include "base/spawn.h"
#include "plots/draw_main.h"
#include "soakd/launch.h"
#include "soakd/report.h"

#define DRAW_MS 120000 /* a page takes a second; a drawing that hangs must not hold up a run */

static enum sk_code write_all(int fd, const char *s, size_t n, struct sk_err *err)
{
	while (n > 0) {
		ssize_t k = write(fd, s, n);

		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return sk_fail(err, SK_EIO, errno, "cannot hand the picture to soakd-draw: %s", strerror(errno));
		s += k;
		n -= (size_t)k;
	}
	return SK_OK;
}

/* The scene as JSON in a memory file that stands at its beginning. */
static enum sk_code scene_fd(const struct scene *s, int *fd, struct sk_err *err)
{
	struct text t = TEXT_INIT;
	json_t *j = scene_to_json(s);
	enum sk_code rc;

	json_add(&t, j, 0);
	json_decref(j);
	*fd = memfd_create("soakd-scene", MFD_CLOEXEC);
	if (t.failed)
		rc = sk_fail(err, SK_ENOMEM, 0, "no memory for the picture");
	else if (*fd == -1)
		rc = sk_fail(err, SK_EIO, errno, "cannot hand the picture to soakd-draw: %s", strerror(errno));
	else
		rc = write_all(*fd, t.s, t.len, err);
	text_release(&t);
	if (rc == SK_OK)
		lseek(*fd, 0, SEEK_SET);
	return rc;
}

/* What was heard: its own sentence, and the first line of anybody, which is all that there is where it cannot even begin. */
struct heard {
	char line[700], own[700], first[700];
	size_t n;
};

static void end_line(struct heard *h)
{
	static const char own[] = DRAW_SAYS;
	bool is_own = strncmp(h->line, own, sizeof(own) - 1) == 0;

	h->line[h->n] = '\0';
	if (is_own && !*h->own)
		memcpy(h->own, h->line + sizeof(own) - 1, h->n - (sizeof(own) - 1) + 1);
	if (!*h->first)
		memcpy(h->first, h->line, h->n + 1);
	h->n = 0;
}

static void hear(struct heard *h, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '\n')
			end_line(h);
		else if (h->n + 1 < sizeof(h->line))
			h->line[h->n++] = s[i];
	}
}

/* Until it has closed its end. false: it takes too long. */
static bool listen_to(int fd, struct heard *h)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char more[256];
	ssize_t k = 1;
	int ready = 1;

	while (k > 0 && ready > 0) {
		ready = (int)TEMP_FAILURE_RETRY(poll(&p, 1, DRAW_MS));
		k = ready > 0 ? TEMP_FAILURE_RETRY(read(fd, more, sizeof(more))) : 0;
		hear(h, more, k > 0 ? (size_t)k : 0);
	}
	end_line(h);
	return ready > 0;
}

/* in_time: it closed its end; else it was killed for it. */
static enum sk_code wait_for(pid_t pid, bool in_time, const struct heard *h, const char *path, struct sk_err *err)
{
	const char *said = *h->own ? h->own : *h->first ? h->first : "soakd-draw failed and said nothing";
	int status;

	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			return sk_fail(err, SK_EIO, errno, "cannot wait for soakd-draw: %s", strerror(errno));
	if (WIFEXITED(status) && WEXITSTATUS(status) == DRAW_DONE)
		return SK_OK;
	if (!in_time)
		return sk_fail(err, SK_EIO, 0, "cannot draw %s: soakd-draw took longer than %d s and was ended", path,
			       DRAW_MS / 1000);
	if (WIFSIGNALED(status))
		return sk_fail(err, SK_EIO, 0, "cannot draw %s: soakd-draw was ended by signal %d", path, WTERMSIG(status));
	if (WEXITSTATUS(status) == DRAW_CANNOT_WRITE && *h->own) /* it says what and why */
		return sk_fail(err, SK_EWRITE, 0, "%s", h->own);
	return sk_fail(err, SK_EIO, 0, "cannot draw %s: %s", path, said);
}

void report_look_at(struct scene *s, const struct report_look *look)
{
	s->width = look->width;
	s->height = look->height;
	s->theme = look->theme;
	s->dpi = look->dpi;
}

enum sk_code report_draw(const struct scene *s, const char *path, struct text *note, struct sk_err *err)
{
	char program[PATH_MAX], out[PATH_MAX];
	struct heard heard = { .n = 0 };
	char *argv[] = { program, out, NULL };
	int in = -1, ear[2] = { -1, -1 };
	pid_t pid;
	enum sk_code rc = helper_path("soakd-draw", program, sizeof(program), err);

	if (rc != SK_OK)
		return rc;
	/* ./ so that a name with a dash in front is no option */
	if (snprintf(out, sizeof(out), "%s%s", *path == '-' ? "./" : "", path) >= (int)sizeof(out))
		return sk_fail(err, SK_EUSAGE, 0, "the path of the picture is too long");
	rc = scene_fd(s, &in, err);
	if (rc == SK_OK && pipe2(ear, O_CLOEXEC) == -1)
		rc = sk_fail(err, SK_EIO, errno, "cannot hear soakd-draw: %s", strerror(errno));
	if (rc == SK_OK) {
		const struct launch_fd fds[] = { { in, 0 }, { ear[1], 2 } };

		rc = launch_helper(argv, fds, 2, &pid, err);
	}
	if (ear[1] != -1)
		close(ear[1]);
	if (rc == SK_OK) {
		bool in_time = listen_to(ear[0], &heard);

		if (!in_time)
			kill(pid, SIGKILL);
		rc = wait_for(pid, in_time, &heard, path, err);
		if (rc == SK_OK && note && note->len == 0)
			text_add(note, heard.own);
	}
	if (ear[0] != -1)
		close(ear[0]);
	if (in != -1)
		close(in);
	return rc;
}
