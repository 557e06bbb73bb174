/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Memory at the same load, early and late: what follows the load has the same level when the load is the same, what leaks has
 * more of it in the last half of the run. In the place of memory against operations where the verdict is that it follows the load.
 */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "soakd/report_page.h"
#include "soakd/words.h"

/* The levels and, at the same times, how many operations a second there were; NaN where that is not known. Returns how many. */
static size_t at_rates(struct page *p, const struct series *ops, double *y, double *rate)
{
	double width = page_series(p, p->v->main.column)->width_s;
	size_t n = 0, n_ops = 0, k = 0;
	struct block *b = page_judged_blocks(p, &n), *o = b ? sk_calloc(ops->cap, sizeof(*o)) : NULL;

	p->failed |= b && !o;
	n_ops = o ? series_blocks(ops, o, NULL) : 0;
	page_to_rates(o, n_ops);
	n = n < SERIES_DRAWN ? n : SERIES_DRAWN;
	for (size_t i = 0; i < n && o; i++) {
		y[i] = b[i].n > 0 && b[i].t >= p->v->main.warmup_s ? b[i].median : NAN;
		while (k < n_ops && b[i].n > 0 && !(o[k].t >= b[i].t - width / 2)) /* NaN, none, is not */
			k++;
		rate[i] = k < n_ops && b[i].n > 0 && o[k].t <= b[i].t + width / 2 ? o[k].mean : NAN;
	}
	free(b);
	free(o);
	return o ? n : 0;
}

static void half_line(struct page *p, struct scene_panel *panel, const struct at_loads *a, bool late)
{
	struct block *b = sk_calloc(a->n, sizeof(*b));

	p->failed |= !b;
	for (size_t i = 0; b && i < a->n; i++) {
		double y = late ? a->late[i] : a->early[i];

		b[i] = (struct block){ 1, a->load[i], y, y, y, y };
	}
	page_block_line(p, panel, b, a->n, late ? LINE_HEAP : LINE_PRIVATE, late ? "last half" : "first half");
}

bool page_load(struct page *p)
{
	const struct series *ops = page_series(p, "ops");
	double *y = sk_calloc(2 * SERIES_DRAWN, sizeof(*y));
	struct at_loads a = { .n = 0 };
	struct text note = TEXT_INIT;

	p->failed |= !y;
	if (y && ops && p->v->main.verdict == VERDICT_LOAD)
		at_loads(y, y + SERIES_DRAWN, at_rates(p, ops, y, y + SERIES_DRAWN), &a);
	free(y);
	if (a.n == 0)
		return false;

	struct scene_panel *panel = page_panel(p, PLACE_SIDE, "Memory at the same operations/s", "", UNIT_KIB, 1);

	if (!panel)
		return false;
	panel->x = X_COUNT;
	panel->from_zero = false;
	half_line(p, panel, &a, false);
	half_line(p, panel, &a, true);
	text_add(&note, a.change > 0 ? "later +" : "later ");
	add_level(&note, p->v->main.column, a.change);
	panel->note = page_text(p, &note);
	p->at_loads = true;
	return true;
}
