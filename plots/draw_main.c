/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * soakd-draw: a JSON scene on standard input becomes a picture. A program of its own, so that fonts and their caches die with
 * each picture and the monitor, which runs for weeks, never holds them. They are not given back at the end: threads of Pango's may
 * still hold a font, and Cairo's reset aborts then.
 */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "plots/draw_main.h"
#include "plots/picture.h"
#include "plots/scene.h"
#include "version.h"

static const char help[] =
	"Usage: soakd-draw OUT.png|OUT.svg|OUT.pdf < SCENE.json\n"
	"Draws the page that soakd describes as JSON on standard input. OUT appears whole or not at all.\n"
	"soakd runs it by itself: soakd report --out report.png\n"
	"\n"
	"  -h, --help     this text\n"
	"  -V, --version  the version\n"
	"\n"
	"Exit status: 0 the picture is written; 2 it is not, 3 it cannot be written at OUT. A line on standard error\n"
	"that begins with \"soakd-draw: \" says why; of a picture that is written, what is not as it should be.\n";

#define MOST_INPUT ((size_t)64 << 20) /* a scene at all its limits is about 40 MiB */

/* jansson's source of text; more than MOST_INPUT reads as an error, so that a runaway writer cannot fill the memory. */
static size_t more_input(void *buf, size_t n, void *so_far)
{
	size_t *total = so_far;
	size_t got = fread(buf, 1, n, stdin);

	*total += got;
	if (ferror(stdin) || *total > MOST_INPUT)
		return (size_t)-1;
	return got;
}

static enum sk_code read_scene(struct scene *s, struct sk_err *err)
{
	json_error_t where;
	size_t total = 0;
	json_t *j = json_load_callback(more_input, &total, JSON_REJECT_DUPLICATES, &where);

	if (!j && total > MOST_INPUT)
		return sk_fail(err, SK_EUSAGE, 0, "the scene is larger than %zu MiB", MOST_INPUT >> 20);
	if (!j)
		return sk_fail(err, SK_EPARSE, 0, "standard input is no JSON: %s, line %d, column %d", where.text, where.line,
			       where.column);
	enum sk_code rc = scene_from_json(j, s, err);

	json_decref(j);
	return rc;
}

static int run(const char *path)
{
	struct sk_err err = { .code = SK_OK };
	struct text note = TEXT_INIT;
	struct scene s;
	enum sk_code rc = read_scene(&s, &err);

	if (rc == SK_OK) {
		rc = picture_write(&s, path, &note, &err);
		scene_release(&s);
	}
	if (rc == SK_OK && note.len)
		fprintf(stderr, DRAW_SAYS "%s\n", text_str(&note));
	text_release(&note);
	if (rc == SK_OK)
		return 0;
	fprintf(stderr, DRAW_SAYS "%s\n", err.msg);
	return rc == SK_EWRITE ? DRAW_CANNOT_WRITE : DRAW_FAILED;
}

/* Text that could not be written, to a full disk behind a redirection say, is no success. */
static int say(const char *text)
{
	return fputs(text, stdout) >= 0 && fflush(stdout) == 0 ? 0 : DRAW_FAILED;
}

int main(int argc, char **argv)
{
	const char *arg = argc == 2 ? argv[1] : "";

	if (strcmp(arg, "--help") == 0 || strcmp(arg, "-h") == 0)
		return say(help);
	if (strcmp(arg, "--version") == 0 || strcmp(arg, "-V") == 0)
		return say("soakd-draw " SOAKD_VERSION "\n");
	if (argc != 2 || arg[0] == '-' || arg[0] == '\0') {
		fprintf(stderr, DRAW_SAYS "needs the name of the picture to write, and a scene on standard input; try "
					  "soakd-draw --help\n");
		return DRAW_FAILED;
	}
	return run(arg);
}
