/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A picture's colours as at most 256: a page is a few flat colours and their antialiased edges. Deterministic. */
#ifndef PLOTS_QUANTISE_H
#define PLOTS_QUANTISE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct indexed {
	uint8_t *index;        /* width * height, rows without padding */
	uint32_t palette[256]; /* 0xRRGGBB */
	size_t n_colours;
};

/*
 * px: height rows of `stride` pixels 0xXXRRGGBB, X ignored. With up to `most` colours (2 to 256) nothing is lost; with more the
 * commonest half of the palette, three quarters of one below 256, stay exact (so flat areas and lines do) and the rest is cut by
 * median into what is left of it.
 * Release with indexed_release, which may be repeated. SK_ENOMEM.
 */
enum sk_code quantise(const uint32_t *px, size_t width, size_t height, size_t stride, size_t most, struct indexed *out,
		      struct sk_err *err);
void indexed_release(struct indexed *p);

#endif
