/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The scene there and back, and what the reader refuses, with the key that is wrong in the sentence. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/json.h"
#include "tests/plots/demo_scenes.h"

static char *dump(const json_t *j)
{
	char *s = json_dumps(j, JSON_COMPACT);

	assert_non_null(s);
	return s;
}

static void assert_same_text(const json_t *a, const json_t *b)
{
	char *x = dump(a), *y = dump(b);

	assert_string_equal(x, y);
	free(x);
	free(y);
}

static void every_demo_there_and_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_DEMOS; i++) {
		struct scene a, b;
		struct sk_err err;

		demos[i].make(&a);
		json_t *there = scene_to_json(&a);

		assert_non_null(there);
		char *text = dump(there);
		json_t *parsed = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

		assert_int_equal(scene_from_json(parsed, &b, &err), SK_OK);
		json_t *again = scene_to_json(&b);

		assert_same_text(there, again);
		json_decref(there);
		json_decref(parsed);
		json_decref(again);
		free(text);
		scene_release(&a);
		scene_release(&b);
	}
}

static void nothing_is_lost(void **state)
{
	struct scene a, b;

	(void)state;
	demo_leak(&a);
	a.panel[0].series[0].b[3].mean = 0.1 + 0.2; /* of a block twelve digits are written, or twelve decimals */
	a.panel[0].series[0].b[3].max = -123456.7890124999;
	a.panel[0].series[0].b[3].min = 1e-7 / 3;
	a.start_unix += 1.0 / 3; /* all else is whole */
	json_t *j = scene_to_json(&a);

	assert_int_equal(scene_from_json(j, &b, NULL), SK_OK);
	assert_int_equal(b.tone, TONE_BAD);
	assert_int_equal(b.n_panels, 4);
	assert_string_equal(b.verdict, "LEAK");
	assert_true(b.start_unix == a.start_unix && b.x1 == a.x1);
	assert_int_equal(b.panel[0].series[3].role, LINE_RSS);
	assert_true(b.panel[0].series[0].band && !b.panel[0].series[1].band);
	assert_true(b.panel[0].series[0].b[3].mean == 0.3);
	assert_true(b.panel[0].series[0].b[3].max == -123456.789012);
	assert_true(b.panel[0].series[0].b[3].min == 1e-7 / 3);
	assert_true(b.panel[0].series[0].b[150].n == 0 && isnan(b.panel[0].series[0].b[150].mean));
	assert_null(b.panel[2].series[0].start);
	assert_int_equal(b.panel[0].line[0].n_band, 3);
	assert_true(b.panel[0].line[0].hi[2] == a.panel[0].line[0].hi[2]);
	assert_true(b.panel[0].line[1].limit);
	assert_int_equal(b.span[1].kind, SHADE_GAP);
	assert_int_equal(b.marker[1].kind, MARK_RESTART);
	assert_string_equal(b.table[8], "private (anonymous)");
	assert_string_equal(b.footer[2], a.footer[2]);
	assert_string_equal(b.meta[5], "caf\303\251");
	json_decref(j);
	scene_release(&a);
	scene_release(&b);
}

static void the_places_and_bars_are_not_lost(void **state)
{
	struct scene a, b;

	(void)state;
	demo_page(&a);
	a.panel[0].inset = 1;
	json_t *j = scene_to_json(&a);

	assert_int_equal(scene_from_json(j, &b, NULL), SK_OK);
	assert_int_equal(b.n_chips, a.n_chips);
	assert_string_equal(b.chip[1], a.chip[1]);
	assert_int_equal(b.panel[0].place, PLACE_MAIN);
	assert_int_equal(b.panel[0].inset, 1);
	assert_true(isnan(b.panel[0].x0) == isnan(a.panel[0].x0));
	size_t strips = 0, counts = 0, bars = 0;

	for (size_t i = 0; i < b.n_panels; i++) {
		const struct scene_panel *p = &b.panel[i], *q = &a.panel[i];

		assert_int_equal(p->place, q->place);
		assert_int_equal(p->x, q->x);
		assert_int_equal(p->n_bars, q->n_bars);
		strips += p->place == PLACE_STRIP;
		counts += p->x == X_COUNT;
		for (size_t k = 0; k < p->n_bars; k++, bars++) {
			assert_string_equal(p->bar[k].label, q->bar[k].label);
			assert_string_equal(p->bar[k].text, q->bar[k].text);
			assert_true(p->bar[k].from == q->bar[k].from && p->bar[k].to == q->bar[k].to);
			assert_int_equal(p->bar[k].kind, q->bar[k].kind);
		}
	}
	assert_true(strips > 0 && counts > 0 && bars > 2);
	json_decref(j);
	scene_release(&a);
	scene_release(&b);
}

static void a_name_that_is_no_utf8_is_scarred_not_fatal(void **state)
{
	struct scene a, b;

	(void)state;
	scene_init(&a);
	a.headline = demo_str("x\377y \303\251");
	json_t *j = scene_to_json(&a);

	assert_non_null(j);
	assert_int_equal(scene_from_json(j, &b, NULL), SK_OK);
	assert_string_equal(b.headline, "x?y ??");
	assert_null(b.verdict);
	json_decref(j);
	scene_release(&a);
	scene_release(&b);
}

/* The leak scene with the value at `path` ("panels.0.weight") replaced by `json`, or removed for NULL. */
static json_t *spoiled(const char *path, const char *json)
{
	struct scene s;

	demo_leak(&s);
	json_t *root = scene_to_json(&s), *at = root, *v = json ? json_loads(json, JSON_DECODE_ANY, NULL) : NULL;
	char key[64];
	const char *dot;

	for (; (dot = strchr(path, '.')); path = dot + 1) {
		snprintf(key, sizeof(key), "%.*s", (int)(dot - path), path);
		at = json_is_array(at) ? json_array_get(at, (size_t)strtol(key, NULL, 10)) : json_object_get(at, key);
		assert_non_null(at);
	}
	if (!json)
		json_object_del(at, path);
	else if (json_is_array(at))
		assert_int_equal(json_array_set_new(at, (size_t)strtol(path, NULL, 10), v), 0);
	else
		assert_int_equal(json_object_set_new(at, path, v), 0);
	scene_release(&s);
	return root;
}

static void what_is_wrong_is_refused_by_name(void **state)
{
	static const struct {
		const char *path, *json;
		enum sk_code code;
		const char *sentence;
	} cases[] = {
		{ "tone", "\"purple\"", SK_EPARSE, "scene: tone: is not one of its words" },
		{ "tone", "3", SK_EPARSE, "scene: tone: is not one of its words" },
		{ "width", "100", SK_EUSAGE, "scene: width: must be from 200 to 8192 pixels" },
		{ "height", "1200.5", SK_EPARSE, "scene: height: must be a whole number of pixels" },
		{ "x1", "null", SK_EPARSE, "scene: x1: must be a number" },
		{ "x1", "1e16", SK_EUSAGE, "scene: x1: must be within +-1e15" },
		{ "verdict", "5", SK_EPARSE, "scene: verdict: must be a string or null" },
		{ "start_unix", NULL, SK_EPARSE, "scene: start_unix: is missing" },
		{ "chips", "\"since\"", SK_EPARSE, "scene: chips: must be an array of strings" },
		{ "chips", "[1]", SK_EPARSE, "scene: chips: must be a string or null" },
		{ "panels.0.place", "\"top\"", SK_EPARSE, "scene: panels[0].place: is not one of its words" },
		{ "panels.0.x", "null", SK_EPARSE, "scene: panels[0].x: is not one of its words" },
		{ "panels.0.x1", "true", SK_EPARSE, "scene: panels[0].x1: must be a number or null" },
		{ "panels.0.inset", "-1", SK_EPARSE, "scene: panels[0].inset: must be a whole number" },
		{ "panels.0.inset", "1.5", SK_EPARSE, "scene: panels[0].inset: must be a whole number" },
		{ "panels.0.inset", "17", SK_EUSAGE, "scene: panels[0].inset: must be at most 16" },
		{ "panels.0.bars", "[{}]", SK_EPARSE, "scene: panels[0].bars[0].label: is missing" },
		{ "panels.0.note", NULL, SK_EPARSE, "scene: panels[0].note: is missing" },
		{ "extra", "1", SK_EPARSE, "scene: extra: no such key in a scene" },
		{ "panels", "{}", SK_EPARSE, "scene: panels: must be an array" },
		{ "panels.2", "[]", SK_EPARSE, "scene: panels[2]: must be an object" },
		{ "panels.1.unit", "\"MB\"", SK_EPARSE, "scene: panels[1].unit: is not one of its words" },
		{ "panels.0.series.1.band", "0", SK_EPARSE, "scene: panels[0].series[1].band: must be true or false" },
		{ "panels.0.series.0.blocks.n", "[1,2]", SK_EPARSE,
		  "scene: panels[0].series[0].blocks: needs the columns n, t, mean, median, min, max, equally long" },
		{ "panels.0.series.0.blocks.n.7", "-1", SK_EPARSE,
		  "scene: panels[0].series[0].blocks[7].n: must be a whole number of samples" },
		{ "panels.0.series.0.blocks.max.7", "\"9\"", SK_EPARSE,
		  "scene: panels[0].series[0].blocks[7].max: must be a number or null" },
		{ "panels.0.lines.0.band.lo", "[1]", SK_EPARSE,
		  "scene: panels[0].lines[0].band: needs the columns x, lo, hi, equally long" },
		{ "panels.0.lines.0.band.hi.0", "[]", SK_EPARSE, "scene: panels[0].lines[0].band.hi: must be a number or null" },
		{ "table.1", "[\"a\"]", SK_EPARSE, "scene: table: has rows of different lengths" },
		{ "table.0", "[]", SK_EPARSE, "scene: table: rows must have 1 to 16 cells" },
		{ "footer.0", "7", SK_EPARSE, "scene: footer: must be a string or null" },
		{ "meta.0", "[\"key\"]", SK_EPARSE, "scene: meta: has rows of different lengths" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sk_err err = { .code = SK_OK };
		struct scene s;

		json_t *j = spoiled(cases[i].path, cases[i].json);

		assert_int_equal(scene_from_json(j, &s, &err), cases[i].code);
		assert_string_equal(err.msg, cases[i].sentence);
		json_decref(j);
	}
}

/* An array of n copies of what stands at array[0]. */
static void multiply(json_t *array, size_t n)
{
	while (json_array_size(array) < n)
		assert_int_equal(json_array_append(array, json_array_get(array, 0)), 0);
}

static void limits(void **state)
{
	static const struct {
		const char *key;
		size_t most;
	} cases[] = {
		{ "panels", 48 }, { "spans", 4096 }, { "markers", 4096 }, { "table", 1024 }, { "footer", 32 }, { "meta", 64 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sk_err err = { .code = SK_OK };
		struct scene s;
		char sentence[128];
		json_t *j = spoiled("x0", "0");

		multiply(json_object_get(j, cases[i].key), cases[i].most);
		assert_int_equal(scene_from_json(j, &s, &err), SK_OK);
		scene_release(&s);
		multiply(json_object_get(j, cases[i].key), cases[i].most + 1);
		assert_int_equal(scene_from_json(j, &s, &err), SK_EUSAGE);
		snprintf(sentence, sizeof(sentence), "scene: %s: has %zu of at most %zu", cases[i].key, cases[i].most + 1,
			 cases[i].most);
		assert_string_equal(err.msg, sentence);
		json_decref(j);
	}
}

static void release_may_be_repeated(void **state)
{
	struct scene s;

	(void)state;
	demo_leak(&s);
	scene_release(&s);
	scene_release(&s);
	assert_null(s.panel);
	scene_init(&s);
	assert_int_equal(s.width, 1600);
	assert_int_equal(s.height, 1200);
	scene_release(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_demo_there_and_back),        cmocka_unit_test(nothing_is_lost),
		cmocka_unit_test(the_places_and_bars_are_not_lost), cmocka_unit_test(a_name_that_is_no_utf8_is_scarred_not_fatal),
		cmocka_unit_test(what_is_wrong_is_refused_by_name), cmocka_unit_test(limits),
		cmocka_unit_test(release_may_be_repeated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
