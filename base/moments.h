/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sums over the samples of a series from which plain least squares are had (analysis/ols.h), in constant memory. */
#ifndef BASE_MOMENTS_H
#define BASE_MOMENTS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Centred sums over samples. Those since the last MOMENTS_PART are plain sums of differences to the first of them, which cost no
 * division, and are merged when they are so many (Chan, Golub, LeVeque, "Updating formulae and a pairwise algorithm", 1979).
 */
#define MOMENTS_PART 64
struct moments {
	uint64_t n; /* all samples, those of the part too */
	long double mt, my, stt, sty;
	struct {
		unsigned n;
		double t0, y0;
		long double t, y, tt, ty;
	} part;
};

/* n values y at times t, all of them finite; the sums are the same, bit for bit, however the values are dealt out to calls. */
void moments_add(struct moments *m, const double *t, const double *y, size_t n);
/* The same with an empty part: n, mt, my, stt and sty are those of all samples. */
struct moments moments_whole(const struct moments *m);

#endif
