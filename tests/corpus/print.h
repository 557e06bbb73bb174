/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables as text. Shares are in percent. */
#ifndef TESTS_CORPUS_PRINT_H
#define TESTS_CORPUS_PRINT_H

#include "tests/corpus/tally.h"

void print_families_head(const char *title);
void print_family(const struct tally *t);
void print_sum(const struct tally *sum, const struct alarms *a);
void print_gate(bool passed);
void print_confusion(const struct confusion *c);
/* soakd's score and those of baselines[], on the same series. */
void print_rules(const char *title, const struct tally *sum);
void print_wrong(const char *name, const struct outcome *o);

/* "leak, linear". buf is returned. */
const char *say_verdict(enum verdict_class verdict, enum leak_kind kind, char *buf, size_t n);

#endif
