/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Shapes by BIC. For each phi the base columns become an orthonormal basis (shape_basis.c); then each shape is one or two further
 * directions, and what it explains is (x'r)^2 / x'x with x made orthogonal to the basis: shape_curves.c for warm-ups and powers,
 * shape_places.c for steps and knees.
 */
#include "analysis/shape.h"

#include <math.h>
#include <string.h>

#include "analysis/shape_basis.h"
#include "analysis/shape_curves.h"
#include "analysis/shape_pairs.h"
#include "analysis/shape_places.h"

#define CREEPS 16
#define TAUS   28 /* 15 % apart: a coarser grid leaves a bend that looks like a trend */
static const double phis[] = { 0, .25, .45, .6, .72, .82, .89, .93, .96, .98, 1 };
static const double powers[CURVES] = { 1.5, 2, 2.7, 4 };

struct prices {
	double log_n, base; /* base: columns that every model of this design has */
	double floor;       /* of the residual sum */
};

/* One search: what does not depend on phi, the tables of the phi at hand, and the best so far. */
struct search {
	struct points t;
	struct prices price;
	double tau[TAUS], power_of[CURVES];
	struct bundle warmup[TAUS / CURVES], power;
	struct partners partners;
	double phi;
	struct basis b;
	struct places steps, knees;
	struct shape_fit *out;
};

static void offer(struct search *s, struct shape_fit cand, double rss, double price)
{
	double v = (rss > 0 ? rss : 0) + s->price.floor;

	cand.phi = s->phi;
	cand.bic = (double)s->b.g.dof * log(v) + s->b.g.logdet + s->price.log_n * (s->price.base + price);
	if (cand.bic < s->out->bic_of[cand.shape])
		s->out->bic_of[cand.shape] = cand.bic;
	if (!(cand.bic < s->out->bic))
		return;
	memcpy(cand.bic_of, s->out->bic_of, sizeof(cand.bic_of));
	*s->out = cand;
}

/* Equal in log tau. */
static void make_warmups(struct search *s, double from, double to)
{
	for (size_t k = 0; k < TAUS; k++)
		s->tau[k] = from * pow(to / from, (double)k / (TAUS - 1));
	for (size_t k = 0; k < TAUS / CURVES; k++) {
		bundle_warmups(&s->warmup[k], s->t.tr, s->tau + k * CURVES);
		bundle_sum(&s->warmup[k], &s->partners);
	}
}

static void make_powers(struct search *s, const double power[CURVES])
{
	memcpy(s->power_of, power, sizeof(s->power_of));
	bundle_powers(&s->power, &s->t, power);
	bundle_sum(&s->power, &s->partners);
}

/*
 * Noise that remembers bends a line now and then. That it ends is believed a little later than that it goes on, which persistence and the trend
 * test look at again; not between restarts, where each life shows the bend anew.
 */
static double doubt(const struct search *s)
{
	return s->t.tr->segments > 1 ? 0 : .15;
}

/* Of all curves the one that explains most, without a line and with one. */
static void try_warmups(struct search *s)
{
	double gain[BESIDES][CURVES], most[BESIDES] = { 0, 0 };
	struct shape_fit best[BESIDES] = { { .shape = SHAPE_WARMUP, .tau_s = s->tau[0], .tau2_s = NAN },
					   { .shape = SHAPE_WARMUP_TREND, .tau_s = s->tau[0], .tau2_s = NAN } };

	for (size_t k = 0; k < TAUS; k++) {
		if (k % CURVES == 0)
			bundle_gains(&s->warmup[k / CURVES], &s->partners, &s->b, gain);
		for (int side = BARE; side < BESIDES; side++) {
			if (side == LINED && s->tau[k] >= .34 * s->t.span)
				continue; /* no warm-up that ended: its curve and the line cannot be told apart */
			if (gain[side][k % CURVES] > most[side]) {
				most[side] = gain[side][k % CURVES];
				best[side].tau_s = s->tau[k];
			}
		}
	}
	offer(s, best[BARE], s->b.rr[BARE] - most[BARE], 2 + doubt(s));
	if (s->tau[0] < .34 * s->t.span)
		offer(s, best[LINED], s->b.rr[LINED] - most[LINED], 3);
}

static void try_powers(struct search *s)
{
	double gain[BESIDES][CURVES];

	bundle_gains(&s->power, &s->partners, &s->b, gain);
	for (size_t k = 0; k < CURVES; k++)
		offer(s, (struct shape_fit){ .shape = SHAPE_CURVE, .tau_s = NAN, .tau2_s = NAN, .power = s->power_of[k] },
		      s->b.rr[BARE] - gain[BARE][k], 2);
}

static void offer_at(struct search *s, enum shape shape, enum beside side, struct found f, double price)
{
	offer(s, (struct shape_fit){ .shape = shape, .at = f.at, .tau_s = NAN, .tau2_s = NAN }, s->b.rr[side] - f.gain, price);
}

static void try_knees(struct search *s)
{
	size_t edge = s->b.n / 8 > 6 ? s->b.n / 8 : 6;

	offer_at(s, SHAPE_ONSET, BARE, places_best(&s->b, &s->knees, BARE, edge), 3);
	offer_at(s, SHAPE_FILL, BARE, places_best_fill(&s->b, &s->knees, edge / 2), 3 + doubt(s));
	offer_at(s, SHAPE_BROKEN, LINED, places_best(&s->b, &s->knees, LINED, edge), 4);
}

static void offer_two(struct search *s, enum shape shape, enum beside side, const struct two *t, double price)
{
	struct shape_fit c = { .shape = shape, .at = t->kept, .at2 = t->other, .tau_s = NAN, .tau2_s = NAN };

	if (t->kept == 0 || t->other == 0)
		return;
	if (t->other < t->kept) {
		c.at = t->other;
		c.at2 = t->kept;
	}
	offer(s, c, places_rss_of_two(&s->b, &s->steps, side, t->kept, t->other), price);
}

/*
 * Both pairs are offered with a line and without: what was found under a line must not be all that speaks for one.
 */
static void try_steps(struct search *s)
{
	struct found with = places_best(&s->b, &s->steps, LINED, 2), bare = places_best(&s->b, &s->steps, BARE, 2);

	offer_at(s, SHAPE_STEP_TREND, LINED, with, 5);
	offer_at(s, SHAPE_STEP, BARE, bare, 4);
	if (bare.at == 0 || with.at == 0)
		return;
	const struct two found[] = { places_best_two(&s->b, &s->steps, BARE, bare.at),
				     places_best_two(&s->b, &s->steps, LINED, with.at) };

	for (size_t i = 0; i < 2; i++) {
		offer_two(s, SHAPE_STEPS, BARE, &found[i], 8);
		offer_two(s, SHAPE_STEPS_TREND, LINED, &found[i], 9);
	}
}

/* Between the neighbours on the grid: what a wrong tau leaves at the end of a clean curve is a bend of many standard errors. */
static void refine_warmup(struct search *s)
{
	if (s->out->shape != SHAPE_WARMUP && s->out->shape != SHAPE_WARMUP_TREND)
		return;
	s->phi = s->out->phi;
	basis_init(&s->b, &s->t, s->phi);
	make_warmups(s, s->out->tau_s / 1.16, s->out->tau_s * 1.16);
	try_warmups(s);
}

static void offer_pair(struct search *s, const double tau[PAIRS_TAUS])
{
	struct pair_of_curves two = pairs_best(&s->b, s->t.tr, tau);

	if (two.gain > 0)
		offer(s, (struct shape_fit){ .shape = SHAPE_WARMUPS, .tau_s = tau[two.slow], .tau2_s = tau[two.fast] },
		      s->b.rr[BARE] - two.gain, 4);
}

/*
 * Two warm-ups are dear to search for, so only against what they are mistaken for. Curves of a third of the run and more did not end in it.
 * What a model leaves unexplained raises phi: those below are tried as well.
 */
static void try_pairs(struct search *s)
{
	double tau[PAIRS_TAUS], phi = s->out->phi;

	if (s->out->shape != SHAPE_WARMUP_TREND && s->out->shape != SHAPE_BROKEN)
		return;
	for (size_t k = 0; k < PAIRS_TAUS; k++)
		tau[k] = s->t.span * .01 * pow(34, (double)k / (PAIRS_TAUS - 1));
	for (size_t i = 0; i < sizeof(phis) / sizeof(*phis) && phis[i] <= phi; i++) {
		s->phi = phis[i];
		basis_init(&s->b, &s->t, s->phi);
		offer_pair(s, tau);
	}
	if (s->out->shape != SHAPE_WARMUPS)
		return;
	for (size_t k = 0; k < PAIRS_TAUS; k++) /* each between its neighbours */
		tau[k] = (k % 2 ? s->out->tau_s : s->out->tau2_s) * pow(1.14, (double)(k / 2) / (PAIRS_TAUS / 4.) - 1);
	s->phi = s->out->phi;
	basis_init(&s->b, &s->t, s->phi);
	offer_pair(s, tau);
}

/* Growth that never ends, but slower and slower: fragmentation, tables of what was seen before. A warm-up on a line is much like it. */
static void try_creeps(struct search *s)
{
	double gain[BESIDES][CURVES], tau[CURVES];

	if (s->out->shape != SHAPE_WARMUP_TREND && s->out->shape != SHAPE_BROKEN && s->out->shape != SHAPE_WARMUPS)
		return;
	for (size_t k = 0; k < CREEPS; k++) {
		tau[k % CURVES] = s->t.span * .003 * pow(100, (double)k / (CREEPS - 1));
		if (k % CURVES != CURVES - 1)
			continue;
		bundle_creeps(&s->power, s->t.tr, tau);
		bundle_sum(&s->power, &s->partners);
		for (size_t i = 0; i < sizeof(phis) / sizeof(*phis); i++) {
			s->phi = phis[i];
			basis_init(&s->b, &s->t, s->phi);
			bundle_gains(&s->power, &s->partners, &s->b, gain);
			for (size_t j = 0; j < CURVES; j++)
				offer(s, (struct shape_fit){ .shape = SHAPE_CREEP, .tau_s = tau[j], .tau2_s = NAN },
				      s->b.rr[BARE] - gain[BARE][j], 2);
		}
	}
}

/* The power between those on the grid, twice: each time four within the last step. */
static void refine_power(struct search *s)
{
	if (s->out->shape != SHAPE_CURVE)
		return;
	s->phi = s->out->phi;
	basis_init(&s->b, &s->t, s->phi);
	for (double step = 1.2; step > 1.03; step = pow(step, .3)) {
		double p = s->out->power, near[CURVES] = { p / step, p / sqrt(step), p * sqrt(step), p * step };

		make_powers(s, near);
		try_powers(s);
	}
}

static void try_plain(struct search *s)
{
	basis_init(&s->b, &s->t, s->phi);
	offer(s, (struct shape_fit){ .shape = SHAPE_FLAT, .tau_s = NAN, .tau2_s = NAN }, s->b.rr[BARE], 0);
	offer(s, (struct shape_fit){ .shape = SHAPE_TREND, .tau_s = NAN, .tau2_s = NAN }, s->b.rr[LINED], 1);
}

static void try_all(struct search *s)
{
	try_plain(s);
	try_warmups(s);
	if (s->t.tr->segments > 1)
		return;
	try_powers(s);
	places_init(&s->t, &s->b, &s->steps, &s->knees);
	try_knees(s);
	try_steps(s);
}

/* Nothing to explain: a level is the best at any phi. */
static bool constant(const struct track *tr)
{
	for (size_t i = 1; i < tr->n; i++)
		if (tr->y[i] != tr->y[0])
			return false;
	return true;
}

static void search_all(struct search *s)
{
	bool flat = constant(s->t.tr);

	if (!flat) {
		partners_init(&s->partners, &s->t);
		make_warmups(s, s->t.span * .01, s->t.span * .5);
		make_powers(s, powers);
	}
	for (size_t i = 0; i < sizeof(phis) / sizeof(*phis); i++) {
		s->phi = phis[i];
		if (!flat) {
			try_all(s);
			continue;
		}
		gls_init(&s->b.g, s->t.tr, s->phi);
		offer(s, (struct shape_fit){ .shape = SHAPE_FLAT, .tau_s = NAN, .tau2_s = NAN }, 0, 0);
	}
	if (flat)
		return;
	refine_warmup(s);
	refine_power(s);
	try_pairs(s);
	try_creeps(s);
}

static enum sk_code search_init(struct search *s, const struct track *tr, const struct design *base, struct shape_fit *out)
{
	*out = (struct shape_fit){ .shape = SHAPE_FLAT, .bic = INFINITY, .tau_s = NAN, .tau2_s = NAN };
	for (size_t i = 0; i < SHAPES; i++)
		out->bic_of[i] = INFINITY;
	if (tr->n < 12 || tr->n < base->p + 6 || !(track_longest(tr) > 0))
		return SK_EFEW;
	s->out = out;
	s->price = (struct prices){ log((double)tr->n), (double)(base->p - tr->segments),
				    (double)tr->n * tr->quantum * tr->quantum / 4 };
	points_init(&s->t, tr, base);
	return SK_OK;
}

enum sk_code shape_select(const struct track *tr, const struct design *base, struct shape_fit *out)
{
	struct search s;
	enum sk_code rc = search_init(&s, tr, base, out);

	if (rc == SK_OK)
		search_all(&s);
	return rc;
}

enum sk_code shape_plain(const struct track *tr, const struct design *base, struct shape_fit *out)
{
	struct search s;
	enum sk_code rc = search_init(&s, tr, base, out);

	for (size_t i = 0; rc == SK_OK && i < sizeof(phis) / sizeof(*phis); i++) {
		s.phi = phis[i];
		try_plain(&s);
	}
	return rc;
}
