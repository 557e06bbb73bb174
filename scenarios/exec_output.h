/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a command prints, looked through line by line for what load generators say of themselves: pgbench, redis-benchmark, wrk, ab
 * and k6. Constant memory, any input. Their counts become operations and errors. Their latencies are figures and not put into the
 * operations' own distribution: from an average and five quantiles nobody can tell how the others were.
 *
 *   pgbench          transactions, failed ones, latency average and stddev, tps
 *   redis-benchmark  requests completed, by test: throughput, latency avg, min, p50, p95, p99, max (with -q and --csv no counts)
 *   wrk              requests, Non-2xx, socket errors, Requests/sec, latency avg, stdev, max, with --latency the quantiles
 *   ab               complete, failed and non-2xx requests, requests per second, latency mean and the quantiles
 *   k6               http_reqs (else iterations), http_req_failed, http_req_duration avg, min, med, max, p(90), p(95)
 */
#ifndef SCENARIOS_EXEC_OUTPUT_H
#define SCENARIOS_EXEC_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EXEC_LINE    256 /* what is beyond of a line is not looked at */
#define EXEC_FIGURES 64  /* of one run; later ones are left out */
#define EXEC_ITEM    48

struct exec_figure {
	char item[EXEC_ITEM]; /* "latency p50", "SET latency avg", "requests" */
	const char *unit;     /* "us", "per_s" */
	int64_t value;
};

struct exec_output {
	char line[EXEC_LINE];
	size_t n;
	const char *tool;    /* who it is: "wrk"; NULL: nobody known */
	bool counted;        /* a count of operations was seen */
	uint64_t requests;   /* the sum of those seen: a script may run pgbench several times */
	uint64_t failed;     /* of them */
	uint64_t errors;     /* beside them */
	uint64_t iterations; /* k6, where it makes no HTTP requests */
	char test[24];       /* redis-benchmark's, until the next */
	int table;           /* the lines that follow are rows of it */
	struct exec_figure figure[EXEC_FIGURES];
	size_t n_figure;
};

void exec_output_reset(struct exec_output *o);
void exec_output_add(struct exec_output *o, const char *bytes, size_t n);
void exec_output_end(struct exec_output *o); /* the last line may have no newline */

/* Operations that ended well, and those that did not. Meaningful where o->counted. */
uint64_t exec_output_ops(const struct exec_output *o);
uint64_t exec_output_errors(const struct exec_output *o);

#endif
