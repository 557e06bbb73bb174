/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A state of few words over expat's events: which <error>, which <stack> and <frame> of it, and the text of the element that just
 * ended. A file comes from a program that may have been killed while it wrote, or that is not valgrind at all: text, depth and
 * tokens are bounded, and a document type (entities) ends the reading.
 */
#include "soakd/under_memcheck.h"

#include <errno.h>
#include <expat.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/units.h"

#define DEPTH_MAX 32         /* valgrind's own is 5 */
#define TOKEN_MAX (1L << 20) /* bytes that expat keeps of one unfinished token */
#define PIECE     65536
#define CALLERS   2

struct frame {
	char object[256], function[MEMCHECK_NAME], file[MEMCHECK_NAME], line[16];
};

struct memcheck {
	XML_Parser xml;
	bool stopped, whole;
	unsigned depth;
	long fed; /* bytes of this file */

	bool in_error, in_stack, has_stack, in_frame;
	char kind[48];
	uint64_t bytes, blocks;
	struct frame frame;
	struct memcheck_site now; /* of the error that is being read */
	unsigned frames;          /* of it, below the allocator */

	char text[512]; /* of the element that is open */
	size_t text_len;

	struct memcheck_totals totals;
	struct memcheck_site *site;
	size_t n_site;
};

struct memcheck *memcheck_new(void)
{
	struct memcheck *m = sk_calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	m->xml = XML_ParserCreate(NULL);
	m->site = sk_calloc(MEMCHECK_SITES, sizeof(*m->site));
	if (m->xml && m->site)
		return m;
	memcheck_free(m);
	return NULL;
}

void memcheck_free(struct memcheck *m)
{
	if (!m)
		return;
	if (m->xml)
		XML_ParserFree(m->xml);
	free(m->site);
	free(m);
}

static void stop(struct memcheck *m)
{
	m->stopped = true;
	XML_StopParser(m->xml, XML_FALSE);
}

/* Into a field of n bytes, cut where no UTF-8 character is. */
static void put(char *field, size_t n, const char *s)
{
	snprintf(field, n, "%.*s", (int)utf8_fit(s, n - 1), s);
}

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* ---- one error ------------------------------------------------------------------------------------------------------ */

/* The functions that valgrind puts in malloc's place are in libraries of its own: the site is who called them. */
static bool is_allocator(const struct frame *f)
{
	return strncmp(base_of(f->object), "vgpreload_", 10) == 0;
}

static void take_frame(struct memcheck *m)
{
	const struct frame *f = &m->frame;
	struct memcheck_site *s = &m->now;
	size_t n = strlen(s->callers);

	if (is_allocator(f) && m->frames == 0)
		return;
	if (m->frames == 0) {
		char place[MEMCHECK_NAME + 24];

		put(s->function, sizeof(s->function), f->function);
		snprintf(place, sizeof(place), "%s:%s", f->file, f->line);
		put(s->place, sizeof(s->place), *f->file && *f->line ? place : *f->file ? f->file : base_of(f->object));
	} else if (m->frames <= CALLERS && *f->function && n + 5 < sizeof(s->callers)) {
		n += (size_t)snprintf(s->callers + n, sizeof(s->callers) - n, "%s", n ? " <- " : "");
		put(s->callers + n, sizeof(s->callers) - n, f->function);
	}
	m->frames++;
}

static struct memcheck_site *find_site(struct memcheck *m)
{
	const struct memcheck_site *s = &m->now;

	for (size_t i = 0; i < m->n_site; i++)
		if (strcmp(m->site[i].function, s->function) == 0 && strcmp(m->site[i].place, s->place) == 0 &&
		    strcmp(m->site[i].callers, s->callers) == 0)
			return &m->site[i];
	if (m->n_site == MEMCHECK_SITES)
		return NULL;
	m->site[m->n_site] = *s;
	return &m->site[m->n_site++];
}

static uint64_t sum(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static void take_error(struct memcheck *m)
{
	struct memcheck_site *s;

	if (strncmp(m->kind, "Leak_", 5) != 0) {
		m->totals.errors++;
		return;
	}
	if (strcmp(m->kind, "Leak_DefinitelyLost") != 0)
		return;
	m->totals.bytes = sum(m->totals.bytes, m->bytes);
	m->totals.blocks = sum(m->totals.blocks, m->blocks);
	s = find_site(m);
	if (!s)
		return;
	s->bytes = sum(s->bytes, m->bytes);
	s->blocks = sum(s->blocks, m->blocks);
	if (s->last != m->totals.files)
		s->processes++;
	s->last = m->totals.files;
}

/* ---- expat's events ------------------------------------------------------------------------------------------------- */

static void on_start(void *ctx, const char *name, const char **attributes)
{
	struct memcheck *m = ctx;

	(void)attributes;
	m->text_len = 0;
	m->text[0] = '\0';
	if (++m->depth > DEPTH_MAX || (m->depth == 1 && strcmp(name, "valgrindoutput") != 0)) {
		stop(m);
	} else if (m->depth == 2 && strcmp(name, "error") == 0) {
		m->in_error = true;
		m->has_stack = false;
		m->kind[0] = '\0';
		m->bytes = m->blocks = 0;
		m->now = (struct memcheck_site){ 0 };
		m->frames = 0;
	} else if (m->in_error && strcmp(name, "stack") == 0) {
		m->in_stack = !m->has_stack; /* a second one says where a value came from */
		m->has_stack = true;
	} else if (m->in_stack && strcmp(name, "frame") == 0) {
		m->in_frame = true;
		m->frame = (struct frame){ 0 };
	}
}

static uint64_t number(const char *s)
{
	int64_t v;

	return int_parse(s, &v, NULL) == SK_OK && v > 0 ? (uint64_t)v : 0;
}

static void end_in_frame(struct memcheck *m, const char *name)
{
	struct frame *f = &m->frame;

	if (strcmp(name, "frame") == 0) {
		m->in_frame = false;
		take_frame(m);
	} else if (strcmp(name, "obj") == 0) {
		put(f->object, sizeof(f->object), m->text);
	} else if (strcmp(name, "fn") == 0) {
		put(f->function, sizeof(f->function), m->text);
	} else if (strcmp(name, "file") == 0) {
		put(f->file, sizeof(f->file), m->text);
	} else if (strcmp(name, "line") == 0) {
		put(f->line, sizeof(f->line), m->text);
	}
}

static void on_end(void *ctx, const char *name)
{
	struct memcheck *m = ctx;

	m->depth--;
	if (m->in_frame) {
		end_in_frame(m, name);
	} else if (m->in_error && m->depth == 1) {
		m->in_error = false;
		take_error(m);
	} else if (m->in_error && strcmp(name, "stack") == 0) {
		m->in_stack = false;
	} else if (m->in_error && strcmp(name, "kind") == 0) {
		put(m->kind, sizeof(m->kind), m->text);
	} else if (m->in_error && strcmp(name, "leakedbytes") == 0) {
		m->bytes = number(m->text);
	} else if (m->in_error && strcmp(name, "leakedblocks") == 0) {
		m->blocks = number(m->text);
	} else if (m->depth == 0) {
		m->whole = true;
	}
	m->text_len = 0;
	m->text[0] = '\0';
}

static void on_text(void *ctx, const char *s, int n)
{
	struct memcheck *m = ctx;
	size_t room = sizeof(m->text) - 1 - m->text_len, take = (size_t)n < room ? (size_t)n : room;

	memcpy(m->text + m->text_len, s, take);
	m->text_len += take;
	m->text[m->text_len] = '\0';
}

static void on_doctype(void *ctx, const char *name, const char *system, const char *public, int internal)
{
	(void)name;
	(void)system;
	(void)public;
	(void)internal;
	stop(ctx);
}

/* ---- a file --------------------------------------------------------------------------------------------------------- */

void memcheck_begin(struct memcheck *m)
{
	XML_ParserReset(m->xml, NULL);
	XML_SetUserData(m->xml, m);
	XML_SetElementHandler(m->xml, on_start, on_end);
	XML_SetCharacterDataHandler(m->xml, on_text);
	XML_SetStartDoctypeDeclHandler(m->xml, on_doctype);
	m->stopped = m->whole = m->in_error = m->in_stack = m->in_frame = false;
	m->depth = 0;
	m->fed = 0;
	m->text_len = 0;
	m->totals.files++;
}

bool memcheck_feed(struct memcheck *m, const char *bytes, size_t n)
{
	while (n > 0 && !m->stopped) {
		size_t piece = n < PIECE ? n : PIECE;

		m->fed += (long)piece;
		if (XML_Parse(m->xml, bytes, (int)piece, 0) != XML_STATUS_OK ||
		    m->fed - XML_GetCurrentByteIndex(m->xml) > TOKEN_MAX)
			m->stopped = true;
		bytes += piece;
		n -= piece;
	}
	return !m->stopped;
}

bool memcheck_end(struct memcheck *m)
{
	bool whole = !m->stopped && XML_Parse(m->xml, "", 0, 1) == XML_STATUS_OK && m->whole;

	m->totals.whole += whole;
	return whole;
}

enum sk_code memcheck_file(struct memcheck *m, const char *path, bool *whole, struct sk_err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW), sys = errno;
	char buf[16384];
	ssize_t n;

	*whole = false;
	if (fd == -1)
		return sk_fail(err,
			       sys == ENOENT   ? SK_ENOTFOUND
			       : sys == EACCES ? SK_EPERM
					       : SK_EIO,
			       sys, "cannot read %s: %s", path, strerror(sys));
	memcheck_begin(m);
	while ((n = read(fd, buf, sizeof(buf))) > 0 && memcheck_feed(m, buf, (size_t)n))
		;
	sys = errno;
	close(fd);
	*whole = memcheck_end(m) && n == 0;
	return n < 0 ? sk_fail(err, SK_EIO, sys, "cannot read %s: %s", path, strerror(sys)) : SK_OK;
}

const struct memcheck_totals *memcheck_totals(const struct memcheck *m)
{
	return &m->totals;
}

/* Most bytes first; of equal ones the earlier read. */
size_t memcheck_top(const struct memcheck *m, const struct memcheck_site **out, size_t n)
{
	size_t have = 0;

	for (size_t i = 0; i < m->n_site; i++) {
		size_t at = have;

		while (at > 0 && out[at - 1]->bytes < m->site[i].bytes)
			at--;
		if (at == n)
			continue;
		if (have < n)
			have++;
		memmove(&out[at + 1], &out[at], (have - at - 1) * sizeof(*out));
		out[at] = &m->site[i];
	}
	return have;
}
