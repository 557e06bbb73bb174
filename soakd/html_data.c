/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/html_data.h"

#include <math.h>
#include <stdbool.h>

#include "base/json.h"

/* Seven significant digits: exact to a KiB up to 9 GiB, and half of the bytes of a double's seventeen. */
static double rounded(double v)
{
	double digits = v != 0 ? 6 - floor(log10(fabs(v))) : 0, power = pow(10, fmin(fabs(digits), 300));

	return digits >= 0 ? round(v * power) / power : round(v / power) * power;
}

static bool round_numbers(json_t *j);

/* What is in an array or object in the place of v; *ok is cleared without memory. */
static json_t *neat(json_t *v, bool *ok)
{
	*ok = *ok && round_numbers(v);
	return json_is_real(v) ? json_num(rounded(json_real_value(v))) : json_incref(v);
}

static bool round_numbers(json_t *j)
{
	const char *key;
	bool ok = true;
	json_t *v;
	size_t i;

	if (json_is_object(j))
		json_object_foreach (j, key, v)
			ok = ok && json_object_set_new(j, key, neat(v, &ok)) == 0;
	else if (json_is_array(j))
		json_array_foreach (j, i, v)
			ok = ok && json_array_set_new(j, i, neat(v, &ok)) == 0;
	return ok;
}

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

json_t *html_data(const struct scene *s)
{
	static const char *const elsewhere[] = { "verdict", "headline", "why",    "chips", "table", "footer",
						 "meta",    "width",    "height", "theme", "dpi" };
	json_t *j = scene_to_json(s), *times = json_array(), *panel, *series;
	bool ok = j && times;
	size_t i, k;

	for (k = 0; ok && k < sizeof(elsewhere) / sizeof(*elsewhere); k++)
		json_object_del(j, elsewhere[k]);
	ok = ok && round_numbers(j);
	json_array_foreach (json_object_get(j, "panels"), i, panel)
		json_array_foreach (json_object_get(panel, "series"), k, series)
			ok = ok && blocks_compact(json_object_get(series, "blocks"), times) == 0;
	if (ok && json_object_set(j, "times", times) != 0)
		ok = false;
	json_decref(times);
	if (ok)
		return j;
	json_decref(j);
	return NULL;
}
