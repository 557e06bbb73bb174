/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The report of a run: picture and text, from evidence and verdict. Offline: the files are enough. */
#ifndef SOAKD_REPORT_H
#define SOAKD_REPORT_H

#include <stdbool.h>

#include "analysis/verdict.h"
#include "base/err.h"
#include "base/text.h"
#include "plots/scene.h"
#include "soakd/evidence.h"

/* Fills *out (release with scene_release). drawn: read with SERIES_DRAWN blocks; v: decided on SERIES_ONLINE ones. */
enum sk_code report_scene(const struct evidence_file *drawn, const struct verdict *v, struct scene *out, struct sk_err *err);

/* report.md: under 60 lines; verdict first, one table, the rest folded. png_name: of a picture to link, as a link says it; NULL: none. */
enum sk_code report_markdown(const struct evidence_file *f, const struct verdict *v, const char *png_name, struct text *out,
			     struct sk_err *err);

/* What the watching took, from run.json, else from soakd's own columns: parts with `between` between them; nothing if unknown. */
void add_cost(struct text *out, const struct evidence_file *f, const char *between);
/* Whose page tables, or full smaps, were not read because one read would take too long; nothing if everybody's were. */
void add_not_read(struct text *out, const struct evidence_file *f, const char *between);
/* "120 processes of backend died, grown by 2.9 MiB each ...", where that is worth a line; else false. */
bool add_dead(struct text *out, const struct evidence_file *f);

/* How pictures were asked for. */
struct report_look {
	int width, height; /* pixels at 96 dpi */
	enum scene_theme theme;
	double dpi; /* of a PNG */
};

void report_look_at(struct scene *s, const struct report_look *look); /* the scene is to look like that */

/*
 * Runs soakd-draw on the scene; the picture appears whole at `path` or not at all. SK_EIO carries what soakd-draw said; SK_EWRITE: not
 * at `path`. What it has to say of a picture that it drew (characters that no font has, and their package) goes to *note where that is
 * still empty; NULL: nobody asks. What libraries print on its standard error is passed over.
 */
enum sk_code report_draw(const struct scene *s, const char *path, struct text *note, struct sk_err *err);

#endif
