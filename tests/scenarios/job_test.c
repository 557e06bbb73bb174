/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Jobs: the defaults of base/drive.h, every key, and a sentence for each mistake. */
#include "tests/check.h"

#include <string.h>

#include "scenarios/job.h"

static void defaults(void **unused)
{
	struct drive_job j;
	static const char text[] = "{\"scenario\":\"leaky\",\"dsn\":null}";

	(void)unused;
	assert_int_equal(job_parse(&j, text, strlen(text), NULL), SK_OK);
	assert_string_equal(j.scenario, "leaky");
	assert_string_equal(j.profile, "linear");
	assert_int_equal(j.seed, 1);
	assert_int_equal(j.connections, 4);
	assert_double_equal(j.rate, 200, 0);
	assert_int_equal(j.batch, 100);
	assert_int_equal(j.depth, 0);
	assert_int_equal(j.rows, 1000000);
	assert_true(isnan(j.length_s) && isnan(j.interval_s) && isnan(j.leak_onset_s));
	assert_false(j.keep || j.checkpoint || j.journal != JOB_WAL || j.resumed || j.look);
	assert_null(j.dir);
	assert_null(j.dsn);
	assert_null(j.host);
	assert_null(j.exec);
	assert_string_equal(j.port, "");
	assert_int_equal(j.uid, -1);
	assert_int_equal(j.gid, -1);
	assert_double_equal(j.leak_per_h, 0, 0);
	job_release(&j);
	job_release(&j);
}

static void every_key(void **unused)
{
	struct drive_job j;
	static const char text[] = "{\"scenario\":\"exec\",\"profile\":null,\"seed\":-5,\"connections\":7,\"rate\":0.5,\"batch\":"
				   "3,\"rows\":9,\"length_s\":60,"
				   "\"interval_s\":0.2,\"keep\":true,\"checkpoint\":true,\"journal\":\"rollback\",\"dir\":\"/"
				   "d\",\"dsn\":\"a=b\",\"host\":\"/run\","
				   "\"port\":5433,\"uid\":105,\"gid\":0,\"exec\":[\"a "
				   "b\",\"c\"],\"leak_rate_bytes_per_h\":1e9,\"leak_noise_bytes\":5,"
				   "\"leak_onset_s\":2,\"resumed\":true,\"look\":true,\"resume\":false,\"unknown\":{}}";

	(void)unused;
	assert_int_equal(job_parse(&j, text, strlen(text), NULL), SK_OK);
	assert_string_equal(j.profile, "");
	assert_true((int64_t)j.seed == -5);
	assert_int_equal(j.connections, 7);
	assert_double_equal(j.rate, 0.5, 0);
	assert_int_equal(j.batch, 3);
	assert_int_equal(j.rows, 9);
	assert_double_equal(j.length_s, 60, 0);
	assert_double_equal(j.interval_s, 0.2, 0);
	assert_true(j.keep && j.checkpoint && j.journal == JOB_ROLLBACK && j.resumed && j.look);
	assert_string_equal(j.dir, "/d");
	assert_string_equal(j.dsn, "a=b");
	assert_string_equal(j.host, "/run");
	assert_string_equal(j.port, "5433");
	assert_int_equal(j.uid, 105);
	assert_int_equal(j.gid, 0);
	assert_string_equal(j.exec[0], "a b");
	assert_string_equal(j.exec[1], "c");
	assert_null(j.exec[2]);
	assert_double_equal(j.leak_per_h, 1e9, 0);
	assert_double_equal(j.leak_noise, 5, 0);
	assert_double_equal(j.leak_onset_s, 2, 0);
	job_release(&j);
}

static void mistakes(void **unused)
{
	static const struct {
		const char *text, *says;
	} t[] = {
		{ "[]", "no JSON object" },
		{ "{\"scenario\":\"none\"", "no JSON object" },
		{ "{}", "no scenario \"\"" },
		{ "{\"scenario\":5}", "\"scenario\" must be a string" },
		{ "{\"scenario\":\"web\"}", "no scenario \"web\"" },
		{ "{\"scenario\":\"none\",\"profile\":\"x\"}", "no profile \"x\"" },
		{ "{\"scenario\":\"none\",\"seed\":1.5}", "\"seed\" must be an integer" },
		{ "{\"scenario\":\"none\",\"connections\":0}", "\"connections\"" },
		{ "{\"scenario\":\"none\",\"connections\":10001}", "\"connections\"" },
		{ "{\"scenario\":\"none\",\"rate\":-1}", "\"rate\" must be a number from 0" },
		{ "{\"scenario\":\"none\",\"rate\":\"fast\"}", "\"rate\"" },
		{ "{\"scenario\":\"none\",\"batch\":0}", "\"batch\"" },
		{ "{\"scenario\":\"none\",\"depth\":65}", "\"depth\"" },
		{ "{\"scenario\":\"none\",\"rows\":-1}", "\"rows\"" },
		{ "{\"scenario\":\"none\",\"run_id\":\"../../etc\"}", "\"run_id\"" },
		{ "{\"scenario\":\"none\",\"keep\":1}", "\"keep\" must be true or false" },
		{ "{\"scenario\":\"none\",\"journal\":\"off\"}", "\"journal\"" },
		{ "{\"scenario\":\"none\",\"port\":70000}", "\"port\"" },
		{ "{\"scenario\":\"none\",\"port\":\"123456789\"}", "\"port\"" },
		{ "{\"scenario\":\"none\",\"uid\":-2}", "\"uid\"" },
		{ "{\"scenario\":\"none\",\"exec\":[]}", "\"exec\"" },
		{ "{\"scenario\":\"none\",\"exec\":[\"a\",5]}", "\"exec\"" },
		{ "{\"scenario\":\"none\",\"exec\":\"a\"}", "\"exec\"" },
		{ "{\"scenario\":\"none\",\"dsn\":{\"password\":\"hush\"}}", "\"dsn\" must be a string" },
		{ "{\"scenario\":\"none\",\"rows\":1,\"rows\":2}", "no JSON object" },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct drive_job j;
		struct sk_err err = { 0 };
		enum sk_code rc = job_parse(&j, t[i].text, strlen(t[i].text), &err);

		assert_true(rc == SK_EUSAGE || rc == SK_EPARSE);
		if (!strstr(err.msg, t[i].says) || strstr(err.msg, "hush"))
			fail_msg("%s: %s", t[i].text, err.msg);
		assert_null(j.doc);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(defaults), cmocka_unit_test(every_key), cmocka_unit_test(mistakes) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
