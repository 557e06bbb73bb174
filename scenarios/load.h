/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the SQL scenarios have in common: the shares of a profile, the sequence of operations (a function of the seed alone),
 * what is in a row, and which rows an insert expires so that the table stays at its size.
 */
#ifndef SCENARIOS_LOAD_H
#define SCENARIOS_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LOAD_SEED_ROWS 10000
#define LOAD_BODY      96   /* characters of a row's text */
#define LOAD_BLOB      2048 /* bytes of a blob */
#define LOAD_VALUE     1000 /* bytes of a setting's value */

/* The last two leave something in the session and nothing on the disk. */
enum load_op { LOAD_INSERT, LOAD_SELECT, LOAD_SCAN, LOAD_BLOBS, LOAD_PREPARE, LOAD_SETTING };

struct load_profile {
	const char *name;
	unsigned read_pct; /* share of `read`, the rest is `write` */
	enum load_op read, write;
	bool batched; /* --batch rows in a transaction; else one operation each */
};

extern const struct load_profile load_profiles[];
extern const size_t n_load_profiles;

const struct load_profile *load_profile_find(const char *name); /* NULL: no such profile */
bool load_reads(const struct load_profile *p);                  /* it needs rows to read: seed them */
bool load_only_writes(const struct load_profile *p);            /* nothing of it may go on while writing is on hold */

/* splitmix64 (Steele, Lea, Flood, OOPSLA 2014): 64 bits of state, any seed is a good one. */
uint64_t rng_next(uint64_t *state);
uint64_t rng_below(uint64_t *state, uint64_t n); /* 0 .. n-1; n >= 1 */
double rng_unit(uint64_t *state);                /* [0, 1) */

struct load {
	const struct load_profile *profile;
	uint64_t rng;
	int64_t rows;   /* the table is held at it */
	int64_t low_id; /* the oldest row that may exist */
	uint64_t unit;  /* rows of one insert operation */
};

/* rows, batch >= 1. A scan profile is held at the seed size, so that a scan costs the same whatever --rows is. */
void load_init(struct load *l, const struct load_profile *p, uint64_t seed, int64_t rows, uint64_t batch);

enum load_op load_next(struct load *l);
static inline bool load_writes(enum load_op op)
{
	return op == LOAD_INSERT || op == LOAD_BLOBS;
}

/* A row to read: uniform over those that should exist, when next_id is the first unused id. 0 if there is none. */
int64_t load_pick(struct load *l, int64_t next_id);

/* Which rows inserting [first, last] expires: [*from, *to]. false: none. */
bool load_expired(const struct load *l, int64_t first, int64_t last, int64_t *from, int64_t *to);

/*
 * Once in `rows` ids: which rows should long have gone, [*from, *to]. A connection that was stuck while the others went on
 * inserts rows after their turn to expire has passed; without this they would stay for good. Half a table of distance keeps it
 * clear of the rows that others expire at this moment.
 */
bool load_stragglers(const struct load *l, int64_t first, int64_t last, int64_t *from, int64_t *to);

/* The text of row id: LOAD_BODY hexadecimal digits and a NUL; a function of id alone. */
void load_body(int64_t id, char out[LOAD_BODY + 1]);
/* The blob of row id: LOAD_BLOB bytes that do not compress; a function of id alone. */
void load_blob(int64_t id, unsigned char out[LOAD_BLOB]);
/* "%xyz%": a LIKE pattern of three digits, found in about one row of 44. */
void load_pattern(struct load *l, char out[6]);

#endif
