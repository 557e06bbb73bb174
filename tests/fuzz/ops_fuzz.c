/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as operations.csv of an interrupted run: its kinds or a sentence, never a crash;
 * what comes of them is CSV and JSON again.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "soakd/operations.h"
#include "soakd/operations_table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char dir[] = "/tmp/ops_fuzz.XXXXXX";

static void clean(void)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/operations.csv", dir);
	unlink(path);
	rmdir(dir);
}

static void put(const uint8_t *data, size_t size)
{
	static bool made;
	char path[64];
	int fd;

	if (!made && (!mkdtemp(dir) || atexit(clean) != 0))
		abort();
	made = true;
	snprintf(path, sizeof(path), "%s/operations.csv", dir);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd == -1 || write(fd, data, size) != (ssize_t)size)
		abort();
	close(fd);
}

/* What a resumed run writes of them: a line each, and a table of what run.json would have. */
static void use(const struct operations *o)
{
	struct text line = TEXT_INIT, table = TEXT_INIT;
	json_t *run = json_object(), *all = operations_json(o, 3600);

	if (operations_count(o) > OPERATIONS_MAX || json_array_size(all) != operations_count(o))
		abort();
	for (size_t i = 0; i < operations_count(o); i++) {
		operations_line(o, i, 1795204800, &line);
		if (line.failed || memchr(text_str(&line), '\n', line.len))
			abort();
		if (!json_is_string(json_object_get(json_array_get(all, i), "kind")))
			abort();
	}
	json_object_set_new(run, "operations", all);
	operations_table_human(&table, run);
	operations_table_markdown(&table, run);
	if (table.failed)
		abort();
	json_decref(run);
	text_release(&line);
	text_release(&table);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct operations *o = operations_new();
	struct sk_err err = { 0 };

	put(data, size);
	if (!o)
		abort();
	if (operations_resume(o, dir, &err) == SK_OK)
		use(o);
	else if (err.code == SK_OK || !err.msg[0])
		abort();
	operations_free(o);
	return 0;
}
