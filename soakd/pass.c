/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/pass.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static double every_s(double length_s)
{
	return isnan(length_s) ? PASS_OPEN_S : length_s / PASS_CHANCES;
}

double pass_saves_s(double interval_s, double length_s)
{
	return fmax(fmax(10 * interval_s, 10), every_s(length_s));
}

void pass_init(struct pass *p, double interval_s, double length_s)
{
	*p = (struct pass){ .interval_s = interval_s, .every_s = every_s(length_s), .round = 1 };
}

/*
 * What this process took last, its pages scaled by its size; of one that was never read what the others taught. So too of a small one
 * that took long once: on a busy machine that is the scheduler's doing (a backend of 21 MiB: 49 ms among 200 at work, else 1).
 */
static double predict(const struct budget *b, const struct pass_item *it)
{
	const struct proc_past *past = it->past;
	double rss = it->now[CHEAP_RSS], then = past->then[CHEAP_RSS], like_others = budget_predict(b, rss);
	double fixed = fmin(past->took_s, b->fixed_s);

	if (past->row == 0 || isnan(rss) || !(then > 0) || (past->stalls == 1 && like_others < BUDGET_STALL_S / 4))
		return like_others;
	return fixed + (past->took_s - fixed) * rss / then;
}

/* Where size alone does not explain long reads they are tried again, rarely. */
static bool guarded(const struct pass *p, const struct budget *b, const struct pass_item *it)
{
	bool again = it->past->stalls > 0 && p->row >= it->past->retry_row && !budget_guards(b, it->now[CHEAP_RSS]);

	return !b->allow_stall && it->predicted_s > BUDGET_STALL_S && !again;
}

static bool moved(const struct pass_item *it)
{
	for (int i = 0; i < CHEAP_N; i++)
		if (it->now[i] != it->past->then[i] && !(isnan(it->now[i]) && isnan(it->past->then[i])))
			return true;
	return false;
}

static bool is_due(const struct pass *p, const struct pass_item *it, double elapsed_s)
{
	const struct proc_past *past = it->past;

	return past->row == 0 || moved(it) || p->row - past->row >= past->wait ||
	       elapsed_s + p->interval_s - past->at_s > p->every_s; /* in the next row it would be too late */
}

/* The round is over when nobody who is due waits for it. */
static void turn_round(struct pass *p, const struct pass_item *item, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (item[i].open && item[i].due && item[i].past->round < p->round)
			return;
	p->round++;
}

static enum pass_kind decide(const struct pass *p, const struct budget *b, bool any_due)
{
	if (p->wish == PASS_EPOCH)
		return PASS_ALL;
	if (p->wish == PASS_CHANGE)
		return b->credit_s >= PASS_MAPS * p->all_s ? PASS_ALL : PASS_SOME;
	if (!any_due || b->share <= 0)
		return PASS_NONE;
	if (b->credit_s >= p->all_s)
		return PASS_ALL;
	return p->all_s <= b->cap_s ? PASS_NONE : PASS_SOME;
}

enum pass_kind pass_begin(struct pass *p, const struct budget *b, struct pass_item *item, size_t n, size_t n_roles,
			  double elapsed_s, enum pass_wish wish)
{
	bool any_due = false, epoch = wish != PASS_ROW;

	p->row++;
	/* where no share is given there is no debt that could be paid */
	p->wish = wish == PASS_CHANGE && (b->debt_s <= 0 || b->share <= 0) ? PASS_EPOCH : wish;
	p->all_s = p->promised_s = 0;
	p->open = p->guarded = p->at = 0;
	p->n_roles = n_roles;
	p->reps_left = 2 * n_roles;
	for (size_t i = 0; i < n; i++) {
		struct pass_item *it = &item[i];

		it->predicted_s = predict(b, it);
		it->guarded = it->able && guarded(p, b, it);
		it->open = it->able && !it->guarded && (epoch || it->past->failures == 0 || p->row >= it->past->retry_row);
		it->due = it->open && (epoch || is_due(p, it, elapsed_s));
		it->taken = false;
		any_due |= it->due;
		p->guarded += it->guarded;
		p->open += it->open;
		p->all_s += it->open ? it->predicted_s : 0;
	}
	p->kind = decide(p, b, any_due);
	if (p->kind == PASS_SOME)
		turn_round(p, item, n);
	return p->kind;
}

/* Of a role the one that grew most since its last exact reading, or the biggest; NaN compares as no value. */
static size_t representative(const struct pass_item *item, size_t n, size_t role, bool biggest)
{
	double best = -INFINITY;
	size_t found = n;

	for (size_t i = 0; i < n; i++) {
		const struct pass_item *it = &item[i];
		double v = it->now[CHEAP_RSS];

		if (it->role != role || !it->due || it->taken)
			continue;
		if (!biggest && it->past->row > 0)
			v = it->now[CHEAP_ANON] + it->now[CHEAP_SHMEM] - it->past->then[CHEAP_ANON] - it->past->then[CHEAP_SHMEM];
		if (v > best) {
			best = v;
			found = i;
		}
	}
	return found;
}

/* First all roles' fastest, then all roles' biggest, and so on over the rows: no role is passed over. */
static size_t next_representative(struct pass *p, const struct pass_item *item, size_t n)
{
	while (p->reps_left > 0) {
		size_t i = representative(item, n, p->role_turn % p->n_roles, p->role_turn / p->n_roles % 2 == 1);

		if (i < n)
			return i;
		p->reps_left--;
		p->role_turn++;
	}
	return n;
}

static size_t next_of_rotation(struct pass *p, const struct pass_item *item, size_t n)
{
	while (p->at < n && (!item[p->at].due || item[p->at].taken || item[p->at].past->round >= p->round))
		p->at++;
	return p->at;
}

/* Who is not affordable is waited for, and nobody else is read in his place: else the big ones would never have their turn. */
static size_t next_of_some(struct pass *p, const struct budget *b, const struct pass_item *item, size_t n)
{
	bool change = p->wish == PASS_CHANGE, speaks = change || p->turn % PASS_TURNS == 0;
	size_t i = speaks ? next_representative(p, item, n) : next_of_rotation(p, item, n);

	if (i == n) {
		speaks = !speaks;
		i = speaks ? next_representative(p, item, n) : next_of_rotation(p, item, n);
	}
	if (i == n || !budget_allows(b, change ? p->promised_s + PASS_MAPS * item[i].predicted_s : item[i].predicted_s))
		return n;
	p->promised_s += change ? (PASS_MAPS - 1) * item[i].predicted_s : 0;
	if (speaks) {
		p->reps_left--;
		p->role_turn++;
	}
	p->turn++;
	return i;
}

size_t pass_next(struct pass *p, const struct budget *b, struct pass_item *item, size_t n)
{
	size_t i = n;

	if (p->kind == PASS_ALL) {
		while (p->at < n && (!item[p->at].open || item[p->at].taken))
			p->at++;
		i = p->at;
	} else if (p->kind == PASS_SOME) {
		i = next_of_some(p, b, item, n);
	}
	if (i < n)
		item[i].taken = true;
	return i;
}

static uint64_t shifted(uint64_t rows, unsigned times, uint64_t most)
{
	while (times-- > 1 && rows < most)
		rows *= 2;
	return rows < most ? rows : most;
}

uint64_t pass_retry_row(const struct pass *p, unsigned times)
{
	return p->row + shifted(PASS_RETRY, times, 64 * PASS_RETRY);
}

void pass_done(struct pass *p, const struct budget *b, struct pass_item *it, double elapsed_s, double took_s)
{
	struct proc_past *past = it->past;

	past->wait = past->row == 0 || moved(it) ? 1 : past->wait * 2;
	if (past->wait > PASS_WAIT_MAX)
		past->wait = PASS_WAIT_MAX;
	past->row = p->row;
	past->round = p->round;
	past->at_s = elapsed_s;
	past->took_s = took_s;
	past->failures = 0;
	memcpy(past->then, it->now, sizeof(past->then));
	past->stalls = took_s > BUDGET_STALL_S && !b->allow_stall ? past->stalls + 1 : 0;
	if (past->stalls > 0)
		past->retry_row = pass_retry_row(p, past->stalls - 1);
}

void pass_failed(struct pass *p, struct pass_item *it)
{
	it->past->failures++;
	it->past->round = p->round;
	it->past->retry_row = p->row + shifted(2, it->past->failures, PASS_BACK_OFF);
}

void pass_pace(const struct pass *p, const struct budget *b, double *per_row, double *rows)
{
	double each_s = p->open > 0 ? p->all_s / (double)p->open : NAN;

	*per_row = b->share * p->interval_s / each_s;
	*rows = ceil((double)p->open / (*per_row * (PASS_TURNS - 1) / PASS_TURNS));
}

void pass_pace_words(char *buf, size_t n, const struct pass *p, const struct budget *b)
{
	double per_row, rows;

	pass_pace(p, b, &per_row, &rows);
	if (per_row < 1 && p->open == 1)
		snprintf(buf, n, "read of its one process every %.0f rows", rows);
	else if (per_row < 1)
		snprintf(buf, n, "read of one of %zu processes in about %.2g rows, all of them every %.0f rows", p->open,
			 1 / per_row, rows);
	else
		snprintf(buf, n, "read of about %.0f of %zu processes a row, all of them every %.0f rows", per_row, p->open,
			 rows);
}
