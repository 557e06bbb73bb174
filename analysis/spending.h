/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much of a run's chance of a false alarm a look before its end may use, so that many looks say leak no oftener than one. */
#ifndef ANALYSIS_SPENDING_H
#define ANALYSIS_SPENDING_H

struct spending {
	double alpha;    /* of the whole run, one-sided */
	double length_s; /* planned, > 0; NaN: not known */
	double first_s;  /* of a run without a length: no look before this spends anything; > 0 */
};

/*
 * spending_spent - what all looks up to a time may have spent together.
 *
 * In       t_s  seconds since the run began
 * Return   0 .. alpha, never falling. Known length: a(t) = 2 - 2 Phi(z / sqrt t), t the share of the run, z = Phi^-1(1 - alpha /
 * 2): next to nothing in the first third, where few points prove little and a warm-up is not over. Unknown length: spread over
 *          octaves of time, the k-th octave after first_s gets alpha / (k (k + 1)), which adds up to alpha in the infinite.
 * Source   O'Brien and Fleming, Biometrics 35 (1979) 549-556; Lan and DeMets, Biometrika 70 (1983) 659-663.
 * Checked  tests/analysis/spending_test.c: the published table of the function for alpha = .025.
 */
double spending_spent(const struct spending *s, double t_s);

/*
 * spending_level - the nominal one-sided level of the look at now_s, when the last one was at before_s.
 *
 * Return   spent(now) - spent(before), >= 0; 0: this look may not say leak. Levels that add up to alpha hold it whatever the
 *          looks have to do with each other (Bonferroni): how a trend's statistic is correlated over time depends on noise that
 * is not known, so the boundaries of independent increments are not used. Looks that were left out spend nothing.
 */
double spending_level(const struct spending *s, double before_s, double now_s);

#endif
