/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who came, went and grew, from the census in run.json: a table for report.md, a line for the terminal. */
#include <math.h>

#include "base/json.h"
#include "base/units.h"
#include "soakd/escape.h"
#include "soakd/report_internal.h"

#define ROLES_SHOWN 4
#define DEAD_MANY   8  /* so many must have died before their growth is worth a line, */
#define DEAD_KB     64 /* and each have grown by so much */

struct role_line {
	const char *name;
	double living, born, died, grown_kb, dead_kb;
};

static struct role_line role_of(const json_t *j)
{
	return (struct role_line){ json_get_str(j, "role", "?"),     json_get_num(j, "living", NAN),
				   json_get_num(j, "born", NAN),     json_get_num(j, "died", NAN),
				   json_get_num(j, "grown_kb", NAN), json_get_num(j, "dead_grown_kb", NAN) };
}

static double weight(const struct role_line *r)
{
	return r->born > 0 || r->died > 0 ? fabs(r->dead_kb) + fabs(r->grown_kb) + 1 : -1; /* never true of NaN */
}

/* The role of the next smaller weight below *below; NULL name: none is left. Few roles: no need to sort them. */
static struct role_line next_role(const json_t *roles, double *below)
{
	struct role_line best = { 0 };
	double most = 0;

	for (size_t i = 0; i < json_array_size(roles); i++) {
		struct role_line r = role_of(json_array_get(roles, i));
		double w = weight(&r) - 1e-9 * (double)i; /* equal ones in their order */

		if (w > most && w < *below) {
			most = w;
			best = r;
		}
	}
	*below = most;
	return best;
}

void add_roles_table(struct text *out, const json_t *run)
{
	const json_t *roles = json_object_get(run, "roles");
	double below = INFINITY;
	char buf[40];

	for (size_t i = 0; i < ROLES_SHOWN; i++) {
		struct role_line r = next_role(roles, &below);

		if (!r.name)
			return;
		if (i == 0)
			text_add(out, "\n| role | living | born | died | the living grew by | each of the dead by |\n"
				      "|---|--:|--:|--:|--:|--:|\n");
		text_add(out, "| ");
		add_markdown(out, r.name);
		text_addf(out, " | %.0f | %.0f | %.0f | ", r.living, r.born, r.died);
		add_markdown_figures(out, fmt_kb(buf, sizeof(buf), r.grown_kb));
		text_add(out, " | ");
		add_markdown_figures(out, r.died > 0 ? fmt_kb(buf, sizeof(buf), r.dead_kb / r.died) : "");
		text_add(out, " |\n");
	}
}

bool add_dead(struct text *out, const struct evidence_file *f)
{
	const json_t *roles = json_object_get(f->run, "roles");
	struct role_line worst = { .dead_kb = 0 };
	char each[40], all[40];

	for (size_t i = 0; i < json_array_size(roles); i++) {
		struct role_line r = role_of(json_array_get(roles, i));

		if (r.died >= DEAD_MANY && r.dead_kb >= DEAD_KB * r.died && r.dead_kb > worst.dead_kb)
			worst = r;
	}
	if (!worst.name)
		return false;
	text_addf(out, "%.0f processes of ", worst.died);
	add_plain(out, worst.name);
	text_addf(out, " died, grown by %s each since they were first seen: %s that went with them",
		  fmt_kb(each, sizeof(each), worst.dead_kb / worst.died), fmt_kb(all, sizeof(all), worst.dead_kb));
	return true;
}
