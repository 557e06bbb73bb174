/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/sha256.h"

#include <stdio.h>
#include <string.h>

#include "soakd/sha256_block.h"

/* FIPS 180-4, 4.2.2: the first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
const uint32_t sha256_constants[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01,
	0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc,
	0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
	0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08,
	0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
	0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotr(uint32_t x, int n)
{
	return x >> n | x << (32 - n);
}

/* 6.2.2, step 1: the message schedule. */
static void schedule(const unsigned char *p, uint32_t w[64])
{
	for (int t = 0; t < 16; t++)
		w[t] = (uint32_t)p[4 * t] << 24 | (uint32_t)p[4 * t + 1] << 16 | (uint32_t)p[4 * t + 2] << 8 | p[4 * t + 3];
	for (int t = 16; t < 64; t++) {
		uint32_t s0 = rotr(w[t - 15], 7) ^ rotr(w[t - 15], 18) ^ w[t - 15] >> 3;
		uint32_t s1 = rotr(w[t - 2], 17) ^ rotr(w[t - 2], 19) ^ w[t - 2] >> 10;

		w[t] = w[t - 16] + s0 + w[t - 7] + s1;
	}
}

/* One round; the caller turns the names of the eight words instead of moving them. */
static inline void turn(const uint32_t *a, uint32_t b, uint32_t c, uint32_t *d, uint32_t e, uint32_t f, uint32_t g, uint32_t *h,
			uint32_t kw)
{
	uint32_t t1 = *h + (rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25)) + (g ^ (e & (f ^ g))) + kw;

	*d += t1;
	*h = t1 + (rotr(*a, 2) ^ rotr(*a, 13) ^ rotr(*a, 22)) + ((*a & b) | (c & (*a | b)));
}

static void one_block(uint32_t h[8], const unsigned char *p)
{
	uint32_t w[64], v[8]; /* v: a .. h of the standard */

	schedule(p, w);
	memcpy(v, h, sizeof(v));
	for (int t = 0; t < 64; t += 8)
		for (int i = 0; i < 8; i++)
			turn(&v[-i & 7], v[(1 - i) & 7], v[(2 - i) & 7], &v[(3 - i) & 7], v[(4 - i) & 7], v[(5 - i) & 7],
			     v[(6 - i) & 7], &v[(7 - i) & 7], sha256_constants[t + i] + w[t + i]);
	for (int i = 0; i < 8; i++)
		h[i] += v[i];
}

void sha256_plain(uint32_t h[8], const unsigned char *p, size_t blocks)
{
	for (size_t i = 0; i < blocks; i++)
		one_block(h, p + 64 * i);
}

void sha256_init(struct sha256 *s)
{
	static const uint32_t start[8] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
					   0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 };

	memcpy(s->h, start, sizeof(start));
	s->blocks = sha256_has_instructions() ? sha256_instructions : sha256_plain;
	s->length = 0;
}

void sha256_add(struct sha256 *s, const void *data, size_t n)
{
	const unsigned char *p = data;

	while (n > 0) {
		size_t at = s->length % 64, take = n < 64 - at ? n : 64 - at;

		if (at == 0 && n >= 64) { /* whole blocks where they are */
			take = n - n % 64;
			s->blocks(s->h, p, take / 64);
		} else {
			memcpy(s->block + at, p, take);
			if (at + take == 64)
				s->blocks(s->h, s->block, 1);
		}
		s->length += take;
		p += take;
		n -= take;
	}
}

void sha256_digest(struct sha256 *s, unsigned char *digest)
{
	static const unsigned char pad[64] = { 0x80 };
	uint64_t bits = s->length * 8;
	unsigned char end[8];

	for (int i = 0; i < 8; i++)
		end[i] = (unsigned char)(bits >> (56 - 8 * i));
	sha256_add(s, pad, 1 + (119 - s->length % 64) % 64); /* to 8 bytes before the end of a block */
	sha256_add(s, end, sizeof(end));
	for (size_t i = 0; i < SHA256_SIZE; i++)
		digest[i] = (unsigned char)(s->h[i / 4] >> (24 - 8 * (i % 4)));
}

void sha256_hex(struct sha256 *s, char *hex)
{
	unsigned char digest[SHA256_SIZE];

	sha256_digest(s, digest);
	for (size_t i = 0; i < SHA256_SIZE; i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}
