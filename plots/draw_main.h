/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What soakd-draw and who runs it agree on. Libraries for fonts and pictures print on standard error what they like, so that its
 * own lines have a beginning by which they are known.
 */
#ifndef PLOTS_DRAW_MAIN_H
#define PLOTS_DRAW_MAIN_H

#define DRAW_SAYS "soakd-draw: " /* begins each line on standard error that is its own */

enum draw_status { DRAW_DONE = 0, DRAW_FAILED = 2, DRAW_CANNOT_WRITE = 3 /* drawn, and PATH cannot be written */ };

#endif
