/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page, top to bottom. */
#include "plots/layout.h"

#include <math.h>
#include <stdbool.h>

#include "plots/theme.h"

static double weight(const struct scene_panel *p)
{
	return p->weight > 0 && isfinite(p->weight) ? p->weight : 1;
}

/* The panel that the page is about: the first of the heaviest. */
static size_t main_panel(const struct scene *s, size_t n)
{
	size_t best = 0;

	for (size_t i = 1; i < n; i++)
		if (weight(&s->panel[i]) > weight(&s->panel[best]))
			best = i;
	return best;
}

static double least_height(size_t n)
{
	return n ? MAIN_PLOT + (double)(n - 1) * MIN_PLOT : 0;
}

static bool has_labels(const struct scene *s)
{
	for (size_t i = 0; i < s->n_spans; i++)
		if (s->span[i].label)
			return true;
	for (size_t i = 0; i < s->n_markers; i++)
		if (s->marker[i].label)
			return true;
	return false;
}

/* Cuts h units off the top of what is left of the page; y moves down. */
static struct rect strip(double *y, double h)
{
	const struct page *p = &theme.page;
	struct rect r = { p->margin, *y, PAGE_WIDTH - 2 * p->margin, h };

	*y += h;
	return r;
}

static struct rect plot_strip(double *y, double h)
{
	struct rect r = strip(y, h);

	r.x = theme.page.plot_left;
	r.w = theme.page.plot_right - theme.page.plot_left;
	return r;
}

/* What the parts other than plots take. */
static double fixed_height(const struct scene *s, size_t why_lines, size_t rows)
{
	const struct page *p = &theme.page;
	double h = p->band + p->bottom;

	h += why_lines ? 2 * p->why_pad + (double)why_lines * p->why_line : 0;
	h += s->n_panels ? p->utc + p->elapsed + p->panels_top : 0;
	h += s->n_panels && has_labels(s) ? p->lane : 0;
	h += (double)s->n_panels * p->title + (s->n_panels ? (double)(s->n_panels - 1) * p->panel_gap : 0);
	h += s->n_rows ? p->table_gap + (double)(rows + 1) * p->row : 0;
	h += s->n_footer ? p->footer_gap + (double)s->n_footer * p->footer_line : 0;
	return h;
}

static void place_panels(struct layout *l, const struct scene *s, double *y, double room)
{
	const struct page *p = &theme.page;
	double sum = 0, rest = fmax(0, room - least_height(l->n_panels));
	size_t main = main_panel(s, l->n_panels);

	for (size_t i = 0; i < l->n_panels; i++)
		sum += weight(&s->panel[i]);

	*y += p->panels_top;
	for (size_t i = 0; i < l->n_panels; i++) {
		struct layout_panel *lp = &l->panel[i];

		*y += i ? p->panel_gap : 0;
		lp->title = strip(y, p->title);
		if (i == 0) {
			l->utc = plot_strip(y, p->utc);
			l->lane = plot_strip(y, has_labels(s) ? p->lane : 0);
		}
		lp->plot = plot_strip(y, (i == main ? MAIN_PLOT : MIN_PLOT) + rest * weight(&s->panel[i]) / sum);
		lp->labels = (struct rect){ p->plot_right + p->label_gap, lp->plot.y,
					    PAGE_WIDTH - p->margin - p->plot_right - p->label_gap, lp->plot.h };
	}
	l->elapsed = plot_strip(y, p->elapsed);
}

void layout_scene(struct layout *l, const struct scene *s, size_t why_lines)
{
	const struct page *p = &theme.page;
	double y = 0;

	*l = (struct layout){ .width = PAGE_WIDTH, .scale = s->width / PAGE_WIDTH, .px_width = s->width };
	l->n_panels = s->n_panels < LAYOUT_PANELS ? s->n_panels : LAYOUT_PANELS;
	l->n_rows = s->n_rows > 0 ? s->n_rows - 1 : 0;
	if (l->n_rows > LAYOUT_ROWS)
		l->n_rows = LAYOUT_ROWS;
	double fixed = fixed_height(s, why_lines, l->n_rows);
	double least = fixed + least_height(l->n_panels);

	l->px_height = (int)fmax(s->height, ceil(least * l->scale));
	l->height = l->px_height / l->scale;
	l->band = (struct rect){ 0, 0, PAGE_WIDTH, p->band };
	y = p->band;
	l->why = strip(&y, why_lines ? 2 * p->why_pad + (double)why_lines * p->why_line : 0);
	l->why.x = 0;
	l->why.w = PAGE_WIDTH;
	if (l->n_panels)
		place_panels(l, s, &y, l->height - fixed);
	y = l->height - p->bottom - (s->n_footer ? (double)s->n_footer * p->footer_line : 0);
	double footer_y = y;

	l->footer = strip(&y, s->n_footer ? (double)s->n_footer * p->footer_line : 0);
	y = footer_y - (s->n_footer ? p->footer_gap : 0) - (s->n_rows ? (double)(l->n_rows + 1) * p->row : 0);
	l->table = strip(&y, s->n_rows ? (double)(l->n_rows + 1) * p->row : 0);
}

/* Order of centres, stable: equal ones keep the order in which they came. n is small. */
static void sort_by_centre(size_t *order, const double *centre, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t k = i;

		for (; k > 0 && centre[order[k - 1]] > centre[i]; k--)
			order[k] = order[k - 1];
		order[k] = i;
	}
}

/*
 * With the sizes before each thing subtracted, "no overlap" means "not decreasing": the nearest such sequence is the
 * isotonic regression, by pooling neighbours that are out of order, and bounds only clip it.
 */
void layout_spread(double *centre, const double *size, size_t n, double lo, double hi)
{
	size_t order[SPREAD_MAX], count[SPREAD_MAX], pools = 0;
	double before[SPREAD_MAX], level[SPREAD_MAX], total = 0;

	sort_by_centre(order, centre, n);
	for (size_t i = 0; i < n; i++) {
		before[i] = total;
		total += size[order[i]];
		level[pools] = centre[order[i]] - size[order[i]] / 2 - before[i];
		count[pools++] = 1;
		for (; pools > 1 && level[pools - 2] > level[pools - 1]; pools--) {
			double a = (double)count[pools - 2], b = (double)count[pools - 1];

			level[pools - 2] = (level[pools - 2] * a + level[pools - 1] * b) / (a + b);
			count[pools - 2] += count[pools - 1];
		}
	}
	for (size_t p = 0, i = 0; p < pools; p++)
		for (size_t k = 0; k < count[p]; k++, i++)
			centre[order[i]] = fmax(lo, fmin(level[p], hi - total)) + before[i] + size[order[i]] / 2;
}

double layout_columns(const double *natural, size_t n, double room, double gap, double gap_max, double *out)
{
	double sum = 0, left, cut;
	size_t wide = n;

	for (size_t i = 0; i < n; i++)
		sum += out[i] = natural[i];
	left = room - sum;
	if (n < 2 && left >= 0)
		return gap;
	if (n >= 2 && left >= gap * (double)(n - 1))
		return fmin(gap_max, left / (double)(n - 1));
	/* the common width: what remains when the columns below it keep theirs; it only rises, so this ends */
	left = fmax(0, room - gap * (double)(n - 1));
	for (cut = left / (double)n;;) {
		double kept = 0;
		size_t now = 0;

		for (size_t i = 0; i < n; i++) {
			kept += natural[i] <= cut ? natural[i] : 0;
			now += natural[i] > cut;
		}
		if (now == 0 || now == wide)
			break;
		wide = now;
		cut = (left - kept) / (double)now;
	}
	for (size_t i = 0; i < n; i++)
		out[i] = fmin(natural[i], cut);
	return gap;
}
