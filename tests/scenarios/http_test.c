/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HTTP addresses, the table of profiles, and the real driver before a small server of the test's own. */
#include "tests/check.h"

#include <arpa/inet.h>
#include <signal.h>
#include <sys/prctl.h>

#include "scenarios/catalog.h"
#include "scenarios/http_address.h"
#include "scenarios/http_profile.h"
#include "tests/scenarios/monitor.h"

/* ---- addresses --------------------------------------------------------------------------------------------------------- */

static void good(const char *dsn, const char *url, const char *ip, bool loopback)
{
	struct http_address a;
	struct sk_err err = { 0 };
	char buf[HTTP_URL];

	if (http_address_parse(dsn, &a, &err) != SK_OK)
		fail_msg("%s: %s", dsn, err.msg);
	assert_string_equal(http_address_url(&a, NULL, buf, sizeof(buf)), url);
	assert_string_equal(a.ip, ip);
	assert_int_equal(a.loopback, loopback);
}

static void addresses(void **unused)
{
	(void)unused;
	good("http://127.0.0.1:8080/", "http://127.0.0.1:8080/", "127.0.0.1", true);
	good("127.0.0.1:8080", "http://127.0.0.1:8080/", "127.0.0.1", true);
	good("localhost:1", "http://localhost:1/", "127.0.0.1", true);
	good("http://shop.localhost/a?b=c", "http://shop.localhost:80/a?b=c", "127.0.0.1", true);
	good("https://[::1]/x", "https://[::1]:443/x", "::1", true);
	good("HTTPS://127.5.5.5:8443", "https://127.5.5.5:8443/", "127.5.5.5", true);
	good("http://10.0.0.7?q", "http://10.0.0.7:80/?q", "10.0.0.7", false);
	good("http://service.example:65535/p", "http://service.example:65535/p", "", false);
	good("http://notlocalhost:80", "http://notlocalhost:80/", "", false);
}

static void bad_addresses(void **unused)
{
	static const char *const texts[] = { "",
					     "127.0.0.1",
					     "http://",
					     "http:///x",
					     "http://h:0/",
					     "http://h:65536/",
					     "http://h:99999999999999999999/",
					     "http://h:x/",
					     "http://h:/",
					     "ftp://h/",
					     "http://[::1",
					     "http://[]/",
					     "http://[1.2.3.4]:80/",
					     "http://::1:80/",
					     "http://h/a b",
					     "http://h/a\nb",
					     "http://h/#x",
					     "http://h:80x",
					     "unix:///run/x" };
	char lengthy[3000] = "http://h/";

	(void)unused;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct http_address a;
		struct sk_err err = { 0 };

		if (http_address_parse(texts[i], &a, &err) != SK_EUSAGE)
			fail_msg("taken: \"%s\"", texts[i]);
		assert_true(strstr(err.msg, "--dsn is no HTTP address") == err.msg);
	}
	memset(lengthy + 9, 'x', sizeof(lengthy) - 10);
	struct http_address a;
	struct sk_err err = { 0 };

	assert_int_equal(http_address_parse(lengthy, &a, &err), SK_EUSAGE);
	assert_int_equal(http_address_parse("http://me:secret@127.0.0.1/", &a, &err), SK_EUSAGE);
	assert_null(strstr(err.msg, "secret"));
}

static void same_server(void **unused)
{
	struct http_address a;
	const char *path;

	(void)unused;
	assert_int_equal(http_address_parse("http://127.0.0.1:8080/base", &a, NULL), SK_OK);
	assert_true(http_address_has(&a, "/x?y", &path));
	assert_string_equal(path, "/x?y");
	assert_true(http_address_has(&a, "http://127.0.0.1:8080/z", &path));
	assert_string_equal(path, "/z");
	assert_true(http_address_has(&a, "http://127.0.0.1:8080", &path));
	assert_string_equal(path, "/");
	assert_false(http_address_has(&a, "http://127.0.0.1:8081/z", &path));
	assert_false(http_address_has(&a, "https://127.0.0.1:8080/z", &path));
	assert_false(http_address_has(&a, "http://other:8080/z", &path));
	assert_false(http_address_has(&a, "//127.0.0.1:8080/z", &path));
	assert_false(http_address_has(&a, "z", &path));
	assert_false(http_address_has(&a, "/a b", &path));
}

/* ---- profiles ---------------------------------------------------------------------------------------------------------- */

static void profiles(void **unused)
{
	const struct catalog_scenario *s = catalog_find("http");

	(void)unused;
	assert_non_null(s);
	assert_int_equal(s->n_profile, n_http_profiles);
	for (size_t i = 0; i < n_http_profiles; i++) {
		unsigned sum = 0;

		for (size_t k = 0; k < HTTP_STEPS; k++)
			sum += http_profiles[i].share[k];
		assert_int_equal(sum, 100);
		assert_string_equal(s->profile[i].name, http_profiles[i].name);
		assert_ptr_equal(http_profile_find(s->profile[i].name), &http_profiles[i]);
	}
	assert_null(http_profile_find("nosuch"));
}

static void steps(void **unused)
{
	const struct http_profile *mixed = http_profile_find("mixed"), *slow = http_profile_find("slow-readers");
	unsigned n[HTTP_STEPS] = { 0 };
	uint64_t rng = 1, again = 1;

	(void)unused;
	for (int i = 0; i < 100000; i++) {
		enum http_step step = http_profile_step(mixed, &rng, 0);

		assert_int_equal(step, http_profile_step(mixed, &again, 7)); /* the seed alone decides */
		n[step]++;
	}
	for (size_t k = 0; k < HTTP_STEPS; k++)
		assert_in_range(n[k], mixed->share[k] * 950u, mixed->share[k] * 1050u);
	assert_int_equal(http_profile_step(slow, &rng, 0), HTTP_SLOW);
	assert_int_equal(http_profile_step(slow, &rng, 1), HTTP_GET);
}

/* ---- the driver -------------------------------------------------------------------------------------------------------- */

#define PEERS 64

/* Answers each request head with `answer`, one reading at a time; a body is read and forgotten. */
static void __attribute__((noreturn)) serve(int listener, const char *answer)
{
	struct pollfd p[PEERS + 1] = { { .fd = listener, .events = POLLIN } };
	nfds_t n = 1;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		poll(p, n, -1);
		if (p[0].revents && n <= PEERS)
			p[n++] = (struct pollfd){ .fd = accept(listener, NULL, NULL), .events = POLLIN };
		for (nfds_t i = 1; i < n; i++) {
			char buf[16384];
			ssize_t got = p[i].revents ? read(p[i].fd, buf, sizeof(buf) - 1) : -1;

			if (p[i].revents && got <= 0) {
				close(p[i].fd);
				p[i--] = p[--n];
				continue;
			}
			if (got <= 0)
				continue;
			buf[got] = '\0';
			if (strstr(buf, "HTTP/1.1\r\n") && write(p[i].fd, answer, strlen(answer)) < 0)
				_exit(1);
		}
	}
}

struct server {
	pid_t pid;
	unsigned port;
	int listener; /* keeps the port ours when nobody answers there any more: another program may be given a free one */
};

static struct server start_server(const char *answer)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct server s;

	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(fd, PEERS), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
	s.port = ntohs(at.sin_port);
	s.pid = fork();
	if (s.pid == 0)
		serve(fd, answer);
	s.listener = fd;
	return s;
}

/* From now on a connection is refused. */
static void end_server(const struct server *s)
{
	kill(s->pid, SIGKILL);
	waitpid(s->pid, NULL, 0);
	assert_int_equal(shutdown(s->listener, SHUT_RDWR), 0);
}

static void stop_server(const struct server *s)
{
	end_server(s);
	close(s->listener);
}

static struct monitor *http_monitor(const struct server *s, const char *profile, const char *more)
{
	char job[1024];

	snprintf(job, sizeof(job),
		 "{\"scenario\":\"http\",\"profile\":\"%s\",\"dsn\":\"http://127.0.0.1:%u/\",\"connections\":8,\"rate\":0%s}",
		 profile, s->port, more);
	return monitor_new(job);
}

static void wait_until(const _Atomic uint64_t *counter, uint64_t n)
{
	double end = now_s() + PATIENCE_S;

	while (atomic_load(counter) < n) {
		if (now_s() > end)
			fail_msg("%llu in time, not %llu", (unsigned long long)atomic_load(counter), (unsigned long long)n);
		sleep_s(0.01);
	}
}

#define ANSWER(status, body) "HTTP/1.1 " status "\r\nServer: small/1\r\nContent-Length: 5\r\n\r\n" body

static void keeps_its_connections(void **unused)
{
	struct server s = start_server(ANSWER("200 OK", "hello"));
	struct monitor *m = http_monitor(&s, "get", "");
	const struct drive_op *get = &m->shared->kind[0];

	(void)unused;
	monitor_run(m);
	assert_non_null(strstr(m->all, "info version small/1"));
	wait_until(&m->shared->ops, 2000);
	assert_string_equal(get->name, "GET");
	assert_int_equal(atomic_load(&m->shared->connections), 8);
	assert_int_equal(atomic_load(&m->shared->connects), 8); /* as many as connections, and no more */
	monitor_say(m, "inject reconnect");
	assert_non_null(monitor_wait(m, "event reconnect", PATIENCE_S));
	wait_until(&m->shared->connects, 16);
	monitor_say(m, "stop");
	assert_non_null(monitor_wait(m, "done", PATIENCE_S));
	assert_int_equal(atomic_load(&m->shared->errors), 0);
	assert_int_equal(atomic_load(&m->shared->connects), 16);
	assert_int_equal(atomic_load(&m->shared->reconnects), 0); /* none was lost */
	assert_int_equal(atomic_load(&get->bytes), 5 * atomic_load(&get->ops));
	assert_int_equal(latency_count(&get->latency, NULL), atomic_load(&get->ops));
	assert_int_equal(monitor_status(m), 0);
	monitor_free(m);
	stop_server(&s);
}

static void counts_by_kind(void **unused)
{
	struct server s = start_server(ANSWER("404 Not Found", "never"));
	struct monitor *m = http_monitor(&s, "mixed", "");
	const struct drive_shared *d = m->shared;
	uint64_t errors = 0, ops = 0;

	(void)unused;
	monitor_run(m);
	wait_until(&d->errors, 1000);
	monitor_say(m, "stop");
	assert_non_null(monitor_wait(m, "done", PATIENCE_S));
	assert_non_null(strstr(m->all, "event error HTTP 404: "));
	for (unsigned i = 0; i < d->n_kinds; i++) {
		bool wanted = strcmp(d->kind[i].name, "404") == 0 || strncmp(d->kind[i].name, "aborted", 7) == 0;

		ops += atomic_load(&d->kind[i].ops);
		errors += atomic_load(&d->kind[i].errors);
		assert_int_equal(atomic_load(wanted ? &d->kind[i].errors : &d->kind[i].ops), 0);
		assert_true(atomic_load(wanted ? &d->kind[i].ops : &d->kind[i].errors) > 0);
	}
	assert_int_equal(d->n_kinds, 6);
	assert_int_equal(ops, atomic_load(&d->ops));
	assert_int_equal(errors, atomic_load(&d->errors));
	assert_int_equal(monitor_status(m), 0);
	monitor_free(m);
	stop_server(&s);
}

/*
 * A page that must not be there is; a server that goes and does not come back: pauses, one word, and the driver ends when told.
 */
static void wrong_and_gone(void **unused)
{
	struct server s = start_server(ANSWER("200 OK", "hello"));
	struct monitor *m = http_monitor(&s, "errors", "");

	(void)unused;
	monitor_run(m);
	assert_non_null(monitor_wait(m, "event error HTTP 200: 404: answered for a page that is not there", PATIENCE_S));
	end_server(&s);
	assert_non_null(monitor_wait(m, "event reconnect cannot connect to http://127.0.0.1:", PATIENCE_S));
	monitor_end(m);
	close(s.listener);
}

static void nobody_there(void **unused)
{
	struct server s = start_server("");
	struct monitor *m;

	(void)unused;
	end_server(&s);
	m = http_monitor(&s, "get", "");
	assert_non_null(monitor_wait(m, "connected", PATIENCE_S));
	monitor_say(m, "go");
	assert_non_null(monitor_wait(m, "failed 2 no answer from http://127.0.0.1:", PATIENCE_S));
	assert_int_equal(monitor_status(m), 2);
	monitor_free(m);
	close(s.listener);
}

static void speaks_no_http(void **unused)
{
	struct server s = start_server("+OK no HTTP here\r\n\r\n");
	struct monitor *m = http_monitor(&s, "get", "");

	(void)unused;
	assert_non_null(monitor_wait(m, "connected", PATIENCE_S));
	monitor_say(m, "go");
	assert_non_null(monitor_wait(m, "failed 2 no answer from http://127.0.0.1:", PATIENCE_S));
	assert_int_equal(monitor_status(m), 2);
	monitor_free(m);
	stop_server(&s);
}

/* A phase of 25 operations is drained when the last is answered; an idle one makes none. */
static void phases(void **unused)
{
	struct server s = start_server(ANSWER("200 OK", "hello"));
	struct monitor *m =
		http_monitor(&s, "get",
			     ",\"phases\":[{\"name\":\"work\",\"ops\":25,\"connections\":2},{\"name\":\"rest\",\"idle\":true},"
			     "{\"name\":\"more\",\"ops\":10}]");

	(void)unused;
	monitor_run(m);
	monitor_say(m, "phase 0");
	assert_non_null(monitor_wait(m, "drained 0", PATIENCE_S));
	assert_int_equal(atomic_load(&m->shared->ops), 25);
	assert_in_range(atomic_load(&m->shared->connections), 1, 3); /* two take part; one asked before the run began */
	monitor_say(m, "phase 1");
	monitor_say(m, "drain");
	assert_non_null(monitor_wait(m, "drained 1", PATIENCE_S));
	assert_int_equal(atomic_load(&m->shared->ops), 25);
	monitor_say(m, "phase 2");
	assert_non_null(monitor_wait(m, "drained 2", PATIENCE_S));
	assert_int_equal(atomic_load(&m->shared->ops), 35);
	assert_int_equal(atomic_load(&m->shared->errors), 0);
	monitor_end(m);
	stop_server(&s);
}

static struct monitor *script_monitor(const struct server *s, const char *script, const char *more)
{
	char job[2048];

	snprintf(job, sizeof(job),
		 "{\"scenario\":\"http\",\"dsn\":\"http://127.0.0.1:%u/"
		 "\",\"connections\":4,\"rate\":0,\"define\":{\"who\":\"me\"},"
		 "\"work\":[{\"name\":\"shop\",\"script\":\"%s\",\"file\":\"shop.http\"%s}]}",
		 s->port, script, more);
	return monitor_new(job);
}

/* A run of three requests and a sleep is one operation; five bytes come with each, and two go with the POST. */
static void scripts(void **unused)
{
	struct server s = start_server(ANSWER("200 OK", "hello"));
	struct monitor *m = script_monitor(&s,
					   "\\\\set id random(1, 9)\\nGET /item/:id?:who\\n\\\\sleep 1 ms\\nPOST /item {}\\n"
					   "GET http://127.0.0.1:80/../x\\n",
					   "");

	(void)unused;
	monitor_run(m);
	assert_non_null(
		monitor_wait(m, "event error bad URL: shop.http line 5: \"http://127.0.0.1:80/../x\" is no path", PATIENCE_S));
	monitor_end(m);
	m = script_monitor(
		&s, "\\\\set id random(1, 9)\\nGET /item/:id?:who\\n\\\\sleep 1 ms\\nPOST /item {}\\nDELETE /item/:id\\n", "");
	monitor_run(m);
	wait_until(&m->shared->ops, 100);
	monitor_say(m, "stop");
	assert_non_null(monitor_wait(m, "done", PATIENCE_S));
	assert_int_equal(m->shared->n_kinds, 1);
	assert_string_equal(m->shared->kind[0].name, "shop");
	assert_int_equal(atomic_load(&m->shared->errors), 0);
	assert_int_equal(atomic_load(&m->shared->bytes), 17 * atomic_load(&m->shared->ops));
	assert_int_equal(atomic_load(&m->shared->connects), 4);
	assert_int_equal(monitor_status(m), 0);
	monitor_free(m);
	stop_server(&s);
}

static void scripts_on_new_connections(void **unused)
{
	struct server s = start_server(ANSWER("200 OK", "hello"));
	struct monitor *m = script_monitor(&s, "GET /a\\nGET /b\\n", ",\"reconnect\":true");
	uint64_t ops, connects;

	(void)unused;
	monitor_run(m);
	wait_until(&m->shared->ops, 100);
	monitor_say(m, "stop");
	assert_non_null(monitor_wait(m, "done", PATIENCE_S));
	ops = atomic_load(&m->shared->ops);
	connects = atomic_load(&m->shared->connects);
	assert_in_range(connects, ops, ops + 5); /* one each, the four under way at the end, and the first request */
	assert_int_equal(atomic_load(&m->shared->errors), 0);
	assert_int_equal(monitor_status(m), 0);
	monitor_free(m);
	stop_server(&s);
}

static void script_refused(void **unused)
{
	struct server s = start_server(ANSWER("500 No", "never"));
	struct monitor *m = script_monitor(&s, "GET /a\\nGET /b\\n", "");

	(void)unused;
	monitor_run(m);
	assert_non_null(monitor_wait(m, "event error HTTP 500: shop: ", PATIENCE_S));
	assert_int_equal(atomic_load(&m->shared->ops), 0);
	monitor_end(m);
	stop_server(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses),
		cmocka_unit_test(bad_addresses),
		cmocka_unit_test(same_server),
		cmocka_unit_test(profiles),
		cmocka_unit_test(steps),
		cmocka_unit_test(keeps_its_connections),
		cmocka_unit_test(counts_by_kind),
		cmocka_unit_test(wrong_and_gone),
		cmocka_unit_test(nobody_there),
		cmocka_unit_test(speaks_no_http),
		cmocka_unit_test(phases),
		cmocka_unit_test(scripts),
		cmocka_unit_test(scripts_on_new_connections),
		cmocka_unit_test(script_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
