/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What phases.c orders, done: see loop_phases.h. */
#include "soakd/loop_phases.h"

#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/columns.h"
#include "base/json.h"
#include "soakd/loop_inject.h"
#include "soakd/loop_priv.h"
#include "soakd/target.h"
#include "soakd/words.h"
#include "soakd/workload.h"

static int on_phase_timer(sd_event_source *src, uint64_t us, void *ctx);

static double now_s(const struct loop *l)
{
	return (double)loop_now_us(l) / US;
}

/* ---- files ------------------------------------------------------------------------------------------------------------- */

/* The newest row as phase_measure.h wants it. */
static const double *row_values(struct loop *l)
{
	const struct session *s = l->s;
	const double *c = s->class_kb;
	double *v = l->phases.values, *class = v + s->plan.n;

	memcpy(v, s->values, s->plan.n * sizeof(*v));
	class[0] = c[MAP_HEAP];
	class[1] = c[MAP_ARENA];
	class[2] = c[MAP_ANON] + c[MAP_ANON_NAMED] + c[MAP_ANON_JIT];
	class[3] = c[MAP_SHMEM];
	class[4] = c[MAP_FILE_TEXT] + c[MAP_FILE_DATA] + c[MAP_FILE_RO] + c[MAP_FILE_BSS] + c[MAP_FILE_SHARED];
	return v;
}

static enum sk_code init_measure(struct loop *l, const struct phase_list *list, struct sk_err *err)
{
	const struct metric *columns[ROW_COLUMNS_MAX + PHASE_CLASSES];
	const struct row_plan *plan = &l->s->plan;

	memcpy(columns, plan->metric, plan->n * sizeof(*columns));
	for (size_t i = 0; i < PHASE_CLASSES; i++)
		columns[plan->n + i] = &phase_class_metric[i];
	return phase_measure_init(&l->phases.measure, list, columns, plan->n + PHASE_CLASSES, err);
}

static void take_line(void *ctx, const struct phase_line *line)
{
	struct loop *l = ctx;
	struct loop_phases *p = &l->phases;
	bool over = phase_line_exceeded(line);

	phase_table_add(p->table, line);
	phase_line_csv(line, &p->line);
	if (!p->line.failed)
		csvlog_add(&p->log, &p->line, NULL);
	if (over) {
		char label[PHASES_LABEL];
		struct phase_budget b = { .of = line->of, .most = line->most };
		char words[80];

		memcpy(b.column, line->column, sizeof(b.column));
		struct text value = TEXT_INIT;

		add_level(&value, line->column, phase_line_value(line));
		session_eventf(l->s, "budget", "phase %s: %s is above the budget %s",
			       phases_label(&p->machine, label, sizeof(label)), text_str(&value),
			       phase_budget_words(&b, words, sizeof(words)));
		text_release(&value);
	}
}

/* A loaded phase in which operations only failed has measured nothing. */
static void note_failed(struct loop *l, const char *label)
{
	const struct loop_phases *p = &l->phases;
	const struct row_facts *f = &l->s->facts;

	if (l->d && !l->d->own && !l->d->observes && !p->list->phase[p->machine.k].plan.idle && !l->holding && f->ops <= p->ops &&
	    f->errors > p->errors)
		workload_note_failed(l->s->run, label, f->errors - p->errors);
}

/* The session's last row is its "after". why: what cut it off; NULL: nothing did. */
static void close_phase(struct loop *l, const char *why)
{
	struct loop_phases *p = &l->phases;
	const struct phase *ph = &p->list->phase[p->machine.k];
	char label[PHASES_LABEL];

	session_eventf(l->s, "phase", "end %s%s%s", phases_label(&p->machine, label, sizeof(label)), why ? ", cut off: " : "",
		       why ? why : "");
	note_failed(l, label);
	phase_measure_close(&p->measure, ph, p->machine.round, why != NULL, clock_wall_s(&l->s->clock), take_line, l);
	csvlog_commit(&p->log, NULL);
	session_cycles(l->s);
}

/* Where a resumed run goes on. */
static void note_place(struct loop *l)
{
	const struct phases *m = &l->phases.machine;

	json_object_set_new(l->s->run, "phase",
			    json_pack("{s:s,s:I,s:I}", "name", l->phases.list->phase[m->k].plan.name, "index", (json_int_t)m->k,
				      "round", (json_int_t)m->round));
	session_save(l->s, NULL); /* a full disk is told by the rows */
}

static enum sk_code open_log(struct loop *l, struct sk_err *err)
{
	struct text header = TEXT_INIT;
	char path[PATH_MAX];
	enum sk_code rc;

	columns_header(&header, phases_columns, n_phases_columns);
	snprintf(path, sizeof(path), "%s/phases.csv", l->s->dir.path);
	rc = header.failed ? sk_fail(err, SK_ENOMEM, 0, "no memory for phases.csv")
			   : csvlog_open(&l->phases.log, path, text_str(&header), NULL, err);
	text_release(&header);
	return rc;
}

enum sk_code loop_phases_init(struct loop *l, const struct phase_list *list, struct sk_err *err)
{
	struct loop_phases *p = &l->phases;
	const json_t *was = json_object_get(l->s->run, "phase");
	double k = json_get_num(was, "index", 0), round = json_get_num(was, "round", 1);
	enum sk_code rc;

	*p = (struct loop_phases){ .list = list, .table = l->s->phases, .log = { .fd = -1 } };
	l->s->sends_reloads = loop_injects_reloads(list);
	if (!programs_init(&p->programs, l, list->environment))
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the phases");
	rc = phases_init(&p->machine, list, k >= 0 && k < (double)list->n ? (size_t)k : 0,
			 round >= 1 && round < 1e9 ? (unsigned)round : 1, err);
	if (rc == SK_OK)
		rc = init_measure(l, list, err);
	return rc == SK_OK ? open_log(l, err) : rc;
}

void loop_phases_release(struct loop *l)
{
	struct loop_phases *p = &l->phases;

	if (!p->list)
		return;
	p->timer = sd_event_source_disable_unref(p->timer);
	programs_release(&p->programs);
	csvlog_close(&p->log);
	text_release(&p->line);
	phases_release(&p->machine);
	p->list = NULL;
}

/* ---- orders ------------------------------------------------------------------------------------------------------------ */

static void take_boundary_row(struct loop *l)
{
	uint64_t rows = l->s->rows;

	l->s->boundary_due = true; /* everybody's page tables: what is compared must be exact */
	loop_take_row(l);
	if (l->s->rows == rows)
		phase_measure_lost(&l->phases.measure);
	phases_row_taken(&l->phases.machine);
}

static void run_hook(struct loop *l, const struct phases_order *o)
{
	struct loop_phases *p = &l->phases;
	char label[PHASES_LABEL], words[PROGRAM_WORDS];

	snprintf(words, sizeof(words), "the hook %s %s (%.60s)", o->argv == o->phase->before ? "before" : "after",
		 phases_label(&p->machine, label, sizeof(label)), o->argv[0]);
	if (programs_start(&p->programs, o->argv, o->phase->hook_timeout_s, true, words))
		session_eventf(l->s, "hook", "%s was started", words);
	else
		phases_hook_ended(&p->machine);
}

/* A driver that replaces one is told what is left, and how old the phase is: the page goes on from the one before. */
static void say_phase(struct loop *l)
{
	const struct loop_phases *p = &l->phases;
	uint64_t ops = p->list->phase[p->machine.k].plan.ops, done;
	char left[24] = "-", message[96];

	if (!l->d)
		return;
	done = driver_started(l->d) - p->started;
	if (ops)
		snprintf(left, sizeof(left), "%" PRIu64, ops > done ? ops - done : 0);
	snprintf(message, sizeof(message), "phase %zu %s %.0f", p->machine.k, left, (now_s(l) - p->opened_s) * 1e3);
	driver_say(l->d, message);
}

static void open_phase(struct loop *l)
{
	struct loop_phases *p = &l->phases;
	char label[PHASES_LABEL];

	phase_measure_open(&p->measure, l->s->target->state == TARGET_ALIVE ? row_values(l) : NULL, clock_wall_s(&l->s->clock));
	session_eventf(l->s, "phase", "begin %s", phases_label(&p->machine, label, sizeof(label)));
	p->why_cut = NULL;
	p->started = l->d ? driver_started(l->d) : 0;
	p->opened_s = now_s(l);
	p->ops = l->s->facts.ops;
	p->errors = l->s->facts.errors;
	l->s->resting = p->machine.list->phase[p->machine.k].plan.idle;
	say_phase(l);
	note_place(l);
}

static bool driver_works(const struct loop *l)
{
	return l->d && !l->d->observes && l->d->state == DRIVER_RUNNING;
}

static void drain(struct loop *l)
{
	const struct plan_phase *ph = &l->phases.list->phase[l->phases.machine.k].plan;

	if (isnan(ph->length_s) && ph->ops)
		l->phases.why_cut = "its operations were not done within 24 h";
	if (driver_works(l)) {
		driver_say(l->d, "drain");
		return;
	}
	if (l->d && !l->d->observes && !ph->idle)
		l->phases.why_cut = "the workload was not there to its end";
	phases_drained(&l->phases.machine, l->phases.machine.k, now_s(l));
}

static void carry_out(struct loop *l, const struct phases_order *o)
{
	char label[PHASES_LABEL];

	switch (o->what) {
	case PHASES_ROW:
		take_boundary_row(l);
		break;
	case PHASES_HOOK:
		run_hook(l, o);
		break;
	case PHASES_OPEN:
		open_phase(l);
		break;
	case PHASES_INJECT:
		loop_inject(l, o->inject);
		break;
	case PHASES_DRAIN:
		drain(l);
		break;
	case PHASES_STUCK:
		session_eventf(l->s, "error", "phase %s did not end what was under way within %d s: the run goes on without",
			       phases_label(&l->phases.machine, label, sizeof(label)), PHASES_DRAIN_S);
		break;
	case PHASES_CLOSE:
		close_phase(l, l->phases.why_cut);
		break;
	case PHASES_OVER:
		l->phases.going = false;
		loop_finish(l, END_LENGTH, "the last phase is over");
		break;
	case PHASES_WAIT:
		break;
	}
}

/* Everything that is to be done by now. A row, or a hook that cannot be started, may lead back here: the outer one goes on. */
static void step(struct loop *l)
{
	struct loop_phases *p = &l->phases;
	struct phases_order o;
	double due;

	if (!p->going || p->busy)
		return;
	p->busy = true;
	do {
		o = phases_next(&p->machine, now_s(l));
		carry_out(l, &o);
	} while (o.what != PHASES_WAIT && p->going && !l->finishing);
	p->busy = false;
	if (!p->going || l->finishing)
		return;
	due = phases_due_s(&p->machine);
	p->timer = sd_event_source_disable_unref(p->timer);
	if (isfinite(due))
		loop_arm(l, &p->timer, (uint64_t)ceil(due * US), on_phase_timer);
}

static int on_phase_timer(sd_event_source *src, uint64_t us, void *ctx)
{
	(void)src;
	(void)us;
	step(ctx);
	return 0;
}

void loop_phases_begin(struct loop *l)
{
	if (!l->phases.list)
		return;
	l->phases.going = true;
	phases_row_taken(&l->phases.machine); /* the first row has everything */
	step(l);
}

void loop_phases_row(struct loop *l)
{
	if (l->phases.list && phases_open(&l->phases.machine))
		phase_measure_row(&l->phases.measure, row_values(l));
}

void loop_phases_drained(struct loop *l, size_t k)
{
	if (!l->phases.list)
		return;
	phases_drained(&l->phases.machine, k, now_s(l));
	step(l);
}

void loop_phases_driver_ready(struct loop *l)
{
	if (l->phases.list && phases_loading(&l->phases.machine))
		say_phase(l);
}

void loop_phases_driver_lost(struct loop *l)
{
	if (!l->phases.list || !phases_draining(&l->phases.machine))
		return;
	phases_drained(&l->phases.machine, l->phases.machine.k, now_s(l)); /* what was under way went with it */
	step(l);
}

void loop_phases_hook_ended(struct loop *l)
{
	phases_hook_ended(&l->phases.machine);
	step(l);
}

/* A phase that has no end of its own is whole when the run comes to its end: by its length, else by being told to stop. */
static bool is_cut(const struct loop *l, enum loop_end why)
{
	const struct plan_phase *ph = &l->phases.list->phase[l->phases.machine.k].plan;

	if (!isnan(ph->length_s) || ph->ops || l->phases.why_cut)
		return true;
	return why == END_SIGNAL ? !isnan(l->s->opt->length_s) : why != END_LENGTH && why != END_TARGET;
}

void loop_phases_end(struct loop *l, enum loop_end why, const char *words)
{
	struct loop_phases *p = &l->phases;

	if (!p->list)
		return;
	if (p->going && phases_open(&p->machine))
		close_phase(l, is_cut(l, why) ? words : NULL);
	p->going = false;
	p->timer = sd_event_source_disable_unref(p->timer);
	programs_stop(&p->programs);
}
