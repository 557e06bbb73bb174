/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * PNG (W3C Recommendation, second edition 2003): 8-bit palette, one IDAT, no time stamp: same pixels, same bytes.
 * A third of the size and half of the time of Cairo's own 24-bit writer on our pages.
 */
#ifndef PLOTS_PNG_WRITE_H
#define PLOTS_PNG_WRITE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

struct png_pixels {
	const uint32_t *px; /* height rows of `stride` pixels, as for quantise() */
	size_t width, height, stride;
	double dpi;        /* 0: not said in the file */
	size_t most_bytes; /* of the whole file, if fewer colours can reach it; 0: any */
};

/*
 * Adds a whole PNG to *out. meta: n_meta pairs keyword, text; pairs with a NULL are left out. Text that is plain ASCII becomes
 * tEXt, other UTF-8 iTXt. SK_EUSAGE: a keyword is not 1 to 79 printable ASCII characters without spaces around; SK_ENOMEM.
 */
enum sk_code png_encode(struct text *out, const struct png_pixels *px, char *const *meta, size_t n_meta, struct sk_err *err);

/* Adds the text PNG_PIXELS (png_text.h) to what png_encode() made, which begins at `begin`. SK_ENOMEM. */
enum sk_code png_seal(struct text *png, size_t begin, struct sk_err *err);
enum { PNG_SEAL = 12 + 13 + 4 * 8 }; /* bytes that it adds, to a picture with a title */

#endif
