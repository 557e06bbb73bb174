/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the words of the PNG, finds its data, hashes and judges them, compares. */
#include "soakd/report_verify.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "base/mem.h"
#include "plots/png_text.h"
#include "soakd/escape.h"
#include "soakd/evidence.h"
#include "soakd/sha256.h"
#include "version.h"

#define MOST_BYTES ((off_t)64 << 20) /* a page has 0.2 MiB; nothing of ours comes near */

static enum sk_code read_bytes(const char *path, unsigned char **data, size_t *n, struct sk_err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	enum sk_code rc = SK_OK;

	if (fd == -1 || fstat(fd, &st) == -1)
		rc = sk_fail(err, errno == ENOENT ? SK_ENOTFOUND : SK_EIO, errno, "cannot read %s: %s", path, strerror(errno));
	else if (!S_ISREG(st.st_mode) || st.st_size > MOST_BYTES)
		rc = sk_fail(err, SK_EPARSE, 0, "%s is no picture: not a file of up to 64 MiB", path);
	*data = rc == SK_OK ? sk_calloc((size_t)st.st_size + 1, 1) : NULL;
	if (rc == SK_OK && !*data)
		rc = sk_fail(err, SK_ENOMEM, 0, "no memory for %s", path);
	ssize_t got = 1;

	for (*n = 0; rc == SK_OK && got > 0 && *n < (size_t)st.st_size; *n += (size_t)got) {
		got = TEMP_FAILURE_RETRY(read(fd, *data + *n, (size_t)st.st_size - *n));
		if (got < 0)
			rc = sk_fail(err, SK_EIO, errno, "cannot read %s: %s", path, strerror(errno));
	}
	if (fd != -1)
		close(fd);
	return rc;
}

static enum sk_code read_words(const char *picture, struct png_texts *t, struct sk_err *err)
{
	unsigned char *data = NULL;
	size_t n;
	enum sk_code rc = read_bytes(picture, &data, &n, err);

	if (rc == SK_OK) {
		rc = png_texts_read(data, n, t, err);
		if (rc != SK_OK)
			sk_err_prefix(err, "cannot verify %s: ", picture);
	}
	free(data);
	if (rc != SK_OK || png_texts_get(t, META_RUNS) || (png_texts_get(t, META_VERDICT) && png_texts_get(t, META_SHA256)))
		return rc;
	const char *lacks = png_texts_get(t, META_VERDICT) ? META_SHA256 : META_VERDICT;

	png_texts_release(t);
	return sk_fail(
		err, SK_EPARSE, 0,
		"cannot verify %s: it has no \"%s\": it is no picture of soakd report, one of standard input, or went through "
		"a program that drops such words",
		picture, lacks);
}

static bool is_there(const char *path)
{
	struct stat st;

	return path && stat(path, &st) == 0;
}

/* The first of the places beside the picture where there is something; NULL: nowhere, or no memory. */
static char *data_beside(const char *picture, const char *name)
{
	const char *slash = strrchr(picture, '/'), *dot = strrchr(picture, '.');
	int folder = slash ? (int)(slash - picture) + 1 : 0;
	char *try[] = {
		/* a name is a name: what leads elsewhere is not followed */
		name && !strchr(name, '/') ? sk_asprintf("%.*s%s", folder, picture, name) : NULL,
		sk_asprintf("%.*ssamples.csv", folder, picture),
		dot ? sk_asprintf("%.*s.csv", (int)(dot - picture), picture) : NULL,
	};
	char *found = NULL;

	for (size_t i = 0; i < sizeof(try) / sizeof(*try); i++) {
		if (!found && is_there(try[i]))
			found = try[i];
		else
			free(try[i]);
	}
	return found;
}

/* A run's CSV is read as a run: its own options and phases decide. */
static enum sk_code find_data(const char *picture, const char *path, const struct png_texts *t, char **out, struct sk_err *err)
{
	char *csv = path ? sk_strdup(path) : data_beside(picture, png_texts_get(t, META_DATA));
	char *slash = csv ? strrchr(csv, '/') : NULL;

	if (!csv)
		return sk_fail(err, SK_ENOTFOUND, 0,
			       "cannot verify %s: its data are not beside it; say where: soakd report --verify %s PATH", picture,
			       picture);
	*out = csv;
	if (strcmp(slash ? slash + 1 : csv, "samples.csv") != 0)
		return SK_OK;
	char *dir = slash ? sk_asprintf("%.*s", slash == csv ? 1 : (int)(slash - csv), csv) : sk_strdup(".");
	char *run = dir ? sk_asprintf("%s/run.json", dir) : NULL;

	if (is_there(run)) {
		free(csv);
		*out = dir;
	} else {
		free(dir);
	}
	free(run);
	return SK_OK;
}

struct decide_options verify_options(const struct png_texts *t, json_t **j)
{
	const char *text = png_texts_get(t, META_OPTIONS);

	*j = text ? json_loads(text, JSON_REJECT_DUPLICATES, NULL) : NULL;

	return (struct decide_options){
		.column = (char *)(uintptr_t)json_get_str(*j, "column", NULL),
		.warmup = (char *)(uintptr_t)json_get_str(*j, "warmup", NULL),
		.min_rate_bytes = json_get_num(*j, "min_rate_bytes", NAN),
		.limit_bytes = json_get_num(*j, "limit_bytes", NAN),
	};
}

void verify_differs(struct text *says, bool *same, const char *what, const char *then, const char *now)
{
	text_addf(says, "differs: %s: the picture says ", what);
	add_plain(says, then ? then : "none");
	text_add(says, ", the data say ");
	add_plain(says, now ? now : "none");
	text_addc(says, '\n');
	*same = false;
}

void verify_pixels(const struct png_texts *t, struct text *says, bool *same)
{
	const char *pixels = png_texts_get(t, PNG_PIXELS);

	if (pixels && strcmp(pixels, t->pixels) == 0)
		return;
	text_addf(says, "differs: the picture %s\n",
		  pixels ? "is not as it was drawn: it was changed, or stored anew by another program"
			 : "does not say what its pixels were: that was taken out, or it was never there");
	*same = false;
}

void verify_drawn_by(const struct png_texts *t, struct text *says, bool same)
{
	const char *drawn_by = png_texts_get(t, "Software");

	if (same || !drawn_by || strcmp(drawn_by, "soakd " SOAKD_VERSION) == 0)
		return;
	text_add(says, "note: it was drawn by ");
	add_plain(says, drawn_by);
	text_add(says, ", and this is soakd " SOAKD_VERSION "\n");
}

static void compare(const struct png_texts *t, const struct evidence_file *f, const struct verdict *v, const char *sha256,
		    struct text *says, bool *same)
{
	const char *run = png_texts_get(t, META_RUN), *id = json_get_str(f->run, "id", NULL);
	const char *verdict = png_texts_get(t, META_VERDICT), *now = verdict_class_name[v->main.verdict];

	*same = true;
	if ((run || id) && (!run || !id || strcmp(run, id) != 0))
		verify_differs(says, same, "not a picture of this run", run, id);
	if (strcmp(png_texts_get(t, META_SHA256), sha256) != 0)
		verify_differs(says, same, "the data were changed, or are others: sha256", png_texts_get(t, META_SHA256), sha256);
	if (strcmp(verdict, now) != 0)
		verify_differs(says, same, "the verdict", verdict, now);
	verify_pixels(t, says, same);
	verify_drawn_by(t, says, *same);
	if (!*same)
		return;
	text_addf(says, "verified: %s", now);
	if (id) {
		text_add(says, ", of the run ");
		add_plain(says, id);
	}
	text_add(says, ", from ");
	add_plain(says, f->csv);
	text_addf(says, ", sha256 %s\n", sha256);
}

static enum sk_code judge_again(const struct png_texts *t, const char *data, struct text *says, bool *same, struct sk_err *err)
{
	struct verdict *v = sk_calloc(1, sizeof(*v));
	struct evidence_file f = { 0 };
	json_t *j = NULL;
	const struct decide_options o = verify_options(t, &j);
	enum sk_code rc = v ? decide_check(&o, err) : sk_fail(err, SK_ENOMEM, 0, "no memory to verify the picture");

	if (rc == SK_OK)
		rc = evidence_read(data, SERIES_DRAWN, &f, err);
	if (rc == SK_OK)
		rc = decide_file(&f, &o, v, err);
	if (rc == SK_OK)
		compare(t, &f, v, f.sha256, says, same);
	evidence_release(&f);
	json_decref(j);
	free(v);
	return rc;
}

static enum sk_code verify_one(const struct png_texts *t, const char *picture, const char *path, struct text *says, bool *same,
			       struct sk_err *err)
{
	char *data = NULL;
	enum sk_code rc = find_data(picture, path, t, &data, err);

	if (rc == SK_OK)
		rc = judge_again(t, data, says, same, err);
	free(data);
	return rc;
}

enum sk_code report_verify(const char *picture, char *const *path, size_t n, struct text *says, bool *same, struct sk_err *err)
{
	struct png_texts t;
	enum sk_code rc = read_words(picture, &t, err);

	if (rc != SK_OK)
		return rc;
	if (png_texts_get(&t, META_RUNS))
		rc = many_verify(&t, picture, path, n, says, same, err);
	else if (n > 1)
		rc = sk_fail(err, SK_EUSAGE, 0, "%s is a picture of one run: --verify takes one PATH with it at most", picture);
	else
		rc = verify_one(&t, picture, n ? path[0] : NULL, says, same, err);
	png_texts_release(&t);
	return rc;
}
