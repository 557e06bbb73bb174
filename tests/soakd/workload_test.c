/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What drove a run, in one line: from run.json as it is written, and as older ones are. */
#include "tests/check.h"

#include "soakd/workload.h"

static void said(const char *run, const char *words)
{
	json_t *j = json_loads(run, 0, NULL);
	struct text t = TEXT_INIT;

	assert_non_null(j);
	workload_words(j, &t);
	assert_string_equal(text_str(&t), words);
	text_release(&t);
	json_decref(j);
}

static void words(void **state)
{
	(void)state;
	said("{\"scenario\": \"postgres/mixed\"}", "postgres/mixed");
	said("{\"scenario\": \"sqlite\", \"work\": [{\"name\": \"put\", \"weight\": 1}, {\"name\": \"get\", \"weight\": 2.5}]}",
	     "sqlite: put 1, get 2.5");
	said("{\"scenario\": \"postgres\", \"work\": [{\"name\": \"ddl\", \"weight\": 1}], \"scenario_file\": "
	     "\"/home/me/night.conf\"}",
	     "postgres: ddl 1 (night.conf)");
	said("{\"scenario\": \"sqlite/insert-heavy\", \"scenario_file\": \"x.conf\"}", "sqlite/insert-heavy (x.conf)");
	said("{\"scenario\": null, \"scenario_file\": \"x.conf\"}", "");
	said("{}", "");
	said("{\"scenario\": \"redis\", \"work\": [{\"name\": \"a\\u001b[1m\", \"weight\": 1}]}", "redis: a [1m 1");
}

static void many_are_counted(void **state)
{
	(void)state;
	said("{\"scenario\": \"http\", \"work\": [{\"name\": \"a\", \"weight\": 1}, {\"name\": \"b\", \"weight\": 1}, "
	     "{\"name\": \"c\", \"weight\": 1}, {\"name\": \"d\", \"weight\": 1}, {\"name\": \"e\", \"weight\": 1}, "
	     "{\"name\": \"f\", \"weight\": 1}, {\"name\": \"g\", \"weight\": 1}, {\"name\": \"h\", \"weight\": 1}, "
	     "{\"name\": \"i\", \"weight\": 1}, {\"name\": \"j\", \"weight\": 1}]}",
	     "http: a 1, b 1, c 1, d 1, e 1, f 1, g 1, h 1 and 2 more");
}

/* No script and no path of one is kept. */
static void kept(void **state)
{
	json_t *work = json_loads(
		       "[{\"name\": \"put\", \"weight\": 2.5, \"script\": \"SELECT 'secret';\", \"file\": \"/home/me/put.sql\"}]",
		       0, NULL),
	       *all = workload_json(work);
	char *text = json_dumps(all, JSON_COMPACT | JSON_SORT_KEYS);

	(void)state;
	assert_string_equal(text, "[{\"name\":\"put\",\"weight\":2.5}]");
	free(text);
	json_decref(all);
	json_decref(work);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words),
		cmocka_unit_test(many_are_counted),
		cmocka_unit_test(kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
