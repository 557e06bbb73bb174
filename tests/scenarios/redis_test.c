/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The load on a Redis against a real server of the test's own, on a socket in a temporary directory: soakd-drive as soakd starts
 * it, counters read from the shared page. Debian's redis-tools has the whole server: one program that looks at its name.
 */
#include "tests/check.h"

#include <signal.h>

#include "tests/scenarios/monitor.h"

#ifdef HAVE_HIREDIS
#include <hiredis/hiredis.h>

#include "scenarios/redis_command.h"

static char dir[64], job[8192];
static pid_t server;
static redisContext *ask; /* the test's own connection, remade when it was closed */

#define JOB(...) (snprintf(job, sizeof(job), __VA_ARGS__), job)
/* A job on that server; the rest of its keys as printf's. */
#define ON(rest, ...) JOB("{\"scenario\":\"redis\",\"dsn\":\"%s/s\"," rest "}", dir, ##__VA_ARGS__)

static redisReply *tell(const char *words, ...)
{
	redisReply *r = NULL;
	va_list ap;

	for (int tries = 0; !r && tries < 1000; tries++) {
		char path[80];

		snprintf(path, sizeof(path), "%s/s", dir);
		if (ask && ask->err) {
			redisFree(ask);
			ask = NULL;
		}
		if (!ask)
			ask = redisConnectUnix(path);
		va_start(ap, words);
		r = ask && !ask->err ? redisvCommand(ask, words, ap) : NULL;
		va_end(ap);
		if (!r)
			sleep_s(0.05);
	}
	assert_non_null(r);
	return r;
}

static void order(const char *words)
{
	redisReply *r = tell(words);

	if (r->type == REDIS_REPLY_ERROR)
		fail_msg("%s: %s", words, r->str);
	freeReplyObject(r);
}

static long long number(const char *words)
{
	redisReply *r = tell(words);
	long long n = r->type == REDIS_REPLY_INTEGER ? r->integer : -1;

	freeReplyObject(r);
	return n;
}

static void start_server(const char *option, const char *value)
{
	char path[80], sock[80], log[80];
	const char *program = access("/usr/bin/redis-server", X_OK) == 0 ? "/usr/bin/redis-server" : "/usr/bin/redis-check-rdb";

	snprintf(path, sizeof(path), "%s/redis-server", dir);
	snprintf(sock, sizeof(sock), "%s/s", dir);
	snprintf(log, sizeof(log), "%s/log", dir);
	unlink(path);
	assert_int_equal(symlink(program, path), 0);
	server = fork();
	if (server == 0) {
		execl(path, path, "--port", "0", "--unixsocket", sock, "--save", "", "--dir", dir, "--logfile", log,
		      "--enable-debug-command", "yes", option, value, (char *)NULL);
		_exit(127);
	}
	freeReplyObject(tell("PING"));
}

static void stop_server(void)
{
	kill(server, SIGKILL);
	waitpid(server, NULL, 0);
	if (ask)
		redisFree(ask);
	ask = NULL;
}

static int set_up(void **unused)
{
	(void)unused;
	unsetenv("REDISCLI_AUTH");
	snprintf(dir, sizeof(dir), "/tmp/soakd-redis.XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	start_server("--maxmemory", "0");
	return 0;
}

static int tear_down(void **unused)
{
	static const char *const names[] = { "s", "log", "redis-server" };
	char path[80];

	(void)unused;
	stop_server();
	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		unlink(path);
	}
	return rmdir(dir);
}

static void wait_ops(struct monitor *m, uint64_t n)
{
	uint64_t was = atomic_load(&m->shared->ops), now = was;
	double end = now_s() + PATIENCE_S;

	n += was;
	while (now < n) {
		sleep_s(0.01);
		now = atomic_load(&m->shared->ops);
		if (now != was)
			end = now_s() + PATIENCE_S;
		else if (now_s() > end)
			fail_msg("no progress; it said: %s", m->all);
		was = now;
	}
}

/* The counters of a kind; fails without it. */
static struct drive_op *kind(struct monitor *m, const char *name)
{
	for (unsigned i = 0; i < m->shared->n_kinds; i++)
		if (strcmp(m->shared->kind[i].name, name) == 0)
			return &m->shared->kind[i];
	fail_msg("no kind %s", name);
	return NULL;
}

static void each_profile(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < n_redis_profiles; i++) {
		struct monitor *m = monitor_new(ON("\"profile\":\"%s\",\"rows\":300,\"rate\":0", redis_profiles[i].name));
		uint64_t ops = 0;

		monitor_run(m);
		wait_ops(m, 300);
		monitor_say(m, "stop");
		if (!monitor_wait(m, "done", PATIENCE_S))
			fail_msg("%s is not done; it said: %s", redis_profiles[i].name, m->all);
		assert_int_equal(monitor_status(m), 0);
		if (m->shared->errors || strstr(m->all, "event"))
			fail_msg("%s: %s", redis_profiles[i].name, m->all);
		for (unsigned k = 0; k < m->shared->n_kinds; k++) {
			ops += m->shared->kind[k].ops;
			assert_int_equal(latency_count(&m->shared->kind[k].latency, NULL), m->shared->kind[k].ops);
		}
		assert_int_equal(ops, m->shared->ops);
		assert_int_equal(number("DBSIZE"), 0);
		monitor_free(m);
	}
}

/* The key space is full before the run begins, what is not ours stays, another database is another one. */
static void keys(void **unused)
{
	struct monitor *m;

	(void)unused;
	order("SET other value");
	m = monitor_new(ON("\"profile\":\"set-get\",\"rows\":1234"));
	monitor_run(m);
	assert_int_equal(number("DBSIZE"), 1235);
	wait_ops(m, 10);
	assert_int_equal(number("DBSIZE"), 1235);
	monitor_end(m);
	assert_int_equal(number("DBSIZE"), 1);
	m = monitor_new(JOB(
		"{\"scenario\":\"redis\",\"profile\":\"churn\",\"rows\":20,\"dsn\":\"unix://%s/s?db=3\",\"keep\":true}", dir));
	monitor_run(m);
	wait_ops(m, 10);
	monitor_end(m);
	assert_int_equal(number("DBSIZE"), 1);
	order("SELECT 3");
	assert_int_equal(number("DBSIZE"), 20);
	order("FLUSHALL");
	order("SELECT 0");
}

/* What a run of 200 operations leaves behind, as the server's own digest. */
static void digest(unsigned seed, char out[64])
{
	struct monitor *m =
		monitor_new(ON("\"profile\":\"set-get\",\"rows\":50,\"seed\":%u,\"connections\":1,\"keep\":true,\"resumed\":true,"
			       "\"phases\":[{\"name\":\"a\",\"ops\":200}]",
			       seed));
	redisReply *r;

	monitor_run(m);
	monitor_say(m, "phase 0");
	assert_non_null(monitor_wait(m, "drained 0", PATIENCE_S));
	assert_int_equal(m->shared->ops, 200);
	monitor_end(m);
	r = tell("DEBUG DIGEST");
	snprintf(out, 64, "%s", r->str);
	freeReplyObject(r);
	order("FLUSHALL");
}

static void same_seed(void **unused)
{
	char a[64], b[64], c[64];

	(void)unused;
	digest(1, a);
	digest(1, b);
	digest(2, c);
	assert_string_equal(a, b);
	assert_string_not_equal(a, c);
}

/* Every message that was published arrives, and is a row. */
static void messages(void **unused)
{
	struct monitor *m =
		monitor_new(ON("\"profile\":\"pubsub\",\"connections\":5,\"rate\":0,\"phases\":[{\"name\":\"a\",\"ops\":1000}]"));
	double end = now_s() + PATIENCE_S;

	(void)unused;
	monitor_run(m);
	assert_int_equal(m->shared->connections, 6); /* and the observer */
	monitor_say(m, "phase 0");
	assert_non_null(monitor_wait(m, "drained 0", PATIENCE_S));
	while (kind(m, "message")->rows < 1000 && now_s() < end)
		sleep_s(0.01);
	assert_int_equal(kind(m, "message")->rows, 1000);
	assert_int_equal(kind(m, "message")->ops, 0);
	assert_int_equal(kind(m, "publish")->ops, 1000);
	assert_int_equal(m->shared->ops, 1000);
	monitor_end(m);
}

/* A server without the script gets it, and no operation fails of that. */
static void script_flushed(void **unused)
{
	struct monitor *m = monitor_new(ON("\"profile\":\"lua\",\"rows\":100,\"rate\":0,\"depth\":64"));
	redisReply *r = tell("SCRIPT LOAD %s", REDIS_LUA);

	(void)unused;
	assert_string_equal(r->str, REDIS_LUA_SHA);
	freeReplyObject(r);
	order("SCRIPT FLUSH");
	monitor_run(m);
	for (int i = 0; i < 5; i++) {
		wait_ops(m, 1000);
		order("SCRIPT FLUSH");
	}
	wait_ops(m, 1000);
	assert_int_equal(m->shared->errors, 0);
	monitor_end(m);
}

/* All connections are lost at once: one event, one more when they are back, and it goes on. */
static void lost_and_back(void **unused)
{
	struct monitor *m = monitor_new(ON("\"profile\":\"set-get\",\"rows\":100,\"rate\":0,\"connections\":9"));

	(void)unused;
	monitor_run(m);
	wait_ops(m, 1000);
	order("CLIENT KILL TYPE normal SKIPME yes");
	assert_non_null(monitor_wait(m, "event reconnect lost ", PATIENCE_S));
	assert_non_null(strstr(m->last, "trying again with growing pauses"));
	assert_non_null(monitor_wait(m, "event", PATIENCE_S));
	assert_memory_equal(m->last, "event reconnect all 9 connections are back after ", 49);
	assert_int_equal(m->shared->connections, 10);
	assert_int_equal(m->shared->reconnects, 9);
	assert_int_equal(m->shared->connects, 18);
	wait_ops(m, 1000);
	monitor_end(m);
	assert_int_equal(number("DBSIZE"), 0);
}

static void told_to_reconnect(void **unused)
{
	struct monitor *m = monitor_new(ON("\"profile\":\"set-get\",\"rows\":100,\"rate\":0,\"connections\":7"));
	double end = now_s() + PATIENCE_S;

	(void)unused;
	monitor_run(m);
	wait_ops(m, 1000);
	monitor_say(m, "inject reconnect");
	while (m->shared->connects < 14 && now_s() < end)
		sleep_s(0.01);
	assert_int_equal(m->shared->connects, 14);
	assert_int_equal(m->shared->reconnects, 0);
	wait_ops(m, 1000);
	assert_int_equal(m->shared->errors, 0);
	monitor_say(m, "inject vacuum");
	assert_non_null(monitor_wait(m, "event error the scenario redis cannot vacuum", PATIENCE_S));
	monitor_end(m);
}

/* Errors are counted by their first word, told once, and over when the server is well again. */
static void out_of_memory(void **unused)
{
	struct monitor *m = monitor_new(ON("\"profile\":\"set-get\",\"rows\":100,\"rate\":0"));
	uint64_t errors;

	(void)unused;
	monitor_run(m);
	wait_ops(m, 1000);
	order("CONFIG SET maxmemory 1");
	assert_non_null(monitor_wait(m, "event error OOM: Redis refuses set: OOM command not allowed", PATIENCE_S));
	wait_ops(m, 1000); /* reads go on */
	order("CONFIG SET maxmemory 0");
	wait_ops(m, 1000);
	errors = m->shared->errors;
	assert_true(errors > 0);
	assert_int_equal(kind(m, "set")->errors, errors);
	wait_ops(m, 1000);
	assert_int_equal(m->shared->errors, errors);
	monitor_say(m, "stop");
	assert_non_null(monitor_wait(m, "event error OOM: ", PATIENCE_S));
	assert_non_null(strstr(m->last, "operations failed so in all"));
	assert_non_null(monitor_wait(m, "done", PATIENCE_S));
	assert_int_equal(monitor_status(m), 0);
	monitor_free(m);
}

/* Nothing is written while it is on hold; reads go on. */
static void on_hold(void **unused)
{
	struct monitor *m = monitor_new(ON("\"profile\":\"set-get\",\"rows\":100,\"rate\":0,\"connections\":1"));
	uint64_t sets, gets;

	(void)unused;
	monitor_run(m);
	wait_ops(m, 1000);
	monitor_say(m, "hold");
	while (!m->shared->holding)
		sleep_s(0.01);
	wait_ops(m, 1000); /* what was under way has ended */
	sets = kind(m, "set")->ops;
	gets = kind(m, "get")->ops;
	wait_ops(m, 1000);
	assert_int_equal(kind(m, "set")->ops, sets);
	assert_true(kind(m, "get")->ops > gets);
	monitor_say(m, "continue");
	while (kind(m, "set")->ops == sets)
		sleep_s(0.01);
	monitor_end(m);
}

/* The epoch's questions are answered while the load goes on at full speed. */
static void epochs(void **unused)
{
	struct monitor *m = monitor_new(ON("\"profile\":\"pipeline\",\"rows\":100,\"rate\":0"));

	(void)unused;
	monitor_run(m);
	for (int i = 0; i < 3; i++) {
		wait_ops(m, 1000);
		monitor_say(m, "epoch");
		if (!monitor_wait(m, "internal", PATIENCE_S) ||
		    !monitor_wait(m, JOB("internal %d redis bytes", (int)server), PATIENCE_S))
			fail_msg("no epoch; it said: %s", m->all);
	}
	monitor_end(m);
}

/* Memory after 200 000 operations is memory after a million. */
static void flat(void **unused)
{
	struct monitor *m = monitor_new(ON("\"profile\":\"set-get\",\"rows\":1000,\"rate\":0"));
	int64_t before;

	(void)unused;
	monitor_run(m);
	wait_ops(m, 200000);
	before = private_kb(m->pid);
	wait_ops(m, 800000);
	assert_true(before > 0);
	assert_true(private_kb(m->pid) - before <= 64);
	monitor_end(m);
}

static void a_thousand(void **unused)
{
	struct monitor *m = monitor_new(ON("\"profile\":\"set-get\",\"rows\":100,\"rate\":0,\"connections\":1000,\"depth\":1"));

	(void)unused;
	monitor_run(m);
	assert_int_equal(m->shared->connections, 1001);
	wait_ops(m, 5000);
	assert_int_equal(m->shared->errors, 0);
	monitor_end(m);
}

static void script(void **unused)
{
	struct monitor *m = monitor_new(ON(
		"\"rate\":0,\"define\":{\"suffix\":\"z\"},\"work\":[{\"name\":\"visit\",\"file\":\"visit.redis\",\"script\":"
		"\"\\\\set i random(1, 10)\\nINCRBY soakd:count::i 1\\n\\\\startpipeline\\nSET soakd:v:1 'a b'\\nGET soakd:v:1\\n"
		"\\\\endpipeline\\nSET soakd:x::suffix :i\\n\"},"
		"{\"name\":\"wrong\",\"file\":\"w\",\"reconnect\":true,\"script\":\"LPUSH soakd:v:1 x\\nSET soakd:w ok\\n\"}]"));
	redisReply *r;

	(void)unused;
	monitor_run(m);
	assert_non_null(monitor_wait(m, "event error WRONGTYPE: wrong: WRONGTYPE Operation against a key", PATIENCE_S));
	wait_ops(m, 500);
	r = tell("GET soakd:v:1");
	assert_string_equal(r->str, "a b");
	freeReplyObject(r);
	r = tell("GET soakd:w"); /* a refused command does not end its run */
	assert_string_equal(r->str, "ok");
	freeReplyObject(r);
	monitor_say(m, "stop");
	assert_non_null(monitor_wait(m, "done", PATIENCE_S));
	assert_int_equal(monitor_status(m), 0);
	assert_int_equal(kind(m, "wrong")->ops, 0);
	assert_int_equal(m->shared->errors, kind(m, "wrong")->errors);
	assert_true(m->shared->connects > 4);
	assert_int_equal(m->shared->ops, kind(m, "visit")->ops);
	monitor_free(m);
	assert_int_equal(number("DBSIZE"), 13); /* what a script writes under names of its own stays: ten, v:1, x:z, w */
	order("FLUSHALL");
}

/* What ends a run before it began: status 2, and a sentence with these words. */
static void refused(const char *text, const char *says)
{
	struct monitor *m = monitor_new(text);

	if (monitor_wait(m, "connected", PATIENCE_S))
		monitor_say(m, "go");
	else if (!strstr(m->all, "failed 2 "))
		fail_msg("not refused: %s", m->all);
	if (!strstr(m->all, "failed 2 ") && !monitor_wait(m, "failed 2 ", PATIENCE_S))
		fail_msg("not refused: %s", m->all);
	if (!strstr(m->all, says) || strstr(m->all, "topsecret"))
		fail_msg("it does not say \"%s\": %s", says, m->all);
	while (monitor_wait(m, "?", PATIENCE_S))
		;
	assert_int_equal(monitor_status(m), 2);
	monitor_free(m);
}

static void refusals(void **unused)
{
	(void)unused;
	refused(JOB("{\"scenario\":\"redis\",\"profile\":\"set-get\",\"dsn\":\"%s/nobody\"}", dir), "No such file");
	refused(ON("\"profile\":\"pubsub\",\"connections\":1"), "at least 2 --connections");
	refused(ON("\"work\":[{\"name\":\"a\",\"profile\":\"observe\"},{\"name\":\"b\",\"profile\":\"lua\"}]"),
		"cannot be mixed");
	refused(ON("\"work\":[{\"name\":\"a\",\"file\":\"a.redis\",\"script\":\"\\\\nonsense\"}]"), "a.redis:1:");
	refused(JOB("{\"scenario\":\"redis\",\"profile\":\"lua\",\"dsn\":\"unix://%s/s?db=99\"}", dir),
		"DB index is out of range");
	refused(JOB("{\"scenario\":\"redis\",\"profile\":\"lua\",\"dsn\":\"unix://:topsecret@%s/s\"}", dir), "AUTH");
	order("CONFIG SET maxclients 5");
	refused(ON("\"profile\":\"set-get\",\"connections\":20"), "max number of clients reached; raise its maxclients");
	order("CONFIG SET maxclients 2000");
	order("CONFIG SET maxmemory 5mb"); /* some of the keys are written, and removed again in the time that there is */
	refused(ON("\"profile\":\"set-get\",\"rows\":1000000"), "fewer --rows");
	order("CONFIG SET maxmemory 0");
	assert_int_equal(number("DBSIZE"), 0);
	order("REPLICAOF 127.0.0.1 1");
	refused(ON("\"profile\":\"set-get\""), "it is a replica");
	order("REPLICAOF NO ONE");
	order("CONFIG SET requirepass topsecret");
	refused(ON("\"profile\":\"set-get\""), "Give the password in REDISCLI_AUTH");
	refused(JOB("{\"scenario\":\"redis\",\"profile\":\"lua\",\"dsn\":\"unix://:wrong@%s/s\"}", dir), "WRONGPASS");
	freeReplyObject(tell("CONFIG SET requirepass %s", ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_profile),
		cmocka_unit_test(keys),
		cmocka_unit_test(same_seed),
		cmocka_unit_test(messages),
		cmocka_unit_test(script_flushed),
		cmocka_unit_test(lost_and_back),
		cmocka_unit_test(told_to_reconnect),
		cmocka_unit_test(out_of_memory),
		cmocka_unit_test(on_hold),
		cmocka_unit_test(epochs),
		cmocka_unit_test(flat),
		cmocka_unit_test(a_thousand),
		cmocka_unit_test(script),
		cmocka_unit_test(refusals),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
#else
static void not_built(void **unused)
{
	(void)unused;
	skip();
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(not_built) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
#endif
