/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as internals.csv of a run: accounts or none, never a crash; shares that are numbers or unknown, and a verdict as JSON. */
#include <fcntl.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "soakd/decide.h"
#include "soakd/verdict_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char dir[] = "/tmp/internals_fuzz.XXXXXX";

static void put(const char *name, const void *bytes, size_t size)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd == -1 || write(fd, bytes, size) != (ssize_t)size)
		abort();
	close(fd);
}

static void clean(void)
{
	static const char *const names[] = { "samples.csv", "processes.csv", "internals.csv" };
	char path[64];

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		unlink(path);
	}
	rmdir(dir);
}

/* A leak of two processes, 64 rows of 10 s from 1000000. */
static void make_run(void)
{
	struct text s = TEXT_INIT, p = TEXT_INIT;

	if (!mkdtemp(dir))
		abort();
	atexit(clean);
	text_add(&s, "timestamp,elapsed_s,anon_kb,ops\n");
	text_add(&p, "timestamp,pid,starttime,role,anon_kb\n");
	for (int k = 0; k < 64; k++) {
		text_addf(&s, "%d,%d,%d,%d\n", 1000000 + 10 * k, 10 * k, 2000 + 180 * k, k);
		for (int b = 1; b < 3; b++)
			text_addf(&p, "%d,%d,5,backend,%d\n", 1000000 + 10 * k, b, 1000 + 90 * k);
	}
	put("samples.csv", text_str(&s), s.len);
	put("processes.csv", text_str(&p), p.len);
	text_release(&s);
	text_release(&p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct verdict v;
	static bool made;
	const struct decide_options none = { NAN, NULL, NAN, NULL };
	struct evidence_file f;
	struct sk_err err = { 0 };

	if (!made)
		make_run();
	made = true;
	put("internals.csv", data, size);
	if (evidence_read(dir, SERIES_ONLINE, &f, &err) != SK_OK || f.ev.samples != 64)
		abort(); /* a damaged file of parts costs its parts alone */
	for (size_t i = 0; i < f.ev.n_accounts; i++)
		if (f.ev.account[i].seen.n > EXPLAINED_POINTS || f.ev.account[i].n_items > EXPLAINED_TOP)
			abort();
	if (decide_file(&f, &none, &v, &err) != SK_OK || v.explained.n_top > EXPLAINED_TOP || v.n_parts > VERDICT_PARTS_MAX)
		abort();
	json_t *j = verdict_to_json(&v, dir);

	if (!j)
		abort();
	json_decref(j);
	evidence_release(&f);
	return 0;
}
