/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of rules share: redact_rules.c asks, redact_url.c, _network.c, _paths.c, _joined.c, _secrets.c,
 * _subject.c, _messages.c and _words.c answer. */
#ifndef SOAKD_REDACT_RULES_INTERNAL_H
#define SOAKD_REDACT_RULES_INTERNAL_H

#include "soakd/redact_rules.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

#define DIGITS "0123456789"
#define HEX    DIGITS "abcdefABCDEF"
#define LETTER "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define ENDS   " \t\r\n'\"`,;()<>[]{}|" /* no path or address of ours goes over these */

/* n bytes at a place of the match go. */
void found_add(struct found *f, size_t at, size_t n, enum redact_kind kind, bool everywhere);

/* All n bytes are one thing; false of none. */
bool found_whole(struct found *f, size_t n, enum redact_kind kind, bool everywhere);

/* n without the full stop or the colon of the sentence. */
size_t redact_trim(const char *s, size_t n);

/* In capitals or not. */
bool redact_starts(const char *s, const char *with);

/* Letters of any script, digits, and the characters of `more` that s begins with, in bytes. */
size_t redact_letters(const char *s, const char *more);

/* A quote, a blank or a dash beyond ASCII begins at s, which is no letter: bytes; 0. And one that ends before s[i]. */
size_t redact_mark(const char *s);
bool redact_behind_mark(const char *s, size_t i);

/* What s begins with is a quote, of any language, and what belongs to it ends: bytes of the quote, *n of what it holds; 0. */
size_t redact_quote(const char *s, size_t *n);

/* The same machine everywhere: localhost, 127.0.0.1, ::1 and the like. */
bool redact_loopback(const char *s, size_t n);

/* An address of the network that is not the same everywhere begins at s: bytes; 0. */
size_t redact_address(const char *s);

/*
 * What follows the host that ends at s + f->n, behind its port or without: "/payroll" of db7:5432/payroll, and "acme/x.git" of
 * git@host:acme/x.git if `remote`. It goes as a path.
 */
void redact_path_behind(const char *s, bool remote, struct found *f);

/* Eight, four, four, four and twelve digits; in units of containers with '_' between. */
bool redact_uuid(const char *s);

/*
 * The rules. A word begins at s. True: *f says what goes, from s on; with no part, that the f->n bytes stay as they are, whatever
 * other rules would make of them.
 */
bool rule_url(const char *s, struct found *f);
bool rule_connection(const char *s, struct found *f);
bool rule_subject(const char *s, struct found *f);
bool rule_access(const char *s, struct found *f);
bool rule_title(const char *s, struct found *f);
bool rule_request(const char *s, struct found *f);
bool rule_message(const char *s, struct found *f);
bool rule_email(const char *s, struct found *f);
bool rule_unit(const char *s, struct found *f);
bool rule_ip(const char *s, struct found *f);
bool rule_host(const char *s, struct found *f);
bool rule_path(const char *s, struct found *f);
bool rule_query(const char *s, struct found *f);
bool rule_key(const char *s, struct found *f);
bool rule_variable(const char *s, struct found *f);
bool rule_row(const char *s, struct found *f);
bool rule_joined(const char *s, struct found *f);
bool rule_secret(const char *s, struct found *f);

#endif
