/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a level does beside growing: the noise about the fitted line, for paths into the future. */
#ifndef ANALYSIS_NOISE_H
#define ANALYSIS_NOISE_H

#include "analysis/judge.h"

/*
 * noise_about_line - an AR(1) per block for what is left of the points beside v->fit; cycles and teeth count as noise.
 *
 * In       f, v after judge_column()
 * Out      v->noise; zero where there is no line (block_s tells).
 * How      where the trend test took the errors for a random walk (phi = 1), the step's sd is what the test's own error of the
 *          slope implies: se^2 = sd^2 / (blocks) per block. Else the larger of the test's phi and the correlation of neighbours.
 * Checked  tests/analysis/forecast_test.c: phi and sd of seeded AR(1) series and walks.
 */
void noise_about_line(const struct findings *f, struct series_verdict *v);

#endif
