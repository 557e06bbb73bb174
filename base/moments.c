/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Moments in two steps: plain sums of a few samples, and what was before joined with them. See moments.h. */
#include "base/moments.h"

/* Of the part: its sums about its own means, joined with those of all before it. */
static void merge_part(struct moments *m)
{
	long double n = m->part.n, before = (long double)(int64_t)(m->n - m->part.n); /* signed: one instruction */
	long double t = m->part.t / n, y = m->part.y / n, dt = m->part.t0 + t - m->mt, dy = m->part.y0 + y - m->my;
	long double share = n / (before + n);

	m->stt += m->part.tt - m->part.t * t + dt * dt * before * share;
	m->sty += m->part.ty - m->part.t * y + dt * dy * before * share;
	m->mt += dt * share;
	m->my += dy * share;
	m->part.n = 0;
}

void moments_add(struct moments *m, const double *t, const double *y, size_t n)
{
	for (size_t i = 0, end; i < n; i = end) {
		if (m->part.n == 0) {
			m->part.t0 = t[i];
			m->part.y0 = y[i];
			m->part.t = m->part.y = m->part.tt = m->part.ty = 0;
		}
		end = n - i < MOMENTS_PART - m->part.n ? n : i + MOMENTS_PART - m->part.n;
		long double st = m->part.t, sy = m->part.y, stt = m->part.tt, sty = m->part.ty; /* in registers */

		for (size_t k = i; k < end; k++) {
			long double dt = (long double)t[k] - m->part.t0, dy = (long double)y[k] - m->part.y0;

			st += dt;
			sy += dy;
			stt += dt * dt;
			sty += dt * dy;
		}
		m->part.t = st;
		m->part.y = sy;
		m->part.tt = stt;
		m->part.ty = sty;
		m->part.n += (unsigned)(end - i);
		m->n += end - i;
		if (m->part.n == MOMENTS_PART)
			merge_part(m);
	}
}

struct moments moments_whole(const struct moments *m)
{
	struct moments whole = *m;

	if (whole.part.n > 0)
		merge_part(&whole);
	return whole;
}
