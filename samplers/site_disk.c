/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the target's data files take: --disk PATH of its database, log or journal. A database that grows by rows is no leak of
 * memory, but it explains caches that grow; a log that fills the disk ends a run all the same.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "samplers/allowance.h"
#include "samplers/disk_walk.h"
#include "samplers/site_registry.h"

#define SHARE 0.01 /* of wall time: it disturbs nobody's memory */

enum { TAKEN, FREE, N };

static const struct metric metrics[N] = {
	[TAKEN] = { "disk_kb", "KiB", METRIC_GAUGE, "data files",
		    "what the files of --disk take on their disks, each once; st_blocks of stat(2)" },
	[FREE] = { "disk_free_kb", "KiB", METRIC_GAUGE, "free disk",
		   "room on the file systems of --disk, the least of them; f_bavail of statvfs(3)" },
};

struct state {
	struct allowance may;
	struct disk_walk walk;
	char *const *path; /* borrowed */
	size_t n;
	double *kb;   /* of each path, in the newest walk */
	bool *inside; /* it lies in another of them, in whose size it is already */
	bool fresh;   /* that walk was in this row */
};

static bool lies_in(const char *path, const char *folder)
{
	size_t n = strlen(folder);

	return strncmp(path, folder, n) == 0 && (path[n] == '/' || (n > 0 && folder[n - 1] == '/'));
}

/* By their real names, where they are there: data folders are often reached by a link. */
static enum sk_code find_insiders(struct state *s, struct sk_err *err)
{
	char **real = sk_calloc(s->n, sizeof(*real));

	if (!real)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the sampler disk");
	for (size_t i = 0; i < s->n; i++)
		real[i] = realpath(s->path[i], NULL);
	for (size_t i = 0; i < s->n; i++) {
		const char *a = real[i] ? real[i] : s->path[i];

		for (size_t j = 0; j < s->n && !s->inside[i]; j++) {
			const char *b = real[j] ? real[j] : s->path[j];

			s->inside[i] = strcmp(a, b) == 0 ? j < i : lies_in(a, b);
		}
	}
	for (size_t i = 0; i < s->n; i++)
		free(real[i]);
	free(real);
	return SK_OK;
}

static enum sk_code disk_open(void *state, const struct site_env *env, struct sk_err *err)
{
	struct state *s = state;

	disk_walk_init(&s->walk);
	s->may.share = SHARE;
	s->path = env->disk;
	s->n = env->n_disk;
	s->kb = sk_calloc(s->n, sizeof(*s->kb));
	s->inside = sk_calloc(s->n, sizeof(*s->inside));
	if (!s->kb || !s->inside)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the sampler disk");
	return s->n ? find_insiders(s, err)
		    : sk_fail(err, SK_EUSAGE, 0, "the sampler disk needs --disk PATH, a file or folder of the target's data");
}

static enum sk_code walk_all(struct state *s, double *sum, struct sk_err *err)
{
	enum sk_code rc = SK_OK;

	*sum = 0;
	disk_walk_begin(&s->walk);
	for (size_t i = 0; i < s->n; i++) {
		/* the first that fails is told; the others are of interest by themselves */
		enum sk_code one = disk_walk_path(&s->walk, s->path[i], &s->kb[i], rc == SK_OK ? err : NULL);

		rc = rc == SK_OK ? one : rc;
		if (!s->inside[i])
			*sum += s->kb[i];
	}
	return rc;
}

static enum sk_code disk_read(void *state, const struct site_env *env, struct site_values *out, struct sk_err *err)
{
	struct state *s = state;
	int64_t began;
	enum sk_code rc;

	for (size_t i = 0; i < s->n; i++)
		out->v[FREE] = fmin(out->v[FREE], disk_free_kb(s->path[i])); /* of a number and NaN: the number */
	s->fresh = allowance_has(&s->may, env->elapsed_s);
	if (!s->fresh)
		return SK_OK;
	began = clock_boot_ns(&clock_real);
	rc = walk_all(s, &out->v[TAKEN], err);
	allowance_spend(&s->may, env->elapsed_s, (double)(clock_boot_ns(&clock_real) - began) / 1e9);
	return rc;
}

static void disk_detail(const void *state, site_line_fn *line, void *ctx)
{
	const struct state *s = state;

	for (size_t i = 0; i < s->n && s->fresh; i++)
		if (!isnan(s->kb[i]))
			line(ctx, s->path[i], s->kb[i], "KiB");
}

static void disk_close(void *state)
{
	struct state *s = state;

	disk_walk_release(&s->walk);
	free(s->kb);
	free(s->inside);
	s->kb = NULL;
	s->inside = NULL;
	s->n = 0;
}

const struct site_sampler site_disk = {
	.name = "disk",
	.help = "size of the target's data files and room on their disk; read where --disk names some",
	METRICS(metrics),
	.budgeted = true,
	.state_size = sizeof(struct state),
	.open = disk_open,
	.read = disk_read,
	.source = "disk",
	.detail = disk_detail,
	.close = disk_close
};
