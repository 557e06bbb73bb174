/* SPDX-License-Identifier: GPL-3.0-or-later */
/* AR(1) whitening over gaps and restarts. */
#include "analysis/gls.h"

#include <math.h>

/* The first rows of segments carry sqrt(1 - phi^2) and the others (1 - phi^lag) of a level: log of what phi leaves of it. */
static void integrate_levels(struct gls *g, const struct track *tr, double phi)
{
	double rest = 0;

	for (size_t i = 0; i < g->n; i++) {
		double w = (1 - g->rho[i]) * g->scale[i];

		if (tr->lag[i] > 0)
			rest += w * w;
		if (i + 1 == g->n || tr->lag[i + 1] == 0) {
			if (phi < 1)
				g->logdet += log1p(rest / (1 - phi * phi));
			rest = 0;
		}
	}
}

void gls_init(struct gls *g, const struct track *tr, double phi)
{
	double lag = 0, rho = 0, scale = 0, logvar = 0;

	g->n = tr->n;
	g->logdet = 0;
	g->dof = tr->n - tr->segments;
	for (size_t i = 0; i < tr->n; i++) {
		if (tr->lag[i] == 0) {
			g->rho[i] = 0;
			g->scale[i] = sqrt(1 - phi * phi);
			continue;
		}
		if (tr->lag[i] != lag) { /* of most rows it is that of the row before */
			lag = tr->lag[i];
			rho = lag == 1 ? phi : pow(phi, lag);
			double var = phi < 1 ? (1 - rho * rho) / (1 - phi * phi) : lag;

			scale = 1 / sqrt(var);
			logvar = log(var);
		}
		g->rho[i] = rho;
		g->scale[i] = scale;
		g->logdet += logvar;
	}
	integrate_levels(g, tr, phi);
}

void gls_whiten(const struct gls *g, const double *x, double *out)
{
	for (size_t i = 0; i < g->n; i++)
		out[i] = (x[i] - (i > 0 ? g->rho[i] * x[i - 1] : 0)) * g->scale[i];
}
