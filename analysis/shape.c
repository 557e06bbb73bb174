/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Shapes by BIC. For one phi everything is whitened once; the base columns become an orthonormal basis; then each shape is
 * one or two further directions, and what it explains is (x'r)^2 / x'x with x made orthogonal to the basis.
 */
#include "analysis/shape.h"

#include <math.h>
#include <string.h>

#include "analysis/gls.h"

#define TAUS 28 /* 15 % apart: a coarser grid leaves a bend that looks like a trend */
static const double phis[] = { 0, .25, .45, .6, .72, .82, .89, .93, .96, .98, 1 };

/* Suffix sums of W v and T v: the inner products of every step and knee with v. */
struct suffix {
	double w[TRACK_MAX + 1], t[TRACK_MAX + 1];
};

struct basis {
	size_t n, p;
	double q[LSQ_MAX_P + 4][TRACK_MAX];
	double r[TRACK_MAX]; /* whitened y less its projection on q */
	double rr;
	size_t summed; /* how many of q have their sums */
	struct suffix of_q[LSQ_MAX_P + 4], of_r;
};

/* For one phi: the whitened line and level from which steps and knees are made without touching n points again. */
struct at_phi {
	struct gls g;
	const struct track *tr;
	double T[TRACK_MAX], W[TRACK_MAX]; /* line (of u / span) and level */
	struct suffix of_W, of_T;
	double span;
};

/*
 * Warm-up curves do not depend on phi: made once. Four side by side, because a sum of n terms in their order waits for each addition;
 * as two pairs, which any machine of 64 bits holds in registers.
 */
typedef double pair __attribute__((vector_size(2 * sizeof(double))));
struct four {
	pair lo, hi;
};
struct curves {
	double tau[TAUS];
	struct four x[TAUS / 4][TRACK_MAX];
	double powers[4];
	struct four power[TRACK_MAX]; /* their curves */
};
static const double powers[4] = { 1.5, 2, 2.7, 4 };

struct found {
	double gain; /* what it takes off the residual sum */
	size_t at;
};

static double dot(const double *a, const double *b, size_t n)
{
	double s = 0;

	for (size_t i = 0; i < n; i++)
		s += a[i] * b[i];
	return s;
}

/* Adds a whitened direction; what the basis spans already is left out. Returns what it takes off rr. */
static double basis_add(struct basis *b, const double *x)
{
	double *q = b->q[b->p];
	double before = dot(x, x, b->n);

	memcpy(q, x, b->n * sizeof(*q));
	for (size_t pass = 0; pass < 2; pass++) /* twice is enough (Kahan, Parlett) */
		for (size_t j = 0; j < b->p; j++) {
			double c = dot(q, b->q[j], b->n);

			for (size_t i = 0; i < b->n; i++)
				q[i] -= c * b->q[j][i];
		}
	double len2 = dot(q, q, b->n);

	if (!(len2 > 1e-12 * before) || !(len2 > 0))
		return 0;
	double c = dot(q, b->r, b->n) / len2, gain = c * c * len2, len = sqrt(len2);

	for (size_t i = 0; i < b->n; i++) {
		b->r[i] -= c * q[i];
		q[i] /= len;
	}
	b->p++;
	b->rr = dot(b->r, b->r, b->n);
	return gain;
}

static void whiten_four(const struct gls *g, const struct four *x, struct four *w)
{
	w[0] = (struct four){ x[0].lo * g->scale[0], x[0].hi * g->scale[0] };
	for (size_t i = 1; i < g->n; i++) {
		w[i].lo = (x[i].lo - g->rho[i] * x[i - 1].lo) * g->scale[i];
		w[i].hi = (x[i].hi - g->rho[i] * x[i - 1].hi) * g->scale[i];
	}
}

static void dot_four(const struct four *x, const double *v, size_t n, struct four *out)
{
	pair lo = { 0 }, hi = { 0 };

	for (size_t i = 0; i < n; i++) {
		lo += x[i].lo * v[i];
		hi += x[i].hi * v[i];
	}
	*out = (struct four){ lo, hi };
}

static void square_four(const struct four *x, size_t n, struct four *out)
{
	pair lo = { 0 }, hi = { 0 };

	for (size_t i = 0; i < n; i++) {
		lo += x[i].lo * x[i].lo;
		hi += x[i].hi * x[i].hi;
	}
	*out = (struct four){ lo, hi };
}

/* What the directions from `from` on take off of x'x. */
static void leave(const struct basis *b, size_t from, const struct four *x, struct four *left)
{
	struct four c;

	for (size_t j = from; j < b->p; j++) {
		dot_four(x, b->q[j], b->n, &c);
		left->lo -= c.lo * c.lo;
		left->hi -= c.hi * c.hi;
	}
}

/* What x takes off of a residual sum: (x'r)^2 over what the basis leaves of x'x. */
static double gain_of(const struct four *xr, const struct four *left, const struct four *xx, size_t k)
{
	double r = k < 2 ? xr->lo[k] : xr->hi[k - 2], l = k < 2 ? left->lo[k] : left->hi[k - 2];

	return l > 1e-9 * (k < 2 ? xx->lo[k] : xx->hi[k - 2]) ? r * r / l : 0;
}

/*
 * What each of four directions would take off of b's residual sum, and of that of `line`, which is b with one direction more,
 * without adding it.
 */
static void basis_gains(const struct basis *b, const struct basis *line, const struct four *x, double of_b[4], double of_line[4])
{
	struct four xx, xr, left;

	square_four(x, b->n, &xx);
	left = xx;
	leave(b, 0, x, &left);
	dot_four(x, b->r, b->n, &xr);
	for (size_t k = 0; k < 4; k++)
		of_b[k] = gain_of(&xr, &left, &xx, k);
	leave(line, b->p, x, &left);
	dot_four(x, line->r, b->n, &xr);
	for (size_t k = 0; k < 4; k++)
		of_line[k] = gain_of(&xr, &left, &xx, k);
}

static void basis_init(struct basis *b, const struct at_phi *a, const struct design *d)
{
	double w[TRACK_MAX];

	b->n = a->g.n;
	b->p = b->summed = 0;
	gls_whiten(&a->g, a->tr->y, b->r);
	b->rr = dot(b->r, b->r, b->n);
	for (size_t j = 0; j < d->p; j++) {
		gls_whiten(&a->g, d->x[j], w);
		basis_add(b, w);
	}
}

static void suffix_sums(const struct at_phi *a, const double *v, struct suffix *s)
{
	s->w[a->g.n] = s->t[a->g.n] = 0;
	for (size_t i = a->g.n; i-- > 0;) {
		s->w[i] = s->w[i + 1] + a->W[i] * v[i];
		s->t[i] = s->t[i + 1] + a->T[i] * v[i];
	}
}

/* The sums of r, which each added direction changes, and of the directions that have none yet. */
static void basis_sums(const struct at_phi *a, struct basis *b)
{
	for (; b->summed < b->p; b->summed++)
		suffix_sums(a, b->q[b->summed], &b->of_q[b->summed]);
	suffix_sums(a, b->r, &b->of_r);
}

/* Without what is not in use yet: most of it. */
static void basis_copy(struct basis *to, const struct basis *b)
{
	to->n = b->n;
	to->p = b->p;
	to->rr = b->rr;
	to->summed = b->summed;
	memcpy(to->r, b->r, b->n * sizeof(*b->r));
	memcpy(to->q, b->q, b->p * sizeof(*b->q));
	memcpy(to->of_q, b->of_q, b->summed * sizeof(*b->of_q));
}

enum where { STEP_AT, KNEE_AT };

/* <x_k, v> for the step that begins at k, or the knee after k. */
static double product(const struct at_phi *a, const struct suffix *s, const double *v, enum where what, size_t k)
{
	if (what == STEP_AT)
		return a->g.scale[k] * v[k] + s->w[k + 1];
	return s->t[k + 1] - a->tr->u[k] / a->span * s->w[k + 1];
}

static double length2(const struct at_phi *a, enum where what, size_t k)
{
	double tk = a->tr->u[k] / a->span;

	if (what == STEP_AT)
		return a->g.scale[k] * a->g.scale[k] + a->of_W.w[k + 1];
	return a->of_T.t[k + 1] - 2 * tk * a->of_T.w[k + 1] + tk * tk * a->of_W.w[k + 1];
}

static struct found best_of(const double *xr, const double *left, const double *xx, size_t from, size_t to)
{
	struct found best = { 0, 0 };

	for (size_t k = from; k < to; k++)
		if (left[k] > 1e-9 * xx[k] && xr[k] * xr[k] / left[k] > best.gain)
			best = (struct found){ xr[k] * xr[k] / left[k], k };
	return best;
}

/* The best location for one more step or knee, at least `edge` points from both ends. O(n p). */
static struct found search(const struct at_phi *a, const struct basis *b, enum where what, size_t edge)
{
	double xr[TRACK_MAX], left[TRACK_MAX], xx[TRACK_MAX];
	size_t n = b->n;

	for (size_t k = edge; k + edge < n; k++) {
		xr[k] = product(a, &b->of_r, b->r, what, k);
		left[k] = xx[k] = length2(a, what, k);
	}
	for (size_t j = 0; j < b->p; j++)
		for (size_t k = edge; k + edge < n; k++) {
			double c = product(a, &b->of_q[j], b->q[j], what, k);

			left[k] -= c * c;
		}
	return best_of(xr, left, xx, edge, n > edge ? n - edge : 0);
}

static void make_step(const struct track *tr, size_t k, double *x)
{
	for (size_t i = 0; i < tr->n; i++)
		x[i] = i >= k;
}

static void make_after(const struct track *tr, size_t k, double *x)
{
	for (size_t i = 0; i < tr->n; i++)
		x[i] = i > k ? tr->u[i] - tr->u[k] : 0;
}

static void make_before(const struct track *tr, size_t k, double *x)
{
	for (size_t i = 0; i < tr->n; i++)
		x[i] = i < k ? tr->u[i] : tr->u[k];
}

static void make_warmup(const struct track *tr, double tau, double *x)
{
	for (size_t i = 0; i < tr->n; i++)
		x[i] = 1 - exp(-tr->u[i] / tau);
}

static double span_of(const struct track *tr)
{
	double span = 0;

	for (size_t i = 0; i < tr->n; i++)
		span = fmax(span, tr->u[i]);
	return span;
}

double shape_growth(const struct shape_fit *f)
{
	return f->shape == SHAPE_CURVE ? .1 / (1 - pow(.9, f->power)) : 1;
}

static void make_curve(const struct track *tr, const struct shape_fit *f, double *x)
{
	double span = span_of(tr);

	for (size_t i = 0; i < tr->n; i++)
		x[i] = pow(tr->u[i] / span, f->power) * span * shape_growth(f);
}

static void make_powers(const struct track *tr, const double p[4], struct curves *c)
{
	double span = span_of(tr);

	memcpy(c->powers, p, sizeof(c->powers));

	for (size_t i = 0; i < tr->n; i++) {
		double v = tr->u[i] / span;

		c->power[i].lo = (pair){ pow(v, p[0]), pow(v, p[1]) };
		c->power[i].hi = (pair){ pow(v, p[2]), pow(v, p[3]) };
	}
}

/* Equal in log tau. */
static void make_curves(const struct track *tr, double from, double to, struct curves *c)
{
	double x[TRACK_MAX];

	for (size_t k = 0; k < TAUS; k++) {
		c->tau[k] = from * pow(to / from, (double)k / (TAUS - 1));
		make_warmup(tr, c->tau[k], x);
		for (size_t i = 0; i < tr->n; i++)
			(k % 4 < 2 ? &c->x[k / 4][i].lo : &c->x[k / 4][i].hi)[0][k % 2] = x[i];
	}
}

/* A line up to k and flat after it is the line less the knee: searched over the same sums. */
static struct found search_fill(const struct at_phi *a, const struct basis *b, size_t edge)
{
	double xr[TRACK_MAX], left[TRACK_MAX], xx[TRACK_MAX];
	double tt = dot(a->T, a->T, b->n), tr = dot(a->T, b->r, b->n);

	for (size_t k = edge; k + edge < b->n; k++) {
		xr[k] = tr - product(a, &b->of_r, b->r, KNEE_AT, k);
		left[k] = xx[k] = tt - 2 * product(a, &a->of_T, a->T, KNEE_AT, k) + length2(a, KNEE_AT, k);
	}
	for (size_t j = 0; j < b->p; j++) {
		double tq = dot(a->T, b->q[j], b->n);

		for (size_t k = edge; k + edge < b->n; k++) {
			double c = tq - product(a, &b->of_q[j], b->q[j], KNEE_AT, k);

			left[k] -= c * c;
		}
	}
	return best_of(xr, left, xx, edge, b->n > edge ? b->n - edge : 0);
}

struct prices {
	double log_n, base; /* base: columns that every model of this design has */
	double floor;       /* of the residual sum */
};

static void offer(struct shape_fit *out, const struct at_phi *a, const struct prices *pr, struct shape_fit cand, double rss,
		  double price)
{
	double v = (rss > 0 ? rss : 0) + pr->floor;

	cand.bic = (double)a->g.dof * log(v) + a->g.logdet + pr->log_n * (pr->base + price);
	if (cand.bic < out->bic_of[cand.shape])
		out->bic_of[cand.shape] = cand.bic;
	if (!(cand.bic < out->bic))
		return;
	memcpy(cand.bic_of, out->bic_of, sizeof(cand.bic_of));
	*out = cand;
}

static void try_warmups(struct shape_fit *out, const struct at_phi *a, const struct prices *pr, const struct basis *b,
			const struct basis *line, double phi, const struct curves *curves)
{
	struct four w[TRACK_MAX];
	double of_b[4], of_line[4];

	for (size_t i = 0; i < TAUS; i++) {
		struct shape_fit c = { .shape = SHAPE_WARMUP, .phi = phi, .tau_s = curves->tau[i] };

		if (i % 4 == 0) {
			whiten_four(&a->g, curves->x[i / 4], w);
			basis_gains(b, line, w, of_b, of_line);
		}
		offer(out, a, pr, c, b->rr - of_b[i % 4], 2);
		c.shape = SHAPE_WARMUP_TREND;
		if (c.tau_s < .34 * a->span) /* a longer one is no warm-up that ended: its curve and the line cannot be told apart */
			offer(out, a, pr, c, line->rr - of_line[i % 4], 3);
	}
}

static void try_powers(struct shape_fit *out, const struct at_phi *a, const struct prices *pr, const struct basis *b,
		       const struct basis *line, double phi, const struct curves *curves)
{
	struct four w[TRACK_MAX];
	double of_b[4], of_line[4];

	whiten_four(&a->g, curves->power, w);
	basis_gains(b, line, w, of_b, of_line);
	for (size_t i = 0; i < 4; i++) {
		struct shape_fit c = { .shape = SHAPE_CURVE, .phi = phi, .tau_s = NAN, .power = curves->powers[i] };

		offer(out, a, pr, c, b->rr - of_b[i], 2);
	}
}

static void try_knees(struct shape_fit *out, const struct at_phi *a, const struct prices *pr, const struct basis *b,
		      const struct basis *line, double phi)
{
	size_t edge = a->g.n / 8 > 6 ? a->g.n / 8 : 6;
	struct found f = search(a, b, KNEE_AT, edge);
	struct shape_fit c = { .shape = SHAPE_ONSET, .phi = phi, .at = f.at, .tau_s = NAN };

	offer(out, a, pr, c, b->rr - f.gain, 3);
	f = search_fill(a, b, edge / 2);
	c.shape = SHAPE_FILL;
	c.at = f.at;
	offer(out, a, pr, c, b->rr - f.gain, 3);
	f = search(a, line, KNEE_AT, edge);
	c.shape = SHAPE_BROKEN;
	c.at = f.at;
	offer(out, a, pr, c, line->rr - f.gain, 4);
}

/* Returns what the step takes off the residual sum. */
static double add_step(const struct at_phi *a, struct basis *b, size_t k)
{
	double x[TRACK_MAX], w[TRACK_MAX];

	make_step(a->tr, k, x);
	gls_whiten(&a->g, x, w);
	return basis_add(b, w);
}

struct two {
	size_t kept, other;
	double rss;
};

/*
 * Two jumps on b: the best one beside the first, then in turn each beside the other while that helps; a first one that was found
 * alone lies between the two where they are alike.
 */
static struct two best_two(const struct at_phi *a, const struct basis *b, struct basis *work, size_t first)
{
	struct two t = { first, 0, b->rr };

	for (int turn = 0; turn < 6; turn++) {
		basis_copy(work, b);
		add_step(a, work, t.kept);
		basis_sums(a, work);
		struct found f = search(a, work, STEP_AT, 2);

		if (f.at == 0 || !(work->rr - f.gain < t.rss * (1 - 1e-9)))
			break;
		t = (struct two){ f.at, t.kept, work->rr - f.gain };
	}
	return t;
}

static void offer_two(struct shape_fit *out, const struct at_phi *a, const struct prices *pr, const struct basis *b,
		      struct basis *work, const struct two *t, struct shape_fit c, double price)
{
	if (t->kept == 0 || t->other == 0)
		return;
	basis_copy(work, b);
	add_step(a, work, t->kept);
	add_step(a, work, t->other);
	c.at = t->kept < t->other ? t->kept : t->other;
	c.at2 = t->kept < t->other ? t->other : t->kept;
	offer(out, a, pr, c, work->rr, price);
}

/*
 * Both pairs are offered with a line and without: what was found under a line must not be all that speaks for one.
 */
static void try_steps(struct shape_fit *out, const struct at_phi *a, const struct prices *pr, const struct basis *b,
		      const struct basis *line, double phi)
{
	struct basis work;
	struct found with = search(a, line, STEP_AT, 2), f = search(a, b, STEP_AT, 2);
	struct shape_fit c = { .shape = SHAPE_STEP_TREND, .phi = phi, .at = with.at, .tau_s = NAN };

	offer(out, a, pr, c, line->rr - with.gain, 5);
	c.shape = SHAPE_STEP;
	c.at = f.at;
	offer(out, a, pr, c, b->rr - f.gain, 4);
	if (f.at == 0 || with.at == 0)
		return;
	const struct two found[] = { best_two(a, b, &work, f.at), best_two(a, line, &work, with.at) };

	for (size_t i = 0; i < 2; i++) {
		c.shape = SHAPE_STEPS;
		offer_two(out, a, pr, b, &work, &found[i], c, 8);
		c.shape = SHAPE_STEPS_TREND;
		offer_two(out, a, pr, line, &work, &found[i], c, 9);
	}
}

/* Whitened level and line, and the bases without and with the line. */
static void prepare(struct at_phi *a, const struct design *base, double phi, struct basis *b, struct basis *line)
{
	double x[TRACK_MAX];

	gls_init(&a->g, a->tr, phi);
	for (size_t i = 0; i < a->tr->n; i++)
		x[i] = 1;
	gls_whiten(&a->g, x, a->W);
	for (size_t i = 0; i < a->tr->n; i++)
		x[i] = a->tr->u[i] / a->span;
	gls_whiten(&a->g, x, a->T);
	basis_init(b, a, base);
	basis_copy(line, b);
	basis_add(line, a->T);
}

/* What the searches for a location read. */
static void prepare_search(struct at_phi *a, struct basis *b, struct basis *line)
{
	suffix_sums(a, a->W, &a->of_W);
	suffix_sums(a, a->T, &a->of_T);
	basis_sums(a, b);
	memcpy(line->of_q, b->of_q, b->p * sizeof(*b->of_q));
	line->summed = b->summed;
	basis_sums(a, line);
}

/* Between the neighbours on the grid: what a wrong tau leaves at the end of a clean curve is a bend of many standard errors. */
static void refine_warmup(struct shape_fit *out, struct at_phi *a, const struct prices *pr, const struct design *base,
			  struct curves *curves)
{
	struct basis b, line;

	if (out->shape != SHAPE_WARMUP && out->shape != SHAPE_WARMUP_TREND)
		return;
	prepare(a, base, out->phi, &b, &line);
	make_curves(a->tr, out->tau_s / 1.16, out->tau_s * 1.16, curves);
	try_warmups(out, a, pr, &b, &line, out->phi, curves);
}

/* The power between those on the grid, twice: each time four within the last step. */
static void refine_power(struct shape_fit *out, struct at_phi *a, const struct prices *pr, const struct design *base,
			 struct curves *curves)
{
	struct basis b, line;

	if (out->shape != SHAPE_CURVE)
		return;
	prepare(a, base, out->phi, &b, &line);
	for (double step = 1.2; step > 1.03; step = pow(step, .3)) {
		double p = out->power, near[4] = { p / step, p / sqrt(step), p * sqrt(step), p * step };

		make_powers(a->tr, near, curves);
		try_powers(out, a, pr, &b, &line, out->phi, curves);
	}
}

static void try_all(struct shape_fit *out, struct at_phi *a, const struct prices *pr, const struct design *base, double phi,
		    const struct curves *curves)
{
	struct basis b, line;
	struct shape_fit c = { .shape = SHAPE_FLAT, .phi = phi, .tau_s = NAN };

	prepare(a, base, phi, &b, &line);
	offer(out, a, pr, c, b.rr, 0);
	c.shape = SHAPE_TREND;
	offer(out, a, pr, c, line.rr, 1);
	try_warmups(out, a, pr, &b, &line, phi, curves);
	if (a->tr->segments > 1)
		return;
	try_powers(out, a, pr, &b, &line, phi, curves);
	prepare_search(a, &b, &line);
	try_knees(out, a, pr, &b, &line, phi);
	try_steps(out, a, pr, &b, &line, phi);
}

enum sk_code shape_select(const struct track *tr, const struct design *base, struct shape_fit *out)
{
	struct at_phi a;
	struct curves curves;
	struct prices pr = { log((double)tr->n), (double)(base->p - tr->segments),
			     (double)tr->n * tr->quantum * tr->quantum / 4 };

	a.tr = tr;
	a.span = span_of(tr);
	*out = (struct shape_fit){ .shape = SHAPE_FLAT, .bic = INFINITY, .tau_s = NAN };
	for (size_t i = 0; i < SHAPES; i++)
		out->bic_of[i] = INFINITY;
	if (tr->n < 12 || tr->n < base->p + 6 || !(a.span > 0))
		return SK_EFEW;
	make_curves(tr, a.span * .01, a.span * .5, &curves);
	make_powers(tr, powers, &curves);
	for (size_t i = 0; i < sizeof(phis) / sizeof(*phis); i++)
		try_all(out, &a, &pr, base, phis[i], &curves);
	refine_warmup(out, &a, &pr, base, &curves);
	refine_power(out, &a, &pr, base, &curves);
	return SK_OK;
}

void design_levels(struct design *d, const struct track *tr)
{
	d->n = tr->n;
	d->p = tr->segments;
	for (size_t s = 0; s < tr->segments; s++)
		for (size_t i = 0; i < tr->n; i++)
			d->x[s][i] = tr->segment[i] == s;
}

bool design_add(struct design *d, const double *x)
{
	if (d->p == LSQ_MAX_P)
		return false;
	memcpy(d->x[d->p++], x, d->n * sizeof(*x));
	return true;
}

/*
 * The curve, and beside it what a line has more before its last tenth: the power is one of a few, and with a little of a line added the
 * slope over the last tenth, the curve's coefficient, is that of the data.
 */
static void add_curve(const struct track *tr, const struct shape_fit *f, struct design *out, double *x)
{
	double rest[TRACK_MAX];

	make_curve(tr, f, x);
	for (size_t i = 0; i < tr->n; i++)
		rest[i] = tr->u[i] - x[i];
	design_add(out, rest);
}

size_t shape_design(const struct track *tr, const struct design *base, const struct shape_fit *f, struct design *out)
{
	double x[TRACK_MAX];

	*out = *base;
	if (shape_jumps(f->shape)) {
		make_step(tr, f->at, x);
		design_add(out, x);
	}
	if ((f->shape == SHAPE_STEPS || f->shape == SHAPE_STEPS_TREND) && f->at2 > f->at) {
		make_step(tr, f->at2, x);
		design_add(out, x);
	}
	if (f->shape == SHAPE_WARMUP || f->shape == SHAPE_WARMUP_TREND) {
		make_warmup(tr, f->tau_s, x);
		design_add(out, x);
	}
	if (f->shape == SHAPE_FILL || f->shape == SHAPE_BROKEN) {
		make_before(tr, f->at, x);
		design_add(out, x);
	}
	if (f->shape == SHAPE_FILL || f->shape == SHAPE_BROKEN || f->shape == SHAPE_ONSET)
		make_after(tr, f->at, x);
	else if (f->shape == SHAPE_CURVE)
		add_curve(tr, f, out, x);
	else
		memcpy(x, tr->u, sizeof(x));
	design_add(out, x);
	return out->p - 1;
}

bool shape_grows(enum shape s)
{
	return s == SHAPE_TREND || s == SHAPE_WARMUP_TREND || s == SHAPE_STEP_TREND || s == SHAPE_STEPS_TREND ||
	       s == SHAPE_ONSET || s == SHAPE_BROKEN || s == SHAPE_CURVE;
}

bool shape_jumps(enum shape s)
{
	return s == SHAPE_STEP || s == SHAPE_STEPS || s == SHAPE_STEP_TREND || s == SHAPE_STEPS_TREND;
}
