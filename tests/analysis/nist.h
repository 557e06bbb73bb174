/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads a NIST StRD file: certified parameters in order, and the data after the line "Data:  y  x...". */
#ifndef TESTS_ANALYSIS_NIST_H
#define TESTS_ANALYSIS_NIST_H

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NIST_ROWS 64

struct nist {
	size_t n, p; /* rows, predictors in the file */
	double y[NIST_ROWS], x[8][NIST_ROWS];
	size_t n_param;
	double param[12], se[12];
};

static inline int nist_numbers(const char *line, double *v, int max)
{
	int n = 0;
	char *end;

	for (; n < max; line = end, n++) {
		v[n] = strtod(line, &end);
		if (end == line)
			break;
	}
	return n;
}

/* 0 if the file could not be read. */
static inline int nist_read(const char *name, struct nist *d)
{
	char path[128], line[256];
	double v[12];
	int data = 0;
	FILE *f;

	memset(d, 0, sizeof(*d));
	snprintf(path, sizeof(path), "tests/data/nist/%s.dat", name);
	f = fopen(path, "r");
	if (!f)
		return 0;
	while (fgets(line, sizeof(line), f)) {
		const char *p = line;

		while (isspace((unsigned char)*p))
			p++;
		if (p[0] == 'B' && isdigit((unsigned char)p[1]) &&
		    nist_numbers(p + 2 + (isdigit((unsigned char)p[2]) != 0), v, 2) == 2) {
			d->param[d->n_param] = v[0];
			d->se[d->n_param++] = v[1];
		}
		if (strncmp(p, "Data:", 5) == 0 && strchr(p, 'x')) {
			data = 1;
			continue;
		}
		int k = data ? nist_numbers(p, v, 8) : 0;

		if (k < 2 || d->n == NIST_ROWS)
			continue;
		d->p = (size_t)k - 1;
		d->y[d->n] = v[0];
		for (int j = 1; j < k; j++)
			d->x[j - 1][d->n] = v[j];
		d->n++;
	}
	fclose(f);
	return d->n > 0 && d->n_param > 0;
}

/* Digits that agree with the certified value. */
static inline double nist_digits(double got, double certified)
{
	double e = fabs(got - certified) / (certified != 0 ? fabs(certified) : 1);

	return e > 0 ? -log10(e) : 15;
}

#endif
