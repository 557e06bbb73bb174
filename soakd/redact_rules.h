/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rules of redact.c: what at this place of a text is a path, a host, an address, a name, a query or a secret. Pure. */
#ifndef SOAKD_REDACT_RULES_H
#define SOAKD_REDACT_RULES_H

#include <stdbool.h>
#include <stddef.h>

#include "soakd/redact.h"

#define FOUND_PARTS 8

struct found {
	size_t n; /* bytes that the rule has looked at, from the place */
	struct found_part {
		size_t at, n; /* from the place: these go */
		enum redact_kind kind;
		bool everywhere; /* and from now on wherever they stand */
	} part[FOUND_PARTS];     /* in order, apart */
	size_t n_parts;
};

/* A rule takes something at s[i]; the bytes before it say whether a word begins there. At least one part then. */
bool redact_rule(const char *s, size_t i, struct found *out);

/* These n bytes stand for something that was taken out before: PATH, HOST, ***. */
bool redact_stands_in(const char *s, size_t n);

/* Bytes of the word that begins at s, as rules see words: letters, digits and what joins them; 1 at least. */
size_t redact_token(const char *s);

/* The home directory of a person begins at s: bytes up to the end of the person's name, which begins at redact_person_from(); 0. */
size_t redact_person(const char *s);
size_t redact_person_from(const char *s);

#endif
