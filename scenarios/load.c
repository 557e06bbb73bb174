/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Profiles, operations and rows of the SQL scenarios: see load.h. Pure functions of the seed. */
#include "scenarios/load.h"

#include <string.h>

const struct load_profile load_profiles[] = {
	{ "mixed", 50, LOAD_SELECT, LOAD_INSERT, false },      { "insert-heavy", 0, LOAD_SELECT, LOAD_INSERT, true },
	{ "read-heavy", 90, LOAD_SELECT, LOAD_INSERT, false }, { "scan-heavy", 100, LOAD_SCAN, LOAD_INSERT, false },
	{ "series-blob", 0, LOAD_SELECT, LOAD_BLOBS, true },   { "prepare", 0, LOAD_SELECT, LOAD_PREPARE, false },
	{ "settings", 0, LOAD_SELECT, LOAD_SETTING, false },   { "point-select", 100, LOAD_SELECT, LOAD_INSERT, false },
};
const size_t n_load_profiles = sizeof(load_profiles) / sizeof(load_profiles[0]);

const struct load_profile *load_profile_find(const char *name)
{
	for (size_t i = 0; i < n_load_profiles; i++)
		if (strcmp(load_profiles[i].name, name) == 0)
			return &load_profiles[i];
	return NULL;
}

bool load_reads(const struct load_profile *p)
{
	return p->read_pct > 0;
}

bool load_only_writes(const struct load_profile *p)
{
	return p->read_pct == 0 && load_writes(p->write);
}

uint64_t rng_next(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

double rng_unit(uint64_t *state)
{
	return (double)(rng_next(state) >> 11) * 0x1p-53;
}

uint64_t rng_below(uint64_t *state, uint64_t n)
{
	/* the bias of the product is n / 2^64: nothing that a load could notice */
	return (uint64_t)(((unsigned __int128)rng_next(state) * n) >> 64);
}

void load_init(struct load *l, const struct load_profile *p, uint64_t seed, int64_t rows, uint64_t batch)
{
	*l = (struct load){ .profile = p, .rng = seed, .rows = rows, .low_id = 1, .unit = p->batched ? batch : 1 };
	if (p->read == LOAD_SCAN && l->rows > LOAD_SEED_ROWS)
		l->rows = LOAD_SEED_ROWS;
	if (l->unit > (uint64_t)l->rows)
		l->unit = (uint64_t)l->rows;
}

enum load_op load_next(struct load *l)
{
	const struct load_profile *p = l->profile;

	return rng_below(&l->rng, 100) < p->read_pct ? p->read : p->write;
}

int64_t load_pick(struct load *l, int64_t next_id)
{
	int64_t low = next_id - l->rows;

	if (low < l->low_id)
		low = l->low_id;
	if (low >= next_id)
		return 0;
	return low + (int64_t)rng_below(&l->rng, (uint64_t)(next_id - low));
}

bool load_expired(const struct load *l, int64_t first, int64_t last, int64_t *from, int64_t *to)
{
	*from = first - l->rows > l->low_id ? first - l->rows : l->low_id;
	*to = last - l->rows;
	return *to >= *from;
}

bool load_stragglers(const struct load *l, int64_t first, int64_t last, int64_t *from, int64_t *to)
{
	*from = l->low_id;
	*to = first - l->rows - l->rows / 2 - 1;
	return last / l->rows != (first - 1) / l->rows && *to >= *from;
}

static void hex16(uint64_t v, char *out)
{
	for (int i = 15; i >= 0; i--, v >>= 4)
		out[i] = "0123456789abcdef"[v & 15];
}

void load_body(int64_t id, char out[LOAD_BODY + 1])
{
	uint64_t state = (uint64_t)id;

	for (size_t i = 0; i < LOAD_BODY; i += 16)
		hex16(rng_next(&state), out + i);
	out[LOAD_BODY] = '\0';
}

void load_blob(int64_t id, unsigned char out[LOAD_BLOB])
{
	uint64_t state = (uint64_t)id;

	for (size_t i = 0; i < LOAD_BLOB; i += sizeof(uint64_t)) {
		uint64_t v = rng_next(&state);

		memcpy(out + i, &v, sizeof(v));
	}
}

void load_pattern(struct load *l, char out[6])
{
	char digits[16];

	hex16(rng_next(&l->rng), digits);
	out[0] = out[4] = '%';
	memcpy(out + 1, digits, 3);
	out[5] = '\0';
}
