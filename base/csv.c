/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The CSV reader. A record without quotes that is whole in the read buffer, nearly every one, is split where it lies, in one pass of
 * eight bytes a step. Others are copied to a record of their own; one with quotes goes through a state machine that unquotes in
 * place and keeps its place while more lines of the record arrive.
 */
#include "base/csv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/csv_plain.h"
#include "base/mem.h"

#define READ_SIZE (64u << 10)

enum sk_code csv_open(struct csv_reader *r, const char *path, struct sk_err *err)
{
	enum sk_code rc;

	*r = (struct csv_reader){ .fd = -1, .buf_cap = READ_SIZE, .next_line = 1 };
	r->path = sk_strdup(strcmp(path, "-") == 0 ? "standard input" : path);
	r->buf = sk_calloc(1, READ_SIZE + CSV_SPARE);
	if (!r->path || !r->buf) {
		rc = sk_fail(err, SK_ENOMEM, 0, "no memory to read %s", path);
		goto fail;
	}
	r->fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (r->fd >= 0)
		return SK_OK;
	rc = errno == ENOENT || errno == ENOTDIR ? SK_ENOTFOUND : errno == EACCES || errno == EPERM ? SK_EPERM : SK_EIO;
	sk_fail(err, rc, errno, "cannot read %s: %s", path, strerror(errno));
fail:
	csv_close(r);
	return rc;
}

void csv_close(struct csv_reader *r)
{
	if (r->path && r->fd > STDIN_FILENO)
		close(r->fd);
	free(r->path);
	free(r->buf);
	free(r->rec);
	free(r->field);
	*r = (struct csv_reader){ .fd = -1, .eof = true };
}

int csv_find(const struct csv_reader *r, const char *name)
{
	for (size_t i = 0; i < r->n_field; i++)
		if (strcmp(r->field[i], name) == 0)
			return (int)i;
	return -1;
}

/* Reads more when the buffer is used up; sets eof. */
static enum sk_code fill(struct csv_reader *r, struct sk_err *err)
{
	ssize_t n;

	if (r->buf_pos < r->buf_len || r->eof)
		return SK_OK;
	do
		n = read(r->fd, r->buf, r->buf_cap);
	while (n < 0 && errno == EINTR);
	r->buf_pos = 0;
	r->buf_len = n > 0 ? (size_t)n : 0;
	r->eof = n <= 0;
	if (n < 0)
		return sk_fail(err, SK_EIO, errno, "cannot read %s: %s", r->path, strerror(errno));
	if (r->on_read && n > 0)
		r->on_read(r->on_read_arg, r->buf, (size_t)n);
	return SK_OK;
}

static enum sk_code append(struct csv_reader *r, const char *s, size_t n, struct sk_err *err)
{
	void *p = r->rec;
	size_t need = r->rec_len + n + 1 + CSV_SPARE; /* 1: the NUL of the last field */

	if (need > CSV_MAX_RECORD) {
		r->eof = true;
		r->buf_pos = r->buf_len;
		return sk_fail(err, SK_EPARSE, 0, "%s, line %llu: a record of more than %u MiB: this is no CSV", r->path,
			       (unsigned long long)r->line, CSV_MAX_RECORD >> 20);
	}
	if (sk_grow(&p, &r->rec_cap, need, 1) != 0)
		return sk_fail(err, SK_ENOMEM, 0, "no memory to read %s", r->path);
	r->rec = p;
	memcpy(r->rec + r->rec_len, s, n);
	r->rec_len += n;
	memset(r->rec + r->rec_len, 0, 1 + CSV_SPARE);
	return SK_OK;
}

/* The line just appended, from rec[from]: counted, and refused if it holds a NUL, which no text does and which ends our fields.
 */
static enum sk_code check_line(struct csv_reader *r, size_t from, struct sk_err *err)
{
	uint64_t line = r->next_line;

	r->next_line += r->rec_len > from;
	if (r->rec_len > from && memchr(r->rec + from, '\0', r->rec_len - from))
		return sk_fail(err, SK_EPARSE, 0, "%s, line %llu: a NUL byte: this is no text", r->path,
			       (unsigned long long)line);
	return SK_OK;
}

/* Appends the next line of the file to the record, its end of line included; nothing at the end of the file. */
static enum sk_code take_line(struct csv_reader *r, struct sk_err *err)
{
	size_t start = r->rec_len;
	const char *nl = NULL;

	while (!nl) {
		enum sk_code rc = fill(r, err);
		size_t n = r->buf_len - r->buf_pos;

		if (rc != SK_OK)
			return rc;
		if (n == 0) {
			r->torn = r->rec_len > 0;
			break;
		}
		const char *from = r->buf + r->buf_pos;

		nl = memchr(from, '\n', n);
		if (nl)
			n = (size_t)(nl - from) + 1;
		r->buf_pos += n;
		r->offset += n;
		rc = append(r, from, n, err);
		if (rc != SK_OK)
			return rc;
	}
	return check_line(r, start, err);
}

static enum sk_code add_field(struct csv_reader *r, char *s, struct sk_err *err)
{
	if (r->n_field == r->field_cap) {
		void *p = r->field;

		if (sk_grow(&p, &r->field_cap, r->n_field + 16, sizeof(*r->field)) != 0)
			return sk_fail(err, SK_ENOMEM, 0, "no memory to read %s", r->path);
		r->field = p;
	}
	r->field[r->n_field++] = s;
	return SK_OK;
}

/* The record's length without its end of line. */
static size_t chomped(const struct csv_reader *r)
{
	size_t n = r->rec_len;

	n -= n > 0 && r->rec[n - 1] == '\n';
	n -= n > 0 && r->rec[n - 1] == '\r';
	return n;
}

static enum sk_code split_plain(struct csv_reader *r, struct sk_err *err)
{
	char *p = r->rec, *end = p + chomped(r);
	enum sk_code rc = SK_OK;

	*end = '\0';
	while (rc == SK_OK && p) {
		char *comma = memchr(p, ',', (size_t)(end - p));

		if (comma)
			*comma = '\0';
		rc = add_field(r, p, err);
		p = comma ? comma + 1 : NULL;
	}
	return rc;
}

/*
 * Unquoting in place: rec[0..out) is done, its fields ended by NUL; rec[in..rec_len) is still raw. out <= in.
 * A quote counts only as the first character of a field; behind the closing one anything up to the comma belongs to the field.
 */
struct unquote {
	size_t in, out, fields;
	enum { FIELD_START, PLAIN, QUOTED, CLOSED } state;
};

/* True if rec[in..] is nothing but the end of the line. */
static bool at_line_end(const struct csv_reader *r, size_t in)
{
	return r->rec[in] == '\n' || (r->rec[in] == '\r' && (in + 1 == r->rec_len || r->rec[in + 1] == '\n'));
}

/* Through the raw part. True when the record is complete, false when it ended inside a quote. */
static bool unquote_more(struct csv_reader *r, struct unquote *u)
{
	for (; u->in < r->rec_len; u->in++) {
		char c = r->rec[u->in];

		if (c == '"' && u->state != PLAIN) {
			/* opening, closing, or the second of a doubled one */
			if (u->state == CLOSED)
				r->rec[u->out++] = c;
			u->state = u->state == QUOTED ? CLOSED : QUOTED;
		} else if (u->state == QUOTED) {
			r->rec[u->out++] = c;
		} else if (c == ',') {
			r->rec[u->out++] = '\0';
			u->state = FIELD_START;
			u->fields++;
		} else if (at_line_end(r, u->in)) {
			return true;
		} else {
			r->rec[u->out++] = c;
			u->state = PLAIN;
		}
	}
	return u->state != QUOTED;
}

static enum sk_code split_quoted(struct csv_reader *r, struct sk_err *err)
{
	struct unquote u = { .fields = 1, .state = FIELD_START };
	enum sk_code rc = SK_OK;

	while (!unquote_more(r, &u)) {
		size_t had = r->rec_len;

		rc = take_line(r, err);
		if (rc != SK_OK)
			return rc;
		if (r->rec_len == had)
			return sk_fail(err, SK_EPARSE, 0, "%s, line %llu: a quote is opened in this record and never closed",
				       r->path, (unsigned long long)r->line);
	}
	r->rec[u.out] = '\0';
	char *p = r->rec;

	for (size_t i = 0; i < u.fields && rc == SK_OK; i++, p += strlen(p) + 1)
		rc = add_field(r, p, err);
	return rc;
}

/* A byte order mark is no part of the first column's name. */
static void drop_bom(struct csv_reader *r)
{
	if (r->rec_len < 3 || memcmp(r->rec, "\xef\xbb\xbf", 3) != 0)
		return;
	r->rec_len -= 3;
	memmove(r->rec, r->rec + 3, r->rec_len);
}

/* The record from the read position to its newline at `end`, split already: false if it is blank. */
static bool end_plain(struct csv_reader *r, char *end, size_t n_field)
{
	char *begin = r->buf + r->buf_pos, *stop = end - (end > begin && end[-1] == '\r');

	if (stop == begin)
		return false;
	*stop = '\0';
	for (size_t i = 1; i < n_field; i++)
		r->field[i][-1] = '\0';
	r->n_field = n_field;
	r->line = r->next_line++;
	r->buf_pos += (size_t)(end + 1 - begin);
	r->offset += (uint64_t)(end + 1 - begin);
	return true;
}

/*
 * The next record, split in the read buffer. False, and nothing has changed, if that cannot be: it is not whole there, is blank, has
 * a quote, a NUL, or more fields than the records before it.
 */
static bool split_in_buffer(struct csv_reader *r)
{
	char *field = r->buf + r->buf_pos, *end = r->buf + r->buf_len;
	size_t n = 0;

	for (char *p = field; p < end; p += sizeof(uint64_t)) {
		for (uint64_t found = csv_below_minus(p); found; found &= found - 1) {
			char *at = p + __builtin_ctzll(found) / 8;

			if (at >= end || *at == '"' || *at == '\0')
				return false;
			if (*at != ',' && *at != '\n')
				continue;
			if (n == r->field_cap)
				return false;
			r->field[n++] = field;
			field = at + 1;
			if (*at == '\n')
				return end_plain(r, at, n);
		}
	}
	return false;
}

enum sk_code csv_next(struct csv_reader *r, struct sk_err *err)
{
	enum sk_code rc;

	r->n_field = 0;
	r->torn = false;
	if (r->next_line > 1 && split_in_buffer(r)) /* the first may begin with a byte order mark */
		return SK_OK;
	do {
		r->rec_len = 0;
		r->line = r->next_line;
		rc = take_line(r, err);
		if (rc != SK_OK)
			return rc;
		if (r->rec_len == 0)
			return SK_EEND;
		if (r->line == 1)
			drop_bom(r);
	} while (chomped(r) == 0);
	rc = memchr(r->rec, '"', r->rec_len) ? split_quoted(r, err) : split_plain(r, err);
	if (rc != SK_OK)
		r->n_field = 0;
	return rc;
}
