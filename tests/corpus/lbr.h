/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The memory-leak detectors of Jindal et al. (arXiv 2101.09799 and 2106.08938) that need no training: backward regression, and
 * backward regression between change points. Published on 70 virtual machines: F1 .568 and .625. Written from their description
 * and their program's defaults, with two differences: growth must reach a least rate like for the other rules, where theirs asks
 * only for a slope above 0; and R2 is that of the fit to all points, where theirs leaves a tenth out at random.
 */
#ifndef TESTS_CORPUS_LBR_H
#define TESTS_CORPUS_LBR_H

#include <stdbool.h>
#include <stddef.h>

/*
 * lbr_leaks - some window that ends with the series has a trend with R2 > .8.
 *
 * In       t_s[n] ascending seconds, y_kb[n] finite, n >= 2; min_rate in KiB per hour
 * Rule     windows of max(60 points, a fifth), and 50 more each time; of each the ten strongest frequencies of its Fourier
 *          transform; for each of them the trend of a seasonal decomposition, which is a moving average; least squares on that.
 *          Their program takes the number k of the frequency for a period of k points (the period is w / k): the published
 *          figures were measured so, and it is done so here. It is also the better rule: with w / k false alarms on 18 real
 *          traces without a leak rise from 8 to 13, and of 17 leaks one more is found.
 * Cost     n / 50 Fourier transforms.
 */
bool lbr_leaks(const double *t_s, const double *y_kb, size_t n, double min_rate);

/*
 * lbrcpd_leaks - some stretch from a change point, or from the beginning, to the end is a line with R2 >= .75.
 *
 * In       as above
 * Rule     medians of 5 minutes; a change point is where the modified z score of the absolute first difference is beyond 3.5,
 *          over 60 points before the end. They demand .8 and accept .05 less, so that .75 is the first to be accepted.
 * Cost     change points times n.
 */
bool lbrcpd_leaks(const double *t_s, const double *y_kb, size_t n, double min_rate);

#endif
