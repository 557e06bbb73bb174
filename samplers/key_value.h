/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "Key:   123 kB" lines, the form of status and smaps_rollup: the one loop that both parsers share. */
#ifndef SAMPLERS_KEY_VALUE_H
#define SAMPLERS_KEY_VALUE_H

#include <stdbool.h>
#include <stddef.h>

struct key {
	const char *name; /* without the colon */
	size_t len;
};
#define KEY(s)                                                                                                                   \
	{                                                                                                                        \
		s, sizeof(s) - 1                                                                                                 \
	}

/*
 * Sets out[i] to the number of the line that begins with key[i] and a colon, NaN where there is none. Keys are found at the
 * start of a line only ("Pss" is not found in "SwapPss"), the first line wins, and a line that no newline ends is torn: no value.
 */
void key_values(const char *buf, size_t n, const struct key *key, size_t n_key, double *out);

/* The number in "   123 kB" or "123" (whole text): false if there is none or something else follows. */
bool key_number(const char *s, const char *end, double *out);

#endif
