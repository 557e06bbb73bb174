/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Secrets that nobody announced: keys, tokens and passwords that are known by how they look. Those with a word before are scrub()'s. */
#include <ctype.h>
#include <string.h>

#include "soakd/redact_rules_internal.h"

#define HEX_SECRET  32 /* so many digits are a key, or a digest: of digests those that we write are no free text */
#define BASE_SECRET 20
#define LOOKED_AT   512 /* of a longer one, to see that it is one */

struct letters {
	size_t upper, lower, digit;
};

static struct letters count_letters(const char *s, size_t n)
{
	struct letters c = { 0, 0, 0 };

	for (size_t i = 0; i < n; i++) {
		c.upper += isupper((unsigned char)s[i]) != 0;
		c.lower += islower((unsigned char)s[i]) != 0;
		c.digit += isdigit((unsigned char)s[i]) != 0;
	}
	return c;
}

/*
 * Capitals, small letters and digits mixed in one piece: nobody calls anything so. Names of functions and of memory contexts are
 * words, and have joints between them.
 */
static bool is_mixed(const char *s, size_t n)
{
	for (size_t i = 0, piece; i < n; i += piece + 1) {
		piece = strspn(s + i, LETTER DIGITS);
		struct letters c = count_letters(s + i, piece);

		if (piece >= BASE_SECRET - 4 && c.upper >= 3 && c.lower >= 3 && c.digit >= 2)
			return true;
	}
	return false;
}

/* Services that begin their keys with a word of their own, to be found by such as this. Bytes of the key; 0. */
static size_t token(const char *s)
{
	static const char *const begins[] = {
		"ghp_",  "gho_",  "ghu_",    "ghs_",  "ghr_", "github_pat_", "glpat-", "xoxa-",  "xoxb-",     "xoxe-", "xoxp-",
		"xoxr-", "xoxs-", "xapp-",   "sk-",   "sk_",  "pk_",         "rk_",    "npm_",   "pypi-",     "hvs.",  "hvb.",
		"hvr.",  "SG.",   "dop_v1_", "ya29.", "AIza", "hf_",         "shpat_", "whsec_", "dckr_pat_", "glrt-"
	};

	for (size_t i = 0; i < COUNT(begins); i++) {
		size_t k = strlen(begins[i]), n;

		if (strncmp(s, begins[i], k) != 0)
			continue;
		n = strspn(s + k, LETTER DIGITS "_-.");
		if (n >= 16)
			return redact_trim(s, k + n);
	}
	return 0;
}

/* Of Amazon: the name of a key, of a role or of a session, a '/' or a blank behind it; or 40 digits of base 64. */
static size_t amazon(const char *s, size_t n)
{
	static const char *const begins[] = { "AKIA", "ASIA", "AROA", "AIDA" };
	size_t id = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ" DIGITS);
	struct letters c = count_letters(s, n == 40 ? n : 0);

	for (size_t i = 0; id == BASE_SECRET && !islower((unsigned char)s[id]) && i < COUNT(begins); i++)
		if (strncmp(s, begins[i], 4) == 0)
			return id;
	return n == 40 && c.upper >= 8 && c.lower >= 8 && c.digit > 0 && strcspn(s, "_-") >= n ? n : 0;
}

bool redact_uuid(const char *s)
{
	static const size_t groups[] = { 8, 4, 4, 4, 12 };

	for (size_t i = 0; i < COUNT(groups); i++) {
		if (strspn(s, HEX) != groups[i])
			return false;
		s += groups[i];
		if (i + 1 < COUNT(groups) && *s != '-' && *s != '_')
			return false;
		s += i + 1 < COUNT(groups);
	}
	return !isalnum((unsigned char)*s);
}

bool rule_secret(const char *s, struct found *f)
{
	size_t n = strspn(s, LETTER DIGITS "+/_=-"), hex = strspn(s, HEX);
	size_t key = token(s) ? token(s) : amazon(s, n);

	if (key)
		return found_whole(f, key, REDACT_SECRET, false);
	if (strncmp(s, "-----BEGIN ", 11) == 0 && strstr(s, "PRIVATE KEY")) /* and all that follows */
		return found_whole(f, strlen(s), REDACT_SECRET, false);
	if (redact_uuid(s)) /* of a container, a machine, a tenant */
		return found_whole(f, 36, REDACT_NAME, false);
	if (redact_starts(s, "eyJ") && n > 10) /* a JSON Web Token: three parts, each base64 */
		return found_whole(f, strspn(s, LETTER DIGITS "._-"), REDACT_SECRET, false);
	if ((hex >= HEX_SECRET && hex == n) || (n >= BASE_SECRET && is_mixed(s, n < LOOKED_AT ? n : LOOKED_AT)))
		return found_whole(f, n, REDACT_SECRET, false);
	return false;
}
