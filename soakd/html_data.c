/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/html_data.h"

#include <math.h>
#include <stdbool.h>

/* The place of t among the page's times, to which it is added when it is new. */
static int time_index(json_t *times, json_t *t, size_t *index)
{
	for (*index = 0; *index < json_array_size(times); ++*index)
		if (json_equal(json_array_get(times, *index), t))
			return 0;
	return json_array_append(times, t);
}

static int blocks_compact(json_t *blocks, json_t *times)
{
	json_t *mean = json_object_get(blocks, "mean"), *t = json_object_get(blocks, "t");
	size_t index = 0;

	if (json_equal(mean, json_object_get(blocks, "min")) && json_equal(mean, json_object_get(blocks, "max"))) {
		json_object_del(blocks, "min");
		json_object_del(blocks, "max");
	}
	json_object_del(blocks, "n"); /* of an empty block the mean is null */
	json_object_del(blocks, "median");
	if (time_index(times, t, &index) != 0)
		return -1;
	return json_object_set_new(blocks, "t", json_integer((json_int_t)index));
}

/* Seconds to a tenth, and whole operations. */
static int add_operations(json_t *page, const struct block *ops, size_t n)
{
	json_t *t = json_array(), *total = json_array();
	int failed = 0;

	for (size_t i = 0; i < n; i++) {
		if (ops[i].n == 0)
			continue;
		failed |= json_array_append_new(t, json_real(round(10 * ops[i].t) / 10));
		failed |= json_array_append_new(total, json_integer(llround(ops[i].mean)));
	}
	json_t *both = json_pack("{so so}", "t", t, "total", total);

	return both && !failed ? json_object_set_new(page, "operations", both) : -1;
}

json_t *html_data(const struct scene *s, const struct block *ops, size_t n)
{
	static const char *const elsewhere[] = { "verdict", "headline", "why",  "chips", "advice", "table_note", "table_mark",
						 "table",   "footer",   "meta", "width", "height", "theme",      "dpi" };
	json_t *j = scene_to_json(s), *times = json_array(), *panel, *series;
	bool ok = j && times;
	size_t i, k;

	for (k = 0; ok && k < sizeof(elsewhere) / sizeof(*elsewhere); k++)
		json_object_del(j, elsewhere[k]);
	/* whole seconds: seven digits would be a quarter of an hour */
	ok = ok && json_object_set_new(j, "start_unix", json_integer(llround(s->start_unix))) == 0;
	json_array_foreach(json_object_get(j, "panels"), i, panel) json_array_foreach(json_object_get(panel, "series"), k, series)
		ok = ok && blocks_compact(json_object_get(series, "blocks"), times) == 0;
	if (ok && json_object_set(j, "times", times) != 0)
		ok = false;
	ok = ok && (n == 0 || add_operations(j, ops, n) == 0);
	json_decref(times);
	if (ok)
		return j;
	json_decref(j);
	return NULL;
}
