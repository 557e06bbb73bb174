/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A process that leaks what it is told: the target that everything else is calibrated against.
 *
 * What is lost for good is malloc'd page by page and written, so that RssAnon follows the truth within a page and a heap profiler
 * sees the site. What comes and goes (noise, teeth) is a mapping of its own that is touched and given back, so that it never
 * fragments the heap and its end is exact. Steps every 50 ms, on an absolute schedule; each is one operation.
 */
#include "scenarios/registry.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "scenarios/leaky_shape.h"
#include "scenarios/load.h"

#define STEP_NS     (50 * 1000000)
#define PAGE        4096u
#define BLOCK       (PAGE - 16) /* glibc puts 16 bytes in front: a page of heap per block */
#define NOISE_STEPS 16          /* the noise crosses its range in about this many steps */

struct block {
	struct block *next;
	char bytes[BLOCK - sizeof(struct block *)];
};

/* Memory that is resident up to a mark. */
struct pool {
	char *base;
	size_t size, used; /* bytes, whole pages */
};

struct leaky {
	struct leaky_shape shape;
	struct block *blocks; /* reachable, so that a leak checker of the build does not accuse us of what is our trade */
	uint64_t n_blocks;
	struct pool cycle, noise;
	double noise_at; /* 0..1 of the noise's range */
	uint64_t rng;
	unsigned kind;             /* of operation: a step */
	int64_t start_ns, next_ns; /* start_ns: moves with what was rested; next_ns: INT64_MAX before the leak is ready */
	int64_t last_ns;           /* of the last step, done or rested */
};

static size_t whole_pages(double bytes)
{
	return (size_t)(bytes / PAGE) * PAGE;
}

static enum sk_code pool_init(struct pool *p, double bytes, struct sk_err *err)
{
	size_t size = whole_pages(bytes);
	void *m;

	if (size == 0)
		return SK_OK;
	m = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (m == MAP_FAILED)
		return sk_fail(err, SK_ENOMEM, errno, "cannot reserve %zu bytes for the leak's noise: %s", size, strerror(errno));
	p->base = m;
	p->size = size;
	return SK_OK;
}

static void pool_set(struct pool *p, double bytes)
{
	size_t want = whole_pages(bytes);

	if (want > p->size)
		want = p->size;
	if (want > p->used)
		memset(p->base + p->used, 0x5a, want - p->used);
	else if (want < p->used)
		madvise(p->base + want, p->used - want, MADV_DONTNEED);
	p->used = want;
}

/* Returns -1 when there is no memory: the rest follows with the next step, if there is some then. */
static int leak_to(struct leaky *l, double bytes)
{
	uint64_t want = (uint64_t)(bytes / PAGE);

	while (l->n_blocks < want) {
		struct block *b = malloc(BLOCK);

		if (!b)
			return -1;
		memset(b->bytes, 0x5a, sizeof(b->bytes));
		b->next = l->blocks;
		l->blocks = b;
		l->n_blocks++;
	}
	return 0;
}

/* A bounded random walk: breathing, not white noise, because that is what real heaps do. */
static double breathe(struct leaky *l)
{
	l->noise_at += (2 * rng_unit(&l->rng) - 1) / NOISE_STEPS * 2;
	if (l->noise_at < 0)
		l->noise_at = -l->noise_at;
	if (l->noise_at > 1)
		l->noise_at = 2 - l->noise_at;
	return l->noise_at * (double)l->noise.size;
}

static void step(struct drive *d, struct leaky *l, int64_t now_ns)
{
	struct leaky_level level = leaky_level_at(&l->shape, (double)(now_ns - l->start_ns) * 1e-9);
	int64_t began_ns = clock_boot_ns(d->clock);
	bool failed = leak_to(l, level.leaked + level.warm) != 0;

	pool_set(&l->cycle, level.cycle);
	pool_set(&l->noise, breathe(l));
	if (failed)
		drive_error(d, l->kind, 1, "malloc", "there is no memory left to leak");
	else
		drive_did(d, l->kind, 1, 0, 0, (uint64_t)(clock_boot_ns(d->clock) - began_ns));
	atomic_store_explicit(&d->shared->truth_bytes, (uint64_t)level.leaked, memory_order_relaxed);
}

static enum sk_code leaky_open(struct drive *d, void *state, struct sk_err *err)
{
	struct leaky *l = state;
	const struct drive_job *job = d->job;
	enum sk_code rc;

	if (leaky_shape_init(&l->shape, job->profile, job->leak_per_h, job->length_s, job->leak_onset_s) != 0)
		return sk_fail(err, SK_EUSAGE, 0, "there is no leak of the shape \"%s\"", job->profile);
	/* 2 MiB pages would make a page-fine leak into a staircase of their own */
	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	l->rng = job->seed;
	l->noise_at = 0.5;
	l->next_ns = INT64_MAX;
	rc = pool_init(&l->cycle, l->shape.kind == LEAKY_SAWTOOTH ? LEAKY_EXTRA : 0, err);
	if (rc == SK_OK)
		rc = pool_init(&l->noise, job->leak_noise, err);
	if (rc == SK_OK)
		drive_connected(d);
	return rc;
}

static void leaky_go(struct drive *d, void *state)
{
	struct leaky *l = state;

	l->kind = drive_kind(d, "step");
	l->start_ns = l->next_ns = l->last_ns = clock_boot_ns(d->clock);
	step(d, l, l->start_ns);
	drive_ready(d);
}

static int64_t leaky_run(struct drive *d, void *state, const struct pollfd *fds, size_t n, int64_t now_ns)
{
	struct leaky *l = state;

	(void)fds;
	(void)n;
	if (d->phase != DRIVE_RUNNING)
		return INT64_MAX;
	if (now_ns >= l->next_ns) {
		if (turns_loaded(&d->turns, now_ns)) {
			step(d, l, now_ns);
			drive_take(d, 1);
		} else {
			l->start_ns += now_ns - l->last_ns; /* in an idle phase time stands still for the leak */
		}
		l->last_ns = now_ns;
		/* steps that were slept through are not done again: the level is a function of the time */
		l->next_ns += ((now_ns - l->next_ns) / STEP_NS + 1) * STEP_NS;
	}
	return l->next_ns;
}

static void leaky_epoch(struct drive *d, void *state)
{
	const struct leaky *l = state;
	pid_t self = getpid();

	drive_internal(d, self, "leaky", "bytes", (int64_t)atomic_load_explicit(&d->shared->truth_bytes, memory_order_relaxed),
		       "leaked");
	drive_internal(d, self, "leaky", "bytes", (int64_t)(l->n_blocks * PAGE), "held for good");
	drive_internal(d, self, "leaky", "bytes", (int64_t)(l->cycle.used + l->noise.used), "held for a while");
}

static void leaky_close(struct drive *d, void *state)
{
	struct leaky *l = state;

	(void)d;
	while (l->blocks) {
		struct block *b = l->blocks;

		l->blocks = b->next;
		free(b);
	}
	if (l->cycle.base)
		munmap(l->cycle.base, l->cycle.size);
	if (l->noise.base)
		munmap(l->noise.base, l->noise.size);
}

const struct scenario scenario_leaky = {
	.name = "leaky",
	.state_size = sizeof(struct leaky),
	.open = leaky_open,
	.go = leaky_go,
	.run = leaky_run,
	.epoch = leaky_epoch,
	.close = leaky_close,
};
