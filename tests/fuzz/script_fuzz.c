/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any text as a script of each language (its first byte says which), parsed and run three times: no crash, an end after no more
 * steps than it has bytes, mistakes with file, line and column, and the same seed gives the same run.
 */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "scenarios/script.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t counter(void *ctx)
{
	return ++*(uint64_t *)ctx;
}

static bool is_placed(const char *msg)
{
	unsigned line, column;
	int n = 0;

	return strncmp(msg, "f:", 2) == 0 && sscanf(msg + 2, "%u:%u: %n", &line, &column, &n) == 2 && n > 0 && line > 0 &&
	       column > 0;
}

static uint64_t do_statement(struct script_run *r, const struct script_statement *t, struct text *out, uint64_t hash)
{
	for (size_t k = 0; k < t->n_param; k++) {
		const char *value = script_param(r, t, k);

		assert(!script_param_null(r, t, k) || strcmp(value, "NULL") == 0);
		hash = hash_bytes(hash, value ? value : "", value ? strlen(value) : 0);
	}
	if (t->sql && script_text(r, t, out))
		hash = hash_bytes(hash, text_str(out), out->len);
	for (size_t k = 0; k < t->n_word; k++) {
		assert(script_word(r, t, k, out));
		hash = hash_bytes(hash, text_str(out), out->len);
	}
	if (t->gset)
		script_set(r, "x", "12");
	return hash;
}

/* A hash of all that a run does. */
static uint64_t play(const struct script *s, size_t most)
{
	uint64_t unique = 0, hash = HASH_START;
	struct script_run *r = script_run_new(1, 2, counter, &unique);
	struct text out = TEXT_INIT;
	struct script_step step;
	struct sk_err err;

	assert(r && script_set(r, "a", "5") && script_set(r, "b", "2.5") && script_set(r, "c", "word"));
	for (int round = 0; round < 3; round++) {
		size_t steps = 0;

		script_run_begin(r, s);
		do {
			script_next(r, &step, &err);
			assert(++steps <= most);
			hash = hash_bytes(hash, &step.what, sizeof(step.what));
			assert(step.what != SCRIPT_FAILED || is_placed(err.msg));
			assert(step.what != SCRIPT_SLEEP || step.wait_ns >= 0);
			if (step.what == SCRIPT_DO)
				hash = do_statement(r, step.statement, &out, hash);
		} while (step.what != SCRIPT_END && step.what != SCRIPT_FAILED);
	}
	text_release(&out);
	script_run_release(r);
	return hash;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char languages[] = { 's', 'r', 'h' };
	enum script_language language = SCRIPT_SQL;
	struct script *s;
	struct sk_err err;
	char *text;

	if (size == 0)
		return 0;
	for (size_t i = 0; i < sizeof(languages); i++)
		if (data[0] == languages[i])
			language = (enum script_language)i;
	text = sk_calloc(size, 1);
	if (!text)
		return 0;
	memcpy(text, data + 1, size - 1);
	if (script_parse(text, "f", language, &s, &err) != SK_OK) {
		assert(!s && is_placed(err.msg));
	} else {
		assert(script_statements(s) <= size);
		assert(play(s, size + 2) == play(s, size + 2));
		script_release(s);
	}
	free(text);
	return 0;
}
