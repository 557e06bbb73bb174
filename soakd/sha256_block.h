/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inner part of SHA-256, twice: in plain C, and with the processor's instructions. Both add `blocks` of 64 bytes to h. */
#ifndef SOAKD_SHA256_BLOCK_H
#define SOAKD_SHA256_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

extern const uint32_t sha256_constants[64];

void sha256_plain(uint32_t h[8], const unsigned char *p, size_t blocks);

bool sha256_has_instructions(void);
/* Only where sha256_has_instructions(). */
void sha256_instructions(uint32_t h[8], const unsigned char *p, size_t blocks);

#endif
