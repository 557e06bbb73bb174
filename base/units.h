/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Durations, sizes, numbers and dates: from what people type, and to what people read. Always the C locale's ".".
 * Formatters write at most n bytes with the NUL and return buf, so that they can stand in an argument list.
 */
#ifndef BASE_UNITS_H
#define BASE_UNITS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* "300", "0.2", "500ms", "30s", "5m", "24h", "7d" -> seconds, finite and >= 0. SK_EUSAGE with a sentence otherwise. */
enum sk_code duration_parse(const char *s, double *seconds, struct sk_err *err);

/* "4096", "64KiB", "1.5GiB", "64K" (= KiB), "10MB" (= 10^6) -> bytes, finite and >= 0. SK_EUSAGE otherwise. */
enum sk_code size_parse(const char *s, double *bytes, struct sk_err *err);

/* The whole string is one number. SK_EPARSE otherwise (also for "", "nan", "inf", hexadecimal). Locale-free. */
enum sk_code int_parse(const char *s, int64_t *out, struct sk_err *err);
enum sk_code real_parse(const char *s, double *out, struct sk_err *err);

/* Unix seconds with decimals, or ISO 8601 ("2026-11-20T20:00:00.5Z", "+01:00", a space for T, no zone = UTC). SK_EPARSE. */
enum sk_code time_parse(const char *s, double *unix_s, struct sk_err *err);

char *fmt_duration(char *buf, size_t n, double s);	/* "850 ms", "42 s", "7 h 24 min", "3.2 d"; "?" for NaN */
char *fmt_kb(char *buf, size_t n, double kb);		/* KiB in: "812 KiB", "3.14 MiB", "1.20 GiB"; "?" for NaN */
char *fmt_kb_rate(char *buf, size_t n, double kb_per_h); /* signed: "+3.10 MiB/h" */
char *fmt_count(char *buf, size_t n, double v);		/* "950", "12.3 k", "4.56 M" */
char *fmt_utc(char *buf, size_t n, double unix_s);	/* "2026-11-20T20:00:00Z" */
char *fmt_utc_compact(char *buf, size_t n, double unix_s); /* "20261120T200000Z" */
/* The shortest text that reads back as v; "null" for NaN and infinities. */
char *fmt_real(char *buf, size_t n, double v);

#endif
