/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pgbench's distributions and hash functions, by their documented formulas: PostgreSQL 15, "pgbench", sections "Built-in
 * Functions". permute() is defined by its random numbers, so the generator is pgbench's own, xoroshiro128** 1.0 (Blackman,
 * Vigna: "Scrambled Linear Pseudorandom Number Generators", 2018), and gives the same values.
 */
#include "scenarios/script_internal.h"

#include <math.h>

#include "scenarios/load.h"

static uint64_t rotated(uint64_t x, int bits)
{
	return x << bits | x >> (64 - bits);
}

void random_seed(struct random *r, uint64_t seed)
{
	r->s0 = rng_next(&seed);
	r->s1 = rng_next(&seed);
}

uint64_t random_next(struct random *r)
{
	uint64_t s0 = r->s0, s1 = r->s1 ^ s0;

	r->s0 = rotated(s0, 24) ^ s1 ^ s1 << 16;
	r->s1 = rotated(s1, 37);
	return rotated(s0 * 5, 7) * 9;
}

double random_unit(struct random *r)
{
	return (double)(random_next(r) >> 12) * 0x1p-52;
}

/* 0 .. most, by drawing as many bits as it has until they are no more than it: less than two draws on average. */
static uint64_t random_up_to(struct random *r, uint64_t most)
{
	uint64_t v;

	if (most == 0)
		return 0;
	do
		v = random_next(r) >> __builtin_clzll(most);
	while (v > most);
	return v;
}

int64_t random_range(struct random *r, int64_t min, int64_t max)
{
	return (int64_t)((uint64_t)min + random_up_to(r, (uint64_t)max - (uint64_t)min));
}

/* The place in [min, max] of a fraction in [0, 1); rounding may carry it a little over either end. */
static int64_t at_fraction(int64_t min, int64_t max, double fraction)
{
	double span = (double)((uint64_t)max - (uint64_t)min) + 1;
	double offset = span * fraction;
	uint64_t most = (uint64_t)max - (uint64_t)min;

	if (!(offset > 0))
		return min;
	return offset >= (double)most ? max : (int64_t)((uint64_t)min + (uint64_t)offset);
}

int64_t random_exponential(struct random *r, int64_t min, int64_t max, double parameter)
{
	double cut = exp(-parameter), uniform = 1 - random_unit(r); /* (0, 1] */

	return at_fraction(min, max, -log(cut + (1 - cut) * uniform) / parameter);
}

/* Box and Muller's transform, cut at +- parameter standard deviations. */
int64_t random_gaussian(struct random *r, int64_t min, int64_t max, double parameter)
{
	double deviation;

	do {
		double u = 1 - random_unit(r), v = 1 - random_unit(r);

		deviation = sqrt(-2 * log(u)) * sin(2 * M_PI * v);
	} while (deviation < -parameter || deviation >= parameter);
	return at_fraction(min, max, (deviation + parameter) / (2 * parameter));
}

/* Rejection (Devroye: "Non-Uniform Random Variate Generation", 1986, page 550), for s > 1. */
int64_t random_zipfian(struct random *r, int64_t min, int64_t max, double s)
{
	double n = (double)((uint64_t)max - (uint64_t)min) + 1, b = pow(2, s - 1), x, t, u, v;

	if (max == min)
		return min;
	do {
		u = random_unit(r);
		v = random_unit(r);
		x = floor(pow(u, -1 / (s - 1)));
		t = pow(1 + 1 / x, s - 1);
	} while (!(x <= n) || v * x * (t - 1) / (b - 1) > t / b);
	return (int64_t)((uint64_t)min + (uint64_t)(x - 1));
}

int64_t hash_of_fnv1a(int64_t value, int64_t seed)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325) ^ (uint64_t)seed, v = (uint64_t)value;

	for (int i = 0; i < 8; i++, v >>= 8)
		h = (h ^ (v & 0xff)) * UINT64_C(0x100000001b3);
	return (int64_t)h;
}

int64_t hash_of_murmur2(int64_t value, int64_t seed)
{
	const uint64_t mul = UINT64_C(0xc6a4a7935bd1e995);
	uint64_t h = (uint64_t)seed ^ sizeof(int64_t) * mul, k = (uint64_t)value * mul;

	k = (k ^ k >> 47) * mul;
	h = (h ^ k) * mul;
	h = (h ^ h >> 47) * mul;
	return (int64_t)(h ^ h >> 47);
}

/* Multiplies by an odd number, exclusive or, and turns by one, all within `bits` bits: one to one. */
static uint64_t mixed(uint64_t v, uint64_t odd, uint64_t xor, uint64_t mask, int bits)
{
	v = (v * odd ^ xor) & mask;
	return (v << 1 & mask) | v >> (bits - 1);
}

int64_t random_permute(int64_t value, int64_t size, int64_t seed)
{
	struct random r;
	uint64_t n = (uint64_t)size, v, mask;
	int bits;

	if (size < 2)
		return 0;
	random_seed(&r, (uint64_t)seed);
	v = (uint64_t)value % n;
	bits = 63 - __builtin_clzll(n);
	mask = (UINT64_C(1) << bits) - 1;
	for (int round = 0; round < 6; round++) {
		uint64_t odd = (random_next(&r) & mask) | 1, other = random_next(&r) & mask;

		if (v <= mask)
			v = mixed(v, odd, other, mask, bits);
		odd = (random_next(&r) & mask) | 1;
		other = random_next(&r) & mask;
		if (n - 1 - v <= mask)
			v = n - 1 - mixed(n - 1 - v, odd, other, mask, bits);
		v = (v + random_up_to(&r, n - 1)) % n;
	}
	return (int64_t)v;
}
