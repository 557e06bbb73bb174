/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What Cairo's SVG lacks: what it shows in words, for those who cannot see it and for programs that look for the run. */
#ifndef PLOTS_PICTURE_SVG_H
#define PLOTS_PICTURE_SVG_H

#include "base/err.h"
#include "base/text.h"
#include "plots/scene.h"

/* "LEAK: postgres, private memory +3.10 MiB/h"; one of the two where there is no other. */
void picture_title(struct text *out, const struct scene *s);

/*
 * Adds to *out the SVG that Cairo made, with <title>, <desc> and <metadata> as the first elements, and with a fixed id where Cairo
 * counts the surfaces of the process. SK_EIO: that is no SVG; SK_ENOMEM.
 */
enum sk_code svg_describe(struct text *out, const char *svg, const struct scene *s, struct sk_err *err);

#endif
