/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A secret planted in any surroundings, in each form that scrub.h names: it never comes out, and words stay as many. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "soakd/scrub.h"

#define SECRET "hUnt3r2x"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* '\n' becomes NUL where words are meant */
static const char *const forms[] = { " --password " SECRET,	  "\n--db-token\n" SECRET,   "--password=" SECRET,	    "pwd:" SECRET,
				     "secret: " SECRET,		  "PGPASSWORD=" SECRET,	     "://user:" SECRET "@host",	    "\"api_key\": \"" SECRET "\"",
				     "\nmysql\n-p" SECRET "\n",	  " redis-cli -a " SECRET,   "Authorization: Bearer " SECRET, " PASSWORD '" SECRET "'",
				     "?token=" SECRET "&x=1",	  "--dsn\n" SECRET "\n" };

static size_t count(const char *s, size_t n, char c)
{
	size_t k = 0;

	for (size_t i = 0; i < n; i++)
		k += s[i] == c;
	return k;
}

static void check_words(char *in, size_t n)
{
	size_t got = 0;

	for (size_t i = 0; i < n; i++)
		if (in[i] == '\n')
			in[i] = '\0';
	char *out = scrub_words(in, n, &got);

	assert(out && !memmem(out, got, SECRET, strlen(SECRET)));
	assert(count(out, got, '\0') == count(in, n, '\0'));
	free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2 || memmem(data, size, SECRET, strlen(SECRET)))
		return 0;
	const char *form = forms[data[0] % (sizeof(forms) / sizeof(*forms))];
	size_t cut = 2 + data[1] % (size - 1), n = 0;
	char *in = malloc(size + strlen(form) + 1);

	assert(in);
	memcpy(in, data + 2, cut - 2);
	n = cut - 2;
	memcpy(in + n, form, strlen(form));
	n += strlen(form);
	memcpy(in + n, data + cut, size - cut);
	n += size - cut;
	in[n] = '\0';
	for (size_t i = 0; i < n; i++)
		if (in[i] == '\0')
			in[i] = '\n';
	char *out = scrub(in);

	assert(out && !strstr(out, SECRET));
	free(out);
	check_words(in, n);
	free(in);
	return 0;
}
