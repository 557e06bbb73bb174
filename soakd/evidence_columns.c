/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The header of a CSV: which of its columns are read, what they are called here, and by what their values are multiplied.
 * Ours has them as they are; of a foreign file those that mean something to us.
 */
#include "soakd/evidence_columns.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "soakd/evidence_internal.h"

/* Counts that a foreign file may bring. */
static const struct {
	const char *name, *as;
} counts[] = {
	{ "processes", "processes" }, { "nproc", "processes" },       { "ops", "ops" },
	{ "errors", "errors" },       { "threads", "threads" },       { "fds", "fds" },
	{ "cpu_s", "cpu_s" },         { "missed", "missed" },         { "sample_ms", "sample_ms" },
	{ "stall_ms", "stall_ms" },   { "reconnects", "reconnects" }, { "connects", "connects" },
	{ "reloads", "reloads" },
};

static bool has_suffix(const char *s, const char *suffix)
{
	size_t n = strlen(s), m = strlen(suffix);

	return n > m && strcmp(s + n - m, suffix) == 0;
}

/*
 * What a foreign column is called here and by what its values are multiplied. "_mb" is MiB: the scripts that write such files
 * divide KiB of /proc by 1024.
 */
static bool foreign_column(const char *name, char *as, size_t n, double *scale)
{
	static const struct {
		const char *suffix;
		double scale;
	} memory[] = { { "_kb", 1 }, { "_mb", 1024 }, { "_bytes", 1.0 / 1024 } };

	for (size_t i = 0; i < sizeof(memory) / sizeof(*memory); i++) {
		if (has_suffix(name, memory[i].suffix)) {
			snprintf(as, n, "%.*s_kb", (int)(strlen(name) - strlen(memory[i].suffix)), name);
			*scale = memory[i].scale;
			return true;
		}
	}
	for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
		if (strcmp(name, counts[i].name) == 0) {
			snprintf(as, n, "%s", counts[i].as);
			*scale = 1;
			return true;
		}
	}
	return false;
}

static bool column_exists(const struct columns_of *c, const char *name)
{
	for (size_t i = 0; i < c->n_col; i++)
		if (strcmp(c->name[i], name) == 0)
			return true;
	return false;
}

/* The names of the header for a message, the first dozen. */
static const char *names_found(const struct csv_reader *csv, char *buf, size_t n)
{
	size_t at = 0;

	*buf = '\0';
	for (size_t i = 0; i < csv->n_field && i < 12 && at + 48 < n; i++)
		at += (size_t)snprintf(buf + at, n - at, "%s%.40s", i ? ", " : "", csv->field[i]);
	if (csv->n_field > 12)
		snprintf(buf + at, n - at, ", ...");
	return buf;
}

static enum sk_code add_column(struct columns_of *c, const struct csv_reader *csv, bool ours, int field, struct sk_err *err)
{
	char as[SERIES_NAME];
	double scale = 1;
	const char *name = csv->field[field];

	if (ours) {
		if (field == c->time_field || field == c->elapsed_field)
			return SK_OK;
		snprintf(as, sizeof(as), "%s", name);
	} else if (strlen(name) >= SERIES_NAME || !foreign_column(name, as, sizeof(as), &scale)) {
		return SK_OK;
	}
	if (column_exists(c, as)) { /* rss_kb and rss_mb in one file, or a header that was joined from two */
		if (c->n_twice++ == 0)
			memcpy(c->twice, as, sizeof(as));
		return SK_OK;
	}
	if (c->n_col == EVIDENCE_COLUMNS_MAX)
		return sk_fail(err, SK_EPARSE, 0, "%s has more than %d columns that could be memory: is it one row per sample?",
			       csv->path, EVIDENCE_COLUMNS_MAX);
	c->col[c->n_col] = (struct column_of){ field, scale, has_suffix(as, "_kb") && !has_suffix(as, "_lag_kb") };
	memcpy(c->name[c->n_col++], as, sizeof(as));
	return SK_OK;
}

/* Header names lower-case and without blanks, so that "RSS_KB" and " rss_kb" are found. */
static void tidy_header(struct csv_reader *csv, bool *cr_ends)
{
	for (size_t i = 0; i < csv->n_field; i++) {
		csv->field[i] = field_trim(csv->field[i]);
		*cr_ends = *cr_ends || strchr(csv->field[i], '\r');
		for (char *p = csv->field[i]; *p; p++)
			*p = (char)tolower((unsigned char)*p);
	}
}

static enum sk_code plan_columns(struct columns_of *c, struct csv_reader *csv, bool ours, struct sk_err *err)
{
	char found[640];
	enum sk_code rc = SK_OK;

	if (csv->n_field > EVIDENCE_HEADER_MAX)
		return sk_fail(err, SK_EPARSE, 0, "%s has %zu columns, at most %d are read: is line 1 its header?", csv->path,
			       csv->n_field, EVIDENCE_HEADER_MAX);
	tidy_header(csv, &c->cr_ends);
	c->time_field = csv_find(csv, "timestamp");
	c->elapsed_field = ours ? csv_find(csv, "elapsed_s") : -1;
	c->pid_field = ours ? -1 : csv_find(csv, "pid");
	if (c->time_field < 0)
		return sk_fail(err, SK_EPARSE, 0,
			       "%s, line 1: there is no column \"timestamp\" (Unix seconds or ISO 8601); found: %s", csv->path,
			       names_found(csv, found, sizeof(found)));
	for (size_t i = 0; rc == SK_OK && i < csv->n_field; i++)
		rc = add_column(c, csv, ours, (int)i, err);
	if (rc == SK_OK && c->n_col == 0)
		return sk_fail(err, SK_EPARSE, 0,
			       "%s, line 1: no column ends with _kb, _mb or _bytes, so there is no memory to judge; found: %s",
			       csv->path, names_found(csv, found, sizeof(found)));
	return rc;
}

enum sk_code columns_of_header(struct columns_of *c, struct csv_reader *csv, bool ours, struct sk_err *err)
{
	enum sk_code rc = csv_next(csv, err);

	*c = (struct columns_of){ .time_field = -1, .elapsed_field = -1, .pid_field = -1 };
	if (rc == SK_EEND)
		return sk_fail(err, SK_EPARSE, 0, "%s is empty: it has no header line", csv->path);
	if (rc != SK_OK)
		return rc;
	c->name = sk_calloc(EVIDENCE_COLUMNS_MAX, sizeof(*c->name));
	if (!c->name)
		return sk_fail(err, SK_ENOMEM, 0, "no memory to read %s", csv->path);
	return plan_columns(c, csv, ours, err);
}

void columns_of_release(struct columns_of *c)
{
	free(c->name);
	c->name = NULL;
}
