/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sentences, one per class. */
#include "analysis/words.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "analysis/attribution.h"
#include "analysis/classify.h"
#include "analysis/known.h"
#include "base/units.h"

struct said {
	char rate[48], lo[48], hi[48], growth[48], span[48], excludes[48], least[48], more[48], level[48], amp[48], from[48];
	char fell[120], decide[120]; /* what to do for an answer */
	const char *what;
};

const char *words_for_column(const char *column)
{
	static const struct {
		const char *column, *words;
	} table[] = {
		{ "anon_kb", "anonymous memory" },
		{ "shmem_kb", "shared memory" },
		{ "pss_kb", "proportional memory (PSS)" },
		{ "rss_kb", "resident memory (RSS)" },
		{ "uss_kb", "private memory (USS)" },
		{ "vsz_kb", "address space" },
		{ "fds", "the number of open descriptors" },
		{ "threads", "the number of threads" },
		{ "processes", "the number of processes" },
		{ "file_kb", "memory of files" },
		{ "rss_shmem_kb", "shared memory in RSS" },
		{ "pagetables_kb", "memory of page tables" },
		{ "heap_kb", "the heap" },
		{ "stack_kb", "memory of stacks" },
		{ "swap_kb", "swapped memory" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
		if (strcmp(table[i].column, column) == 0)
			return table[i].words;
	return column;
}

static char *amount(char *buf, size_t n, double v, bool count)
{
	if (count)
		snprintf(buf, n, "%.0f", v);
	else
		fmt_kb(buf, n, v);
	return buf;
}

static char *rate(char *buf, size_t n, double v, bool count)
{
	char number[24];

	if (count)
		snprintf(buf, n, "%s%s per hour", v > 0 ? "+" : "", fmt_count(number, sizeof(number), v));
	else
		fmt_kb_rate(buf, n, v);
	return buf;
}

static void say(struct said *s, const struct findings *f, const struct series_verdict *v)
{
	char by[48], at[48];
	bool count = f->tr.quantum < PAGE_KB;
	double since = judged_from(v);

	s->what = words_for_column(v->column);
	rate(s->rate, sizeof(s->rate), v->rate_kb_per_h, count);
	rate(s->lo, sizeof(s->lo), v->rate_lo, count);
	rate(s->hi, sizeof(s->hi), v->rate_hi, count);
	rate(s->excludes, sizeof(s->excludes), verdict_excludes(v), count);
	rate(s->least, sizeof(s->least), f->min_rate, count);
	amount(s->growth, sizeof(s->growth), fabs(v->growth_kb), count);
	amount(s->level, sizeof(s->level), f->level, count);
	amount(s->amp, sizeof(s->amp), f->saw.amplitude, count);
	fmt_duration(s->span, sizeof(s->span), f->seen_s);
	fmt_duration(s->more, sizeof(s->more), v->need_more_s);
	fmt_duration(s->from, sizeof(s->from), since);
	if (verdict_needs_too_long(v))
		snprintf(s->decide, sizeof(s->decide), "only a far longer run, or a steadier load, can decide");
	else
		snprintf(s->decide, sizeof(s->decide), "run %s more to decide", s->more);
	s->fell[0] = '\0';
	if (f->fell > 0)
		snprintf(s->fell, sizeof(s->fell), "it fell by %s at %s (a process that leaked has gone?)",
			 amount(by, sizeof(by), f->fell, count), fmt_duration(at, sizeof(at), f->fell_s));
}

static const char *manner(enum leak_kind k)
{
	static const char *const words[LEAK_KINDS] = {
		[LEAK_STAIRCASE] = " in steps",
		[LEAK_ACCELERATING] = " faster and faster",
		[LEAK_BURSTY] = " in bursts",
		[LEAK_UNDER_SAWTOOTH] = " under its sawtooth",
		[LEAK_ACROSS_RESTARTS] = " in every life between restarts",
	};

	return words[k] ? words[k] : "";
}

/* What keeps a growth from being proven: few points, chance, or another shape that explains it as well. */
static void say_doubt(char *doubt, size_t n, const struct said *s, const struct findings *f, const struct series_verdict *v)
{
	char swing[48];

	if (f->swing > 0)
		snprintf(doubt, n, "it goes up and down by %s anyhow", amount(swing, sizeof(swing), f->swing, true));
	else if (f->tr.n < LEAK_POINTS)
		snprintf(doubt, n, "only %zu of the %d points that prove a leak are there", f->tr.n, LEAK_POINTS);
	else if (f->fell > 0)
		snprintf(doubt, n, "%s", s->fell);
	else if (f->low_points)
		snprintf(doubt, n, "only the low points of its cycle say so");
	else if (f->end_only)
		snprintf(doubt, n, "no curve explains how it slowed down before");
	else if (v->p_value > .005)
		snprintf(doubt, n, "chance is not excluded (p = %.2g)", v->p_value);
	else if (!f->persists)
		snprintf(doubt, n, f->tr.segments > 1 ? "not in every life between restarts" : "more slowly towards the end");
	else if (f->early)
		snprintf(doubt, n, "it is too early for a look to prove that");
	else
		snprintf(doubt, n, "a jump or a curve that ends would explain it as well");
}

static void say_growth(char *why, size_t n, const struct said *s, const struct findings *f, const struct series_verdict *v)
{
	char since[80] = "", doubt[160], end[80] = "and still does at the end", paused[40];

	if (f->pause_s > 0 && (v->kind == LEAK_LINEAR || v->kind == LEAK_ONSET))
		snprintf(end, sizeof(end), "though not in the last %s", fmt_duration(paused, sizeof(paused), f->pause_s));
	say_doubt(doubt, sizeof(doubt), s, f, v);
	if (isfinite(v->onset_s))
		snprintf(since, sizeof(since), " since %s into the run", s->from);
	else if (v->warmup_s > 0)
		snprintf(since, sizeof(since), " after a warm-up of %s", s->from);
	if (v->verdict == VERDICT_LEAK && f->fit.shape == SHAPE_CURVE)
		snprintf(why, n, "%s grows faster and faster: by %s (95%%: %s to %s) over the last tenth of the run, %s there",
			 s->what, s->rate, s->lo, s->hi, s->growth);
	else if (v->verdict == VERDICT_LEAK)
		snprintf(why, n, "%s grows%s by %s (95%%: %s to %s)%s, %s %s, %s", s->what, manner(v->kind), s->rate, s->lo,
			 s->hi, since, s->growth, f->tr.segments > 1 ? "over all lives" : "in all", end);
	else
		snprintf(why, n, "%s grows by about %s%s, but %s: %s", s->what, s->rate, since, doubt, s->decide);
}

static void say_insufficient(char *why, size_t n, const struct said *s, const struct findings *f, const struct series_verdict *v)
{
	char error[48], at[48], hardly[80];

	snprintf(hardly, sizeof(hardly), v->rate_lo > 0 ? "by %s since then" : "hardly since then", s->rate);
	if (f->error_kb > 0)
		snprintf(why, n,
			 "%s grows by about %s, %s in all, but that is no more than this kernel's RssAnon may be off by (%s): %s",
			 s->what, s->rate, s->growth, fmt_kb(error, sizeof(error), f->error_kb), s->decide);
	else if (f->short_level)
		snprintf(why, n,
			 "%s grew by %s in all until %s into the run, and %s: run %s more to tell a pause "
			 "from the end",
			 s->what, amount(error, sizeof(error), f->change, f->tr.quantum < PAGE_KB),
			 fmt_duration(at, sizeof(at), f->tr.t[f->fit.at]), hardly, s->more);
	else if (v->samples == 0)
		snprintf(why, n, "%s has no value in any row", s->what);
	else if (f->tr.n == 0 && v->samples > 1)
		snprintf(why, n,
			 "the %llu samples lie in pieces too short beside the time between them: run %s more without a pause",
			 (unsigned long long)v->samples, s->more);
	else if (v->samples == 1 && isnan(v->need_more_s))
		snprintf(why, n, "1 sample is too few to tell growth from noise");
	else if (v->samples == 1)
		snprintf(why, n, "1 sample is too few to tell growth from noise: run %s more", s->more);
	else if (f->tr.n < MIN_POINTS && v->samples > 2 * f->tr.n)
		snprintf(why, n,
			 "the %llu samples over %s lie in %zu block%s of time, too few to tell growth from noise: "
			 "run %s more",
			 (unsigned long long)v->samples, s->span, f->tr.n, f->tr.n == 1 ? "" : "s", s->more);
	else if (!isfinite(v->detectable_kb_per_h) || f->tr.n < MIN_POINTS)
		snprintf(why, n, "%llu samples in %s are too few to tell growth from noise: run %s more",
			 (unsigned long long)v->samples, s->span, s->more);
	else
		snprintf(why, n, "growth of %s is not proven (slope %s to %s) and up to %s could have been missed%s%s: %s",
			 s->what, s->lo, s->hi, s->excludes, s->fell[0] ? "; " : "", s->fell, s->decide);
}

/* Growth that is there and does not count, and why not; empty without. */
static void say_small(char *small, size_t n, const struct said *s, const struct findings *f, const struct series_verdict *v)
{
	small[0] = '\0';
	if (!(v->rate_lo > 0))
		return;
	if (v->rate_kb_per_h < f->min_rate)
		snprintf(small, n, "grows by %s, below %s%s", s->rate, f->tr.quantum < PAGE_KB ? "" : "--min-rate ",
			 s->least + (s->least[0] == '+'));
	else if (v->growth_kb + f->before < f->min_growth)
		snprintf(small, n, "grows by %s, but by no more than %s in all", s->rate, s->growth);
	else
		snprintf(small, n, "grows by %s, less and less", s->rate);
}

/* "11.7 MiB/h" of "-11.7 MiB/h", where the verb says which way. */
static const char *size_of(const char *rate)
{
	return rate + (*rate == '-');
}

static void say_calm(char *why, size_t n, const struct said *s, const struct findings *f, const struct series_verdict *v)
{
	char head[320], small[160];
	bool named = true;

	say_small(small, sizeof(small), s, f, v);
	switch (v->verdict) {
	case VERDICT_PLATEAU:
		if (v->warmup_s > .9 * f->span_s)
			snprintf(head, sizeof(head), "%s filled up more and more slowly, to %s", s->what, s->level);
		else
			snprintf(head, sizeof(head), "%s filled up during the first %s and then levelled off at %s", s->what,
				 v->warmup_s > 0 ? s->from : s->span, s->level);
		break;
	case VERDICT_STEP:
		snprintf(head, sizeof(head), "%s jumped and is %s before and after", s->what, small[0] ? "even" : "flat");
		break;
	case VERDICT_SAWTOOTH:
		if (f->sawtooth)
			snprintf(head, sizeof(head), "%s rises and falls by %s in %zu cycles and always comes back to its floor",
				 s->what, s->amp, f->saw.n);
		else if (f->regimes.jumps > 0)
			snprintf(head, sizeof(head), "%s jumps between %zu levels to which it comes back, and which do not grow",
				 s->what, f->regimes.levels);
		else
			snprintf(head, sizeof(head), "%s moves in a regular cycle around a level that does not grow", s->what);
		break;
	case VERDICT_LOAD:
		snprintf(head, sizeof(head), "%s follows the load, with nothing left behind", s->what);
		break;
	case VERDICT_SHRINKING:
		snprintf(head, sizeof(head), "%s shrinks by %s (95%%: %s to %s)", s->what, size_of(s->rate), size_of(s->hi),
			 size_of(s->lo));
		break;
	default:
		named = false;
		if (small[0])
			snprintf(head, sizeof(head), "%s %s", s->what, small);
		else
			snprintf(head, sizeof(head), "%s stays at %s over %s", s->what, s->level, s->span);
	}
	snprintf(why, n, "%s%s%s; growth above %s would have been found", head, named && small[0] ? ", and " : "",
		 named ? small : "", s->excludes);
}

void words_of_column(const struct findings *f, struct series_verdict *out)
{
	struct said s;

	say(&s, f, out);
	if (verdict_grows(out->verdict))
		say_growth(out->why, sizeof(out->why), &s, f, out);
	else if (out->verdict == VERDICT_INSUFFICIENT)
		say_insufficient(out->why, sizeof(out->why), &s, f, out);
	else
		say_calm(out->why, sizeof(out->why), &s, f, out);
}

void words_of_shared_touch(struct series_verdict *v, double found_kb_per_h, bool vsz_known)
{
	char rate_words[48], found[48], claim[120] = "";

	fmt_kb_rate(rate_words, sizeof(rate_words), v->rate_kb_per_h);
	if (isfinite(found_kb_per_h))
		snprintf(claim, sizeof(claim), "; growth of its own memory above %s would have been found",
			 fmt_kb_rate(found, sizeof(found), found_kb_per_h));
	snprintf(v->why, sizeof(v->why),
		 "%s grows by %s beyond the memory that the target owns%s: it touches pages that others own, such as shared "
		 "buffers or "
		 "files%s",
		 words_for_column(v->column), rate_words,
		 vsz_known ? ", inside an address space that does not grow"
			   : " (whether its address space grows is not in the data)",
		 claim);
}

void words_of_touched(struct series_verdict *v, double rise_kb, double shared_kb)
{
	size_t n = strlen(v->why);
	char rise[48], shared[48];

	snprintf(v->why + n, sizeof(v->why) - n,
		 "; resident memory (RSS) rose by %s, %s of it shared memory that was touched for the first time, such as shared "
		 "buffers: "
		 "that is not its own",
		 fmt_kb(rise, sizeof(rise), rise_kb), fmt_kb(shared, sizeof(shared), shared_kb));
}

void words_of_one_look(struct series_verdict *v)
{
	char grows[48], lo[48], hi[48], more[48];
	bool count = is_count(v->column);

	rate(grows, sizeof(grows), v->rate_kb_per_h, count);
	rate(lo, sizeof(lo), v->rate_lo, count);
	rate(hi, sizeof(hi), v->rate_hi, count);
	fmt_duration(more, sizeof(more), v->need_more_s);
	snprintf(v->why, sizeof(v->why),
		 "%s grows by %s (95%%: %s to %s), but later looks at more data must find it as well: run %s more to decide",
		 words_for_column(v->column), grows, lo, hi, more);
}

void words_of_many(struct series_verdict *v, size_t tests)
{
	char grows[48], more[48];
	bool count = is_count(v->column);

	rate(grows, sizeof(grows), v->rate_kb_per_h, count);
	fmt_duration(more, sizeof(more), v->need_more_s);
	if (tests > 0)
		snprintf(v->why, sizeof(v->why),
			 "%s grows by about %s, but %zu series were tested and among so many chance may do that (q %.2g): run %s "
			 "more to "
			 "decide",
			 words_for_column(v->column), grows, tests, v->q_value, more);
	else
		snprintf(v->why, sizeof(v->why), "%s grows by about %s, but nothing that could make it a leak is proven to grow",
			 words_for_column(v->column), grows);
}

void words_of_fragmentation(struct verdict *v)
{
	static const char *const what[GROWTH_RESTS] = {
		[REST_FRAGMENTATION] = "the allocator's fragmentation (pages that hold less and less)",
		[REST_RETENTION] = "free memory that the allocator keeps",
	};
	const struct explained *e = &v->explained;
	double kept = e->rest == REST_RETENTION ? e->retention_kb : e->fragmentation_kb;
	char grows[48], part[48], all[48];

	rate(grows, sizeof(grows), v->main.rate_kb_per_h, false);
	snprintf(v->main.why, sizeof(v->main.why),
		 "%s grows by %s, but not by the program's data: by its own account (%s) %s of %s are %s, and what is in use "
		 "does not "
		 "grow; a leak would grow in use too",
		 words_for_column(v->main.column), grows, e->source, fmt_kb(part, sizeof(part), kept),
		 fmt_kb(all, sizeof(all), e->growth_kb), what[e->rest]);
}

/* ", about 9.2 KiB per operation" of the winner; nothing where that is not known. */
static void say_each(const struct series_verdict *v, char *buf, size_t n)
{
	const double bytes = v->grows_with == GROWS_OPERATIONS ? v->per_op_bytes
			     : v->grows_with == GROWS_CONNECTS ? v->per_connection_bytes
			     : v->grows_with == GROWS_RELOADS  ? v->per_reload_bytes
							       : (double)NAN;
	const char *unit = v->grows_with == GROWS_OPERATIONS ? "operation"
			   : v->grows_with == GROWS_CONNECTS ? "connection"
							     : "reload";
	char kb[40];

	*buf = '\0';
	if (isfinite(bytes))
		snprintf(buf, n, ", about %s per %s", fmt_kb(kb, sizeof(kb), bytes / 1024), unit);
}

/* Why nothing was proven. */
static const char *untold(const struct rivals *r)
{
	bool events = r->known[GROWS_CONNECTS] || r->known[GROWS_RELOADS];

	if (rivals_even(r, GROWS_OPERATIONS))
		return "the load was constant, so growth per hour and per operation cannot be told apart";
	if (rivals_even(r, GROWS_CONNECTS))
		return "connections were made at a constant rate, so growth per hour and per connection cannot be told apart";
	if (rivals_even(r, GROWS_RELOADS))
		return "reloads came at a constant rate, so growth per hour and per reload cannot be told apart";
	if (r->known[GROWS_OPERATIONS])
		return events ? "whether with time, with the operations or with the connections or reloads cannot be told"
			      : "whether with time or with the operations cannot be told";
	return events ? "whether with time or with the connections or reloads cannot be told" : NULL;
}

void words_of_driver(const struct rivals *r, struct series_verdict *v)
{
	static const char *const words[GROWS_DRIVERS] = {
		[GROWS_OPERATIONS] = "it grows with the operations and not with time",
		[GROWS_TIME] = "it grows with time and not with the operations",
		[GROWS_CONNECTIONS] = "it grows with the number of processes",
		[GROWS_RESTARTS] = "it grows with each restart",
		[GROWS_CONNECTS] = "it grows with the connections that are made and not with time",
		[GROWS_RELOADS] = "it grows with each reload and not with time",
	};
	const char *say = words[v->grows_with] ? words[v->grows_with] : untold(r);
	bool both = v->grows_with == GROWS_OPERATIONS && r->twin[GROWS_CONNECTS];
	size_t n = strlen(v->why);
	char each[80];

	if (!say)
		return;
	say_each(v, each, sizeof(each));
	snprintf(v->why + n, sizeof(v->why) - n, "; %s%s%s", say, each,
		 both ? " (connections came with the operations, and cannot be told from them)" : "");
}

static const struct verdict_part *most_of(const struct verdict *v, const char *by)
{
	for (size_t i = 0; i < v->n_parts; i++)
		if (strcmp(v->part[i].by, by) == 0 && part_makes_most(v, &v->part[i]))
			return &v->part[i];
	return NULL;
}

void words_of_parts(struct verdict *v)
{
	const struct verdict_part *class = most_of(v, "class"), *mapping = most_of(v, "mapping");
	const struct verdict_part *kind = most_of(v, "fd-kind");
	size_t n = strlen(v->main.why), room = sizeof(v->main.why) - n;

	if (mapping) /* its name begins with its class */
		snprintf(v->main.why + n, room, "; mostly in %s", mapping->name);
	else if (class)
		snprintf(v->main.why + n, room, "; mostly in mappings of class %s", class->name);
	else if (kind)
		snprintf(v->main.why + n, room, "; %.0f %% of them are of kind %s", 100 * kind->share, kind->name);
}
