/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Cairo's SVG in less than half of its bytes, with nothing lost that a screen shows. Cairo writes six decimals and absolute places;
 * here a path is steps from point to point, and numbers have two decimals (a hundredth of a pixel; each point is rounded by itself,
 * so that errors do not add up). Matrices keep theirs: they multiply. A glyph is a path and no symbol around one, and what says
 * what is so anyway (an opacity of 1) is left out.
 */
#ifndef PLOTS_SVG_COMPACT_H
#define PLOTS_SVG_COMPACT_H

#include "base/text.h"

/* Adds the SVG to *out; what it does not know it copies. Memory that runs out is remembered in *out. */
void svg_compact(struct text *out, const char *svg);

#endif
