/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The writer of report.html among the forms of a report. The picture for readers without JavaScript is drawn into a folder of its own,
 * small, because it is a second copy of what the page draws.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/atomic_file.h"
#include "base/mem.h"
#include "plots/scene_fields.h"
#include "soakd/report.h"
#include "soakd/report_forms.h"
#include "soakd/report_html.h"

#define OPERATIONS    600 /* blocks of the running total; it is drawn nowhere */
#define PICTURE_WIDTH 830 /* pixels: what GitHub shows of a picture, and so what it is legible at */

/* All of a file; false when it cannot be read. */
static bool read_all(const char *path, struct text *out)
{
	char buf[65536];
	ssize_t k = -1;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd == -1)
		return false;
	while ((k = TEMP_FAILURE_RETRY(read(fd, buf, sizeof(buf)))) > 0)
		text_addn(out, buf, (size_t)k);
	close(fd);
	return k == 0 && !out->failed;
}

/* The scene as a PNG. Where none can be drawn (no fonts, no room in TMPDIR) the page has none and says so; the rest is whole. */
static void draw_picture(struct scene *s, struct text *png)
{
	const char *tmp = getenv("TMPDIR");
	char folder[PATH_MAX], path[PATH_MAX + sizeof("/report.png")];
	struct sk_err ignored;
	const struct report_look asked = { s->width, s->height, s->theme, s->dpi };

	if (snprintf(folder, sizeof(folder), "%s/soakd-report-XXXXXX", tmp && *tmp ? tmp : "/tmp") >= (int)sizeof(folder) ||
	    !mkdtemp(folder))
		return;
	snprintf(path, sizeof(path), "%s/report.png", folder);
	s->height = asked.height * PICTURE_WIDTH / asked.width;
	s->height = s->height < MIN_PIXELS ? MIN_PIXELS : s->height > MAX_PIXELS ? MAX_PIXELS : s->height;
	s->width = PICTURE_WIDTH;
	s->dpi = SCENE_DPI;
	if (report_draw(s, path, NULL, &ignored) != SK_OK || !read_all(path, png))
		text_release(png);
	report_look_at(s, &asked);
	unlink(path);
	rmdir(folder);
}

/* The running total of operations, in blocks that a cursor can tell apart; *n 0 where none were counted, or without memory. */
static struct block *operations(const struct evidence_file *f, size_t *n)
{
	const struct series *s = evidence_column(f, "ops");
	struct block *b = s && s->all.n > 1 && s->max > s->min ? sk_calloc(s->cap, sizeof(*b)) : NULL;
	double width;

	*n = b ? series_blocks(s, b, &width) : 0;
	*n = b ? blocks_merge(b, *n, OPERATIONS, &width) : 0;
	return b;
}

enum sk_code report_write_html(const struct report_job *job, const char *path, struct sk_err *err)
{
	struct text markdown = TEXT_INIT, png = TEXT_INIT, page = TEXT_INIT;
	struct scene s;
	enum sk_code rc = report_scene(job->f, job->v, &s, err);

	if (rc != SK_OK)
		return rc;
	report_look_at(&s, &job->look);
	rc = report_markdown(job->f, job->v, NULL, &markdown, err);
	if (rc == SK_OK) {
		draw_picture(&s, &png);
		struct html_page parts = {
			.scene = &s, .markdown = text_str(&markdown), .png = png.len ? png.s : NULL, .n_png = png.len
		};
		struct block *ops = operations(job->f, &parts.n_ops);

		parts.ops = ops;
		rc = report_html(&parts, &page, err);
		free(ops);
	}
	if (rc == SK_OK)
		rc = atomic_write(path, text_str(&page), page.len, err);
	text_release(&markdown);
	text_release(&png);
	text_release(&page);
	scene_release(&s);
	return rc;
}
