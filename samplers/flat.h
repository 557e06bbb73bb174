/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The three forms of text in which the kernel says what surrounds a process: a number alone (memory.current), "key value" lines
 * (memory.stat, memory.events, vmstat) and pressure. Text need not be NUL-terminated; what is torn or unknown is no value.
 */
#ifndef SAMPLERS_FLAT_H
#define SAMPLERS_FLAT_H

#include <stddef.h>

#include "samplers/key_value.h"

/* out[i]: number of the line "key[i] NUMBER", NaN where there is none. The first wins; a line without its newline is torn. */
void flat_values(const char *buf, size_t n, const struct key *key, size_t n_key, double *out);

/* Bytes as KiB; NaN for "max", for version 1's "unlimited" (the largest number of pages) and for what is no number. */
double flat_bytes_kb(const char *buf, size_t n);

/*
 * Pressure (Documentation/accounting/psi.rst): seconds in which some, or all, waited since boot, and the share of the last ten
 * seconds in which some did, per cent. NaN where the text has none.
 */
struct pressure {
	double some_s, full_s, some_avg10_pct;
};
void pressure_parse(const char *buf, size_t n, struct pressure *out);

#endif
