/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a model to a tested slope. */
#ifndef ANALYSIS_GROWTH_H
#define ANALYSIS_GROWTH_H

#include "analysis/judge.h"

/*
 * growth_test - what the chosen model says of the growth.
 *
 * In       f after explain()
 * Out      f->full, tail, model, left, from, cycle, test, change, noise, fell, falls, persists, last_slope, last_se
 * Return   SK_OK, or what py_trend() says
 * Checked  tests/analysis/judge_test.c
 */
enum sk_code growth_test(struct findings *f);

/* The floor of a sawtooth, if there is one, stands in for the trend test: f->sawtooth, saw, test, persists. */
void growth_of_floor(struct findings *f);

/* The line through n low points as the test of the whole series. */
void growth_take_floor(struct findings *f, const struct floor_trend *ft, size_t n);

#endif
