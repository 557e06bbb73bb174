/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SHA-256, so that a picture can name the data it was drawn from. Source: FIPS 180-4.
 * Checked: tests/soakd/sha256_test.c, the standard's examples.
 */
#ifndef SOAKD_SHA256_H
#define SOAKD_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define SHA256_SIZE 32 /* bytes of the digest */
#define SHA256_HEX  65 /* bytes of the digest as text, with its NUL */

struct sha256 {
	uint32_t h[8];
	uint64_t length;                                                      /* bytes so far */
	unsigned char block[64];                                              /* the unfinished block */
	void (*blocks)(uint32_t h[8], const unsigned char *p, size_t blocks); /* in plain C, or by the processor's instructions */
};

void sha256_init(struct sha256 *s);
void sha256_add(struct sha256 *s, const void *data, size_t n);
/* Each ends it; digest has SHA256_SIZE bytes, hex SHA256_HEX. */
void sha256_digest(struct sha256 *s, unsigned char *digest);
void sha256_hex(struct sha256 *s, char *hex);

#endif
