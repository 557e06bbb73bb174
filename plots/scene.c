/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The life of a scene: who owns what it points at. No Cairo here: soakd builds scenes and never draws. */
#include "plots/scene.h"

#include <stdlib.h>
#include <string.h>

void scene_init(struct scene *s)
{
	*s = (struct scene){ .width = 1600, .height = 1200, .dpi = SCENE_DPI, .tone = TONE_UNKNOWN };
}

static void free_strings(char **v, size_t n)
{
	for (size_t i = 0; v && i < n; i++)
		free(v[i]);
	free(v);
}

static void series_free_in(struct scene_series *v, size_t n)
{
	for (size_t i = 0; v && i < n; i++) {
		free(v[i].label);
		free(v[i].start);
		free(v[i].end);
		free(v[i].b);
	}
	free(v);
}

static void lines_free(struct scene_line *v, size_t n)
{
	for (size_t i = 0; v && i < n; i++) {
		free(v[i].bx);
		free(v[i].lo);
		free(v[i].hi);
		free(v[i].label);
	}
	free(v);
}

static void bars_free(struct scene_bar *v, size_t n)
{
	for (size_t i = 0; v && i < n; i++) {
		free(v[i].label);
		free(v[i].text);
	}
	free(v);
}

static void panels_free(struct scene_panel *v, size_t n)
{
	for (size_t i = 0; v && i < n; i++) {
		free(v[i].title);
		free(v[i].y_label);
		free(v[i].note);
		free(v[i].beyond);
		series_free_in(v[i].series, v[i].n_series);
		lines_free(v[i].line, v[i].n_lines);
		bars_free(v[i].bar, v[i].n_bars);
	}
	free(v);
}

void scene_release(struct scene *s)
{
	free(s->verdict);
	free(s->headline);
	free(s->flat);
	free(s->why);
	free_strings(s->chip, s->n_chips);
	free_strings(s->advice, s->n_advice);
	free(s->table_note);
	free(s->table_mark);
	panels_free(s->panel, s->n_panels);
	for (size_t i = 0; s->span && i < s->n_spans; i++)
		free(s->span[i].label);
	free(s->span);
	for (size_t i = 0; s->marker && i < s->n_markers; i++)
		free(s->marker[i].label);
	free(s->marker);
	free_strings(s->table, s->n_rows * s->n_cols);
	free_strings(s->footer, s->n_footer);
	free_strings(s->meta, 2 * s->n_meta);
	memset(s, 0, sizeof(*s));
}

bool scene_has_mark(char *const *table, size_t n_rows, size_t n_cols, const char *mark)
{
	for (size_t i = n_cols; mark && *mark && i < n_rows * n_cols; i++) {
		size_t len = table[i] ? strlen(table[i]) : 0;

		if (i % n_cols > 0 && len > 0 && table[i][len - 1] == *mark)
			return true;
	}
	return false;
}
