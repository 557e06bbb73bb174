/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which key of the JSON is which member of the scene, with its words and limits. */
#include "plots/scene_fields.h"

const char *const block_columns[N_COLUMNS] = { "n", "t", "mean", "median", "min", "max" };

static const char *const tones[] = { "bad", "warn", "good", "unknown", NULL };
static const char *const units[] = { "kib", "count", "per_s", "seconds", NULL };
static const char *const roles[] = { "private", "pss",    "rss",   "heap",   "shared", "virtual",
				     "ops",     "errors", "count", "driver", NULL };
static const char *const shades[] = { "warmup", "gap", "phase", NULL };
static const char *const pages[] = { "report", "grid", NULL };
static const char *const themes[] = { "light", "dark", "print", NULL };
static const char *const marks[] = { "restart", "event", "epoch", "onset", "change", "limit", NULL };
static const char *const places[] = { "main", "strip", "side", NULL };
static const char *const xs[] = { "elapsed", "count", NULL };
static const char *const bars[] = { "start", "part", "unexplained", "end", NULL };

#define AT(type, member)       .off = offsetof(struct type, member)
#define COUNT_AT(type, member) .off_n = offsetof(struct type, member)
#define END                                                                                                                      \
	{                                                                                                                        \
		.key = NULL                                                                                                      \
	}

static const struct field series_fields[] = {
	{ "label", FIELD_STRING, AT(scene_series, label) },
	{ "start", FIELD_STRING, AT(scene_series, start) },
	{ "end", FIELD_STRING, AT(scene_series, end) },
	{ "role", FIELD_ENUM, AT(scene_series, role), .words = roles },
	{ "band", FIELD_BOOL, AT(scene_series, band) },
	{ "blocks", FIELD_BLOCKS, AT(scene_series, b), COUNT_AT(scene_series, n) },
	END,
};

static const struct field line_fields[] = {
	{ "x0", FIELD_UNKNOWN, AT(scene_line, x0) },    { "y0", FIELD_UNKNOWN, AT(scene_line, y0) },
	{ "x1", FIELD_UNKNOWN, AT(scene_line, x1) },    { "y1", FIELD_UNKNOWN, AT(scene_line, y1) },
	{ .key = "band", .kind = FIELD_BAND },          { "label", FIELD_STRING, AT(scene_line, label) },
	{ "limit", FIELD_BOOL, AT(scene_line, limit) }, END,
};

static const struct field bar_fields[] = {
	{ "label", FIELD_STRING, AT(scene_bar, label) },
	{ "text", FIELD_STRING, AT(scene_bar, text) },
	{ "from", FIELD_UNKNOWN, AT(scene_bar, from) },
	{ "to", FIELD_UNKNOWN, AT(scene_bar, to) },
	{ "kind", FIELD_ENUM, AT(scene_bar, kind), .words = bars },
	END,
};

static const struct field panel_fields[] = {
	{ "title", FIELD_STRING, AT(scene_panel, title) },
	{ "y_label", FIELD_STRING, AT(scene_panel, y_label) },
	{ "note", FIELD_STRING, AT(scene_panel, note) },
	{ "place", FIELD_ENUM, AT(scene_panel, place), .words = places },
	{ "tone", FIELD_ENUM, AT(scene_panel, tone), .words = tones },
	{ "x", FIELD_ENUM, AT(scene_panel, x), .words = xs },
	{ "x0", FIELD_UNKNOWN, AT(scene_panel, x0) },
	{ "x1", FIELD_UNKNOWN, AT(scene_panel, x1) },
	{ "unit", FIELD_ENUM, AT(scene_panel, unit), .words = units },
	{ "weight", FIELD_NUMBER, AT(scene_panel, weight) },
	{ "from_zero", FIELD_BOOL, AT(scene_panel, from_zero) },
	{ "y0", FIELD_UNKNOWN, AT(scene_panel, y0) },
	{ "y1", FIELD_UNKNOWN, AT(scene_panel, y1) },
	{ "beyond", FIELD_STRING, AT(scene_panel, beyond) },
	{ "series", FIELD_LIST, AT(scene_panel, series), COUNT_AT(scene_panel, n_series), .sub = series_fields,
	  .size = sizeof(struct scene_series), .max = MAX_SERIES },
	{ "lines", FIELD_LIST, AT(scene_panel, line), COUNT_AT(scene_panel, n_lines), .sub = line_fields,
	  .size = sizeof(struct scene_line), .max = MAX_LINES },
	{ "bars", FIELD_LIST, AT(scene_panel, bar), COUNT_AT(scene_panel, n_bars), .sub = bar_fields,
	  .size = sizeof(struct scene_bar), .max = MAX_BARS },
	{ "inset", FIELD_COUNT, AT(scene_panel, inset), .max = MAX_SERIES },
	END,
};

static const struct field span_fields[] = {
	{ "x0", FIELD_NUMBER, AT(scene_span, x0) },
	{ "x1", FIELD_NUMBER, AT(scene_span, x1) },
	{ "kind", FIELD_ENUM, AT(scene_span, kind), .words = shades },
	{ "label", FIELD_STRING, AT(scene_span, label) },
	END,
};

static const struct field marker_fields[] = {
	{ "x", FIELD_NUMBER, AT(scene_marker, x) },
	{ "kind", FIELD_ENUM, AT(scene_marker, kind), .words = marks },
	{ "label", FIELD_STRING, AT(scene_marker, label) },
	END,
};

const struct field scene_fields[] = {
	{ "width", FIELD_PIXELS, AT(scene, width) },
	{ "height", FIELD_PIXELS, AT(scene, height) },
	{ "page", FIELD_ENUM, AT(scene, page), .words = pages },
	{ "same_y", FIELD_BOOL, AT(scene, same_y) },
	{ "theme", FIELD_ENUM, AT(scene, theme), .words = themes },
	{ "dpi", FIELD_NUMBER, AT(scene, dpi) },
	{ "tone", FIELD_ENUM, AT(scene, tone), .words = tones },
	{ "verdict", FIELD_STRING, AT(scene, verdict) },
	{ "headline", FIELD_STRING, AT(scene, headline) },
	{ "why", FIELD_STRING, AT(scene, why) },
	{ "chips", FIELD_STRINGS, AT(scene, chip), COUNT_AT(scene, n_chips), .max = MAX_CHIPS },
	{ "advice", FIELD_STRINGS, AT(scene, advice), COUNT_AT(scene, n_advice), .max = MAX_ADVICE },
	{ "flat", FIELD_STRING, AT(scene, flat) },
	{ "x0", FIELD_NUMBER, AT(scene, x0) },
	{ "x1", FIELD_NUMBER, AT(scene, x1) },
	{ "start_unix", FIELD_NUMBER, AT(scene, start_unix) },
	{ "panels", FIELD_LIST, AT(scene, panel), COUNT_AT(scene, n_panels), .sub = panel_fields,
	  .size = sizeof(struct scene_panel), .max = MAX_PANELS },
	{ "spans", FIELD_LIST, AT(scene, span), COUNT_AT(scene, n_spans), .sub = span_fields, .size = sizeof(struct scene_span),
	  .max = MAX_SPANS },
	{ "markers", FIELD_LIST, AT(scene, marker), COUNT_AT(scene, n_markers), .sub = marker_fields,
	  .size = sizeof(struct scene_marker), .max = MAX_MARKERS },
	{ .key = "table", .kind = FIELD_TABLE },
	{ "table_note", FIELD_STRING, AT(scene, table_note) },
	{ "table_mark", FIELD_STRING, AT(scene, table_mark) },
	{ "footer", FIELD_STRINGS, AT(scene, footer), COUNT_AT(scene, n_footer), .max = MAX_FOOTER },
	{ .key = "meta", .kind = FIELD_META },
	END,
};
