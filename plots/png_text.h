/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The words in a PNG, read again: the tEXt chunks, and of iTXt those that are not compressed. The file is foreign: every length
 * is checked against what is there, every sum is computed. Needs neither zlib nor Cairo: soakd links this.
 */
#ifndef PLOTS_PNG_TEXT_H
#define PLOTS_PNG_TEXT_H

#include <stddef.h>

#include "base/err.h"

#define PNG_PIXELS "soakd:pixels" /* keyword: the sums of the picture's chunks, by png_seal() */
enum { PNG_SUMS = 72 };

enum { PNG_TEXTS = 64, PNG_TEXT_BYTES = 65536 }; /* no scene has more, or longer ones; what is over that is left out */

struct png_texts {
	char *key[PNG_TEXTS], *value[PNG_TEXTS]; /* UTF-8; bytes of tEXt that are no ASCII become "?" */
	size_t n;
	char pixels[PNG_SUMS]; /* of what is really there: what PNG_PIXELS says unless the picture was changed */
};

/*
 * SK_EPARSE: no PNG, cut short, or a chunk with a wrong sum: the sentence says where; SK_ENOMEM. What follows the last chunk
 * (IEND) is not looked at. *out is to be released after success only.
 */
enum sk_code png_texts_read(const void *data, size_t n, struct png_texts *out, struct sk_err *err);
void png_texts_release(struct png_texts *t);

/*
 * The sums of the chunks IHDR, PLTE and IDAT and of the title as hexadecimal digits: other pixels, or the same ones packed by another
 * program, have others. Of the first eight such chunks; a page of ours has four.
 */
void png_pixel_sums(const void *png, size_t n, char sums[PNG_SUMS]);

/* The first with this keyword, or NULL. */
const char *png_texts_get(const struct png_texts *t, const char *key);

#endif
